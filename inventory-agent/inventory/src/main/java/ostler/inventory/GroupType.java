package ostler.inventory;

import java.util.Arrays;
import java.util.Optional;

/**
 * What an IOMMU group's default domain does, as {@code /sys/kernel/iommu_groups/N/type} prints it
 * (Linux 6.12, {@code drivers/iommu/iommu.c}, {@code iommu_group_show_type}).
 */
public enum GroupType {
  /** Translated, and invalidated at once. */
  DMA("DMA"),
  /** Translated, and invalidated in batches: for a moment a device may still reach freed memory. */
  DMA_FQ("DMA-FQ"),
  /** Not translated for the host's own drivers; vfio translates for its users all the same. */
  IDENTITY("identity"),
  /** In user space's hands. */
  UNMANAGED("unmanaged"),
  /** Nothing gets through. */
  BLOCKED("blocked");

  private final String kernelName;

  GroupType(String kernelName) {
    this.kernelName = kernelName;
  }

  /** Answers empty where the text is not a type's name. */
  public static Optional<GroupType> tryParse(String text) {
    return Arrays.stream(values()).filter(type -> type.kernelName.equals(text)).findFirst();
  }

  public String kernelName() {
    return kernelName;
  }
}
