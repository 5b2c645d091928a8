package ostler.inventory;

import java.util.List;
import ostler.pci.DriverName;
import ostler.wire.JsonObject;
import ostler.wire.JsonWriter;
import ostler.wire.WireException;

/** What a probe with a deadline learned, on the wire and from the probe's own process. */
public final class LockedJson {

  /** The most virtual functions that the SR-IOV capability's 16 bit field can name. */
  static final int MAX_VIRTUAL_FUNCTIONS = 0xffff;

  private static final int MAX_MEGATRANSFERS = 1_000_000;

  private LockedJson() {}

  public static void write(LockedAttributes locked, JsonWriter out) {
    out.text("driver_override", locked.driverOverride())
        .integer("enabled_functions", locked.enabledFunctions())
        .bool("responds", locked.responds())
        .object("link", locked.link(), LockedJson::writeLink)
        .text("serial", locked.serial());
    if (!locked.mdevTypes().isEmpty()) {
      out.list("mdev_types", locked.mdevTypes(), LockedJson::writeMdevType);
    }
    ProblemJson.writeAny(locked.problems(), out);
  }

  /**
   * Reads it and refuses unknown fields.
   *
   * @throws WireException naming the field and the rule that it breaks
   */
  public static LockedAttributes read(JsonObject in) throws WireException {
    LockedAttributes locked =
        new LockedAttributes(
            in.optionalValue("driver_override", DriverName::tryParse, "a driver's name"),
            in.optionalInteger("enabled_functions", 0, MAX_VIRTUAL_FUNCTIONS),
            in.optionalBool("responds"),
            in.optionalObject("link", LockedJson::readLink),
            in.optionalValue("serial", SerialNumber::tryParse, "a serial number"),
            in.has("mdev_types") ? in.list("mdev_types", LockedJson::readMdevType) : List.of(),
            ProblemJson.readAny(in));
    in.done();
    return locked;
  }

  private static void writeLink(Link link, JsonWriter out) {
    out.object("current", link.current(), LockedJson::writeRate)
        .object("max", link.max(), LockedJson::writeRate);
  }

  private static Link readLink(JsonObject in) throws WireException {
    Link link =
        new Link(
            in.optionalObject("current", LockedJson::readRate),
            in.optionalObject("max", LockedJson::readRate));
    in.done();
    return link;
  }

  private static void writeRate(LinkRate rate, JsonWriter out) {
    out.integer("megatransfers", rate.megatransfers()).integer("lanes", rate.lanes());
  }

  private static LinkRate readRate(JsonObject in) throws WireException {
    LinkRate rate =
        new LinkRate(
            in.integer("megatransfers", 1, MAX_MEGATRANSFERS),
            in.integer("lanes", 1, LinkRate.MAX_LANES));
    in.done();
    return rate;
  }

  private static void writeMdevType(MdevType type, JsonWriter out) {
    out.text("id", type.id())
        .text("name", type.name())
        .text("description", type.description())
        .text("device_api", type.deviceApi())
        .integer("available_instances", type.availableInstances());
  }

  private static MdevType readMdevType(JsonObject in) throws WireException {
    MdevType type =
        new MdevType(
            in.value("id", MdevTypeId::tryParse, "an mdev type"),
            in.optionalText("name"),
            in.optionalText("description"),
            in.optionalText("device_api"),
            in.optionalInteger("available_instances", 0, Integer.MAX_VALUE));
    in.done();
    return type;
  }
}
