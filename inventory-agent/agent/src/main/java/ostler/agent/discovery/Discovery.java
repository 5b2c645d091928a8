package ostler.agent.discovery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import ostler.inventory.HostInventory;
import ostler.inventory.HostName;
import ostler.inventory.LockedAttributes;
import ostler.inventory.PciFunction;
import ostler.pci.PciAddress;
import ostler.sysfs.Glance;
import ostler.sysfs.HostScan;
import ostler.sysfs.Sysfs;

/**
 * The host's inventory, kept fresh. A full scan is made at the first look, when a cheap glance sees
 * another list of functions or another driver, and once in a while; what may hang is asked of a
 * probe, and only about functions that are new or have changed.
 *
 * <p>Not for several threads.
 */
public final class Discovery {

  /** What no glance sees, such as a link that was retrained, is seen after this at the latest. */
  private static final Duration FULL_SCAN_INTERVAL = Duration.ofMinutes(10);

  private final Sysfs sysfs;
  private final HostScan scan;
  private final HostName host;
  private final LockedProbe probe;
  private final LongSupplier nanoTime;

  private Glance glance = Glance.NOTHING;
  private Optional<HostInventory> last = Optional.empty();
  private Map<PciAddress, Probed> probed = new TreeMap<>();
  private long scannedAt;

  /** What a probe told of a function while it was what it was. */
  private record Probed(PciFunction function, LockedAttributes attributes) {

    /** Each further question to a function that hangs would cost one more process. */
    boolean hung() {
      return HealthReading.hung(attributes.problems());
    }
  }

  public Discovery(Sysfs sysfs, HostName host, LockedProbe probe, LongSupplier nanoTime) {
    this.sysfs = sysfs;
    this.scan = new HostScan(sysfs);
    this.host = host;
    this.probe = probe;
    this.nanoTime = nanoTime;
  }

  /** The inventory as it is now, as far as a glance can tell. */
  public HostInventory look() throws InterruptedException {
    Glance now = Glance.of(sysfs);
    boolean due = nanoTime.getAsLong() - scannedAt > FULL_SCAN_INTERVAL.toNanos();
    if (last.isEmpty() || due || !now.equals(glance)) {
      if (due) {
        probed.values().removeIf(known -> !known.hung());
      }
      glance = now;
      last = Optional.of(scan());
      scannedAt = nanoTime.getAsLong();
    }
    return last.get();
  }

  private HostInventory scan() throws InterruptedException {
    HostInventory found = scan.scan(host);
    List<PciAddress> unknown =
        found.functions().stream()
            .filter(PciFunction::isEndpoint)
            .filter(function -> !isProbed(function))
            .map(PciFunction::address)
            .toList();
    Map<PciAddress, LockedAttributes> fresh = unknown.isEmpty() ? Map.of() : probe.read(unknown);
    Map<PciAddress, Probed> next = new TreeMap<>();
    List<PciFunction> whole = new ArrayList<>();
    for (PciFunction function : found.functions()) {
      LockedAttributes attributes = fresh.get(function.address());
      Probed known =
          attributes == null ? probed.get(function.address()) : new Probed(function, attributes);
      if (known == null) {
        whole.add(function);
      } else {
        next.put(function.address(), known);
        whole.add(function.withLocked(known.attributes()));
      }
    }
    probed = next;
    return found.withFunctions(whole);
  }

  private boolean isProbed(PciFunction function) {
    Probed before = probed.get(function.address());
    return before != null && before.function().equals(function);
  }
}
