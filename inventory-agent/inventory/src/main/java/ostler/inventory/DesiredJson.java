package ostler.inventory;

import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.JsonObject;
import ostler.wire.JsonWriter;
import ostler.wire.WireException;

/**
 * Desired state as JSON. A reader leaves fields alone that it does not know, since an allocator may
 * be newer than its agents; an order with an unknown goal is refused.
 */
public final class DesiredJson {

  /** Orders for thousands of units, at about 1 kB each. */
  public static final JsonLimits LIMITS = new JsonLimits(8 * 1024 * 1024, 16, 16 * 1024);

  private DesiredJson() {}

  public static String write(DesiredState desired) {
    return Json.write(
        out ->
            out.text("host", desired.host())
                .integer("epoch", desired.epoch())
                .integer("revision", desired.revision())
                .list("units", desired.units(), DesiredJson::writeOrder));
  }

  /**
   * Reads a whole document.
   *
   * @throws WireException if any order in it cannot be read: half of a desired state is none
   */
  public static DesiredState read(byte[] document) throws WireException {
    return Json.read(
        document,
        LIMITS,
        in ->
            new DesiredState(
                in.value("host", HostName::tryParse, "a host name"),
                in.longInteger("epoch", 0, Long.MAX_VALUE),
                in.longInteger("revision", 0, Long.MAX_VALUE),
                in.list("units", DesiredJson::readOrder)));
  }

  public static UnitOrder readOrder(JsonObject in) throws WireException {
    return new UnitOrder(
        in.value("unit", UnitId::tryParse, "a UUID"),
        in.value("kind", UnitKind::tryParse, "a kind of unit"),
        UnitJson.readMembers(in),
        in.optionalObject("slice", SliceJson::readPart),
        in.object("fence", FenceJson::read),
        readGoal(in),
        in.value("chain_head", ChainHash::tryParse, "a hash"));
  }

  public static void writeOrder(UnitOrder order, JsonWriter out) {
    out.text("unit", order.unit()).text("kind", order.kind());
    UnitJson.writeMembers(order.members(), out);
    out.object("slice", order.slice(), SliceJson::writePart);
    out.object("fence", fence -> FenceJson.write(order.fence(), fence))
        .text("goal", order.goal().wireName());
    writeGoalFields(order.goal(), out);
    out.text("chain_head", order.chainHead());
  }

  private static Goal readGoal(JsonObject in) throws WireException {
    String name = in.text("goal");
    return switch (name) {
      case "rest" -> new Goal.Rest();
      case "clean" -> new Goal.Clean(in.object("wipe", DesiredJson::readWipe));
      case "ready" -> new Goal.Ready(in.object("claim", UnitJson::readTenant));
      case "release" -> new Goal.Release(in.object("claim", UnitJson::readTenant));
      case "give_back" -> new Goal.GiveBack();
      case "sliced" -> new Goal.Sliced(in.integer("functions", 0, Goal.Sliced.MAX_FUNCTIONS));
      default -> throw in.refusal("goal", "is not a goal that this version knows");
    };
  }

  private static void writeGoalFields(Goal goal, JsonWriter out) {
    if (goal instanceof Goal.Clean clean) {
      out.object("wipe", wipe -> writeWipe(clean.wipe(), wipe));
    } else if (goal instanceof Goal.Ready ready) {
      out.object("claim", claim -> UnitJson.writeTenant(ready.tenant(), claim));
    } else if (goal instanceof Goal.Release release) {
      out.object("claim", claim -> UnitJson.writeTenant(release.tenant(), claim));
    } else if (goal instanceof Goal.Sliced sliced) {
      out.integer("functions", sliced.functions());
    }
  }

  private static WipeOrder readWipe(JsonObject in) throws WireException {
    return new WipeOrder(
        in.value("id", WipeId::tryParse, "a UUID"),
        in.value("level", WipeLevel::tryParse, "a wipe level"),
        in.value("reset", ResetChoice::tryParse, "a reset"),
        in.optionalValue("previous_claim", ClaimId::tryParse, "a UUID"));
  }

  private static void writeWipe(WipeOrder wipe, JsonWriter out) {
    out.text("id", wipe.id())
        .text("level", wipe.level())
        .text("reset", wipe.reset())
        .text("previous_claim", wipe.previousClaim());
  }
}
