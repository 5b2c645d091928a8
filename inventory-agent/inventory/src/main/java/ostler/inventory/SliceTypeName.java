package ostler.inventory;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What people call a type of slice: {@code GRID T4-4Q}, {@code NVIDIA L40S-8Q}, {@code 1g.10gb+me}.
 * Hosts have numbers for the same types, which change with the driver; layouts and aliases go by
 * the name.
 *
 * @param value 1 to 64 letters, digits, spaces within, and {@code . _ + -}, beginning with a letter
 *     or digit
 */
public record SliceTypeName(String value) implements Comparable<SliceTypeName> {

  private static final Pattern FORM =
      Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9 ._+-]{0,62}[A-Za-z0-9._+-])?");

  @JsonCreator
  public SliceTypeName {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "a slice type is 1 to 64 letters, digits, spaces, dots, underscores, plus signs and"
              + " hyphens, beginning with a letter or digit");
    }
  }

  /** Answers empty where the text has another form. */
  public static Optional<SliceTypeName> tryParse(String text) {
    return FORM.matcher(text).matches() ? Optional.of(new SliceTypeName(text)) : Optional.empty();
  }

  @Override
  public int compareTo(SliceTypeName other) {
    return value.compareTo(other.value);
  }

  @Override
  @JsonValue
  public String toString() {
    return value;
  }
}
