package ostler.lab;

import java.io.IOException;
import java.time.Duration;

/** What an operator does by hand to a device in the guest, through sysfs alone. */
public final class GuestPci {

  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private final LabMachine machine;

  /** Works in one machine. */
  public GuestPci(LabMachine machine) {
    this.machine = machine;
  }

  /** Number of the device's IOMMU group, as the kernel says. */
  public int group(LabDevice device) throws IOException, InterruptedException, LabException {
    return Integer.parseInt(
        machine.run("basename $(readlink -f " + device.sysfs() + "/iommu_group)", DEADLINE));
  }

  /** One attribute's text. */
  public String attribute(LabDevice device, String name)
      throws IOException, InterruptedException, LabException {
    return machine.run("cat " + device.sysfs() + "/" + name, DEADLINE);
  }

  /** Name of the driver, empty where there is none. */
  public String driver(LabDevice device) throws IOException, InterruptedException, LabException {
    return machine.run("basename \"$(readlink " + device.sysfs() + "/driver)\"", DEADLINE);
  }

  /** Binds a device to vfio-pci by driver_override. */
  public void bindVfio(LabDevice device) throws IOException, InterruptedException, LabException {
    machine.run(
        """
        cd %1$s; echo vfio-pci >driver_override
        if [ -e driver ]; then echo %2$s >driver/unbind; fi
        echo %2$s >/sys/bus/pci/drivers_probe
        [ "$(basename $(readlink driver))" = vfio-pci ]
        """
            .formatted(device.sysfs(), device.address()),
        DEADLINE);
  }

  /** Leaves a device without driver and without driver_override, as after boot. */
  public void unbind(LabDevice device) throws IOException, InterruptedException, LabException {
    machine.run(
        """
        cd %1$s
        if [ -e driver ]; then echo %2$s >driver/unbind; fi
        echo >driver_override
        """
            .formatted(device.sysfs(), device.address()),
        DEADLINE);
  }

  /** Writes 1 to the device's {@code reset}; the result says what the kernel thought of it. */
  public GuestResult reset(LabDevice device)
      throws IOException, InterruptedException, LabException {
    return machine.exec("echo 1 >" + device.sysfs() + "/reset", DEADLINE);
  }
}
