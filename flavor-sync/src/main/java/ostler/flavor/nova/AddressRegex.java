package ostler.flavor.nova;

import java.util.Map;
import java.util.Optional;
import ostler.pci.PciAddress;

/**
 * An address whose parts are regular expressions, each of which must match the beginning of its
 * part as sysfs spells it, and not all of it: {@code {"bus": "0"}} means the buses 00 to 0f.
 */
public record AddressRegex(
    PartPattern domain, PartPattern bus, PartPattern slot, PartPattern function)
    implements AddressSpec {

  static AddressRegex parse(SpecFields fields, Map<?, ?> parts) throws NovaRefusal {
    return new AddressRegex(
        part(fields, parts, "domain"),
        part(fields, parts, "bus"),
        part(fields, parts, "slot"),
        part(fields, parts, "function"));
  }

  private static PartPattern part(SpecFields fields, Map<?, ?> parts, String name)
      throws NovaRefusal {
    Object said = parts.containsKey(name) ? parts.get(name) : PartPattern.ANY;
    if (!(said instanceof String text)) {
      throw fields.refusal("address " + name, "is not a text");
    }
    try {
      return PartPattern.parse(text);
    } catch (IllegalArgumentException e) {
      throw fields.refusal("address " + name, e.getMessage());
    }
  }

  @Override
  public boolean matches(PciAddress address) {
    if (address.domain() > MAX_DOMAIN) {
      return false;
    }
    String[] parts = address.toString().split("[:.]");
    return domain.matchesBeginning(parts[0])
        && bus.matchesBeginning(parts[1])
        && slot.matchesBeginning(parts[2])
        && function.matchesBeginning(parts[3]);
  }

  @Override
  public Optional<PciAddress> single() {
    String written = domain + ":" + bus + ':' + slot + '.' + function;
    return PciAddress.tryParse(written).filter(address -> address.toString().equals(written));
  }

  @Override
  public String toString() {
    return "domain " + domain + ", bus " + bus + ", slot " + slot + ", function " + function;
  }
}
