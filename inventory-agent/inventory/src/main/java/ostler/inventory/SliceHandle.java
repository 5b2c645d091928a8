package ostler.inventory;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * By what a tenant attaches a slice that has no PCI address of its own: the UUID of a mediated
 * device, or of a MIG device. It changes each time that the slice is made anew.
 *
 * @param value 1 to 80 letters, digits, hyphens and slashes
 */
public record SliceHandle(String value) {

  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9/-]{1,80}");

  @JsonCreator
  public SliceHandle {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "a slice's handle is 1 to 80 letters, digits, hyphens and slashes");
    }
  }

  /** Answers empty where the text has another form. */
  public static Optional<SliceHandle> tryParse(String text) {
    return FORM.matcher(text).matches() ? Optional.of(new SliceHandle(text)) : Optional.empty();
  }

  @Override
  @JsonValue
  public String toString() {
    return value;
  }
}
