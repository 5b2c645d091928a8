package ostler.inventory;

import java.util.OptionalInt;
import java.util.OptionalLong;
import ostler.pci.PciAddress;
import ostler.wire.JsonObject;
import ostler.wire.JsonWriter;
import ostler.wire.WireException;

/** Slices and their parents as JSON, in orders, in reports, and as a store keeps them. */
public final class SliceJson {

  private static final String TYPE = "the name of a slice type";
  private static final String HOST_TYPE = "a host's name or number of a slice type";

  private SliceJson() {}

  static SlicePart readPart(JsonObject in) throws WireException {
    return new SlicePart(
        in.object("parent", UnitJson::readMember), in.value("type", SliceTypeName::tryParse, TYPE));
  }

  static void writePart(SlicePart part, JsonWriter out) {
    out.object("parent", parent -> UnitJson.writeMember(part.parent(), parent))
        .text("type", part.type());
  }

  static UnorderedSlice readUnordered(JsonObject in) throws WireException {
    UnorderedSlice slice =
        new UnorderedSlice(
            in.object("order", DesiredJson::readOrder),
            in.optionalObject("tenant", UnitJson::readTenant));
    in.done();
    return slice;
  }

  static void writeUnordered(UnorderedSlice slice, JsonWriter out) {
    out.object("order", order -> DesiredJson.writeOrder(slice.order(), order))
        .object("tenant", slice.tenant(), UnitJson::writeTenant);
  }

  /**
   * Reads a parent.
   *
   * @throws WireException if it is not one
   */
  public static ParentReport readParent(JsonObject in) throws WireException {
    ParentReport parent =
        new ParentReport(
            in.value("unit", UnitId::tryParse, "a UUID"),
            in.integer("total_functions", 0, Integer.MAX_VALUE),
            in.values("functions", PciAddress::tryParse, "a PCI address"),
            in.list("offers", SliceJson::readOffer),
            in.list("foreign", SliceJson::readForeign),
            in.optionalObject("problem", ReportJson::readProblem));
    in.done();
    return parent;
  }

  /** Writes a parent. */
  public static void writeParent(ParentReport parent, JsonWriter out) {
    out.text("unit", parent.unit())
        .integer("total_functions", parent.totalFunctions())
        .texts("functions", parent.functions())
        .list("offers", parent.offers(), SliceJson::writeOffer)
        .list("foreign", parent.foreign(), SliceJson::writeForeign)
        .object("problem", parent.problem(), ReportJson::writeProblem);
  }

  /** Reads an offer, as a store keeps it too. */
  static SliceOffer readOffer(JsonObject in) throws WireException {
    SliceOffer offer =
        new SliceOffer(
            in.value("kind", UnitKind::tryParse, "a kind of unit"),
            in.value("type", SliceTypeName::tryParse, TYPE),
            in.value("host_type", MdevTypeId::tryParse, HOST_TYPE),
            in.optionalText("description"),
            in.has("memory_mib")
                ? OptionalLong.of(in.longInteger("memory_mib", 0, Long.MAX_VALUE))
                : OptionalLong.empty(),
            in.integer("available", 0, Integer.MAX_VALUE),
            in.has("most")
                ? OptionalInt.of(in.integer("most", 0, Integer.MAX_VALUE))
                : OptionalInt.empty(),
            in.list("placements", SliceJson::readPlacement));
    in.done();
    return offer;
  }

  static void writeOffer(SliceOffer offer, JsonWriter out) {
    out.text("kind", offer.kind())
        .text("type", offer.type())
        .text("host_type", offer.hostType())
        .text("description", offer.description());
    offer.memoryMib().ifPresent(mib -> out.integer("memory_mib", mib));
    out.integer("available", offer.available());
    offer.most().ifPresent(most -> out.integer("most", most));
    out.list("placements", offer.placements(), SliceJson::writePlacement);
  }

  private static SlicePlacement readPlacement(JsonObject in) throws WireException {
    SlicePlacement placement =
        new SlicePlacement(
            in.integer("start", 0, Integer.MAX_VALUE), in.integer("size", 1, Integer.MAX_VALUE));
    in.done();
    return placement;
  }

  private static void writePlacement(SlicePlacement placement, JsonWriter out) {
    out.integer("start", placement.start()).integer("size", placement.size());
  }

  private static ForeignSlice readForeign(JsonObject in) throws WireException {
    ForeignSlice foreign =
        new ForeignSlice(
            in.value("kind", UnitKind::tryParse, "a kind of unit"),
            in.value("place", PciAddress::tryParse, "a PCI address"),
            in.optionalText("id"),
            in.optionalValue("host_type", MdevTypeId::tryParse, HOST_TYPE));
    in.done();
    return foreign;
  }

  private static void writeForeign(ForeignSlice foreign, JsonWriter out) {
    out.text("kind", foreign.kind())
        .text("place", foreign.place())
        .text("id", foreign.id())
        .text("host_type", foreign.hostType());
  }
}
