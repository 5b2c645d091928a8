package ostler.agent.libvirt;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.xml.stream.XMLStreamException;
import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;
import org.libvirt.jna.Libvirt.VirErrorCallback;
import ostler.inventory.Holder;

/**
 * Asks libvirt once, over a connection of its own that may only read. Each look opens and closes
 * one: nothing is left behind in a daemon that hangs, and a restarted one is found again.
 *
 * <p>Any call may block for as long as libvirtd does; see {@link DomainLook}.
 */
final class Libvirt {

  /** VIR_CONNECT_LIST_DOMAINS_ACTIVE of libvirt-domain.h: running and paused. */
  private static final int ACTIVE_DOMAINS = 1;

  /** No flag filters nothing. */
  private static final int ALL_DOMAINS = 0;

  /**
   * Libvirt prints errors to standard error unless somebody takes them; they come as exceptions
   * too. Kept in a field, since libvirt calls it for as long as the process lives.
   */
  private final VirErrorCallback silence = (data, error) -> {};

  private final URI uri;

  Libvirt(URI uri) {
    this.uri = uri;
  }

  /**
   * Every active domain that has a device of the host, and which domains there are at all.
   *
   * @throws LibvirtException if libvirt cannot be asked, for all domains or for one
   * @throws XMLStreamException if a domain's XML cannot be read
   */
  DomainView.Known look() throws LibvirtException, XMLStreamException {
    Connect.setErrorCallback(silence);
    Connect connection = new Connect(uri.toString(), true);
    try {
      List<DomainView.HoldingDomain> holding = new ArrayList<>();
      Domain[] domains = connection.listAllDomains(ACTIVE_DOMAINS);
      try {
        for (Domain domain : domains) {
          look(domain, holding);
        }
      } finally {
        free(domains);
      }
      return new DomainView.Known(holding, defined(connection));
    } finally {
      connection.close();
    }
  }

  private static Set<String> defined(Connect connection) throws LibvirtException {
    Domain[] domains = connection.listAllDomains(ALL_DOMAINS);
    try {
      Set<String> defined = new HashSet<>();
      for (Domain domain : domains) {
        defined.add(domain.getUUIDString());
        defined.add(domain.getName());
      }
      return defined;
    } finally {
      free(domains);
    }
  }

  private static void look(Domain domain, List<DomainView.HoldingDomain> holding)
      throws LibvirtException, XMLStreamException {
    try {
      DomainXml.Devices devices = DomainXml.devices(domain.getXMLDesc(0));
      if (!devices.isEmpty()) {
        Holder holder = new Holder(Holder.Kind.DOMAIN, domain.getUUIDString(), domain.getName());
        holding.add(new DomainView.HoldingDomain(holder, devices.functions(), devices.mediated()));
      }
    } catch (LibvirtException e) {
      // It ended between the list and the question, and so it holds nothing.
      if (e.getError().getCode() != ErrorNumber.VIR_ERR_NO_DOMAIN) {
        throw e;
      }
    }
  }

  private static void free(Domain[] domains) throws LibvirtException {
    for (Domain domain : domains) {
      domain.free();
    }
  }
}
