package ostler.agent.reconcile;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import ostler.agent.libvirt.DomainView;
import ostler.agent.privileged.GuardView;
import ostler.agent.privileged.SliceProgram.Booked;
import ostler.agent.privileged.SliceProgram.Standing;
import ostler.inventory.ForeignHolder;
import ostler.inventory.Holder;
import ostler.inventory.HostInventory;
import ostler.inventory.PciFunction;
import ostler.inventory.SliceHandle;
import ostler.inventory.SliceId;
import ostler.inventory.SlicePart;
import ostler.inventory.SriovParent;
import ostler.inventory.UnitKind;
import ostler.inventory.UnitMember;
import ostler.inventory.UnitMembers;
import ostler.inventory.UnitOrder;
import ostler.pci.DriverName;
import ostler.pci.PciAddress;

/**
 * One look at the host: its devices, its guard, and its domains.
 *
 * @param inventory of the last scan
 * @param domains empty where the host has no libvirt to ask
 */
public record Observation(HostInventory inventory, GuardView guard, Optional<DomainView> domains) {

  public Observation {
    Objects.requireNonNull(inventory);
    Objects.requireNonNull(guard);
    Objects.requireNonNull(domains);
  }

  /**
   * What this look shows of one unit.
   *
   * @param slice the making of a typed slice that may be on the host
   * @param slices how many slices of a whole unit may be on the host
   */
  UnitSight of(UnitOrder order, Optional<SliceId> slice, int slices) {
    return order.slice().isPresent()
        ? slice(order, order.slice().get(), slice)
        : functions(order.members(), slices);
  }

  /** A unit that is what its members are. */
  private UnitSight functions(UnitMembers members, int slices) {
    Presence presence = presence(members);
    Optional<GuardView.Group> group = guardedGroup(members.addresses());
    return new UnitSight(
        presence,
        presence == Presence.HERE && members.members().stream().allMatch(this::isBound),
        guard instanceof GuardView.Known,
        group,
        holders(domain -> domain.devices().stream().anyMatch(members.addresses()::contains), group),
        holdersUnknown(group),
        Optional.of(card(members, slices)),
        Optional.empty());
  }

  /** A unit that its vendor's driver makes of its members. */
  private UnitSight slice(UnitOrder order, SlicePart part, Optional<SliceId> slice) {
    Optional<GuardView.Slice> seen = slice.flatMap(this::guardedSlice);
    Optional<GuardView.Group> group = seen.map(GuardView.Slice::group);
    boolean onFunction = order.kind() == UnitKind.VENDOR_VF;
    return new UnitSight(
        presence(order, part),
        seen.filter(GuardView.Slice::there).isPresent(),
        guard instanceof GuardView.Known,
        group,
        holders(
            domain ->
                slice.filter(domain.mediated()::contains).isPresent()
                    || (onFunction
                        && domain.devices().stream()
                            .anyMatch(order.members().addresses()::contains)),
            group),
        holdersUnknown(group),
        Optional.empty(),
        seen.filter(GuardView.Slice::there)
            .filter(there -> !onFunction)
            .map(there -> new SliceHandle(there.id().toString())));
  }

  /**
   * What is known of a MIG instance, which has no group that a guard could keep: by root's program
   * alone.
   *
   * @param parent what that last said of the card; absent where nothing is known
   */
  UnitSight instance(UnitOrder order, Optional<SliceId> slice, Optional<Standing> parent) {
    Optional<Booked> seen = parent.flatMap(card -> slice.flatMap(card::slice));
    List<Holder> holders = seen.map(Booked::holders).orElse(List.of());
    boolean unknown = parent.isEmpty() || seen.filter(one -> !one.holdersKnown()).isPresent();
    return new UnitSight(
        presence(order, order.slice().orElseThrow()),
        seen.filter(Booked::there).isPresent(),
        parent.isPresent(),
        seen.map(
            one ->
                new GuardView.Group(
                    order.members().addresses(),
                    false,
                    one.permit(),
                    holders,
                    !unknown,
                    Optional.empty())),
        holders,
        Optional.of("ostler-mdev could not see who uses the instance").filter(why -> unknown),
        Optional.empty(),
        seen.filter(Booked::there).flatMap(Booked::handle));
  }

  private Presence presence(UnitOrder order, SlicePart part) {
    Presence members = presence(order.members());
    Presence parent = presence(part.parent());
    return parent.compareTo(members) > 0 ? parent : members;
  }

