package ostler.inventory;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the maker stamped on one card, as NVML, the PCI serial number capability or the vital
 * product data tell it. Tenants never see it.
 *
 * @param value 1 to 64 printable characters, no space at either end
 */
public record SerialNumber(String value) implements Comparable<SerialNumber> {

  private static final Pattern FORM = Pattern.compile("[!-~]([ -~]{0,62}[!-~])?");

  @JsonCreator
  public SerialNumber {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "a serial number is 1 to 64 printable characters, with no space at either end");
    }
  }

  /** Answers empty where the text has another form. */
  public static Optional<SerialNumber> tryParse(String text) {
    return FORM.matcher(text).matches() ? Optional.of(new SerialNumber(text)) : Optional.empty();
  }

  @Override
  public int compareTo(SerialNumber other) {
    return value.compareTo(other.value);
  }

  @Override
  @JsonValue
  public String toString() {
    return value;
  }
}
