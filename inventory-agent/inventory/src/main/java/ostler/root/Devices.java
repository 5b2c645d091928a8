package ostler.root;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import ostler.inventory.DeviceIdentity;
import ostler.pci.DriverName;
import ostler.pci.IommuGroup;
import ostler.pci.PciAddress;
import ostler.pci.PciClass;
import ostler.pci.PciId;
import ostler.pci.ResetMethod;

/** What sysfs says of a function now. Every read of a file has a deadline; links take no lock. */
public final class Devices {

  /** What {@code driver_override} prints where none is set. */
  private static final String NO_OVERRIDE = "(null)";

  private final Layout layout;
  private final KernelFiles files;

  public Devices(Layout layout, Deadline deadline) {
    this.layout = layout;
    this.files = new KernelFiles(deadline);
  }

  public boolean exists(PciAddress device) {
    return Files.isDirectory(layout.device(device));
  }

  /** The driver that it is bound to now; absent where none is. */
  public Optional<DriverName> driver(PciAddress device) {
    return linkName(device, Attribute.DRIVER).flatMap(DriverName::tryParse);
  }

  /** Absent where the machine has no IOMMU at work for it. */
  public Optional<IommuGroup> group(PciAddress device) {
    return linkName(device, Attribute.IOMMU_GROUP).flatMap(IommuGroup::tryParse);
  }

  /**
   * As {@link #group}, for whoever must not take what cannot be read for nothing.
   *
   * @throws IOException if there is something, and it cannot be read
   */
  public Optional<IommuGroup> readGroup(PciAddress device) throws IOException {
    try {
      Path target = Files.readSymbolicLink(layout.attribute(device, Attribute.IOMMU_GROUP));
      return IommuGroup.tryParse(target.getFileName().toString());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * As {@link #driver}, for whoever must not take what cannot be read for none.
   *
   * @throws KernelException if there is one, and it cannot be read
   */
  public Optional<DriverName> readDriver(PciAddress device) throws KernelException {
    try {
      Path target = Files.readSymbolicLink(layout.attribute(device, Attribute.DRIVER));
      return DriverName.tryParse(target.getFileName().toString());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new KernelException(KernelOperation.READ, device, e);
    }
  }

  public PciClass pciClass(PciAddress device) throws KernelException {
    return new PciClass(hex(device, Attribute.CLASS));
  }

  /** The numbers that the kernel keeps of it; they do not say whether it still answers. */
  public DeviceIdentity identity(PciAddress device) throws KernelException {
    PciId id = new PciId(hex(device, Attribute.VENDOR), hex(device, Attribute.DEVICE));
    PciId board =
        new PciId(hex(device, Attribute.SUBSYSTEM_VENDOR), hex(device, Attribute.SUBSYSTEM_DEVICE));
    return new DeviceIdentity(
        id,
        board.vendor() == 0 ? Optional.empty() : Optional.of(board),
        hex(device, Attribute.REVISION),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The only driver that may bind to it; absent where none is set. */
  public Optional<DriverName> override(PciAddress device) throws KernelException {
    return text(device, Attribute.DRIVER_OVERRIDE)
        .filter(text -> !text.equals(NO_OVERRIDE))
        .flatMap(DriverName::tryParse);
  }

  /** Whether the kernel's console may be on it; only a VGA controller says so. */
  public boolean isBootDisplay(PciAddress device) throws KernelException {
    return text(device, Attribute.BOOT_VGA).filter("1"::equals).isPresent();
  }

  /**
   * The methods in the order in which the kernel would try them; absent where it has no such file.
   */
  public Optional<List<ResetMethod>> resetMethods(PciAddress device) throws KernelException {
    return text(device, Attribute.RESET_METHOD)
        .map(
            text ->
                Stream.of(text.split("\\s+"))
                    .map(ResetMethod::tryParse)
                    .flatMap(Optional::stream)
                    .toList());
  }

  /** Whether the kernel must keep it awake; absent where the kernel has no power management. */
  public Optional<PowerPolicy> powerPolicy(PciAddress device) throws KernelException {
    return text(device, Attribute.POWER_CONTROL).flatMap(text -> PowerPolicy.of(new Word(text)));
  }

  /** Whether it may lose all power; absent where the kernel does not say. */
  public Optional<Boolean> mayLosePower(PciAddress device) throws KernelException {
    return text(device, Attribute.D3COLD_ALLOWED).map("1"::equals);
  }

  /** Its BARs in order, with nothing where a BAR is not in use. */
  public List<BarRange> bars(PciAddress device) throws KernelException {
    String table = text(device, Attribute.RESOURCE).orElse("");
    return BarRange.parseTable(table.lines().toList());
  }

  private Optional<String> linkName(PciAddress device, Attribute link) {
    try {
      Path target = Files.readSymbolicLink(layout.attribute(device, link));
      return Optional.of(target.getFileName().toString());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private int hex(PciAddress device, Attribute attribute) throws KernelException {
    String text = text(device, attribute).orElse("");
    return HexFormat.fromHexDigits(text.startsWith("0x") ? text.substring(2) : "");
  }

  private Optional<String> text(PciAddress device, Attribute attribute) throws KernelException {
    return files.read(KernelOperation.READ, device, layout.attribute(device, attribute));
  }
}
