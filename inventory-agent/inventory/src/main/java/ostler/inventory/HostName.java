package ostler.inventory;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a host, the same in Ostler, in Nova's {@code host} and in the kubelet's node. It is
 * kept as written: upper and lower case differ.
 *
 * @param value 1 to 253 letters, digits, dots, hyphens and underscores, beginning and ending with a
 *     letter or digit
 */
public record HostName(String value) implements Comparable<HostName> {

  private static final Pattern FORM =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?");

  @JsonCreator
  public HostName {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "a host name is 1 to 253 letters, digits, dots, hyphens and underscores, beginning and"
              + " ending with a letter or digit");
    }
  }

  /** Answers empty where the text has another form. */
  public static Optional<HostName> tryParse(String text) {
    return FORM.matcher(text).matches() ? Optional.of(new HostName(text)) : Optional.empty();
  }

  @Override
  public int compareTo(HostName other) {
    return value.compareTo(other.value);
  }

  @Override
  @JsonValue
  public String toString() {
    return value;
  }
}
