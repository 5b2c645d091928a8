package ostler.inventory;

import ostler.wire.JsonObject;
import ostler.wire.JsonWriter;
import ostler.wire.WireException;

/** A fence on the wire: {@code {"epoch":1,"number":42}}. */
public final class FenceJson {

  private FenceJson() {}

  public static void write(Fence fence, JsonWriter out) {
    out.integer("epoch", fence.epoch()).integer("number", fence.number());
  }

  /**
   * Reads it and refuses unknown fields.
   *
   * @throws WireException naming the field and the rule that it breaks
   */
  public static Fence read(JsonObject in) throws WireException {
    Fence fence =
        new Fence(
            in.longInteger("epoch", 0, Long.MAX_VALUE),
            in.longInteger("number", 0, Long.MAX_VALUE));
    in.done();
    return fence;
  }
}
