package ostler.inventory;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import ostler.pci.IommuGroup;
import ostler.pci.PciAddress;

/**
 * An IOMMU group with all its members: they go to one tenant together, or to none.
 *
 * @param type absent where the kernel does not say
 * @param members in order of address, as the kernel's own list of the group has them, so that a
 *     member whose attributes could not be read is here all the same
 */
public record Group(IommuGroup number, Optional<GroupType> type, List<Member> members) {

  /** What a member means for handing out the group. */
  public enum Role {
    /** Must be bound to vfio before a tenant may have the group. */
    ENDPOINT,
    /** Stays with the host. */
    BRIDGE,
    /** Its class could not be read; it counts as an endpoint, since it may be one. */
    UNKNOWN
  }

  /** One function in the group. */
  public record Member(PciAddress address, Role role) {
    public Member {
      Objects.requireNonNull(address);
      Objects.requireNonNull(role);
    }
  }

  public Group {
    Objects.requireNonNull(number);
    Objects.requireNonNull(type);
    members = members.stream().sorted(Comparator.comparing(Member::address)).toList();
    if (members.isEmpty()) {
      throw new IllegalArgumentException("group " + number + " has no members");
    }
  }

  /** The members that must move together: all that are not known to be bridges. */
  public List<PciAddress> endpoints() {
    return members.stream()
        .filter(member -> member.role() != Role.BRIDGE)
        .map(Member::address)
        .toList();
  }

  /** The other endpoints of the group, for example a GPU's audio function. */
  public List<PciAddress> companionsOf(PciAddress address) {
    return endpoints().stream().filter(other -> !other.equals(address)).toList();
  }
}
