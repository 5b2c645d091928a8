package ostler.agent.discovery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import ostler.inventory.HostInventory;
import ostler.inventory.PciFunction;
import ostler.nvml.GpuSight;
import ostler.nvml.GpuSights;
import ostler.pci.DriverName;
import ostler.pci.PciAddress;

/**
 * What NVML knows of the devices that NVIDIA's driver holds, asked on a thread of its own, so that
 * a library that hangs delays nothing. One that hung or crashed is left alone for a while, longer
 * each time: every process that hangs in the kernel stays there.
 */
public final class GpuWatch {

  /**
   * Whoever asks has the device open meanwhile, and wakes it up where nothing else keeps it awake.
   */
  static final Duration INTERVAL = Duration.ofMinutes(5);

  static final Duration FIRST_PAUSE = Duration.ofMinutes(10);
  static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  private static final DriverName NVIDIA = new DriverName("nvidia");
  private static final Duration GLANCE = Duration.ofSeconds(5);

  /** Asks NVML, somewhere where that may be lost; all that were asked for are in the answer. */
  @FunctionalInterface
  public interface Probe {
    GpuSights read(Collection<PciAddress> devices) throws InterruptedException;
  }

  private final Probe probe;
  private final LongSupplier nanoTime;
  private final Semaphore changed = new Semaphore(0);

  private volatile SortedSet<PciAddress> devices = new TreeSet<>();
  private volatile GpuSights known = new GpuSights(Map.of(), false);

  /** Of the watching thread alone. */
  private SortedSet<PciAddress> asked = new TreeSet<>();

  private int brokenInRow;
  private long dueAt;

  public GpuWatch(Probe probe, LongSupplier nanoTime) {
    this.probe = probe;
    this.nanoTime = nanoTime;
    this.dueAt = nanoTime.getAsLong();
  }

  /** The same inventory with what NVML has said; devices in it are asked about from now on. */
  public HostInventory told(HostInventory seen) {
    SortedSet<PciAddress> held = new TreeSet<>();
    List<PciFunction> functions = new ArrayList<>();
    GpuSights now = known;
    boolean any = false;
    for (PciFunction function : seen.functions()) {
      boolean ours = isHeld(function);
      GpuSight sight = ours ? now.of().get(function.address()) : null;
      if (ours) {
        held.add(function.address());
      }
      any |= sight != null;
      functions.add(
          sight == null
              ? function
              : function.withTold(sight.uuid(), sight.serial(), sight.problems()));
    }
    if (!held.equals(devices)) {
      devices = held;
      changed.release();
    }
    return any ? seen.withFunctions(functions) : seen;
  }

  /** NVML knows cards, of which virtual functions are parts. */
  private static boolean isHeld(PciFunction function) {
    return function.driver().filter(NVIDIA::equals).isPresent() && !function.isVirtualFunction();
  }

  /** Watches until the thread is interrupted; {@code news} runs when NVML said something else. */
  public void run(Runnable news) throws InterruptedException {
    while (true) {
      if (ask()) {
        news.run();
      }
      changed.tryAcquire(GLANCE.toMillis(), TimeUnit.MILLISECONDS);
      changed.drainPermits();
    }
  }

  /** Asks NVML if it is time to; answers whether it said something else than before. */
  boolean ask() throws InterruptedException {
    SortedSet<PciAddress> now = devices;
    boolean others = brokenInRow == 0 && !now.equals(asked);
    if (now.isEmpty() || (!others && nanoTime.getAsLong() - dueAt < 0)) {
      return false;
    }
    GpuSights before = known;
    GpuSights fresh = probe.read(now);
    asked = now;
    brokenInRow = fresh.broken() ? brokenInRow + 1 : 0;
    dueAt = nanoTime.getAsLong() + pause(brokenInRow).toNanos();
    known = fresh;
    return !fresh.equals(before);
  }

  /** How long NVML is left alone after it broke so many times in a row. */
  static Duration pause(int brokenInRow) {
    if (brokenInRow == 0) {
      return INTERVAL;
    }
    Duration pause = FIRST_PAUSE;
    for (int more = 1; more < brokenInRow && pause.compareTo(LONGEST_PAUSE) < 0; more++) {
      pause = pause.multipliedBy(2);
    }
    return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
  }
}
