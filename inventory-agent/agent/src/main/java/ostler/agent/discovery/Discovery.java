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

  /**
   * When a scan that missed something is made again: what came or went under it is there at the
   * next look, and what stays unreadable is asked half as often each time.
   */
  private static final Duration FIRST_RETRY = Duration.ofSeconds(2);

  private final Sysfs sysfs;
  private final HostScan scan;
  private final HostName host;
  private final LockedProbe probe;
  private final GpuWatch gpus;
  private final LongSupplier nanoTime;

  private Glance glance = Glance.NOTHING;
  private Optional<HostInventory> scanned = Optional.empty();
  private Optional<HostInventory> whole = Optional.empty();
  private Map<PciAddress, Probed> probed = new TreeMap<>();
  private long scannedAt;
  private Duration next = FULL_SCAN_INTERVAL;

  /** What a probe told of a function while it was what it was. */
  private record Probed(PciFunction function, LockedAttributes attributes) {

    /** Each further question to a function that hangs would cost one more process. */
    boolean hung() {
      return HealthReading.hung(attributes.problems());
    }
  }

  public Discovery(
      Sysfs sysfs, HostName host, LockedProbe probe, GpuWatch gpus, LongSupplier nanoTime) {
    this.sysfs = sysfs;
    this.scan = new HostScan(sysfs);
    this.host = host;
    this.probe = probe;
    this.gpus = gpus;
    this.nanoTime = nanoTime;
  }

  /** The inventory as it is now, as far as a glance can tell. It waits for no device. */
  public HostInventory look() {
    Glance now = Glance.of(sysfs);
    boolean changed = !now.equals(glance);
    boolean due = nanoTime.getAsLong() - scannedAt > next.toNanos();
    if (scanned.isEmpty() || due || changed) {
      boolean retry = !changed && next.compareTo(FULL_SCAN_INTERVAL) < 0;
      if (due && !retry) {
        probed.values().removeIf(known -> !known.hung());
      }
      glance = now;
      HostInventory found = scan.scan(host);
      next = goodFor(found, retry);
      scanned = Optional.of(found);
      scannedAt = nanoTime.getAsLong();
      whole = scanned.map(this::withProbed);
    }
    return gpus.told(whole.orElseThrow());
  }

  /** How long what was found is good for. */
  private Duration goodFor(HostInventory found, boolean retry) {
    if (found.scanComplete() && found.unread().isEmpty()) {
      return FULL_SCAN_INTERVAL;
    }
    Duration again = retry ? next.multipliedBy(2) : FIRST_RETRY;
    return again.compareTo(FULL_SCAN_INTERVAL) < 0 ? again : FULL_SCAN_INTERVAL;
  }

  /**
   * Asks what may hang of every function of which it is not known; answers whether anything new was
   * learned, which the next look then shows. Only after a look. It may take seconds for each device
   * that hangs.
   */
  public boolean probe() throws InterruptedException {
    List<PciAddress> unknown =
        whole.orElseThrow().functions().stream()
            .filter(PciFunction::isEndpoint)
            .filter(function -> function.locked().isEmpty())
            .map(PciFunction::address)
            .toList();
    if (unknown.isEmpty()) {
      return false;
    }
    Map<PciAddress, LockedAttributes> fresh = probe.read(unknown);
    for (PciFunction function : scanned.orElseThrow().functions()) {
      LockedAttributes attributes = fresh.get(function.address());
      if (attributes != null) {
        probed.put(function.address(), new Probed(function, attributes));
      }
    }
    whole = scanned.map(this::withProbed);
    return true;
  }

  private HostInventory withProbed(HostInventory found) {
    List<PciFunction> functions = new ArrayList<>();
    for (PciFunction function : found.functions()) {
      Probed known = probed.get(function.address());
      boolean same = known != null && known.function().equals(function);
      functions.add(same ? function.withLocked(known.attributes()) : function);
    }
    probed.keySet().retainAll(functions.stream().map(PciFunction::address).toList());
    return found.withFunctions(functions);
  }
}
