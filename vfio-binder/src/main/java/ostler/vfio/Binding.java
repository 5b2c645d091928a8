package ostler.vfio;

import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import ostler.pci.DriverName;
import ostler.pci.PciAddress;
import ostler.root.Code;
import ostler.root.Deadline;
import ostler.root.Devices;
import ostler.root.Grip;
import ostler.root.KernelException;
import ostler.root.KernelOperation;
import ostler.root.Layout;
import ostler.root.Outside;
import ostler.root.PowerPolicy;
import ostler.root.Refusal;

/**
 * Moves a unit to vfio-pci and back. Both ways may be begun again from anywhere between, since each
 * step first looks whether it is done already.
 */
final class Binding {

  private static final DriverName NVIDIA = new DriverName("nvidia");

  /** How long a driver's link, or vfio's node, may take to appear behind a successful write. */
  private static final Duration APPEARANCE = Duration.ofSeconds(5);

  private static final Duration PAUSE = Duration.ofMillis(20);

  private final Outside outside;
  private final Deadline deadline;
  private final Devices devices;
  private final PciBus bus;

  Binding(Outside outside, Deadline deadline) {
    this.outside = outside;
    this.deadline = deadline;
    this.devices = new Devices(outside.layout(), deadline);
    this.bus = new PciBus(outside.layout(), deadline);
  }

  /** How each member is now. */
  List<SavedState> save(Members members) throws KernelException {
    List<SavedState> saved = new ArrayList<>();
    for (PciAddress member : members) {
      saved.add(
          new SavedState(
              member,
              devices.driver(member),
              true,
              devices.override(member),
              devices.powerPolicy(member),
              devices.mayLosePower(member)));
    }
    return saved;
  }

  /** Whether all members are on vfio-pci. */
  boolean isWhole(Members members) {
    return members.addresses().stream().allMatch(this::isOnVfio);
  }

  /** Whether no member is on vfio-pci. */
  boolean isNone(Members members) {
    return members.addresses().stream().noneMatch(this::isOnVfio);
  }

  /**
   * Takes all members to vfio-pci. The override comes first and on all, so that no driver can come
   * back between; the power policy comes last, since vfio-pci sets its own when it binds, and a
   * device that sleeps answers nothing.
   *
   * @throws Refusal VFIO_ABSENT, HELD, BIND_FAILED; nothing is undone
   */
  void toVfio(ManagedUnit unit, GroupNow group, Journal.Open journal)
      throws Refusal, KernelException {
    requireVfio();
    for (PciAddress member : unit.members()) {
      if (!devices.override(member).equals(Optional.of(DriverName.VFIO_PCI))) {
        journal.step(JournalStep.Kind.OVERRIDE, member);
        bus.override(member, Optional.of(DriverName.VFIO_PCI));
      }
    }
    for (PciAddress member : unit.members().companionsFirst()) {
      Optional<DriverName> driver = devices.driver(member);
      if (driver.isPresent() && !isOnVfio(member)) {
        unbind(member, driver.get(), journal);
      }
    }
    for (PciAddress member : unit.members()) {
      if (!isOnVfio(member)) {
        probe(member, Optional.of(DriverName.VFIO_PCI), journal);
      }
      stayAwake(member, journal);
    }
    awaitNode(group);
  }

  /**
   * Gives all members back as they were saved.
   *
   * @throws Refusal HELD, and then nothing was changed; ROLLBACK_FAILED
   */
  void toSaved(ManagedUnit unit, GroupNow group, Journal.Open journal)
      throws Refusal, KernelException {
    List<PciAddress> leaving =
        unit.members().companionsFirst().stream()
            .filter(member -> isOnVfio(member) && !saved(unit, member).driver().equals(vfio()))
            .toList();
    unbindAlone(leaving, group, journal);
    for (SavedState saved : unit.saved()) {
      restoreSettings(saved, journal);
    }
    List<PciAddress> mainFirst = new ArrayList<>(unit.members().companionsFirst());
    Collections.reverse(mainFirst);
    for (PciAddress member : mainFirst) {
      if (devices.driver(member).isEmpty()) {
        giveToDriver(saved(unit, member), journal);
      }
    }
  }

  private void giveToDriver(SavedState saved, Journal.Open journal)
      throws Refusal, KernelException {
    if (saved.driver().isPresent()) {
      probe(saved.device(), saved.driver(), journal);
    } else if (!saved.driverKnown()) {
      // Whichever driver takes it is the right one, and so is none.
      journal.step(JournalStep.Kind.PROBE, saved.device());
      bus.probe(saved.device());
    }
  }

  /**
   * Unbinding a device that somebody has open hangs, and /proc does not show all who might: a
   * mapping alone is enough to keep it open. So the group is opened here, which the kernel lets
   * only one do, and held until its devices are gone; holding the group alone holds up no unbind.
   */
  private void unbindAlone(List<PciAddress> leaving, GroupNow group, Journal.Open journal)
      throws Refusal, KernelException {
    if (leaving.isEmpty()) {
      return;
    }
    Optional<Grip> grip = takeAlone(group);
    try {
      for (PciAddress member : leaving) {
        unbind(member, DriverName.VFIO_PCI, journal);
      }
    } finally {
      if (grip.isPresent()) {
        deadline.during(
            KernelOperation.OPEN_GROUP, group.members().first(), () -> grip.get().close());
      }
    }
  }

