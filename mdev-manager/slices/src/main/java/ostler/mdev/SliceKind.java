package ostler.mdev;

import java.util.Arrays;
import java.util.Optional;
import ostler.root.Word;

/** By which of the kernel's ways a slice is made. */
enum SliceKind {
  /** A mediated device: {@code mdev_supported_types}. */
  MDEV("mdev"),
  /** A virtual function that its vendor's driver gives a type: {@code nvidia/current_vgpu_type}. */
  VENDOR_VF("vendor-vf"),
  /** A virtual function as the hardware has it. */
  SRIOV_VF("sriov-vf");

  private final String word;

  SliceKind(String word) {
    this.word = word;
  }

  static Optional<SliceKind> of(Word word) {
    return Arrays.stream(values()).filter(kind -> kind.word.equals(word.text())).findFirst();
  }

  /** Whether a slice of it is made on a virtual function of its own. */
  boolean takesFunction() {
    return this != MDEV;
  }

  /** Whether a slice of it has a type. */
  boolean hasType() {
    return this != SRIOV_VF;
  }

  /** As it is written in requests and answers. */
  @Override
  public String toString() {
    return word;
  }
}
