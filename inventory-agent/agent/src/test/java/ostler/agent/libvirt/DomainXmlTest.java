package ostler.agent.libvirt;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import javax.xml.stream.XMLStreamException;
import org.junit.jupiter.api.Test;
import ostler.inventory.SliceId;
import ostler.pci.PciAddress;

final class DomainXmlTest {

  private static String captured(String name) throws IOException {
    try (InputStream in = DomainXmlTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void theHostsDevicesAreFoundAndTheGuestsOwnAddressesAreNot() throws Exception {
    assertEquals(
        Set.of(
            PciAddress.parse("0000:01:00.0"),
            PciAddress.parse("0000:01:00.1"),
            PciAddress.parse("0001:d6:00.0"),
            PciAddress.parse("0000:04:10.3"),
            PciAddress.parse("0000:05:00.0")),
        DomainXml.devices(captured("domain.xml")).functions());
  }

  @Test
  void aDomainWithoutDevicesHasNone() throws Exception {
    assertTrue(DomainXml.devices("<domain><devices/></domain>").isEmpty());
  }

  @Test
  void aMediatedDeviceIsFoundByItsUuid() throws Exception {
    String xml =
        "<domain><devices><hostdev mode='subsystem' type='mdev' model='vfio-pci'><source>"
            + "<address uuid='c2177883-f1bb-47f0-914d-32a22e3a8804'/></source>"
            + "<address type='pci' domain='0' bus='6' slot='0' function='0'/></hostdev></devices></domain>";
    DomainXml.Devices devices = DomainXml.devices(xml);
    assertEquals(
        SliceId.tryParse("c2177883-f1bb-47f0-914d-32a22e3a8804").stream().collect(toSet()),
        devices.mediated());
    assertEquals(Set.of(), devices.functions());
    assertThrows(
        XMLStreamException.class, () -> DomainXml.devices(xml.replace("c2177883", "c217788")));
  }

  @Test
  void anAddressThatIsNoneIsNotPassedOver() {
    String slot =
        "<domain><devices><hostdev><source><address bus='1' slot='99'/></source></hostdev></devices></domain>";
    assertThrows(XMLStreamException.class, () -> DomainXml.devices(slot));
    assertThrows(XMLStreamException.class, () -> DomainXml.devices(slot.replace("'1'", "'one'")));
    assertThrows(XMLStreamException.class, () -> DomainXml.devices("<domain>"));
  }

  @Test
  void aDocumentTypeCannotReachForFiles() {
    String xml =
        "<!DOCTYPE domain [<!ENTITY secret SYSTEM 'file:///etc/hostname'>]>"
            + "<domain><name>&secret;</name></domain>";
    assertThrows(XMLStreamException.class, () -> DomainXml.devices(xml));
  }

  @Test
  void libvirtThatCannotBeAskedIsUnknownAndNeverNobody() throws Exception {
    DomainLook look =
        new DomainLook(URI.create("qemu+unix:///system?socket=/nowhere/libvirt-sock"));
    assertInstanceOf(DomainView.Unknown.class, look.look());
    assertInstanceOf(DomainView.Unknown.class, look.look());
  }
}