  /** Slices are cut from the member that can have virtual functions, or else from the first. */
  private Card card(UnitMembers members, int slices) {
    PciAddress parent =
        members.addresses().stream()
            .filter(member -> inventory.function(member).flatMap(PciFunction::sriov).isPresent())
            .findFirst()
            .orElse(members.addresses().get(0));
    Optional<PciFunction> function = inventory.function(parent);
    Optional<SriovParent> sriov = function.flatMap(PciFunction::sriov);
    return new Card(
        parent,
        function.flatMap(PciFunction::driver),
        sriov.isPresent(),
        sriov.map(has -> has.functions().size()).orElse(0),
        slices);
  }

  /** Domains that hold devices of which none is a member of a unit known here. */
  List<ForeignHolder> foreign(Set<PciAddress> known) {
    List<ForeignHolder> foreign = new ArrayList<>();
    for (DomainView.HoldingDomain domain : holdingDomains()) {
      Set<PciAddress> others = new HashSet<>(domain.devices());
      others.removeAll(known);
      if (!others.isEmpty()) {
        foreign.add(new ForeignHolder(List.copyOf(others), domain.domain()));
      }
    }
    return foreign;
  }

  private Presence presence(UnitMembers members) {
    Presence worst = Presence.HERE;
    for (UnitMember member : members.members()) {
      Presence presence = presence(member);
      worst = presence.compareTo(worst) > 0 ? presence : worst;
    }
    return worst == Presence.HERE ? wholeness(members.addresses()) : worst;
  }

  private Presence presence(UnitMember member) {
    String name = member.address().toString();
    if (inventory.unread().stream().anyMatch(device -> device.name().equals(name))) {
      return Presence.NOT_SEEN;
    }
    return inventory
        .function(member.address())
        .map(
            found ->
                found.identity().contradicts(member.identity())
                    ? Presence.OTHER_DEVICE
                    : Presence.HERE)
        .orElse(inventory.scanComplete() ? Presence.MISSING : Presence.NOT_SEEN);
  }

  /** Whether the members are one IOMMU group's endpoints, all of them and no others. */
  private Presence wholeness(List<PciAddress> members) {
    return inventory
        .function(members.get(0))
        .flatMap(inventory::groupOf)
        .map(group -> group.endpoints().equals(members) ? Presence.HERE : Presence.OTHER_GROUP)
        .orElse(inventory.scanComplete() ? Presence.NO_GROUP : Presence.NOT_SEEN);
  }

  private boolean isBound(UnitMember member) {
    return inventory
        .function(member.address())
        .flatMap(function -> function.driver())
        .filter(DriverName.VFIO_PCI::equals)
        .isPresent();
  }

  private Optional<GuardView.Group> guardedGroup(List<PciAddress> members) {
    return guard instanceof GuardView.Known known
        ? known.groups().stream().filter(group -> group.members().equals(members)).findFirst()
        : Optional.empty();
  }

  private Optional<GuardView.Slice> guardedSlice(SliceId id) {
    return guard instanceof GuardView.Known known
        ? known.slices().stream().filter(slice -> slice.id().equals(id)).findFirst()
        : Optional.empty();
  }

  private List<Holder> holders(
      Predicate<DomainView.HoldingDomain> has, Optional<GuardView.Group> group) {
    List<Holder> holders = new ArrayList<>();
    for (DomainView.HoldingDomain domain : holdingDomains()) {
      if (has.test(domain)) {
        holders.add(domain.domain());
      }
    }
    group.ifPresent(guarded -> holders.addAll(guarded.holders()));
    return holders;
  }

  /** Why nobody can say who holds the unit; empty if somebody can. */
  private Optional<String> holdersUnknown(Optional<GuardView.Group> group) {
    if (guard instanceof GuardView.Unknown unknown) {
      return Optional.of(unknown.why());
    }
    if (domains.isPresent() && domains.get() instanceof DomainView.Unknown unknown) {
      return Optional.of(unknown.why());
    }
    return group
        .filter(guarded -> !guarded.holdersKnown())
        .map(
            guarded ->
                guarded
                    .problem()
                    .map(problem -> problem.message())
                    .orElse("the guard could not look at all processes"));
  }

  private List<DomainView.HoldingDomain> holdingDomains() {
    return domains.isPresent() && domains.get() instanceof DomainView.Known known
        ? known.domains()
        : List.of();
  }
}
