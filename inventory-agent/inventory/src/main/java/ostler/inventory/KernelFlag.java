package ostler.inventory;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A word of the kernel's command line that bears on passthrough.
 *
 * @param word 1 to 256 printable characters without a space, as it was given: {@code
 *     intel_iommu=on}
 */
public record KernelFlag(String word) {

  private static final int MAX_CHARS = 256;

  /** The flag that {@link #isAcsOverride} knows. */
  public static final String ACS_OVERRIDE = "pcie_acs_override";

  /** Linux {@code Documentation/admin-guide/kernel-parameters.txt}, and pcie_acs_override. */
  private static final Set<String> NAMES =
      Set.of(
          "intel_iommu",
          "amd_iommu",
          "iommu",
          "iommu.passthrough",
          "iommu.strict",
          "pci",
          "vfio-pci.ids",
          "vfio_pci.ids",
          "vfio.enable_unsafe_noiommu_mode",
          "vfio_iommu_type1.allow_unsafe_interrupts",
          ACS_OVERRIDE);

  public KernelFlag {
    if (!isWord(word)) {
      throw new IllegalArgumentException(
          "a kernel flag is 1 to " + MAX_CHARS + " printable characters without a space");
    }
  }

  /** Answers empty where the text cannot be one word of a command line. */
  public static Optional<KernelFlag> tryParse(String text) {
    return isWord(text) ? Optional.of(new KernelFlag(text)) : Optional.empty();
  }

  /** Those words of a command line that bear on passthrough, in their order. */
  public static List<KernelFlag> ofCommandLine(String commandLine) {
    return Stream.of(commandLine.strip().split("\\s+"))
        .filter(word -> NAMES.contains(nameOf(word)))
        .flatMap(word -> tryParse(word).stream())
        .toList();
  }

  /**
   * Whether it is the patch that makes groups look smaller than the hardware can keep apart.
   * Mainline Linux does not have it; some distributions do. Such isolation is not backed by
   * hardware.
   */
  public boolean isAcsOverride() {
    return nameOf(word).equals(ACS_OVERRIDE);
  }

  @Override
  public String toString() {
    return word;
  }

  private static String nameOf(String word) {
    int equals = word.indexOf('=');
    return equals < 0 ? word : word.substring(0, equals);
  }

  private static boolean isWord(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_CHARS
        && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }
}
