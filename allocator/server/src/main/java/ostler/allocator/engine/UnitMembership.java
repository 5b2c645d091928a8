package ostler.allocator.engine;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import ostler.inventory.Group;
import ostler.inventory.HostInventory;
import ostler.pci.IommuGroup;
import ostler.pci.PciAddress;

/** What a unit's members say about the unit. */
final class UnitMembership {

  private UnitMembership() {}

  static boolean allPresent(List<Device> members) {
    return members.stream().allMatch(Device::present);
  }

  /**
   * Whether the members are exactly the endpoints of one IOMMU group. Where that cannot be seen,
   * because a member is missing or shows no group, it is taken to be as it was.
   */
  static boolean groupWhole(List<Device> members, HostInventory shown, boolean before) {
    Set<Optional<IommuGroup>> groups =
        members.stream().map(member -> member.where().group()).collect(Collectors.toSet());
    if (!allPresent(members) || groups.contains(Optional.empty())) {
      return before;
    }
    Set<PciAddress> addresses = members.stream().map(Device::address).collect(Collectors.toSet());
    return groups.size() == 1
        && shown
            .group(groups.iterator().next().orElseThrow())
            .map(Group::endpoints)
            .map(endpoints -> Set.copyOf(endpoints).equals(addresses))
            .orElse(before);
  }
}
