package ostler.pci;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a PCI function is found: domain, bus, device and function number.
 *
 * <p>An address says where, never which: a card moves to another slot, and another card may sit at
 * the old address after a reboot. {@code ostler.inventory.DeviceIdentity} says which.
 *
 * <p>One address has several spellings, and peers have broken by comparing them as text. All are
 * read here and nowhere else, and {@link #toString} is the one spelling that Ostler writes: that of
 * sysfs, {@code 0000:65:00.0}. It holds no slash and no dot-dot, so it is safe as a part of a path.
 *
 * @param domain 0 to 0x7fffffff; the kernel's {@code pci_domain_nr} is an int, and Intel VMD starts
 *     at 0x10000
 * @param bus 0 to 255
 * @param device 0 to 31; with ARI a virtual function may show any of them
 * @param function 0 to 7
 */
public record PciAddress(int domain, int bus, int device, int function)
    implements Comparable<PciAddress> {

  private static final int MAX_BUS = 0xff;
  private static final int MAX_DEVICE = 0x1f;
  private static final int MAX_FUNCTION = 7;

  /** The longest spelling of any form, so that a refusal never quotes more than a line. */
  private static final int MAX_QUOTED_CHARS = 40;

  private static final String REST = "([0-9a-fA-F]{2}):([0-9a-fA-F]{2})\\.([0-7])";

  /** Sysfs prints a domain with at least four digits ({@code %04x}), NVML always with eight. */
  private static final Pattern FULL = Pattern.compile("([0-9a-fA-F]{4,8}):" + REST);

  private static final Pattern SHORT = Pattern.compile(REST);

  /** How libvirt names a node device, for example {@code pci_0000_65_00_0}. */
  private static final Pattern NODE_DEVICE =
      Pattern.compile("pci_([0-9a-fA-F]{4,8})_([0-9a-fA-F]{2})_([0-9a-fA-F]{2})_([0-7])");

  private static final Comparator<PciAddress> ORDER =
      Comparator.comparingInt(PciAddress::domain)
          .thenComparingInt(PciAddress::bus)
          .thenComparingInt(PciAddress::device)
          .thenComparingInt(PciAddress::function);

  public PciAddress {
    requireRange("domain", domain, Integer.MAX_VALUE);
    requireRange("bus", bus, MAX_BUS);
    requireRange("device", device, MAX_DEVICE);
    requireRange("function", function, MAX_FUNCTION);
  }

  /**
   * Reads any full spelling: sysfs ({@code 0000:65:00.0}, {@code 10000:01:00.0}), NVML ({@code
   * 00000000:65:00.0}) and libvirt's node device ({@code pci_0000_65_00_0}).
   *
   * @throws IllegalArgumentException if the text is none of them
   */
  @JsonCreator
  public static PciAddress parse(String text) {
    return tryParse(text)
        .orElseThrow(() -> new IllegalArgumentException("is not a PCI address: " + quoted(text)));
  }

  /** As {@link #parse}, but answers empty where the text is not an address. */
  public static Optional<PciAddress> tryParse(String text) {
    Matcher full = FULL.matcher(text);
    if (full.matches()) {
      return of(full.group(1), full.group(2), full.group(3), full.group(4));
    }
    Matcher node = NODE_DEVICE.matcher(text);
    return node.matches()
        ? of(node.group(1), node.group(2), node.group(3), node.group(4))
        : Optional.empty();
  }

  /**
   * Reads {@code 65:00.0}, as {@code lspci} prints it on a machine with one domain, and takes it to
   * be in domain 0. Apart from {@link #parse}, since guessing a domain has named the wrong card on
   * machines that have two.
   */
  public static Optional<PciAddress> tryParseInDomainZero(String text) {
    Matcher rest = SHORT.matcher(text);
    return rest.matches() ? of("0", rest.group(1), rest.group(2), rest.group(3)) : Optional.empty();
  }

  /** The name of the bus that the function sits on, as sysfs spells it: {@code 0000:65}. */
  public String busName() {
    StringBuilder text = new StringBuilder(16);
    appendBus(text);
    return text.toString();
  }

  /** The slot that the function shares with its sibling functions: {@code 0000:65:00}. */
  public String slotName() {
    String text = toString();
    return text.substring(0, text.length() - ".0".length());
  }

  /** How libvirt names this function's node device: {@code pci_0000_65_00_0}. */
  public String nodeDeviceName() {
    return "pci_" + toString().replace(':', '_').replace('.', '_');
  }

  @Override
  public int compareTo(PciAddress other) {
    return ORDER.compare(this, other);
  }

  @Override
  @JsonValue
  public String toString() {
    StringBuilder text = new StringBuilder(16);
    appendBus(text);
    text.append(':');
    HexFormat.of().toHexDigits(text, (byte) device);
    return text.append('.').append(function).toString();
  }

  private void appendBus(StringBuilder text) {
    if (domain <= 0xffff) {
      text.append(HexFormat.of().toHexDigits((short) domain));
    } else {
      text.append(Integer.toHexString(domain));
    }
    text.append(':');
    HexFormat.of().toHexDigits(text, (byte) bus);
  }

  private static Optional<PciAddress> of(
      String domain, String bus, String device, String function) {
    long domainNumber = Long.parseLong(domain, 16);
    int deviceNumber = Integer.parseInt(device, 16);
    if (domainNumber > Integer.MAX_VALUE || deviceNumber > MAX_DEVICE) {
      return Optional.empty();
    }
    return Optional.of(
        new PciAddress(
            (int) domainNumber,
            Integer.parseInt(bus, 16),
            deviceNumber,
            Integer.parseInt(function, 16)));
  }

  private static String quoted(String text) {
    boolean fits = text.length() <= MAX_QUOTED_CHARS;
    return '"' + (fits ? text : text.substring(0, MAX_QUOTED_CHARS) + "...") + '"';
  }

  private static void requireRange(String part, int value, int max) {
    if (value < 0 || value > max) {
      throw new IllegalArgumentException(
          "a PCI address's " + part + " is 0 to " + max + ", not " + value);
    }
  }
}
