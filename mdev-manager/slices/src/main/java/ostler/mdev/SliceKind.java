package ostler.mdev;

import java.util.Arrays;
import java.util.Optional;
import ostler.inventory.UnitKind;
import ostler.root.Word;

/** By which of the drivers' ways a slice is made. */
enum SliceKind {
  /** A mediated device: {@code mdev_supported_types}. */
  MDEV(UnitKind.MDEV),
  /** A virtual function that its vendor's driver gives a type: {@code nvidia/current_vgpu_type}. */
  VENDOR_VF(UnitKind.VENDOR_VF),
  /** A virtual function as the hardware has it. */
  SRIOV_VF(UnitKind.SRIOV_VF),
  /** A GPU instance of a card, with its compute instance: by NVML. */
  MIG(UnitKind.MIG);

  private final UnitKind unitKind;

  SliceKind(UnitKind unitKind) {
    this.unitKind = unitKind;
  }

  static Optional<SliceKind> of(Word word) {
    return Arrays.stream(values()).filter(kind -> kind.toString().equals(word.text())).findFirst();
  }

  /** As the whole project calls it. */
  UnitKind unitKind() {
    return unitKind;
  }

  /** Whether a slice of it is made on a virtual function of its own. */
  boolean takesFunction() {
    return this == VENDOR_VF || this == SRIOV_VF;
  }

  /** Whether a slice of it has a type. */
  boolean hasType() {
    return this != SRIOV_VF;
  }

  /** Whether a user gets it through a vfio group of its own, which this program has guarded. */
  boolean isGuarded() {
    return this == MDEV || this == VENDOR_VF;
  }

  /** As it is written in requests and answers. */
  @Override
  public String toString() {
    return unitKind.toString();
  }
}
