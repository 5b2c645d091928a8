package ostler.inventory;

import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import ostler.pci.PciId;
import ostler.wire.JsonObject;
import ostler.wire.JsonWriter;
import ostler.wire.WireException;

/**
 * The fields of an identity, wherever they stand: alone, or among those of a function. Numbers are
 * hexadecimal texts of fixed length, as {@code lspci -n} prints them: {@code "vendor":"10de",
 * "device":"20b0","revision":"a1"}.
 */
public final class IdentityJson {

  private static final Pattern TWO_DIGITS = Pattern.compile("[0-9a-f]{2}");
  private static final Pattern FOUR_DIGITS = Pattern.compile("[0-9a-f]{4}");

  private IdentityJson() {}

  public static void write(DeviceIdentity identity, JsonWriter out) {
    writeId(identity.id(), "", out);
    identity.subsystem().ifPresent(subsystem -> writeId(subsystem, "subsystem_", out));
    out.text("revision", HexFormat.of().toHexDigits((byte) identity.revision()))
        .text("serial", identity.serial())
        .text("uuid", identity.uuid())
        .text("slot", identity.slot());
  }

  /**
   * Reads the fields; whoever owns the object says when it is done.
   *
   * @throws WireException naming the field and the rule that it breaks
   */
  public static DeviceIdentity read(JsonObject in) throws WireException {
    return new DeviceIdentity(
        readId("", in),
        in.has("subsystem_vendor") || in.has("subsystem_device")
            ? Optional.of(readId("subsystem_", in))
            : Optional.empty(),
        in.value("revision", text -> number(text, TWO_DIGITS), "two hexadecimal digits"),
        in.optionalValue("serial", SerialNumber::tryParse, "a serial number"),
        in.optionalValue("uuid", DeviceUuid::tryParse, "a device UUID"),
        in.optionalValue("slot", SlotName::tryParse, "a slot's name"));
  }

  private static void writeId(PciId id, String prefix, JsonWriter out) {
    HexFormat hex = HexFormat.of();
    out.text(prefix + "vendor", hex.toHexDigits((short) id.vendor()))
        .text(prefix + "device", hex.toHexDigits((short) id.device()));
  }

  private static PciId readId(String prefix, JsonObject in) throws WireException {
    return new PciId(fourDigits(prefix + "vendor", in), fourDigits(prefix + "device", in));
  }

  private static int fourDigits(String name, JsonObject in) throws WireException {
    return in.value(name, text -> number(text, FOUR_DIGITS), "four hexadecimal digits");
  }

  private static Optional<Integer> number(String text, Pattern form) {
    return form.matcher(text).matches()
        ? Optional.of(HexFormat.fromHexDigits(text))
        : Optional.empty();
  }
}
