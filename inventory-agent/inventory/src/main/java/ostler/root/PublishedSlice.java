package ostler.root;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import ostler.inventory.ClaimId;
import ostler.inventory.UnitKind;
import ostler.pci.IommuGroup;
import ostler.pci.PciAddress;
import ostler.wire.JsonObject;
import ostler.wire.JsonWriter;
import ostler.wire.WireException;

/**
 * A slice as the guard and the hook know it.
 *
 * @param slice its id, and the kernel's name of a mediated device
 * @param function on which it is made; absent where that is the parent itself
 * @param permission absent while nobody may have it
 */
public record PublishedSlice(
    UUID slice,
    UnitKind kind,
    PciAddress parent,
    Optional<PciAddress> function,
    Optional<Permission> permission) {

  /** Whether the guard is to keep everybody out. */
  public boolean isToBeGuarded() {
    return permission.map(Permission::closing).orElse(true);
  }

  /** The device that it is made on. */
  public PciAddress place() {
    return function.orElse(parent);
  }

  /** Whether the host has what this slice would be used by: the device, or the function. */
  public boolean isThere(Layout layout) {
    return Files.exists(
        kind == UnitKind.MDEV ? layout.mediatedDevice(slice) : layout.device(place()));
  }

  /**
   * The group by which vfio gives it to a user; empty where it is not there or has none.
   *
   * @throws IOException if that cannot be read, which does not mean that nobody uses it
   */
  public Optional<IommuGroup> group(Layout layout) throws IOException {
    Optional<String> name =
        switch (kind) {
          case MDEV -> linkName(layout.mediatedDevice(slice).resolve("iommu_group"));
          case VENDOR_VF, SRIOV_VF -> linkName(layout.attribute(place(), Attribute.IOMMU_GROUP));
          case MIG, WHOLE -> Optional.empty();
        };
    return name.flatMap(IommuGroup::tryParse);
  }

  /**
   * Whether its function still is one of its parent's.
   *
   * @throws IOException if that cannot be read
   */
  public boolean isOnItsParent(Layout layout) throws IOException {
    return function.isEmpty()
        || linkName(layout.attribute(function.get(), Attribute.PHYSFN))
            .filter(parent.toString()::equals)
            .isPresent();
  }

  static void write(PublishedSlice one, JsonWriter out) {
    writeName(one, out);
    out.object("permit", one.permission, Permission::write);
  }

  /** Which slice it is, also a part of the guard's answers. */
  public static void writeName(PublishedSlice one, JsonWriter out) {
    out.text("slice", one.slice)
        .text("kind", one.kind)
        .text("parent", one.parent)
        .text("function", one.function);
  }

  static PublishedSlice read(JsonObject in) throws WireException {
    PublishedSlice one =
        new PublishedSlice(
            in.value("slice", text -> ClaimId.tryParse(text).map(ClaimId::value), "a UUID"),
            in.value("kind", UnitKind::tryParse, "a kind of slice"),
            in.value("parent", PciAddress::tryParse, "a PCI address"),
            in.optionalValue("function", PciAddress::tryParse, "a PCI address"),
            in.optionalObject("permit", Permission::read));
    in.done();
    return one;
  }

  private static Optional<String> linkName(Path link) throws IOException {
    try {
      return Optional.of(Files.readSymbolicLink(link).getFileName().toString());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
