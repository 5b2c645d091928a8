package ostler.mdev;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ostler.inventory.MdevType;
import ostler.inventory.MdevTypeId;
import ostler.pci.PciAddress;
import ostler.root.Attribute;
import ostler.root.Deadline;
import ostler.root.KernelException;
import ostler.root.KernelFiles;
import ostler.root.KernelOperation;
import ostler.root.Layout;

/**
 * Slices as NVIDIA's driver makes them on kernels without mediated devices (vGPU 17 and later,
 * Linux 6.8 and later): a virtual function stays with its driver and is given a type by number. The
 * name of the type can be read only while it could be made, so the books keep it.
 */
final class VendorFunctions implements Backend {

  /** What {@code current_vgpu_type} says of a function without one. */
  private static final String NONE = "0";

  /** {@code 1155 : NVIDIA L40S-24Q}, below a line of headings. */
  private static final Pattern TYPE = Pattern.compile("\\s*(\\d{1,9})\\s*:\\s*(\\S.{0,200}?)\\s*");

  private final Layout layout;
  private final KernelFiles files;

  VendorFunctions(Layout layout, Deadline deadline) {
    this.layout = layout;
    this.files = new KernelFiles(deadline);
  }

  @Override
  public boolean isAt(PciAddress place) {
    return Files.exists(layout.attribute(place, Attribute.CURRENT_VGPU_TYPE));
  }

  /** The list is cut short on a function that has a type, so such a function offers none. */
  @Override
  public List<MdevType> types(PciAddress place) throws KernelException {
    List<MdevType> types = new ArrayList<>();
    if (current(place).isPresent()) {
      return types;
    }
    String list = read(place, Attribute.CREATABLE_VGPU_TYPES).orElse("");
    for (String line : list.split("\n", -1)) {
      Matcher parts = TYPE.matcher(line);
      if (parts.matches()) {
        types.add(
            new MdevType(
                new MdevTypeId(parts.group(1)),
                Optional.of(parts.group(2)),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.of(1)));
      }
    }
    return types;
  }

  @Override
  public List<Present> present(PciAddress place) throws KernelException {
    return current(place).stream()
        .map(type -> new Present(SliceKind.VENDOR_VF, place, Optional.empty(), Optional.of(type)))
        .toList();
  }

  @Override
  public Sight look(Slice slice, PciAddress parent) throws KernelException {
    Optional<MdevTypeId> current = current(slice.wish().place(parent));
    if (current.isEmpty()) {
      return Sight.ABSENT;
    }
    return current.equals(slice.wish().type()) ? Sight.THERE : Sight.OTHER;
  }

  @Override
  public void create(Slice slice, PciAddress parent) throws KernelException {
    write(
        KernelOperation.SLICE_CREATE,
        slice.wish().place(parent),
        slice.wish().type().orElseThrow().value());
  }

  @Override
  public void remove(Slice slice, PciAddress parent) throws KernelException {
    write(KernelOperation.SLICE_REMOVE, slice.wish().place(parent), NONE);
  }

  private void write(KernelOperation operation, PciAddress place, String type)
      throws KernelException {
    files.write(operation, place, layout.attribute(place, Attribute.CURRENT_VGPU_TYPE), type);
  }

  private Optional<MdevTypeId> current(PciAddress place) throws KernelException {
    return read(place, Attribute.CURRENT_VGPU_TYPE)
        .filter(text -> !text.equals(NONE))
        .flatMap(MdevTypeId::tryParse);
  }

  private Optional<String> read(PciAddress place, Attribute attribute) throws KernelException {
    return files.read(KernelOperation.READ, place, layout.attribute(place, attribute));
  }
}
