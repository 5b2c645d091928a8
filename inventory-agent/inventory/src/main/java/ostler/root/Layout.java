package ostler.root;

import java.nio.file.Path;
import java.util.UUID;
import ostler.inventory.MdevTypeId;
import ostler.pci.DriverName;
import ostler.pci.IommuGroup;
import ostler.pci.PciAddress;

/**
 * Every path that the root programs touch, made here from the root that it was given and from typed
 * arguments, none of which can hold a slash. No path ever comes in from outside.
 *
 * @param root {@code /}, or a folder that looks like one in tests
 */
public record Layout(Path root) {

  public Path device(PciAddress device) {
    return devices().resolve(device.toString());
  }

  public Path attribute(PciAddress device, Attribute attribute) {
    return device(device).resolve(attribute.file());
  }

  public Path bar(PciAddress device, int index) {
    return device(device).resolve("resource" + index);
  }

  public Path devices() {
    return root.resolve("sys/bus/pci/devices");
  }

  public Path driver(DriverName driver) {
    return root.resolve("sys/bus/pci/drivers").resolve(driver.name());
  }

  public Path driversProbe() {
    return root.resolve("sys/bus/pci/drivers_probe");
  }

  public Path groupDevices(IommuGroup group) {
    return root.resolve("sys/kernel/iommu_groups").resolve(group.toString()).resolve("devices");
  }

  public Path groupNode(IommuGroup group) {
    return root.resolve("dev/vfio").resolve(group.toString());
  }

  /** What a user of a group puts it into. */
  public Path vfioContainer() {
    return root.resolve("dev/vfio/vfio");
  }

  /** What the kernel makes instead where there is no IOMMU: passing that through is not safe. */
  public Path unsafeGroupNode(IommuGroup group) {
    return root.resolve("dev/vfio").resolve("noiommu-" + group);
  }

  public Path blockDevices() {
    return root.resolve("sys/class/block");
  }

  /** Links by number, {@code 226:0}, to whatever makes the node of that number. */
  public Path characterDevices() {
    return root.resolve("sys/dev/char");
  }

  public Path blockNumbers() {
    return root.resolve("sys/dev/block");
  }

  public Path netDevices() {
    return root.resolve("sys/class/net");
  }

  /** Where the folders of a device's types of mediated devices are. */
  public Path mediatedTypes(PciAddress device) {
    return device(device).resolve("mdev_supported_types");
  }

  public Path mediatedType(PciAddress device, MdevTypeId type) {
    return mediatedTypes(device).resolve(type.value());
  }

  public Path mediatedDevice(UUID slice) {
    return mediatedDevices().resolve(slice.toString());
  }

  /** Where mdevctl keeps what it knows of a mediated device, by the device that it is made on. */
  public Path mediatedDefinition(PciAddress device, UUID slice) {
    return root.resolve("etc/mdevctl.d").resolve(device.toString()).resolve(slice.toString());
  }

  public Path mediatedDevices() {
    return root.resolve("sys/bus/mdev/devices");
  }

  public Path proc() {
    return root.resolve("proc");
  }

  public Path nvidiaUnbindLock(PciAddress device) {
    return proc().resolve("driver/nvidia/gpus").resolve(device.toString()).resolve("unbindLock");
  }

  public Path deviceFile() {
    return root.resolve("etc/ostler/devices");
  }

  /** The whole devices' fences, units and journals; for root's eyes only. */
  public Path vfioState() {
    return root.resolve("var/lib/ostler/vfio");
  }

  /** What is known of slices, a file for each device that has them; for root's eyes only. */
  public Path sliceState() {
    return root.resolve("var/lib/ostler/mdev");
  }

  /** The slices as the guard and the hook know them. */
  public Path sliceList() {
    return sliceState().resolve("slices.json");
  }

  /** How many slices of a type an operator allows. */
  public Path sliceLimits() {
    return root.resolve("etc/ostler/slices");
  }

  /** The managed addresses, one a line, for the hook's shell. */
  public Path managedList() {
    return root.resolve("var/lib/ostler/vfio-managed");
  }

  public Path locks() {
    return root.resolve("run/lock/ostler");
  }

  public Path guardFolder() {
    return root.resolve("run/ostler");
  }

  public Path guardSocket() {
    return guardFolder().resolve("guard.sock");
  }

  /** Where the agent listens to libvirt's hook. */
  public Path startDoor() {
    return root.resolve("var/lib/ostler/agent/starts.sock");
  }

  /** Who the guard is: its process and when that began. */
  public Path guardProcess() {
    return guardFolder().resolve("guard.pid");
  }
}
