package ostler.pci;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What kind of thing a function is: base class, subclass and programming interface, 8 bits each.
 * The numbers are those of the PCI Code and ID Assignment Specification, as in the kernel's {@code
 * include/linux/pci_ids.h}.
 *
 * <p>A GPU is not always a "VGA controller": data centre cards call themselves 3D (0302) or display
 * (0380) controllers, and others processing accelerators (1200). Peers that asked for 0300 and 0302
 * alone did not see whole families of cards.
 *
 * @param code 24 bits, for example 0x030200
 */
public record PciClass(int code) {

  private static final int MAX = 0xffffff;
  private static final Pattern FORM = Pattern.compile("0x[0-9a-fA-F]{6}");

  private static final int STORAGE = 0x01;
  private static final int NVME = 0x0108;
  private static final int NETWORK = 0x02;
  private static final int DISPLAY = 0x03;
  private static final int AUDIO = 0x0403;
  private static final int MEMORY = 0x05;
  private static final int BRIDGE = 0x06;
  private static final int OTHER_BRIDGE = 0x0680;
  private static final int ACCELERATOR = 0x12;

  public PciClass {
    if (code < 0 || code > MAX) {
      throw new IllegalArgumentException("a PCI class is 24 bits, not " + code);
    }
  }

  /**
   * Reads {@code 0x030200}.
   *
   * @throws IllegalArgumentException if the text is not 0x and six hexadecimal digits
   */
  @JsonCreator
  public static PciClass parse(String text) {
    return tryParse(text)
        .orElseThrow(
            () -> new IllegalArgumentException("is not a PCI class such as 0x030200: " + text));
  }

  /** As {@link #parse}, but answers empty where the text is not a class. */
  public static Optional<PciClass> tryParse(String text) {
    return FORM.matcher(text).matches()
        ? Optional.of(new PciClass(Integer.parseInt(text, 2, text.length(), 16)))
        : Optional.empty();
  }

  /** The base class, 0 to 0xff. */
  public int base() {
    return code >> 16;
  }

  /** Base class and subclass together, as {@code lspci -n} prints them: 0x0302. */
  public int baseAndSub() {
    return code >> 8;
  }

  /** VGA (0300), XGA (0301), 3D (0302) and other display controllers (0380). */
  public boolean isDisplay() {
    return base() == DISPLAY;
  }

  /** Processing accelerators (12xx). */
  public boolean isAccelerator() {
    return base() == ACCELERATOR;
  }

  /** What computes: displays and accelerators, and not their sound or their bridges. */
  public boolean computes() {
    return isDisplay() || isAccelerator();
  }

  /**
   * Bridges (06xx): host and ISA bridges, PCIe root and switch ports. In an IOMMU group they are
   * not endpoints: vfio neither needs nor can bind a port. "Other bridge" (0680) is not among them,
   * since NVIDIA's NVSwitch calls itself so, which is an ordinary function and goes where its GPUs
   * go.
   */
  public boolean isBridge() {
    return base() == BRIDGE && baseAndSub() != OTHER_BRIDGE;
  }

  /** NVM controllers (0108), of which 010802 speaks NVMe. */
  public boolean isNvme() {
    return baseAndSub() == NVME;
  }

  /** Mass storage of any kind (01xx), NVMe among it. */
  public boolean isStorage() {
    return base() == STORAGE;
  }

  /** Network controllers (02xx). */
  public boolean isNetwork() {
    return base() == NETWORK;
  }

  /** High-definition audio (0403), the usual companion of a GPU. */
  public boolean isAudio() {
    return baseAndSub() == AUDIO;
  }

  /** Memory controllers (05xx): plain RAM and CXL memory. */
  public boolean isMemory() {
    return base() == MEMORY;
  }

  @Override
  @JsonValue
  public String toString() {
    return "0x" + HexFormat.of().toHexDigits(code, 6);
  }
}
