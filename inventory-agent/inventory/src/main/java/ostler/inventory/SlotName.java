package ostler.inventory;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a physical slot, as {@code /sys/bus/pci/slots} and the print on the board have it.
 *
 * @param value 1 to 64 printable characters without a slash or a space
 */
public record SlotName(String value) implements Comparable<SlotName> {

  private static final Pattern FORM = Pattern.compile("[!-.0-~]{1,64}");

  @JsonCreator
  public SlotName {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "a slot name is 1 to 64 printable characters without slash or space");
    }
  }

  /** Answers empty where the text has another form. */
  public static Optional<SlotName> tryParse(String text) {
    return FORM.matcher(text).matches() ? Optional.of(new SlotName(text)) : Optional.empty();
  }

  @Override
  public int compareTo(SlotName other) {
    return value.compareTo(other.value);
  }

  @Override
  @JsonValue
  public String toString() {
    return value;
  }
}
