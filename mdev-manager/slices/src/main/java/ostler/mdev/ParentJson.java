package ostler.mdev;

import ostler.inventory.FenceJson;
import ostler.inventory.IdentityJson;
import ostler.inventory.SlicePlacement;
import ostler.pci.PciAddress;
import ostler.root.Permission;
import ostler.root.Reason;
import ostler.root.Word;
import ostler.wire.JsonObject;
import ostler.wire.JsonWriter;
import ostler.wire.WireException;

/** What the books say of a device, in its file. */
final class ParentJson {

  private static final int VERSION = 1;

  private ParentJson() {}

  static void write(ParentRecord record, JsonWriter out) {
    out.integer("v", VERSION)
        .text("parent", record.parent())
        .object("identity", in -> IdentityJson.write(record.identity(), in))
        .object("mark", record.mark(), ParentJson::writeMark)
        .object("floor", record.floor(), FenceJson::write)
        .object("functions", record.functions(), ParentJson::writeFunctions)
        .list("slices", record.slices(), ParentJson::writeSlice)
        .list("gone", record.gone(), ParentJson::writeGone)
        .list("marks", record.marks(), ParentJson::writeFunctionMark);
  }

  static ParentRecord read(JsonObject in) throws WireException {
    in.integer("v", VERSION, VERSION);
    ParentRecord record =
        new ParentRecord(
            in.value("parent", PciAddress::tryParse, "a PCI address"),
            in.object("identity", IdentityJson::read),
            in.optionalObject("mark", ParentJson::mark),
            in.optionalObject("floor", FenceJson::read),
            in.optionalObject("functions", ParentJson::functions),
            in.list("slices", ParentJson::slice),
            in.list("gone", ParentJson::gone),
            in.list("marks", ParentJson::functionMark));
    in.done();
    return record;
  }

  /** Also a part of answers. */
  static void writeWish(Wish wish, JsonWriter out) {
    out.text("kind", wish.kind())
        .text("function", wish.function())
        .text("type", wish.type())
        .text("name", wish.name())
        .object("placement", wish.placement(), ParentJson::writePlacement);
    if (wish.define()) {
      out.bool("define", true);
    }
  }

  /** Also a part of answers. */
  static void writePlacement(SlicePlacement placement, JsonWriter out) {
    out.integer("start", placement.start()).integer("size", placement.size());
  }

  private static void writeSlice(Slice slice, JsonWriter out) {
    out.text("slice", slice.id());
    writeWish(slice.wish(), out);
    out.text("phase", slice.phase().name())
        .object("mark", slice.mark(), ParentJson::writeMark)
        .text("by_hand", slice.byHand())
        .object("permit", slice.permission(), Permission::write);
  }

  private static Slice slice(JsonObject in) throws WireException {
    Slice slice =
        new Slice(
            id(in),
            RequestJson.wish(in),
            Slice.Phase.valueOf(in.text("phase")),
            in.optionalObject("mark", ParentJson::mark),
            in.optionalText("by_hand").map(Reason::new),
            in.optionalObject("permit", Permission::read));
    in.done();
    return slice;
  }

  private static void writeGone(Gone gone, JsonWriter out) {
    out.text("slice", gone.id()).object("mark", gone.mark(), ParentJson::writeMark);
  }

  private static Gone gone(JsonObject in) throws WireException {
    Gone gone = new Gone(id(in), in.optionalObject("mark", ParentJson::mark));
    in.done();
    return gone;
  }

  private static void writeFunctionMark(FunctionMark made, JsonWriter out) {
    out.text("function", made.function())
        .text("slice", made.slice())
        .object("mark", in -> writeMark(made.mark(), in));
  }

  private static FunctionMark functionMark(JsonObject in) throws WireException {
    FunctionMark made =
        new FunctionMark(
            in.value("function", PciAddress::tryParse, "a PCI address"),
            id(in),
            in.object("mark", ParentJson::mark));
    in.done();
    return made;
  }

  private static void writeFunctions(Functions functions, JsonWriter out) {
    out.integer("asked", functions.asked())
        .integer("have", functions.have())
        .bool("changing", functions.changing())
        .text("by_hand", functions.byHand());
  }

  private static Functions functions(JsonObject in) throws WireException {
    Functions functions =
        new Functions(
            in.integer("asked", 0, Request.MAX_FUNCTIONS),
            in.integer("have", 0, Request.MAX_FUNCTIONS),
            in.bool("changing"),
            in.optionalText("by_hand").map(Reason::new));
    in.done();
    return functions;
  }

  private static void writeMark(Mark mark, JsonWriter out) {
    out.object("fence", in -> FenceJson.write(mark.fence(), in)).text("verb", mark.verb());
  }

  private static Mark mark(JsonObject in) throws WireException {
    Mark mark =
        new Mark(
            in.object("fence", FenceJson::read),
            in.value("verb", text -> Verb.of(new Word(text)), "a verb"));
    in.done();
    return mark;
  }

  private static SliceId id(JsonObject in) throws WireException {
    return in.value("slice", text -> SliceId.of(new Word(text)), "a slice's id");
  }
}
