package ostler.flavor.nova;

import java.util.Collection;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import ostler.inventory.HostName;
import ostler.inventory.UnitId;
import ostler.pci.PciAddress;
import ostler.pci.PciClass;
import ostler.pci.PciId;

/**
 * A PCI function of a host, as the allocator knows it and as Nova sees it.
 *
 * @param parent the physical function, of a virtual one
 * @param serial of the card
 * @param group of the host's IOMMU
 * @param unit that it is a member of, once it was taken in
 */
public record NovaDevice(
    HostName host,
    PciAddress address,
    Model model,
    Optional<PciAddress> parent,
    Optional<String> serial,
    Optional<Integer> group,
    Optional<UnitId> unit)
    implements Comparable<NovaDevice> {

  private static final int MAX_LISTED = 3;

  private static final Comparator<NovaDevice> ORDER =
      Comparator.comparing((NovaDevice device) -> device.host().value())
          .thenComparing(NovaDevice::address);

  /** What it is. */
  public record Model(PciId id, PciClass pciClass, DeviceType type) {
    public Model {
      Objects.requireNonNull(id);
      Objects.requireNonNull(pciClass);
      Objects.requireNonNull(type);
    }
  }

  public NovaDevice {
    Objects.requireNonNull(host);
    Objects.requireNonNull(address);
    Objects.requireNonNull(model);
    Objects.requireNonNull(parent);
    Objects.requireNonNull(serial);
    Objects.requireNonNull(group);
    Objects.requireNonNull(unit);
  }

  public PciId id() {
    return model.id();
  }

  public DeviceType type() {
    return model.type();
  }

  /** Whether both are functions of one card: at one place, but for the function's number. */
  boolean sharesSlotWith(NovaDevice other) {
    return host.equals(other.host)
        && address.domain() == other.address.domain()
        && address.bus() == other.address.bus()
        && address.device() == other.address.device();
  }

  /** Some of their addresses, and how many more there are: {@code 0000:01:00.0 and 2 more}. */
  static String listed(Collection<NovaDevice> devices) {
    String first =
        devices.stream()
            .sorted()
            .limit(MAX_LISTED)
            .map(device -> device.address().toString())
            .collect(Collectors.joining(", "));
    int more = devices.size() - MAX_LISTED;
    return more > 0 ? first + " and " + more + " more" : first;
  }

  @Override
  public int compareTo(NovaDevice other) {
    return ORDER.compare(this, other);
  }
}
