package ostler.mdev;

import java.util.Optional;
import java.util.OptionalInt;
import ostler.inventory.MdevTypeId;
import ostler.inventory.SlicePlacement;
import ostler.inventory.Tenant;
import ostler.inventory.UnitJson;
import ostler.pci.PciAddress;
import ostler.root.RequestParts;
import ostler.root.Word;
import ostler.wire.Json;
import ostler.wire.JsonObject;
import ostler.wire.WireException;

/** Requests as they come over standard input. */
final class RequestJson {

  private static final int VERSION = 1;

  /** More than any card has slices of memory. */
  private static final int MAX_PLACEMENT = 255;

  private RequestJson() {}

  /**
   * Reads a request.
   *
   * @throws WireException naming the field and the rule that it breaks
   */
  static Request read(byte[] document) throws WireException {
    return Json.read(document, RequestParts.LIMITS, RequestJson::request);
  }

  private static Request request(JsonObject in) throws WireException {
    in.integer("v", VERSION, VERSION);
    Verb verb = in.value("verb", text -> Verb.of(new Word(text)), "a verb of this program");
    Request request =
        new Request(
            verb,
            RequestParts.op(in),
            in.optionalValue("parent", PciAddress::tryParse, "a PCI address"),
            RequestParts.authority(in),
            in.optionalValue("slice", t -> SliceId.of(new Word(t)), "a UUID of 36 characters"),
            verb == Verb.CREATE ? Optional.of(wish(in)) : Optional.empty(),
            in.optionalObject("claim", RequestJson::tenant),
            verb == Verb.FUNCTIONS
                ? OptionalInt.of(in.integer("count", 0, Request.MAX_FUNCTIONS))
                : OptionalInt.empty());
    in.done();
    return request;
  }

  private static Tenant tenant(JsonObject in) throws WireException {
    Tenant tenant = UnitJson.readTenant(in);
    in.done();
    return tenant;
  }

  /** The same fields as in the books. */
  static Wish wish(JsonObject in) throws WireException {
    return new Wish(
        in.value("kind", text -> SliceKind.of(new Word(text)), "a kind of slice"),
        in.optionalValue("function", PciAddress::tryParse, "a PCI address"),
        in.optionalValue("type", MdevTypeId::tryParse, "a type of slice"),
        in.optionalText("name"),
        in.optionalBool("define").orElse(false),
        in.optionalObject("placement", RequestJson::placement));
  }

  private static SlicePlacement placement(JsonObject in) throws WireException {
    SlicePlacement placement =
        new SlicePlacement(
            in.integer("start", 0, MAX_PLACEMENT), in.integer("size", 1, MAX_PLACEMENT));
    in.done();
    return placement;
  }
}
