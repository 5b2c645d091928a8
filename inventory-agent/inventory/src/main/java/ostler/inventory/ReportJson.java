package ostler.inventory;

import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import ostler.pci.PciAddress;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.JsonObject;
import ostler.wire.JsonWriter;
import ostler.wire.WireException;

/** A host's reports, and the answers to them, as JSON. */
public final class ReportJson {

  /** A report of thousands of functions, at about 1 kB each, with some wipe records. */
  public static final JsonLimits LIMITS =
      new JsonLimits(8 * 1024 * 1024, 16, WipeRecord.MAX_BODY_CHARS);

  private static final int VERSION = 1;
  private static final int MAX_PROBLEM_ATTEMPTS = Integer.MAX_VALUE;

  private ReportJson() {}

  public static String write(HostReport report) {
    return Json.write(
        out ->
            out.integer("v", VERSION)
                .text("host", report.host())
                .object("agent", agent -> writeRun(report.agent(), agent))
                .text("boot_id", report.bootId())
                .integer("sequence", report.sequence())
                .integer("applied_revision", report.appliedRevision())
                .bool("scan_complete", report.scanComplete())
                .text("digest", report.digest())
                .object("inventory", report.inventory(), InventoryJson::write)
                .object("facts", facts -> writeFacts(report.facts(), facts))
                .list("units", report.units(), ReportJson::writeUnit)
                .list("parents", report.parents(), SliceJson::writeParent)
                .list("wipes", report.wipes(), WipeRecordJson::writeSigned)
                .list("foreign", report.foreign(), ReportJson::writeForeign)
                .list("unordered", report.unordered(), SliceJson::writeUnordered));
  }

  /**
   * Reads a report. A device, a unit, a wipe record or a foreign holder that cannot be read costs
   * only itself.
   *
   * @param refused is told of each part that could not be read
   * @throws WireException if the report's own fields cannot be read
   */
  public static HostReport read(byte[] document, Consumer<WireException> refused)
      throws WireException {
    return Json.read(document, LIMITS, in -> readReport(in, refused));
  }

  private static HostReport readReport(JsonObject in, Consumer<WireException> refused)
      throws WireException {
    in.integer("v", VERSION, VERSION);
    HostReport report =
        new HostReport(
            in.value("host", HostName::tryParse, "a host name"),
            in.object("agent", ReportJson::readRun),
            in.value("boot_id", BootId::tryParse, "a UUID"),
            in.longInteger("sequence", 1, Long.MAX_VALUE),
            in.longInteger("applied_revision", 0, Long.MAX_VALUE),
            in.bool("scan_complete"),
            in.value("digest", ChainHash::tryParse, "a hash"),
            in.optionalObject("inventory", host -> InventoryJson.read(host, refused)),
            in.object("facts", ReportJson::readFacts),
            in.listOfSound("units", ReportJson::readUnit, (e, unit) -> refused.accept(e)),
            in.has("parents")
                ? in.listOfSound("parents", SliceJson::readParent, (e, p) -> refused.accept(e))
                : List.of(),
            in.listOfSound("wipes", WipeRecordJson::readSigned, (e, wipe) -> refused.accept(e)),
            in.listOfSound("foreign", ReportJson::readForeign, (e, held) -> refused.accept(e)),
            in.has("unordered")
                ? in.listOfSound("unordered", SliceJson::readUnordered, (e, s) -> refused.accept(e))
                : List.of());
    in.done();
    return report;
  }

  public static String writeAnswer(ReportAnswer answer) {
    return Json.write(
        out ->
            out.integer("revision", answer.revision())
                .bool("need_inventory", answer.needInventory())
                .texts("wipes_accepted", answer.wipesAccepted())
                .list(
                    "wipes_refused",
                    answer.wipesRefused(),
                    (refusal, wipe) ->
                        wipe.text("wipe", refusal.wipe())
                            .text("code", refusal.code())
                            .text("message", refusal.message()))
                .list(
                    "warnings",
                    answer.warnings(),
                    (warning, in) -> in.text("path", warning.path()).text("rule", warning.rule()))
                .integer("interval_s", answer.intervalSeconds()));
  }

  /** Reads an answer, and leaves fields alone that it does not know. */
  public static ReportAnswer readAnswer(byte[] document) throws WireException {
    return Json.read(
        document,
        JsonLimits.REPORT,
        in ->
            new ReportAnswer(
                in.longInteger("revision", 0, Long.MAX_VALUE),
                in.bool("need_inventory"),
                in.values("wipes_accepted", WipeId::tryParse, "a UUID"),
                in.list("wipes_refused", ReportJson::readRefusal),
                in.list(
                    "warnings",
                    warning ->
                        new ReportAnswer.Warning(warning.text("path"), warning.text("rule"))),
                in.integer("interval_s", 1, ReportAnswer.MAX_INTERVAL_SECONDS)));
  }

