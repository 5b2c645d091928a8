package ostler.flavor.nova;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import ostler.pci.PciAddress;

/**
 * An address with parts left open: {@code *:0a:00.*}. What is missing in front, blank or a star is
 * open.
 *
 * @param domain 0 to 0xffff, as all parts empty where any will do
 * @param bus 0 to 0xff
 * @param slot 0 to 0x1f
 * @param function 0 to 7
 */
public record AddressGlob(
    Optional<Integer> domain,
    Optional<Integer> bus,
    Optional<Integer> slot,
    Optional<Integer> function)
    implements AddressSpec {

  /** Any address. */
  static final AddressGlob ANY =
      new AddressGlob(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  private static final String FIELD = "address";
  private static final String STAR = "*";
  private static final int MAX_BUS = 0xff;
  private static final int MAX_SLOT = 0x1f;
  private static final int MAX_FUNCTION = 7;
  private static final int PARTS_BEFORE_THE_POINT = 3;

  static AddressGlob parse(SpecFields fields, String text) throws NovaRefusal {
    int point = text.indexOf('.');
    String before = point < 0 ? text : text.substring(0, point);
    String function = point < 0 ? "" : text.substring(point + 1);
    List<String> parts = List.of(before.split(":", -1));
    if (parts.size() > PARTS_BEFORE_THE_POINT) {
      throw fields.refusal(FIELD, "is domain:bus:slot.function, not " + text);
    }
    // Nova looks at the function first, and takes a blank one for a mistake.
    Optional<Integer> last =
        function.isEmpty()
            ? Optional.empty()
            : fields.hex(FIELD + " function", function.strip(), MAX_FUNCTION);
    int absent = PARTS_BEFORE_THE_POINT - parts.size();
    return new AddressGlob(
        absent > 0 ? Optional.empty() : part(fields, "domain", parts.get(0), MAX_DOMAIN),
        absent > 1 ? Optional.empty() : part(fields, "bus", parts.get(1 - absent), MAX_BUS),
        part(fields, "slot", parts.get(parts.size() - 1), MAX_SLOT),
        last);
  }

  private static Optional<Integer> part(SpecFields fields, String name, String text, int max)
      throws NovaRefusal {
    return fields.hex(FIELD + ' ' + name, text.isBlank() ? STAR : text.strip(), max);
  }

  /** Exactly this address. */
  static AddressGlob of(PciAddress address) {
    return new AddressGlob(
        Optional.of(address.domain()),
        Optional.of(address.bus()),
        Optional.of(address.device()),
        Optional.of(address.function()));
  }

  @Override
  public boolean matches(PciAddress address) {
    return address.domain() <= MAX_DOMAIN
        && domain.orElse(address.domain()) == address.domain()
        && bus.orElse(address.bus()) == address.bus()
        && slot.orElse(address.device()) == address.device()
        && function.orElse(address.function()) == address.function();
  }

  @Override
  public Optional<PciAddress> single() {
    return domain.isPresent() && bus.isPresent() && slot.isPresent() && function.isPresent()
        ? Optional.of(new PciAddress(domain.get(), bus.get(), slot.get(), function.get()))
        : Optional.empty();
  }

  /** {@code *:0a:00.*}. */
  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return domain.map(number -> hex.toHexDigits(number.shortValue())).orElse(STAR)
        + ':'
        + bus.map(number -> hex.toHexDigits(number.byteValue())).orElse(STAR)
        + ':'
        + slot.map(number -> hex.toHexDigits(number.byteValue())).orElse(STAR)
        + '.'
        + function.map(String::valueOf).orElse(STAR);
  }
}
