package ostler.inventory;

import java.util.Optional;
import ostler.wire.JsonObject;
import ostler.wire.JsonWriter;
import ostler.wire.WireException;

/** Wipe records on the wire: as a body, and signed in their place in a chain. */
public final class WipeRecordJson {

  private static final int VERSION = 1;

  private WipeRecordJson() {}

  public static SignedWipe readSigned(JsonObject in) throws WireException {
    SignedWipe wipe =
        new SignedWipe(
            in.text("body"),
            in.value("prev_hash", ChainHash::tryParse, "a hash"),
            in.value("hash", ChainHash::tryParse, "a hash"),
            in.text("signature"));
    in.done();
    return wipe;
  }

  public static void writeSigned(SignedWipe wipe, JsonWriter out) {
    out.text("body", wipe.body())
        .text("prev_hash", wipe.prevHash())
        .text("hash", wipe.hash())
        .text("signature", wipe.signature());
  }

  static WipeRecord readRecord(JsonObject in) throws WireException {
    in.integer("v", VERSION, VERSION);
    WipeRecord record =
        new WipeRecord(
            in.value("wipe", WipeId::tryParse, "a UUID"),
            in.value("unit", UnitId::tryParse, "a UUID"),
            in.value("host", HostName::tryParse, "a host name"),
            in.value("boot_id", BootId::tryParse, "a UUID"),
            new UnitMembers(in.list("members", UnitJson::readMember)),
            in.object("fence", FenceJson::read),
            in.optionalValue("previous_claim", ClaimId::tryParse, "a UUID"),
            in.value("started", UtcTime::tryParse, UtcTime.WHAT),
            in.value("ended", UtcTime::tryParse, UtcTime.WHAT),
            in.list("steps", WipeJson::readStep),
            in.object("coverage", WipeJson::readCoverage),
            in.values("gaps", Optional::of, "a sentence"),
            in.value("level", WipeLevel::tryParse, "a wipe level"),
            in.value("result", WipeRecord.Result::tryParse, "clean or failed"),
            in.optionalText("code"),
            in.text("kernel"),
            in.text("agent_version"));
    in.done();
    return record;
  }

  static void writeRecord(WipeRecord record, JsonWriter out) {
    out.integer("v", VERSION)
        .text("wipe", record.wipe())
        .text("unit", record.unit())
        .text("host", record.host())
        .text("boot_id", record.bootId())
        .list("members", record.members().members(), UnitJson::writeMember)
        .object("fence", fence -> FenceJson.write(record.fence(), fence))
        .text("previous_claim", record.previousClaim())
        .text("started", record.started())
        .text("ended", record.ended())
        .list("steps", record.steps(), WipeJson::writeStep)
        .object("coverage", coverage -> WipeJson.writeCoverage(record.coverage(), coverage))
        .texts("gaps", record.gaps())
        .text("level", record.level())
        .text("result", record.result())
        .text("code", record.code())
        .text("kernel", record.kernel())
        .text("agent_version", record.agentVersion());
  }
}
