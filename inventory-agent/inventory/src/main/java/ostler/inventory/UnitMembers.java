package ostler.inventory;

import java.util.Comparator;
import java.util.List;
import ostler.pci.PciAddress;

/** All functions of one unit, in order of address: they move together or not at all. */
public record UnitMembers(List<UnitMember> members) {

  /** A bus behind a conventional bridge has 32 devices of 8 functions: the largest group known. */
  public static final int MAX_MEMBERS = 256;

  public UnitMembers {
    members = members.stream().sorted(Comparator.comparing(UnitMember::address)).toList();
    if (members.isEmpty() || members.size() > MAX_MEMBERS) {
      throw new IllegalArgumentException("a unit has 1 to " + MAX_MEMBERS + " members");
    }
    if (members.stream().map(UnitMember::address).distinct().count() < members.size()) {
      throw new IllegalArgumentException("two members of a unit have one address");
    }
  }

  public List<PciAddress> addresses() {
    return members.stream().map(UnitMember::address).toList();
  }

  /** The addresses with spaces between, for people. */
  @Override
  public String toString() {
    return String.join(" ", addresses().stream().map(PciAddress::toString).toList());
  }
}
