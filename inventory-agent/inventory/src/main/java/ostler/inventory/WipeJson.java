package ostler.inventory;

import ostler.pci.PciAddress;
import ostler.wire.JsonObject;
import ostler.wire.JsonWriter;
import ostler.wire.WireException;

/** The evidence of a wipe on the wire. */
public final class WipeJson {

  private WipeJson() {}

  public static void writeStep(WipeStep step, JsonWriter out) {
    out.text("step", step.kind())
        .text("address", step.address())
        .text("result", step.result())
        .text("started", step.started())
        .integer("millis", step.millis())
        .scalars("detail", step.detail());
  }

  /**
   * Reads one step and refuses unknown fields.
   *
   * @throws WireException naming the field and the rule that it breaks
   */
  public static WipeStep readStep(JsonObject in) throws WireException {
    WipeStep step =
        new WipeStep(
            in.value("step", WipeStep.Kind::tryParse, "a step"),
            in.value("address", PciAddress::tryParse, "a PCI address"),
            in.value("result", WipeStep.Result::tryParse, "a result"),
            in.value("started", UtcTime::tryParse, UtcTime.WHAT),
            in.longInteger("millis", 0, Long.MAX_VALUE),
            in.scalars("detail"));
    in.done();
    return step;
  }

  public static void writeCoverage(WipeCoverage coverage, JsonWriter out) {
    out.integer("bytes_total", coverage.bytesTotal())
        .integer("bytes_scrubbed", coverage.bytesScrubbed())
        .integer("bytes_verified", coverage.bytesVerified());
  }

  /**
   * Reads a coverage and refuses unknown fields.
   *
   * @throws WireException naming the field and the rule that it breaks
   */
  public static WipeCoverage readCoverage(JsonObject in) throws WireException {
    WipeCoverage coverage =
        new WipeCoverage(
            in.longInteger("bytes_total", 0, Long.MAX_VALUE),
            in.longInteger("bytes_scrubbed", 0, Long.MAX_VALUE),
            in.longInteger("bytes_verified", 0, Long.MAX_VALUE));
    in.done();
    return coverage;
  }
}
