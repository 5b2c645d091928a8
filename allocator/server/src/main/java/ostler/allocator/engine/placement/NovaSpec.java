package ostler.allocator.engine.placement;

import java.util.Objects;
import java.util.Optional;
import ostler.flavor.PciNumber;
import ostler.flavor.UnitShape;
import ostler.flavor.nova.DeviceType;
import ostler.inventory.UnitKind;

/**
 * What one alternative of an alias of Nova's asks of a device, as far as it shows in a unit's
 * shape. What else it says (tags of {@code device_spec}, traits) only narrows what Nova picks, and
 * is in Nova's configuration alone, so it is not looked at: more may be picked here than there.
 *
 * @param vendor Nova compares numbers in any case; absent for any
 * @param kind absent for anything but what Nova calls a PF, which it picks only by that name
 */
public record NovaSpec(
    Optional<PciNumber> vendor, Optional<PciNumber> product, Optional<DeviceType> kind) {

  public NovaSpec {
    Objects.requireNonNull(vendor);
    Objects.requireNonNull(product);
    Objects.requireNonNull(kind);
  }

  /** Whether it names a model; one that does not says all by its traits and resource class. */
  boolean namesModel() {
    return vendor.isPresent() || product.isPresent();
  }

  /**
   * Whether a unit of the shape has a function that Nova may take for this. A card shows not
   * whether it could have virtual functions, so that a whole one may be a PCI and a PF.
   */
  boolean reaches(UnitShape shape) {
    return reaches(shape.kind())
        && shape.model().parts().stream()
            .anyMatch(
                part ->
                    vendor.filter(v -> v.number() != part.id().vendor()).isEmpty()
                        && product.filter(p -> p.number() != part.id().device()).isEmpty());
  }

  /** Mediated devices and MIG instances are no PCI functions. */
  private boolean reaches(UnitKind unit) {
    return switch (unit) {
      case MDEV, MIG -> false;
      case WHOLE -> kind.filter(DeviceType.VF::equals).isEmpty();
      case VENDOR_VF, SRIOV_VF -> kind.filter(type -> type != DeviceType.VF).isEmpty();
    };
  }
}
