package ostler.pci;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The number of an IOMMU group: what the hardware can keep apart, and so what can safely be passed
 * through. The number is the kernel's, given in order of discovery: it may change at any boot.
 *
 * @param number 0 or more, as in {@code /sys/kernel/iommu_groups}
 */
public record IommuGroup(@JsonValue int number) implements Comparable<IommuGroup> {

  /** The kernel prints group numbers in decimal and without leading zeros. */
  private static final Pattern FORM = Pattern.compile("0|[1-9][0-9]{0,8}");

  @JsonCreator
  public IommuGroup {
    if (number < 0) {
      throw new IllegalArgumentException("an IOMMU group's number is 0 or more, not " + number);
    }
  }

  /** Answers empty where the text is not a group's number. */
  public static Optional<IommuGroup> tryParse(String text) {
    return FORM.matcher(text).matches()
        ? Optional.of(new IommuGroup(Integer.parseInt(text)))
        : Optional.empty();
  }

  @Override
  public int compareTo(IommuGroup other) {
    return Integer.compare(number, other.number);
  }

  @Override
  public String toString() {
    return Integer.toString(number);
  }
}
