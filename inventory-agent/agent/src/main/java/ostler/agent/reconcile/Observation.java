package ostler.agent.reconcile;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import ostler.agent.libvirt.DomainView;
import ostler.agent.privileged.GuardView;
import ostler.inventory.ForeignHolder;
import ostler.inventory.Holder;
import ostler.inventory.HostInventory;
import ostler.inventory.UnitMember;
import ostler.inventory.UnitMembers;
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

  /** What this look shows of one unit. */
  UnitSight of(UnitMembers members) {
    Presence presence = presence(members);
    Optional<GuardView.Group> group = guardedGroup(members.addresses());
    return new UnitSight(
        presence,
        presence == Presence.HERE && members.members().stream().allMatch(this::isBound),
        guard instanceof GuardView.Known,
        group,
        holders(members.addresses(), group),
        holdersUnknown(group));
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

  private List<Holder> holders(List<PciAddress> members, Optional<GuardView.Group> group) {
    List<Holder> holders = new ArrayList<>();
    for (DomainView.HoldingDomain domain : holdingDomains()) {
      if (domain.devices().stream().anyMatch(members::contains)) {
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
