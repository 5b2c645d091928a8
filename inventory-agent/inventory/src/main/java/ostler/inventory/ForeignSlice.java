package ostler.inventory;

import java.util.Objects;
import java.util.Optional;
import ostler.pci.PciAddress;

/**
 * A slice that is on a host and that no order made. It is reported, and left alone.
 *
 * @param place the function that it is on
 * @param id the kernel's name of it, where it has one
 * @param hostType the host's name or number of its type, where it can be read
 */
public record ForeignSlice(
    UnitKind kind, PciAddress place, Optional<String> id, Optional<MdevTypeId> hostType) {
  public ForeignSlice {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(place);
    Objects.requireNonNull(id);
    Objects.requireNonNull(hostType);
  }
}
