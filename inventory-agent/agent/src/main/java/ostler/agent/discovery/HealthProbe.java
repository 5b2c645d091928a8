package ostler.agent.discovery;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import ostler.inventory.LockedAttributes;
import ostler.pci.DriverName;
import ostler.pci.PciAddress;
import ostler.sysfs.ErrorCounters;
import ostler.sysfs.FunctionDirectory;
import ostler.sysfs.Sysfs;

/** Looks at how functions do, before a wipe and after it. */
public final class HealthProbe {

  private final Sysfs sysfs;
  private final LockedProbe locked;

  public HealthProbe(Sysfs sysfs, LockedProbe locked) {
    this.sysfs = sysfs;
    this.locked = locked;
  }

  public Map<PciAddress, HealthReading> read(Collection<PciAddress> functions)
      throws InterruptedException {
    Map<PciAddress, LockedAttributes> probed = locked.read(functions);
    Map<PciAddress, HealthReading> readings = new TreeMap<>();
    for (PciAddress function : functions) {
      LockedAttributes attributes = probed.get(function);
      readings.put(
          function,
          new HealthReading(
              attributes.responds(),
              attributes.link(),
              ErrorCounters.read(sysfs, function).value(),
              attributes.problems()));
    }
    return readings;
  }

  /** The driver that a function is bound to now, which is asked of no device. */
  public Optional<DriverName> driver(PciAddress function) {
    return sysfs.function(function).then(FunctionDirectory::driver).value();
  }
}
