package ostler.root;

import java.time.Duration;

/**
 * Each thing this program asks of the kernel that may not come back, with the time after which it
 * is given up. All of them may wait for the device's lock, which the kernel holds during the whole
 * of a bind, an unbind or a reset.
 */
public enum KernelOperation {
  /** Seconds in the lab's emulated machine are milliseconds elsewhere; reads are never slow. */
  READ("reading an attribute of", 5),
  OVERRIDE("setting the driver override of", 5),
  POWER("setting the power policy of", 10),
  /**
   * vfio waits for whoever has the device open, without end and so that no signal ends it (Linux
   * 6.1, {@code drivers/vfio/vfio_main.c}, {@code vfio_unregister_group_dev}).
   */
  UNBIND("unbinding", 30),
  PROBE("binding", 60),
  UNBIND_LOCK("asking nvidia's driver to let go of", 10),
  RESET_METHOD("choosing the reset method of", 5),
  /** The kernel waits up to 60 s for a device to come back, and some 100 ms before. */
  RESET("resetting", 75),
  /** A vendor's driver may start a manager of its own for the first slice. */
  SLICE_CREATE("creating a slice on", 30),
  /** vfio waits for whoever has the slice open, without end. */
  SLICE_REMOVE("removing a slice of", 30),
  /** Every function is set up and scanned; a large card has dozens. */
  FUNCTIONS("setting the number of virtual functions of", 60),
  /** NVML wakes a card that nothing keeps awake, which takes seconds. */
  NVML("asking NVML of", 30),
  /** Changing it resets some cards. */
  MIG_MODE("setting the MIG mode of", 120),
  CONFIG("reading or writing the configuration space of", 10),
  OPEN_GROUP("opening the vfio group of", 10),
  /** One turn of mapping, filling or reading a part of at most 64 MiB. */
  MEMORY("reaching the memory of", 60);

  private final String words;
  private final Duration limit;

  KernelOperation(String words, int limitSeconds) {
    this.words = words;
    this.limit = Duration.ofSeconds(limitSeconds);
  }

  public Duration limit() {
    return limit;
  }

  /** As a part of a sentence, before the device's address. */
  @Override
  public String toString() {
    return words;
  }
}
