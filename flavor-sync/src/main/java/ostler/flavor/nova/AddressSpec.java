package ostler.flavor.nova;

import java.util.Optional;
import ostler.pci.PciAddress;

/** Which addresses a device_spec means. */
public sealed interface AddressSpec permits AddressGlob, AddressRegex {

  /** Nova leaves out devices whose domain needs more than 16 bits, as behind Intel's VMD. */
  int MAX_DOMAIN = 0xffff;

  boolean matches(PciAddress address);

  /**
   * The one address that is written out in full, if it is one. A physical function that is named
   * like this stands for its virtual functions too.
   */
  Optional<PciAddress> single();
}
