package ostler.pci;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a vendor calls a model: {@code 10de:20b0} is NVIDIA's A100. The same pair of numbers also
 * names a board as its subsystem (the vendor who built the card, and its number for it).
 *
 * @param vendor 0 to 0xffff, given out by PCI-SIG
 * @param device 0 to 0xffff, chosen by the vendor
 */
public record PciId(int vendor, int device) implements Comparable<PciId> {

  private static final int MAX = 0xffff;
  private static final Pattern FORM = Pattern.compile("[0-9a-fA-F]{4}:[0-9a-fA-F]{4}");
  private static final Comparator<PciId> ORDER =
      Comparator.comparingInt(PciId::vendor).thenComparingInt(PciId::device);

  public PciId {
    if (vendor < 0 || vendor > MAX || device < 0 || device > MAX) {
      throw new IllegalArgumentException(
          "a PCI id is two numbers of 16 bits, not " + vendor + " and " + device);
    }
  }

  /**
   * Reads {@code 10de:20b0}.
   *
   * @throws IllegalArgumentException if the text is not two times four hexadecimal digits
   */
  @JsonCreator
  public static PciId parse(String text) {
    return tryParse(text)
        .orElseThrow(
            () -> new IllegalArgumentException("is not a PCI id such as 10de:20b0: " + text));
  }

  /** As {@link #parse}, but answers empty where the text is not an id. */
  public static Optional<PciId> tryParse(String text) {
    if (!FORM.matcher(text).matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new PciId(HexFormat.fromHexDigits(text, 0, 4), HexFormat.fromHexDigits(text, 5, 9)));
  }

  @Override
  public int compareTo(PciId other) {
    return ORDER.compare(this, other);
  }

  @Override
  @JsonValue
  public String toString() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits((short) vendor) + ':' + hex.toHexDigits((short) device);
  }
}
