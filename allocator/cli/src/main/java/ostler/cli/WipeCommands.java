package ostler.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import ostler.cli.print.Column;
import ostler.cli.print.Column.Kind;
import ostler.cli.print.Node;
import ostler.inventory.WipeLevel;
import ostler.wire.Json;
import ostler.wire.JsonObject;
import ostler.wire.WireException;
import picocli.CommandLine.Model.CommandSpec;

/** {@code ostler wipe}. */
final class WipeCommands {

  private static final Argument.Operand<Ref> WIPE =
      Argument.Operand.one("WIPE", Ref::parseId, "id, or an id's beginning");
  private static final Argument.Option<Ref> UNIT =
      Argument.Option.of("--unit", "UNIT", Ref::parse, "of this unit");

  private static final List<Column> LIST =
      List.of(
          Column.of("ID", "id", Kind.ID),
          Column.of("UNIT", "unit", Kind.ID),
          Column.of("HOST", "host"),
          Column.of("RESULT", "result", Kind.STATE),
          Column.of("LEVEL", "level"),
          Column.of("ACCEPTED", "accepted"),
          Column.of("CODE", "code"),
          Column.made("VERIFIED", wipe -> share(wipe.at("coverage"), "bytes_verified")),
          Column.of("STARTED", "started", Kind.TIME),
          Column.of("ENDED", "ended", Kind.TIME));

  private static final List<Column> SHOW =
      List.of(
          Column.of("ID", "id"),
          Column.of("UNIT", "unit"),
          Column.of("HOST", "host"),
          Column.of("RESULT", "result", Kind.STATE),
          Column.of("CODE", "code"),
          Column.made("LEVEL", wipe -> level(wipe.textAt("level"))),
          Column.of("ACCEPTED", "accepted"),
          Column.of("REFUSAL", "refusal"),
          Column.of("STARTED", "started", Kind.TIME),
          Column.of("ENDED", "ended", Kind.TIME),
          Column.made("SCRUBBED", wipe -> share(wipe.at("coverage"), "bytes_scrubbed")),
          Column.made("VERIFIED", wipe -> share(wipe.at("coverage"), "bytes_verified")),
          Column.made("GAPS", wipe -> gaps(wipe.at("record.gaps"))),
          Column.made("MEMBERS", wipe -> UnitText.members(wipe.at("record"))),
          Column.of("PREVIOUS_CLAIM", "record.previous_claim"),
          Column.made("FENCE", wipe -> UnitText.fence(wipe.at("record"))),
          Column.of("KERNEL", "record.kernel"),
          Column.of("AGENT", "record.agent_version"),
          Column.of("HASH", "hash"),
          Column.of("FOLLOWS", "prev_hash"));

  private static final List<Column> STEPS =
      List.of(
          Column.of("STEP", "step"),
          Column.of("ADDRESS", "address"),
          Column.of("RESULT", "result", Kind.STATE),
          Column.of("MILLIS", "millis", Kind.NUMBER),
          Column.made("EVIDENCE", step -> evidence(step.at("detail"))));

  private WipeCommands() {}

  static CommandSpec noun() {
    return Verb.noun(
        "wipe",
        "what was done to a unit between two tenants, with evidence",
        Verb.list("list the wipes", WipeCommands::list, UNIT),
        Verb.of("show", "show a wipe's steps, coverage and gaps", WipeCommands::show, WIPE),
        WipeVerification.verb());
  }

  private static void list(Session session, Arguments said) throws Failure {
    ApiPath path = ApiPath.of("wipes");
    if (said.get(UNIT).isPresent()) {
      path = path.with("unit", new Finder(session).unitId(said.get(UNIT).get()));
    }
    session.list(path, LIST, said);
  }

  private static void show(Session session, Arguments said) throws Failure {
    Node wipe = new Finder(session).wipe(said.need(WIPE));
    if (!session.isTable()) {
      session.show(wipe, LIST);
      return;
    }
    Node body = body(wipe);
    Map<String, Object> whole = new LinkedHashMap<>();
    wipe.fields().forEach((name, value) -> whole.put(name, value.value()));
    whole.put("record", body.value());
    session.show(new Node(whole), SHOW);
    session.terminal().print("\n");
    session.terminal().print(session.printer().list(body.at("steps").items(), STEPS, List.of()));
  }

  /** What the host wrote, of which the rest is only an extract. */
  private static Node body(Node wipe) throws Failure {
    try {
      return new Node(Json.read(wipe.textAt("body"), Api.ANSWER, JsonObject::tree));
    } catch (WireException e) {
      throw Failure.of(
          ExitCode.CONFLICT,
          "UNREADABLE",
          "The record of wipe " + wipe.textAt("id") + " is not a wipe record: " + e.getMessage());
    }
  }

  /** Level VENDOR says on whose word it stands. */
  private static String level(String level) {
    return level.equals(WipeLevel.VENDOR.name())
        ? level + " (made anew; that this clears it, its vendor says)"
        : level;
  }

  /** {@code 16777216 of 16777216 bytes}. */
  private static String share(Node coverage, String part) {
    return coverage.at(part).isAbsent()
        ? ""
        : coverage.textAt(part) + " of " + coverage.textAt("bytes_total") + " bytes";
  }

  private static String gaps(Node gaps) {
    return gaps.items().isEmpty()
        ? "none"
        : gaps.items().stream().map(gap -> gap.text().orElse("")).collect(Collectors.joining("; "));
  }

  private static String evidence(Node detail) {
    List<String> evidence = new ArrayList<>();
    detail.fields().forEach((name, value) -> evidence.add(name + '=' + value.text().orElse("")));
    return String.join(" ", evidence);
  }
}
