package ostler.vfio;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import ostler.inventory.Consumer;
import ostler.inventory.ProjectId;
import ostler.inventory.StartRequest;
import ostler.inventory.Tenant;
import ostler.pci.PciAddress;
import ostler.root.Code;
import ostler.root.PublishedSlice;
import ostler.root.Refusal;

/**
 * What a libvirt domain is called, and which of the host's PCI and mediated devices it wants: those
 * of host devices, of interfaces and of disks that are host devices. Each of them names its device
 * by an address in a source; an address elsewhere is one in the guest.
 *
 * @param uuid absent where the description has none
 * @param payer the project that pays for an instance of Nova's; absent for any other domain
 */
record DomainXml(
    String name,
    Optional<String> uuid,
    Optional<ProjectId> payer,
    List<PciAddress> devices,
    List<UUID> mediated) {

  private static final int MAX_BYTES = 4 << 20;
  private static final String ROOT = "domain";

  /** Nova's own element; it names its owner by ids that the domain's user cannot choose. */
  private static final String NOVA_PROJECT = "nova:project";

  DomainXml {
    devices = List.copyOf(devices);
    mediated = List.copyOf(mediated);
  }

  /**
   * Reads a description.
   *
   * @throws Refusal BAD_REQUEST if it is not one, or too long
   */
  static DomainXml read(InputStream in) throws IOException, Refusal {
    byte[] document = in.readNBytes(MAX_BYTES + 1);
    if (document.length > MAX_BYTES) {
      throw new Refusal(
          Code.BAD_REQUEST, "the domain's XML is longer than %d bytes.".formatted(MAX_BYTES));
    }
    try {
      return new Walk(document).domain();
    } catch (XMLStreamException e) {
      throw new Refusal(Code.BAD_REQUEST, "the domain's XML cannot be read: " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw new Refusal(
          Code.BAD_REQUEST, "the domain's XML names a device oddly: " + e.getMessage());
    }
  }

  /** Whether it wants a slice, by the kernel's name of it or by its function. */
  boolean wants(PublishedSlice slice) {
    return mediated.contains(slice.slice())
        || slice.function().filter(devices::contains).isPresent();
  }

  /** Whether a tenant is this domain, which it may name by UUID or by name. */
  boolean isCalled(Tenant tenant) {
    String id = tenant.consumer().id();
    return id.equals(name) || uuid.filter(id::equalsIgnoreCase).isPresent();
  }

  /** What an instance of Nova's asks for before it starts; nothing for any other domain. */
  Optional<StartRequest> start() {
    if (payer.isEmpty() || uuid.isEmpty() || devices.isEmpty()) {
      return Optional.empty();
    }
    Consumer instance = new Consumer("nova", "instance", UUID.fromString(uuid.get()).toString());
    return Optional.of(new StartRequest(instance, payer.get(), devices));
  }

  /** One pass through a document. */
  private static final class Walk {

    private final XMLStreamReader reader;
    private final Deque<String> path = new ArrayDeque<>();
    private final List<PciAddress> devices = new ArrayList<>();
    private final List<UUID> mediated = new ArrayList<>();
    private String name = "";
    private Optional<String> uuid = Optional.empty();
    private Optional<ProjectId> payer = Optional.empty();

    Walk(byte[] document) throws XMLStreamException {
      XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
      // Without a document type there are no entities, and so nothing outside that could be read.
      factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
      factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
      factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, false);
      reader = factory.createXMLStreamReader(new ByteArrayInputStream(document));
    }

    DomainXml domain() throws XMLStreamException {
      while (reader.hasNext()) {
        switch (reader.next()) {
          case XMLStreamConstants.START_ELEMENT -> begin(reader.getLocalName());
          case XMLStreamConstants.END_ELEMENT -> path.pop();
          default -> {
            continue;
          }
        }
      }
      return new DomainXml(name, uuid, payer, devices, mediated);
    }

    private void begin(String element) throws XMLStreamException {
      if (path.size() == 1 && path.peek().equals(ROOT) && element.equals("name")) {
        name = reader.getElementText();
      } else if (path.size() == 1 && path.peek().equals(ROOT) && element.equals("uuid")) {
        uuid = Optional.of(reader.getElementText());
      } else {
        if (element.equals("address") && "source".equals(path.peek())) {
          address();
        } else if (element.equals(NOVA_PROJECT) && path.contains("metadata")) {
          payer =
              Optional.ofNullable(reader.getAttributeValue(null, "uuid"))
                  .flatMap(ProjectId::tryParse);
        }
        path.push(element);
      }
    }

    /** A mediated device's address is a UUID; those of USB have a bus and no slot. */
    private void address() {
      String slice = reader.getAttributeValue(null, "uuid");
      if (slice != null) {
        mediated.add(UUID.fromString(slice));
      }
      String bus = reader.getAttributeValue(null, "bus");
      String slot = reader.getAttributeValue(null, "slot");
      if (bus != null && slot != null) {
        devices.add(
            new PciAddress(number("domain"), number("bus"), number("slot"), number("function")));
      }
    }

    /** Libvirt takes decimal, hexadecimal and octal; what is left out is zero. */
    private int number(String attribute) {
      String text = reader.getAttributeValue(null, attribute);
      return text == null ? 0 : Integer.decode(text);
    }
  }
}
