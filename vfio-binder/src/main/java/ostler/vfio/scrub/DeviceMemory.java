package ostler.vfio.scrub;

import java.util.List;
import java.util.Optional;
import ostler.pci.PciClass;
import ostler.pci.PciId;

/**
 * Where a kind of device keeps what its tenant wrote, as far as it can be reached through its BARs.
 *
 * <p>It counts only where the BAR is the memory, the whole of it. A GPU's BAR is a window that the
 * GPU moves about, so filling the window proves nothing: such devices are not in this table, and
 * have to be refused.
 */
public enum DeviceMemory {
  /**
   * A RAM controller (0500): its prefetchable BARs are the RAM itself, the others registers. QEMU's
   * ivshmem is one. Flash (0501) and CXL memory (0502) are not, since they are written in other
   * ways.
   */
  RAM_CONTROLLER("its prefetchable BARs are its memory") {
    @Override
    boolean covers(PciId id, PciClass pciClass) {
      return pciClass.baseAndSub() == 0x0500;
    }

    @Override
    public boolean isMemory(int bar, boolean prefetchable) {
      return prefetchable;
    }
  },
  /** QEMU's standard VGA and bochs-display: BAR 0 is all of the video memory, vgamem_mb long. */
  BOCHS_DISPLAY("BAR 0 is all of its video memory") {
    @Override
    boolean covers(PciId id, PciClass pciClass) {
      return id.equals(new PciId(0x1234, 0x1111));
    }

    @Override
    public boolean isMemory(int bar, boolean prefetchable) {
      return bar == 0;
    }
  },
  /**
   * ATI Rage 128 Pro, which QEMU emulates: BAR 0 is as long as its linear frame buffer, with all of
   * the video memory in it.
   */
  RAGE_128("BAR 0 is all of its video memory") {
    @Override
    boolean covers(PciId id, PciClass pciClass) {
      return id.equals(new PciId(0x1002, 0x5046));
    }

    @Override
    public boolean isMemory(int bar, boolean prefetchable) {
      return bar == 0;
    }
  },
  /**
   * A card's companions: its sound (0403), its USB (0c03) and USB-C (0c80) controllers work on the
   * machine's memory and have registers only.
   */
  COMPANION("it has registers and no memory of its own") {
    @Override
    boolean covers(PciId id, PciClass pciClass) {
      return List.of(0x0403, 0x0c03, 0x0c80).contains(pciClass.baseAndSub());
    }

    @Override
    public boolean isMemory(int bar, boolean prefetchable) {
      return false;
    }
  };

  private static final DeviceMemory[] ALL = values();

  private final String reason;

  DeviceMemory(String reason) {
    this.reason = reason;
  }

  /** What is known of a model; empty where its memory cannot be reached through its BARs. */
  public static Optional<DeviceMemory> of(PciId id, PciClass pciClass) {
    for (DeviceMemory kind : ALL) {
      if (kind.covers(id, pciClass)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  abstract boolean covers(PciId id, PciClass pciClass);

  /** Whether a BAR is memory, and not registers. */
  public abstract boolean isMemory(int bar, boolean prefetchable);

  /** Why filling those BARs clears the device, for the evidence. */
  public String reason() {
    return reason;
  }
}
