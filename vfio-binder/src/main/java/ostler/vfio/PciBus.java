package ostler.vfio;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import ostler.pci.DriverName;
import ostler.pci.PciAddress;
import ostler.pci.ResetMethod;
import ostler.root.Attribute;
import ostler.root.Deadline;
import ostler.root.KernelException;
import ostler.root.KernelFiles;
import ostler.root.KernelOperation;
import ostler.root.Layout;
import ostler.root.PowerPolicy;

/**
 * Every write to sysfs that this program makes, each a method of its own and each with a deadline.
 * {@code new_id} is not among them: it would bind every card of a model.
 */
final class PciBus {

  private final Layout layout;
  private final KernelFiles files;

  PciBus(Layout layout, Deadline deadline) {
    this.layout = layout;
    this.files = new KernelFiles(deadline);
  }

  /** Says which driver alone may bind to it; with none, any that knows it may. Unbinds nothing. */
  void override(PciAddress device, Optional<DriverName> driver) throws KernelException {
    files.write(
        KernelOperation.OVERRIDE,
        device,
        layout.attribute(device, Attribute.DRIVER_OVERRIDE),
        driver.map(DriverName::name).orElse("\n"));
  }

  /** Takes it from this driver; ENODEV if it is not bound to it. */
  void unbind(PciAddress device, DriverName driver) throws KernelException {
    files.write(
        KernelOperation.UNBIND, device, layout.driver(driver).resolve("unbind"), device.toString());
  }

  /** Lets the kernel look for its driver. Success does not mean that one was found. */
  void probe(PciAddress device) throws KernelException {
    files.write(KernelOperation.PROBE, device, layout.driversProbe(), device.toString());
  }

  void powerPolicy(PciAddress device, PowerPolicy policy) throws KernelException {
    files.write(
        KernelOperation.POWER,
        device,
        layout.attribute(device, Attribute.POWER_CONTROL),
        policy.toString());
  }

  void mayLosePower(PciAddress device, boolean allowed) throws KernelException {
    files.write(
        KernelOperation.POWER,
        device,
        layout.attribute(device, Attribute.D3COLD_ALLOWED),
        allowed ? "1" : "0");
  }

  /**
   * Leaves the kernel these methods alone, in this order; with none, it cannot reset the device.
   */
  void resetMethods(PciAddress device, List<ResetMethod> methods) throws KernelException {
    files.write(
        KernelOperation.RESET_METHOD,
        device,
        layout.attribute(device, Attribute.RESET_METHOD),
        methods.isEmpty()
            ? "\n"
            : methods.stream().map(ResetMethod::kernelName).collect(Collectors.joining(" ")));
  }

  /** Resets it by the first of its methods that does not say it cannot. */
  void reset(PciAddress device) throws KernelException {
    files.write(KernelOperation.RESET, device, layout.attribute(device, Attribute.RESET), "1");
  }

  /**
   * Asks nvidia's driver to let no new user in, which it grants only while it has none: without
   * that, unbinding it waits for the last user for ever (NVIDIA's open kernel modules, {@code
   * nv-procfs.c}). The lock is taken by writing, and whether it was granted is read afterwards.
   */
  boolean nvidiaLetsGo(PciAddress device) throws KernelException {
    Path lock = layout.nvidiaUnbindLock(device);
    files.write(KernelOperation.UNBIND_LOCK, device, lock, "1");
    return files.read(KernelOperation.UNBIND_LOCK, device, lock).equals(Optional.of("1"));
  }
}
