package ostler.flavor;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Optional;

/** What part of a card a unit is. */
public enum SliceKind {
  /** Every endpoint of an IOMMU group. */
  WHOLE("whole"),
  /** A mediated device. */
  MDEV("mdev"),
  /** A virtual function whose vendor's driver gives it a type. */
  VENDOR_VF("vendor-vf"),
  /** A plain SR-IOV virtual function. */
  SRIOV_VF("sriov-vf"),
  /** A MIG instance. */
  MIG("mig");

  private final String wireName;

  SliceKind(String wireName) {
    this.wireName = wireName;
  }

  /** Answers empty where the text is not a kind's name. */
  public static Optional<SliceKind> tryParse(String text) {
    return Arrays.stream(values()).filter(kind -> kind.wireName.equals(text)).findFirst();
  }

  /**
   * Reads {@code vendor-vf} and the like.
   *
   * @throws IllegalArgumentException if the text is not a kind's name
   */
  @JsonCreator
  public static SliceKind parse(String text) {
    return tryParse(text)
        .orElseThrow(
            () ->
                new IllegalArgumentException("is one of whole, mdev, vendor-vf, sriov-vf and mig"));
  }

  @Override
  @JsonValue
  public String toString() {
    return wireName;
  }
}