  /** A group whose node the kernel has not made yet cannot be held either. */
  private Optional<Grip> takeAlone(GroupNow group) throws Refusal, KernelException {
    Layout layout = outside.layout();
    if (!Files.exists(layout.groupNode(group.number()))) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          deadline.within(
              KernelOperation.OPEN_GROUP,
              group.members().first(),
              () -> Grip.of(group.number(), layout)));
    } catch (KernelException e) {
      throw new Refusal(
          Code.HELD,
          e,
          "Somebody has %s open without showing it. Find out who; nothing was changed."
              .formatted(group.members()));
    }
  }

  private static Optional<DriverName> vfio() {
    return Optional.of(DriverName.VFIO_PCI);
  }

  private boolean isOnVfio(PciAddress member) {
    return devices.driver(member).equals(vfio());
  }

  private static SavedState saved(ManagedUnit unit, PciAddress member) {
    return unit.saved().stream()
        .filter(saved -> saved.device().equals(member))
        .findFirst()
        .orElseThrow();
  }

  private void requireVfio() throws Refusal {
    if (!Files.isDirectory(outside.layout().driver(DriverName.VFIO_PCI))) {
      throw new Refusal(
          Code.VFIO_ABSENT,
          "The kernel's driver vfio-pci is not loaded. Load it (modprobe vfio-pci), and have it loaded at boot (/etc/modules-load.d).");
    }
  }

  private void unbind(PciAddress member, DriverName driver, Journal.Open journal)
      throws Refusal, KernelException {
    if (driver.equals(NVIDIA) && !bus.nvidiaLetsGo(member)) {
      throw new Refusal(
          Code.HELD,
          "nvidia's driver does not let go of %s: a program uses it. Stop what nvidia-smi shows, nvidia-persistenced and monitoring."
              .formatted(member));
    }
    journal.step(JournalStep.Kind.UNBIND, member);
    bus.unbind(member, driver);
  }

  /** The write succeeds even where no driver took the device, so the link is what counts. */
  private void probe(PciAddress member, Optional<DriverName> wanted, Journal.Open journal)
      throws Refusal, KernelException {
    journal.step(JournalStep.Kind.PROBE, member);
    bus.probe(member);
    Code code = wanted.equals(vfio()) ? Code.BIND_FAILED : Code.ROLLBACK_FAILED;
    if (!appears(() -> devices.driver(member).equals(wanted))) {
      throw new Refusal(
          code,
          "%s was not taken by the driver %s: it is bound to %s. See the kernel's log (dmesg)."
              .formatted(
                  member,
                  wanted.orElseThrow(),
                  devices.driver(member).map(DriverName::name).orElse("none")));
    }
  }

  private void stayAwake(PciAddress member, Journal.Open journal) throws Refusal, KernelException {
    boolean sleepy = devices.powerPolicy(member).equals(Optional.of(PowerPolicy.AUTO));
    boolean lossy = devices.mayLosePower(member).equals(Optional.of(true));
    if (sleepy || lossy) {
      journal.step(JournalStep.Kind.POWER, member);
    }
    if (lossy) {
      bus.mayLosePower(member, false);
    }
    if (sleepy) {
      bus.powerPolicy(member, PowerPolicy.ON);
    }
  }

  private void restoreSettings(SavedState saved, Journal.Open journal)
      throws Refusal, KernelException {
    PciAddress member = saved.device();
    if (!devices.override(member).equals(saved.override())) {
      journal.step(JournalStep.Kind.OVERRIDE, member);
      bus.override(member, saved.override());
    }
    boolean policy = !devices.powerPolicy(member).equals(saved.power());
    boolean cold = !devices.mayLosePower(member).equals(saved.mayLosePower());
    if (policy || cold) {
      journal.step(JournalStep.Kind.POWER, member);
    }
    if (policy && saved.power().isPresent()) {
      bus.powerPolicy(member, saved.power().get());
    }
    if (cold && saved.mayLosePower().isPresent()) {
      bus.mayLosePower(member, saved.mayLosePower().get());
    }
  }

  private void awaitNode(GroupNow group) throws Refusal {
    Layout layout = outside.layout();
    if (!appears(() -> Files.exists(layout.groupNode(group.number())))) {
      throw new Refusal(
          Code.BIND_FAILED,
          "The kernel made no node for IOMMU group %s in /dev/vfio. See the kernel's log (dmesg), and whether devtmpfs is mounted."
              .formatted(group.number()));
    }
  }

  private boolean appears(java.util.function.BooleanSupplier sight) {
    long looks = deadline.paced(APPEARANCE).dividedBy(PAUSE) + 1;
    for (long look = 0; look < looks; look++) {
      if (sight.getAsBoolean()) {
        return true;
      }
      outside.pause().last(PAUSE);
    }
    return sight.getAsBoolean();
  }
}
