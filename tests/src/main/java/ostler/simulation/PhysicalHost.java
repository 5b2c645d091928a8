package ostler.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import ostler.agent.libvirt.DomainView;
import ostler.agent.privileged.GuardView;
import ostler.inventory.BootId;
import ostler.inventory.Holder;
import ostler.inventory.HostInventory;
import ostler.inventory.HostName;
import ostler.inventory.LockedAttributes;
import ostler.inventory.PciFunction;
import ostler.inventory.Tenant;
import ostler.pci.DriverName;
import ostler.pci.PciAddress;
import ostler.sysfs.Sysfs;

/** A machine with its cards, its kernel, its guard and its domains. It outlives every agent. */
final class PhysicalHost {

  /** The kernel's release, as {@code uname -r} would print it. */
  static final String KERNEL = "6.1.0-simulated";

  private static final String DEVICES = "sys/bus/pci/devices";
  private static final String DRIVERS = "sys/bus/pci/drivers";

  private final HostName name;
  private final Path root;
  private final Dice dice;
  private final List<Card> cards = new ArrayList<>();
  private final List<RootRun> runs = new ArrayList<>();
  private BootId boot;
  private boolean up = true;
  private boolean guardUp = true;
  private boolean scanComplete = true;

  /**
   * @param cards as what each of them can be cut
   */
  PhysicalHost(HostName name, List<Cutting> cards, Path root, Dice dice) {
    this.name = name;
    this.root = root;
    this.dice = dice;
    this.boot = new BootId(dice.uuid());
    for (int slot = 1; slot <= cards.size(); slot++) {
      this.cards.add(new Card(name, slot, slot % 2 == 1, cards.get(slot - 1)));
    }
    this.cards.forEach(this::showDrivers);
  }

  HostName name() {
    return name;
  }

  BootId boot() {
    return boot;
  }

  boolean isUp() {
    return up;
  }

  boolean guardIsUp() {
    return guardUp;
  }

  void setGuardUp(boolean isUp) {
    guardUp = isUp;
  }

  void setScanComplete(boolean complete) {
    scanComplete = complete;
  }

  boolean scansCompletely() {
    return scanComplete;
  }

  List<Card> cards() {
    return cards;
  }

  /** The runs of the root program that have not ended. */
  List<RootRun> runs() {
    return runs;
  }

  Sysfs sysfs() {
    return new Sysfs(root);
  }

  Optional<Card> card(List<PciAddress> members) {
    return cards.stream().filter(card -> card.members().equals(members)).findFirst();
  }

  /** The card that has a function there, or a virtual one. */
  Optional<Card> cardAt(PciAddress address) {
    return cards.stream()
        .filter(card -> card.members().contains(address) || card.cut.isFunction(address))
        .findFirst();
  }

  /** All that tenants can have here, as far as root knows of it. */
  List<Share> shares() {
    List<Share> shares = new ArrayList<>(cards);
    cards.forEach(card -> shares.addAll(card.cut.booked().values()));
    return shares;
  }

  void goDown() {
    up = false;
    runs.clear();
    shares().forEach(share -> share.holder = Optional.empty());
  }

  /** The kernel comes up: another boot id, and the host's own drivers; root's files are kept. */
  void comeUp() {
    up = true;
    guardUp = true;
    boot = new BootId(dice.uuid());
    cards.forEach(
        card -> {
          card.boot();
          card.hung = false;
          showDrivers(card);
        });
  }

  /** A card vanishes; whoever held it holds nothing any more. */
  void unplug(Card card) {
    card.plugged = false;
    card.boot();
    showDrivers(card);
  }

  void plug(Card card) {
    card.plugged = true;
  }

  HostInventory inventory() {
    List<Card> seen =
        cards.stream()
            .filter(card -> card.plugged)
            .collect(Collectors.toCollection(ArrayList::new));
    if (!scanComplete && !seen.isEmpty()) {
      seen.remove(seen.size() - 1);
    }
    return new HostInventory(
        name,
        Optional.of(boot),
        Optional.of(KERNEL),
        true,
        List.of(),
        seen.stream().flatMap(card -> card.shown().stream()).toList(),
        seen.stream().flatMap(card -> card.groups().stream()).toList(),
        List.of(),
        scanComplete,
        List.of());
  }

