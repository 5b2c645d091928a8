package ostler.pci;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;

/**
 * The name of a kernel driver, as in {@code /sys/bus/pci/drivers}. It is one path element:
 * printable ASCII, no slash, never {@code .} or {@code ..}, so a root program may put it into a
 * path.
 *
 * @param name 1 to 63 characters; the kernel's MODULE_NAME_LEN allows 55 of them
 */
public record DriverName(String name) implements Comparable<DriverName> {

  /** The driver that hands a function to user space. */
  public static final DriverName VFIO_PCI = new DriverName("vfio-pci");

  private static final int MAX_CHARS = 63;

  @JsonCreator
  public DriverName {
    if (!isValid(name)) {
      throw new IllegalArgumentException(
          "a driver name is 1 to 63 printable characters without a slash, and neither . nor ..");
    }
  }

  /** Answers empty where the text cannot be a driver's name. */
  public static Optional<DriverName> tryParse(String text) {
    return isValid(text) ? Optional.of(new DriverName(text)) : Optional.empty();
  }

  @Override
  public int compareTo(DriverName other) {
    return name.compareTo(other.name);
  }

  @Override
  @JsonValue
  public String toString() {
    return name;
  }

  private static boolean isValid(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_CHARS
        && !text.equals(".")
        && !text.equals("..")
        && text.chars().allMatch(c -> c >= ' ' && c < 0x7f && c != '/');
  }
}
