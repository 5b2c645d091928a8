package ostler.inventory;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Optional;

/** What a unit is made of: a whole group, or a slice of a card. */
public enum UnitKind {
  /** Every endpoint of an IOMMU group. */
  WHOLE("whole"),
  /** A mediated device. */
  MDEV("mdev"),
  /** A virtual function to which its vendor's driver gives a type. */
  VENDOR_VF("vendor-vf"),
  /** A plain SR-IOV virtual function, an IOMMU group of its own. */
  SRIOV_VF("sriov-vf"),
  /** A MIG instance. */
  MIG("mig");

  private final String wireName;

  UnitKind(String wireName) {
    this.wireName = wireName;
  }

  /** Answers empty where the text is not a kind's name. */
  public static Optional<UnitKind> tryParse(String text) {
    return Arrays.stream(values()).filter(kind -> kind.wireName.equals(text)).findFirst();
  }

  /**
   * Reads {@code vendor-vf} and the like.
   *
   * @throws IllegalArgumentException if the text is not a kind's name
   */
  @JsonCreator
  public static UnitKind parse(String text) {
    return tryParse(text)
        .orElseThrow(
            () ->
                new IllegalArgumentException("is one of whole, mdev, vendor-vf, sriov-vf and mig"));
  }

  /** Whether it is made by {@code ostler-mdev}, has a type, and rests on its vendor's driver. */
  public boolean isTyped() {
    return this == MDEV || this == VENDOR_VF || this == MIG;
  }

  /**
   * Whether a tenant gets it through a vfio group, which the guard keeps shut until then. A MIG
   * instance has none: it is handed out by device nodes, and only NVML says who uses it.
   */
  public boolean hasGroup() {
    return this != MIG;
  }

  @Override
  @JsonValue
  public String toString() {
    return wireName;
  }
}
