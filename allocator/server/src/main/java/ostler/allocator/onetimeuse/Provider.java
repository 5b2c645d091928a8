package ostler.allocator.onetimeuse;

import java.util.Optional;
import java.util.UUID;
import ostler.inventory.HostName;
import ostler.pci.PciAddress;

/**
 * A resource provider of Placement's.
 *
 * @param name Nova calls that of a PCI device by the compute node, an underscore and the address
 */
record Provider(UUID id, String name, long generation) {

  /** A function of a host. */
  record Seat(HostName host, PciAddress address) {}

  /** Which function it is; absent where its name is no such name. */
  Optional<Seat> seat() {
    int mark = name.lastIndexOf('_');
    if (mark < 0) {
      return Optional.empty();
    }
    return HostName.tryParse(name.substring(0, mark))
        .flatMap(
            host ->
                PciAddress.tryParse(name.substring(mark + 1))
                    .map(address -> new Seat(host, address)));
  }
}
