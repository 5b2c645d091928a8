package ostler.mdev;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import ostler.inventory.ClaimId;
import ostler.inventory.MdevType;
import ostler.inventory.MdevTypeId;
import ostler.pci.PciAddress;
import ostler.root.Deadline;
import ostler.root.KernelException;
import ostler.root.KernelFiles;
import ostler.root.KernelOperation;
import ostler.root.Layout;

/**
 * Slices by the kernel's mediated device core (Linux, {@code drivers/vfio/mdev/mdev_sysfs.c}). Name
 * and description of a type are the driver's to give or not, and how many more it can make may
 * change with every slice of every other type.
 */
final class MediatedDevices implements Backend {

  private final Layout layout;
  private final Deadline deadline;
  private final KernelFiles files;

  MediatedDevices(Layout layout, Deadline deadline) {
    this.layout = layout;
    this.deadline = deadline;
    this.files = new KernelFiles(deadline);
  }

  @Override
  public boolean isAt(PciAddress place) {
    return Files.isDirectory(layout.mediatedTypes(place));
  }

  @Override
  public List<MdevType> types(PciAddress place) throws KernelException {
    List<MdevType> types = new ArrayList<>();
    for (MdevTypeId id : ids(place)) {
      Optional<Integer> available = number(place, id);
      if (available.isPresent()) {
        types.add(
            new MdevType(
                id,
                text(place, id, "name").or(() -> Optional.of(id.value())),
                text(place, id, "description"),
                text(place, id, "device_api"),
                OptionalInt.of(available.get())));
      }
    }
    return types;
  }

  @Override
  public List<Present> present(PciAddress place) throws KernelException {
    List<Present> found = new ArrayList<>();
    for (MdevTypeId id : ids(place)) {
      for (Path device : entries(place, layout.mediatedType(place, id).resolve("devices"))) {
        uuid(device)
            .ifPresent(
                uuid ->
                    found.add(
                        new Present(SliceKind.MDEV, place, Optional.of(uuid), Optional.of(id))));
      }
    }
    return found;
  }

  @Override
  public Sight look(Slice slice, PciAddress parent) {
    Path device = layout.mediatedDevice(slice.id().value());
    try {
      Path type = Files.readSymbolicLink(device.resolve("mdev_type"));
      Path on = device.toRealPath().getParent();
      boolean same =
          type.getFileName().toString().equals(slice.wish().type().orElseThrow().value())
              && on.getFileName().toString().equals(slice.wish().place(parent).toString());
      return same ? Sight.THERE : Sight.OTHER;
    } catch (IOException e) {
      return Files.exists(device) ? Sight.OTHER : Sight.ABSENT;
    }
  }

  @Override
  public void create(Slice slice, PciAddress parent) throws KernelException {
    PciAddress place = slice.wish().place(parent);
    files.write(
        KernelOperation.SLICE_CREATE,
        place,
        layout.mediatedType(place, slice.wish().type().orElseThrow()).resolve("create"),
        slice.id().toString());
  }

  @Override
  public void remove(Slice slice, PciAddress parent) throws KernelException {
    files.write(
        KernelOperation.SLICE_REMOVE,
        slice.wish().place(parent),
        layout.mediatedDevice(slice.id().value()).resolve("remove"),
        "1");
  }

  private List<MdevTypeId> ids(PciAddress place) throws KernelException {
    List<MdevTypeId> ids = new ArrayList<>();
    for (Path folder : entries(place, layout.mediatedTypes(place))) {
      MdevTypeId.tryParse(folder.getFileName().toString()).ifPresent(ids::add);
    }
    ids.sort(null);
    return ids;
  }

  /** A folder that has gone away has nothing in it. */
  private List<Path> entries(PciAddress place, Path folder) throws KernelException {
    return deadline.within(
        KernelOperation.READ,
        place,
        () -> {
          List<Path> found = new ArrayList<>();
          if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
              entries.forEach(found::add);
            }
          }
          return found;
        });
  }

  /** Absent where the type went away while it was looked at. */
  private Optional<Integer> number(PciAddress place, MdevTypeId id) throws KernelException {
    return text(place, id, "available_instances")
        .filter(text -> text.matches("\\d{1,9}"))
        .map(Integer::valueOf);
  }

  private Optional<String> text(PciAddress place, MdevTypeId id, String attribute)
      throws KernelException {
    Path file = layout.mediatedType(place, id).resolve(attribute);
    return files
        .read(KernelOperation.READ, place, file)
        .map(text -> text.substring(0, Math.min(text.length(), MdevType.MAX_TEXT_CHARS)));
  }

  private static Optional<UUID> uuid(Path device) {
    return ClaimId.tryParse(device.getFileName().toString()).map(ClaimId::value);
  }
}
