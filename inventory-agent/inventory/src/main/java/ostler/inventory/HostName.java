package ostler.inventory;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;

/**
 * The name of a host, the same in Ostler, in Nova's {@code host} and in the kubelet's node. It is
 * kept as written: upper and lower case differ.
 *
 * @param value 1 to 253 letters, digits, dots, hyphens and underscores, beginning and ending with a
 *     letter or digit
 */
public record HostName(String value) implements Comparable<HostName> {

  private static final int MAX_CHARS = 253;

  @JsonCreator
  public HostName {
    if (!isWellFormed(value)) {
      throw new IllegalArgumentException(
          "a host name is 1 to 253 letters, digits, dots, hyphens and underscores, beginning and"
              + " ending with a letter or digit");
    }
  }

  /** Answers empty where the text has another form. */
  public static Optional<HostName> tryParse(String text) {
    return isWellFormed(text) ? Optional.of(new HostName(text)) : Optional.empty();
  }

  // By hand: an allocator reads the names of all its hosts twice a second.
  private static boolean isWellFormed(String text) {
    int last = text.length() - 1;
    if (last < 0 || last >= MAX_CHARS || !isAlphanumeric(text, 0) || !isAlphanumeric(text, last)) {
      return false;
    }
    for (int i = 1; i < last; i++) {
      if (!isAlphanumeric(text, i) && "._-".indexOf(text.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isAlphanumeric(String text, int at) {
    char c = text.charAt(at);
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
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
