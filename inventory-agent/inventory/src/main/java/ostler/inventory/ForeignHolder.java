package ostler.inventory;

import java.util.List;
import java.util.Objects;
import ostler.pci.PciAddress;

/** Devices that no order is about and that somebody on the host holds. */
public record ForeignHolder(List<PciAddress> members, Holder holder) {
  public ForeignHolder {
    members = members.stream().sorted().toList();
    Objects.requireNonNull(holder);
    if (members.isEmpty()) {
      throw new IllegalArgumentException("a foreign holder holds at least one device");
    }
  }
}
