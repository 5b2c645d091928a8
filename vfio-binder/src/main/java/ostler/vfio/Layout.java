package ostler.vfio;

import java.nio.file.Path;
import ostler.pci.DriverName;
import ostler.pci.IommuGroup;
import ostler.pci.PciAddress;

/**
 * Every path that this program touches, made here from the root that it was given and from typed
 * arguments, none of which can hold a slash. No path ever comes in from outside.
 *
 * @param root {@code /}, or a folder that looks like one in tests
 */
record Layout(Path root) {

  Path device(PciAddress device) {
    return devices().resolve(device.toString());
  }

  Path attribute(PciAddress device, Attribute attribute) {
    return device(device).resolve(attribute.file());
  }

  Path bar(PciAddress device, int index) {
    return device(device).resolve("resource" + index);
  }

  Path devices() {
    return root.resolve("sys/bus/pci/devices");
  }

  Path driver(DriverName driver) {
    return root.resolve("sys/bus/pci/drivers").resolve(driver.name());
  }

  Path driversProbe() {
    return root.resolve("sys/bus/pci/drivers_probe");
  }

  Path groupDevices(IommuGroup group) {
    return root.resolve("sys/kernel/iommu_groups").resolve(group.toString()).resolve("devices");
  }

  Path groupNode(IommuGroup group) {
    return root.resolve("dev/vfio").resolve(group.toString());
  }

  /** What a user of a group puts it into. */
  Path vfioContainer() {
    return root.resolve("dev/vfio/vfio");
  }

  /** What the kernel makes instead where there is no IOMMU: passing that through is not safe. */
  Path unsafeGroupNode(IommuGroup group) {
    return root.resolve("dev/vfio").resolve("noiommu-" + group);
  }

  Path blockDevices() {
    return root.resolve("sys/class/block");
  }

  /** Links by number, {@code 226:0}, to whatever makes the node of that number. */
  Path characterDevices() {
    return root.resolve("sys/dev/char");
  }

  Path blockNumbers() {
    return root.resolve("sys/dev/block");
  }

  Path netDevices() {
    return root.resolve("sys/class/net");
  }

  Path mediatedDevices() {
    return root.resolve("sys/bus/mdev/devices");
  }

  Path proc() {
    return root.resolve("proc");
  }

  Path nvidiaUnbindLock(PciAddress device) {
    return proc().resolve("driver/nvidia/gpus").resolve(device.toString()).resolve("unbindLock");
  }

  Path deviceFile() {
    return root.resolve("etc/ostler/devices");
  }

  /** Fences, units and journals; for root's eyes only. */
  Path state() {
    return root.resolve("var/lib/ostler/vfio");
  }

  /** The managed addresses, one a line, for the hook's shell. */
  Path managedList() {
    return root.resolve("var/lib/ostler/vfio-managed");
  }

  Path locks() {
    return root.resolve("run/lock/ostler");
  }

  Path guardFolder() {
    return root.resolve("run/ostler");
  }

  Path guardSocket() {
    return guardFolder().resolve("guard.sock");
  }

  /** Who the guard is: its process and when that began. */
  Path guardProcess() {
    return guardFolder().resolve("guard.pid");
  }
}