  GuardView guard() {
    if (!guardUp) {
      return new GuardView.Unknown("the guard does not answer");
    }
    List<GuardView.Group> groups = new ArrayList<>();
    for (Card card : cards) {
      if (card.managed) {
        groups.add(
            new GuardView.Group(
                card.members(),
                isGuarded(card),
                card.permit,
                card.holder.map(PhysicalHost::process).stream().toList(),
                true,
                Optional.empty()));
      }
    }
    return new GuardView.Known(groups, slices());
  }

  private List<GuardView.Slice> slices() {
    List<GuardView.Slice> slices = new ArrayList<>();
    for (Card card : cards) {
      for (Slice slice : card.cut.booked().values()) {
        GuardView.Group group =
            new GuardView.Group(
                List.of(slice.place()),
                isGuarded(slice),
                slice.permit,
                slice.holder.map(PhysicalHost::process).stream().toList(),
                true,
                Optional.empty());
        slices.add(new GuardView.Slice(slice.id.orElseThrow(), slice.there, group));
      }
    }
    return slices;
  }

  DomainView domains() {
    List<DomainView.HoldingDomain> domains = new ArrayList<>();
    for (Card card : cards) {
      card.holder.ifPresent(
          tenant ->
              domains.add(
                  new DomainView.HoldingDomain(
                      domain(tenant), Set.copyOf(card.members()), Set.of())));
      card.cut
          .booked()
          .values()
          .forEach(slice -> slice.holder.ifPresent(tenant -> domains.add(domain(slice, tenant))));
    }
    return new DomainView.Known(domains, Set.of());
  }

  private static DomainView.HoldingDomain domain(Slice slice, Tenant tenant) {
    return new DomainView.HoldingDomain(
        domain(tenant),
        slice.function().map(Set::of).orElse(Set.of()),
        slice.function().isPresent() ? Set.of() : Set.of(slice.id.orElseThrow()));
  }

  /** Whether the guard has the slice's group open. */
  boolean isGuarded(Slice slice) {
    return guardUp && slice.there && slice.permit.isEmpty();
  }

  /** Whether the guard has the group open, so that the kernel lets nobody else in. */
  boolean isGuarded(Card card) {
    return guardUp && card.plugged && card.managed && card.permit.isEmpty() && card.isBound();
  }

  /** Whether the hook and the kernel let a tenant's machine have the card now. */
  boolean lets(Share share, Tenant tenant) {
    boolean there = share instanceof Slice slice ? slice.there : share.card().isBound();
    return up
        && guardUp
        && there
        && share.card().plugged
        && share.holder.isEmpty()
        && share.permit.equals(Optional.of(tenant));
  }

  /** What a probe reads that may hang; here nothing does. */
  Map<PciAddress, LockedAttributes> readLocked(Collection<PciAddress> functions) {
    Map<PciAddress, LockedAttributes> read = new TreeMap<>();
    for (Card card : cards) {
      for (PciFunction function : card.shown()) {
        if (functions.contains(function.address())) {
          read.put(function.address(), function.locked().orElseThrow());
        }
      }
    }
    return read;
  }

  /** What the agent reads of a card's drivers without asking anybody: links in a folder. */
  void showDrivers(Card card) {
    for (PciAddress member : card.members()) {
      show(member, card.driver(member));
    }
  }

  private void show(PciAddress member, Optional<DriverName> driver) {
    Path folder = root.resolve(DEVICES).resolve(member.toString());
    Path link = folder.resolve("driver");
    try {
      Files.createDirectories(folder);
      Files.deleteIfExists(link);
      if (driver.isPresent()) {
        Path target = root.resolve(DRIVERS).resolve(driver.get().name());
        Files.createDirectories(target);
        Files.createSymbolicLink(link, target);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Holder domain(Tenant tenant) {
    return new Holder(Holder.Kind.DOMAIN, tenant.consumer().id(), tenant.consumer().id());
  }

  private static Holder process(Tenant tenant) {
    return new Holder(Holder.Kind.PROCESS, "4242", "qemu of " + tenant.consumer().id());
  }
}