  private static ReportAnswer.WipeRefusal readRefusal(JsonObject in) throws WireException {
    return new ReportAnswer.WipeRefusal(
        in.value("wipe", WipeId::tryParse, "a UUID"), in.text("code"), in.text("message"));
  }

  private static void writeRun(AgentRun run, JsonWriter out) {
    out.text("version", run.version())
        .text("instance", run.instance())
        .text("previous_instance", run.previous())
        .text("started", run.started());
  }

  private static AgentRun readRun(JsonObject in) throws WireException {
    AgentRun run =
        new AgentRun(
            in.text("version"),
            in.value("instance", AgentInstance::tryParse, "a UUID"),
            in.optionalValue("previous_instance", AgentInstance::tryParse, "a UUID"),
            in.value("started", UtcTime::tryParse, UtcTime.WHAT));
    in.done();
    return run;
  }

  private static void writeFacts(HostFacts facts, JsonWriter out) {
    out.text("kernel", facts.kernel()).text("os", facts.os()).text("cpu", facts.cpu());
    facts.memoryMib().ifPresent(mib -> out.integer("memory_mib", mib));
    out.bool("iommu", facts.iommu());
  }

  private static HostFacts readFacts(JsonObject in) throws WireException {
    HostFacts facts =
        new HostFacts(
            in.optionalText("kernel"),
            in.optionalText("os"),
            in.optionalText("cpu"),
            in.has("memory_mib")
                ? OptionalLong.of(in.longInteger("memory_mib", 0, Long.MAX_VALUE))
                : OptionalLong.empty(),
            in.bool("iommu"));
    in.done();
    return facts;
  }

  private static void writeUnit(UnitReport unit, JsonWriter out) {
    out.text("unit", unit.unit())
        .object("fence", fence -> FenceJson.write(unit.fence(), fence))
        .text("phase", unit.phase())
        .bool("bound", unit.bound())
        .bool("guarded", unit.guarded())
        .list("holders", unit.holders(), ReportJson::writeHolder)
        .bool("holders_known", unit.holdersKnown())
        .object("problem", unit.problem(), ReportJson::writeProblem)
        .text("handle", unit.handle());
  }

  private static UnitReport readUnit(JsonObject in) throws WireException {
    UnitReport unit =
        new UnitReport(
            in.value("unit", UnitId::tryParse, "a UUID"),
            in.object("fence", FenceJson::read),
            in.value("phase", UnitPhase::tryParse, "a phase"),
            in.bool("bound"),
            in.bool("guarded"),
            in.list("holders", ReportJson::readHolder),
            in.bool("holders_known"),
            in.optionalObject("problem", ReportJson::readProblem),
            in.optionalValue("handle", SliceHandle::tryParse, "a slice's handle"));
    in.done();
    return unit;
  }

  private static void writeHolder(Holder holder, JsonWriter out) {
    out.text("kind", holder.kind()).text("id", holder.id()).text("name", holder.name());
  }

  private static Holder readHolder(JsonObject in) throws WireException {
    Holder holder =
        new Holder(
            in.value("kind", Holder.Kind::tryParse, "domain or process"),
            in.text("id"),
            in.text("name"));
    in.done();
    return holder;
  }

  static void writeProblem(UnitProblem problem, JsonWriter out) {
    out.text("code", problem.code())
        .text("message", problem.message())
        .integer("attempts", problem.attempts());
  }

  static UnitProblem readProblem(JsonObject in) throws WireException {
    UnitProblem problem =
        new UnitProblem(
            in.text("code"), in.text("message"), in.integer("attempts", 0, MAX_PROBLEM_ATTEMPTS));
    in.done();
    return problem;
  }

  private static void writeForeign(ForeignHolder foreign, JsonWriter out) {
    out.texts("members", foreign.members())
        .object("holder", holder -> writeHolder(foreign.holder(), holder));
  }

  private static ForeignHolder readForeign(JsonObject in) throws WireException {
    ForeignHolder foreign =
        new ForeignHolder(
            in.values("members", PciAddress::tryParse, "a PCI address"),
            in.object("holder", ReportJson::readHolder));
    in.done();
    return foreign;
  }
}
