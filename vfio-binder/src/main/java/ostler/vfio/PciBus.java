package ostler.vfio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import ostler.pci.DriverName;
import ostler.pci.PciAddress;
import ostler.pci.ResetMethod;

/**
 * Every write to sysfs that this program makes, each a method of its own and each with a deadline.
 * {@code new_id} is not among them: it would bind every card of a model.
 */
final class PciBus {

  private final Layout layout;
  private final Deadline deadline;

  PciBus(Layout layout, Deadline deadline) {
    this.layout = layout;
    this.deadline = deadline;
  }

  /** Says which driver alone may bind to it; with none, any that knows it may. Unbinds nothing. */
  void override(PciAddress device, Optional<DriverName> driver) throws KernelException {
    write(
        KernelOperation.OVERRIDE,
        device,
        layout.attribute(device, Attribute.DRIVER_OVERRIDE),
        driver.map(DriverName::name).orElse("\n"));
  }

  /** Takes it from this driver; ENODEV if it is not bound to it. */
  void unbind(PciAddress device, DriverName driver) throws KernelException {
    write(
        KernelOperation.UNBIND, device, layout.driver(driver).resolve("unbind"), device.toString());
  }

  /** Lets the kernel look for its driver. Success does not mean that one was found. */
  void probe(PciAddress device) throws KernelException {
    write(KernelOperation.PROBE, device, layout.driversProbe(), device.toString());
  }

  void powerPolicy(PciAddress device, PowerPolicy policy) throws KernelException {
    write(
        KernelOperation.POWER,
        device,
        layout.attribute(device, Attribute.POWER_CONTROL),
        policy.toString());
  }

  void mayLosePower(PciAddress device, boolean allowed) throws KernelException {
    write(
        KernelOperation.POWER,
        device,
        layout.attribute(device, Attribute.D3COLD_ALLOWED),
        allowed ? "1" : "0");
  }

  /**
   * Leaves the kernel these methods alone, in this order; with none, it cannot reset the device.
   */
  void resetMethods(PciAddress device, List<ResetMethod> methods) throws KernelException {
    write(
        KernelOperation.RESET_METHOD,
        device,
        layout.attribute(device, Attribute.RESET_METHOD),
        methods.isEmpty()
            ? "\n"
            : methods.stream().map(ResetMethod::kernelName).collect(Collectors.joining(" ")));
  }

  /** Resets it by the first of its methods that does not say it cannot. */
  void reset(PciAddress device) throws KernelException {
    write(KernelOperation.RESET, device, layout.attribute(device, Attribute.RESET), "1");
  }

  /**
   * Asks nvidia's driver to let no new user in, which it grants only while it has none: without
   * that, unbinding it waits for the last user for ever (NVIDIA's open kernel modules, {@code
   * nv-procfs.c}). The lock is taken by writing, and whether it was granted is read afterwards.
   */
  boolean nvidiaLetsGo(PciAddress device) throws KernelException {
    Path lock = layout.nvidiaUnbindLock(device);
    write(KernelOperation.UNBIND_LOCK, device, lock, "1");
    return deadline.within(
        KernelOperation.UNBIND_LOCK, device, () -> Files.readString(lock).strip().equals("1"));
  }

  /** One write(2) for one value, into a file that must be there: never creating one. */
  private void write(KernelOperation operation, PciAddress device, Path file, String value)
      throws KernelException {
    ByteBuffer bytes = ByteBuffer.wrap(value.getBytes(StandardCharsets.US_ASCII));
    deadline.during(
        operation,
        device,
        () -> {
          try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            if (channel.write(bytes) != bytes.limit()) {
              throw new IOException("the value was taken in part only");
            }
          }
        });
  }
}
