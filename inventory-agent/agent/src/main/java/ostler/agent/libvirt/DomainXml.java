package ostler.agent.libvirt;

import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import ostler.inventory.SliceId;
import ostler.pci.PciAddress;

/**
 * The host's PCI devices in a domain's XML: {@code <hostdev type='pci'>}, {@code <interface
 * type='hostdev'>} and {@code <disk type='nvme'>} alike name theirs as the address within a {@code
 * <source>} (libvirt 9.0, docs/formatdomain.rst), while an address that stands elsewhere is the
 * guest's own. {@code <hostdev type='mdev'>} names its mediated device by the address's {@code
 * uuid}.
 */
final class DomainXml {

  private static final XMLInputFactory FACTORY = factory();

  /** What a domain has of the host's. */
  record Devices(Set<PciAddress> functions, Set<SliceId> mediated) {
    Devices {
      functions = Set.copyOf(functions);
      mediated = Set.copyOf(mediated);
    }

    boolean isEmpty() {
      return functions.isEmpty() && mediated.isEmpty();
    }
  }

  private DomainXml() {}

  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    // A domain's XML needs no document type, and one could name files of ours.
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    return factory;
  }

  /**
   * The devices that the domain has.
   *
   * @throws XMLStreamException if the text is not XML, or an address in it is none: a device that
   *     cannot be read might be any
   */
  static Devices devices(String xml) throws XMLStreamException {
    XMLStreamReader in = FACTORY.createXMLStreamReader(new StringReader(xml));
    Set<PciAddress> functions = new HashSet<>();
    Set<SliceId> mediated = new HashSet<>();
    Deque<String> path = new ArrayDeque<>();
    while (in.hasNext()) {
      int event = in.next();
      if (event == XMLStreamConstants.START_ELEMENT) {
        if (in.getLocalName().equals("address") && "source".equals(path.peek())) {
          address(in).ifPresent(functions::add);
          uuid(in).ifPresent(mediated::add);
        }
        path.push(in.getLocalName());
      } else if (event == XMLStreamConstants.END_ELEMENT) {
        path.pop();
      }
    }
    return new Devices(functions, mediated);
  }

  private static Optional<SliceId> uuid(XMLStreamReader in) throws XMLStreamException {
    String text = in.getAttributeValue(null, "uuid");
    if (text == null) {
      return Optional.empty();
    }
    return Optional.of(
        SliceId.tryParse(text)
            .orElseThrow(
                () -> new XMLStreamException("an address is not a mediated device's: " + text)));
  }

  /** An address within a source is a PCI device's if it has a slot; USB and SCSI have none. */
  private static Optional<PciAddress> address(XMLStreamReader in) throws XMLStreamException {
    if (in.getAttributeValue(null, "slot") == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new PciAddress(
              number(in, "domain"), number(in, "bus"), number(in, "slot"), number(in, "function")));
    } catch (IllegalArgumentException e) {
      throw new XMLStreamException("an address is not a PCI device's: " + e.getMessage(), e);
    }
  }

  /** Libvirt writes hexadecimal with 0x, and takes decimal too; what is left out is 0. */
  private static int number(XMLStreamReader in, String attribute) {
    String text = in.getAttributeValue(null, attribute);
    return text == null ? 0 : Integer.decode(text);
  }
}
