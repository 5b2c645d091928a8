package ostler.vfio;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import ostler.pci.PciAddress;
import ostler.pci.PciId;
import ostler.root.Code;
import ostler.root.Deadline;
import ostler.root.Devices;
import ostler.root.KernelException;
import ostler.root.KernelOperation;
import ostler.root.Layout;
import ostler.root.Refusal;
import ostler.vfio.scrub.MappedRegister;

/**
 * Shows whether a reset happened, by a mark in a register that a reset clears.
 *
 * <p>Most registers will not do: the kernel saves them before a reset and puts them back (Linux
 * 6.1, {@code pci_save_state}). It leaves alone those of interrupts that are not in use, which is
 * how they are while a device rests on vfio-pci: the address to send messages to, or the bit that
 * masks them all. A device with neither may have a register of its own here.
 */
final class ResetMarks {

  private static final int MSI = 0x05;
  private static final int MSI_X = 0x11;
  private static final int CONTROL_OFFSET = 2;
  private static final int MSI_ENABLED = 0x0001;
  private static final int MSI_ADDRESS_OFFSET = 4;
  private static final int MSI_X_ENABLED = 0x8000;
  private static final int MSI_X_ALL_MASKED = 0x4000;

  /** An address has its two lowest bits clear. */
  private static final int MARK = 0x5afe5afc;

  /**
   * QEMU's shared memory device: its first register masks interrupts, which it does not send, and
   * is zero after a reset (QEMU, {@code docs/specs/ivshmem-spec.rst}).
   */
  private static final PciId IVSHMEM = new PciId(0x1af4, 0x1110);

  private static final int PAGE_BYTES = 4096;

  private final Layout layout;
  private final Devices devices;
  private final ConfigSpace config;
  private final Deadline deadline;

  ResetMarks(Layout layout, Deadline deadline) {
    this.layout = layout;
    this.devices = new Devices(layout, deadline);
    this.config = new ConfigSpace(layout, deadline);
    this.deadline = deadline;
  }

  /** Where a mark is. */
  enum Place {
    MSI_ADDRESS,
    MSI_X_MASK,
    OWN_REGISTER
  }

  /**
   * A mark that was made and seen.
   *
   * @param offset in the configuration space; 0 for a register of the device's own
   */
  record Mark(PciAddress device, Place place, int offset) {}

  /** Makes a mark, if there is a place for one that takes it. */
  Optional<Mark> make(PciAddress device, PciId id) throws KernelException {
    for (Mark mark : places(device, id)) {
      set(mark, true);
      if (isThere(mark)) {
        return Optional.of(mark);
      }
    }
    return Optional.empty();
  }

  /** Whether the mark is still there. */
  boolean isThere(Mark mark) throws KernelException {
    return switch (mark.place()) {
      case MSI_ADDRESS -> config.doubleWord(mark.device(), mark.offset()) == MARK;
      case MSI_X_MASK -> (config.word(mark.device(), mark.offset()) & MSI_X_ALL_MASKED) != 0;
      case OWN_REGISTER -> ownRegister(mark.device(), 0, false) != 0;
    };
  }

  /** Takes the mark away: all three places are zero after a reset. */
  void remove(Mark mark) throws KernelException {
    set(mark, false);
  }

  /**
   * What a mark tells after a reset, as evidence: {@code observed} is whether it is known that a
   * reset happened.
   *
   * @throws Refusal RESET_FAILED if the mark is still there
   */
  Map<String, Object> outcome(Optional<Mark> mark) throws Refusal, KernelException {
    if (mark.isEmpty()) {
      return new TreeMap<>(
          Map.of("observed", false, "mark", "none: this model has no register that shows it"));
    }
    if (isThere(mark.get())) {
      remove(mark.get());
      throw new Refusal(
          Code.RESET_FAILED,
          "The reset of %s did nothing: a mark made before it is still there. Choose another method."
              .formatted(mark.get().device()));
    }
    return new TreeMap<>(
        Map.of("observed", true, "mark", mark.get().place().name().toLowerCase(Locale.ROOT)));
  }

  private List<Mark> places(PciAddress device, PciId id) throws KernelException {
    OptionalInt msi = config.capability(device, MSI);
    if (msi.isPresent()
        && (config.word(device, msi.getAsInt() + CONTROL_OFFSET) & MSI_ENABLED) == 0) {
      return List.of(new Mark(device, Place.MSI_ADDRESS, msi.getAsInt() + MSI_ADDRESS_OFFSET));
    }
    OptionalInt msiX = config.capability(device, MSI_X);
    if (msiX.isPresent()
        && (config.word(device, msiX.getAsInt() + CONTROL_OFFSET) & MSI_X_ENABLED) == 0) {
      return List.of(new Mark(device, Place.MSI_X_MASK, msiX.getAsInt() + CONTROL_OFFSET));
    }
    boolean aligned =
        devices.bars(device).stream()
            .anyMatch(bar -> bar.index() == 0 && bar.start() % PAGE_BYTES == 0);
    return id.equals(IVSHMEM) && aligned
        ? List.of(new Mark(device, Place.OWN_REGISTER, 0))
        : List.of();
  }

  private void set(Mark mark, boolean there) throws KernelException {
    switch (mark.place()) {
      case MSI_ADDRESS -> config.setDoubleWord(mark.device(), mark.offset(), there ? MARK : 0);
      case MSI_X_MASK -> {
        int control = config.word(mark.device(), mark.offset()) & ~MSI_X_ALL_MASKED;
        config.setWord(mark.device(), mark.offset(), there ? control | MSI_X_ALL_MASKED : control);
      }
      case OWN_REGISTER -> ownRegister(mark.device(), there ? 1 : 0, true);
    }
  }

  /** Its memory BARs answer only while the command register says so. */
  private int ownRegister(PciAddress device, int value, boolean write) throws KernelException {
    int command = config.command(device);
    config.setCommand(device, command | ConfigSpace.COMMAND_MEMORY);
    int read =
        deadline.within(
            KernelOperation.MEMORY,
            device,
            () -> {
              MappedRegister register = new MappedRegister(layout.bar(device, 0));
              if (write) {
                register.set(value);
              }
              return register.get();
            });
    config.setCommand(device, command);
    return read;
  }
}
