package ostler.flavor;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name that a flavor uses for a kind of unit, as in Nova's {@code pci_passthrough:alias}.
 *
 * @param value 1 to 64 letters, digits, dots, hyphens and underscores, beginning with a letter or
 *     digit
 */
public record AliasName(String value) implements Comparable<AliasName> {

  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  @JsonCreator
  public AliasName {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "an alias is 1 to 64 letters, digits, dots, hyphens and underscores, beginning with a"
              + " letter or digit");
    }
  }

  /** Answers empty where the text has another form. */
  public static Optional<AliasName> tryParse(String text) {
    return FORM.matcher(text).matches() ? Optional.of(new AliasName(text)) : Optional.empty();
  }

  @Override
  public int compareTo(AliasName other) {
    return value.compareTo(other.value);
  }

  @Override
  @JsonValue
  public String toString() {
    return value;
  }
}
