package ostler.vfio;

import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import ostler.pci.PciAddress;

/**
 * The functions that make a whole unit: all endpoints of one IOMMU group.
 *
 * @param addresses 1 to 64, in order, each once
 */
record Members(List<PciAddress> addresses) implements Iterable<PciAddress> {

  private static final int MAX = 64;

  Members {
    addresses = addresses.stream().sorted().toList();
    if (addresses.isEmpty() || addresses.size() > MAX) {
      throw new IllegalArgumentException("members are 1 to 64 addresses");
    }
    if (addresses.stream().distinct().count() < addresses.size()) {
      throw new IllegalArgumentException("members name an address twice");
    }
  }

  /** The lowest address, by which this program keeps what it knows of the unit. */
  PciAddress first() {
    return addresses.get(0);
  }

  boolean shareAnyWith(Members other) {
    return addresses.stream().anyMatch(other.addresses::contains);
  }

  /**
   * The order in which drivers let go: a card's companion functions before its function 0, which
   * their drivers may lean on.
   */
  List<PciAddress> companionsFirst() {
    return addresses.stream()
        .sorted((a, b) -> Boolean.compare(a.function() == 0, b.function() == 0))
        .toList();
  }

  @Override
  public Iterator<PciAddress> iterator() {
    return addresses.iterator();
  }

  /** The addresses with commas, for a sentence. */
  @Override
  public String toString() {
    return addresses.stream().map(PciAddress::toString).collect(Collectors.joining(", "));
  }
}
