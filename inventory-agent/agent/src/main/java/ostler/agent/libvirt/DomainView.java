package ostler.agent.libvirt;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import ostler.inventory.Holder;
import ostler.inventory.SliceId;
import ostler.pci.PciAddress;

/** What libvirt says of who has which PCI device. */
public sealed interface DomainView {

  /**
   * What libvirt answered.
   *
   * @param domains every running domain that has a device of the host
   * @param defined the UUIDs and the names of all domains that there are, running or not
   */
  record Known(List<HoldingDomain> domains, Set<String> defined) implements DomainView {
    public Known {
      domains = List.copyOf(domains);
      defined = Set.copyOf(defined);
    }
  }

  /** Libvirt did not answer; who holds what is not known. */
  record Unknown(String why) implements DomainView {
    public Unknown {
      Objects.requireNonNull(why);
    }
  }

  /**
   * One domain that runs, paused ones included.
   *
   * @param devices the host's functions that it has
   * @param mediated the mediated devices that it has
   */
  record HoldingDomain(Holder domain, Set<PciAddress> devices, Set<SliceId> mediated) {
    public HoldingDomain {
      Objects.requireNonNull(domain);
      devices = Set.copyOf(devices);
      mediated = Set.copyOf(mediated);
    }
  }
}
