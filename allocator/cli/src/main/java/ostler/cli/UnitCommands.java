package ostler.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import ostler.cli.print.Column;
import ostler.cli.print.Column.Kind;
import ostler.cli.print.Node;
import ostler.inventory.WipeLevel;
import ostler.wire.Json;
import picocli.CommandLine.Model.CommandSpec;

/** {@code ostler unit}. */
final class UnitCommands {

  private static final String UNIT_HELP = "id, an id's beginning, or host/address of a device";
  private static final Argument.Operand<Ref> UNIT =
      Argument.Operand.one("UNIT", Ref::parse, UNIT_HELP);
  private static final Argument.Operand<Ref> UNITS =
      Argument.Operand.several("UNIT", Ref::parse, UNIT_HELP);
  private static final Argument.Option<String> STATE =
      Argument.Option.of(
          "--state", "STATE", text -> Parsers.name(text).toUpperCase(Locale.ROOT), "in this state");
  private static final Argument.Option<Ref> CLAIM =
      Argument.Option.of("--claim", "CLAIM", Ref::parseId, "of this claim");

  private static final Argument.Option<String> TRAIT =
      Argument.Option.of("--trait", "TRAIT", Parsers::name, "it has this trait; may be repeated")
          .repeated();
  private static final Argument.Option<String> ISLAND =
      Argument.Option.of(
          "--island", "NAME", Parsers::name, "it is joined to the units of this island");

  private static final List<Column> PLACE =
      List.of(
          Column.of("UNIT", "unit"),
          Column.of("KIND", "kind"),
          Column.of("MEMORY_MIB", "memory_mib"),
          Column.of("NUMA_NODE", "numa_node"),
          Column.of("PCIE_SWITCH", "pcie_switch"),
          Column.of("ISLAND", "island"),
          Column.of("CARD", "card"),
          Column.of("TRAITS", "traits"));

  static final List<Column> LIST =
      List.of(
          Column.of("ID", "id", Kind.ID),
          Column.of("HOST", "host"),
          Column.made("MEMBERS", UnitText::members),
          Column.made("KIND", SliceText::kind),
          Column.of("STATE", "state", Kind.STATE),
          Column.of("AVAILABLE", "available"),
          Column.of("LEVEL", "level"),
          Column.of("PRESENCE", "presence", Kind.STATE),
          Column.of("ADMIN", "admin", Kind.STATE),
          Column.made("HOLDER", UnitText::holder),
          Column.of("WHY", "why.code"),
          Column.of("SINCE", "since", Kind.TIME));

  static final List<Column> SHOW =
      List.of(
          Column.of("ID", "id"),
          Column.of("HOST", "host"),
          Column.made("KIND", SliceText::kind),
          Column.of("PARENT", "parent"),
          Column.of("HANDLE", "handle"),
          Column.made("MEMBERS", UnitCommands::membersWithNames),
          Column.of("STATE", "state", Kind.STATE),
          Column.of("SINCE", "since", Kind.TIME),
          Column.of("AVAILABLE", "available"),
          Column.made("WHY", unit -> UnitText.reason(unit.at("why"))),
          Column.made("CAUSE", unit -> UnitText.reason(unit.at("cause"))),
          Column.made("QUARANTINE", UnitText::quarantine),
          Column.of("PRESENCE", "presence", Kind.STATE),
          Column.of("HEALTH", "health"),
          Column.of("ADMIN", "admin", Kind.STATE),
          Column.of("LEAVING", "leaving"),
          Column.made("HOLDER", UnitText::holder),
          Column.of("CLAIM", "claim"),
          Column.of("HOST_SAYS", "observed.phase"),
          Column.made("SEEN_HOLDERS", UnitText::seenHolders),
          Column.made("PROBLEM", unit -> UnitText.reason(unit.at("observed.problem"))),
          Column.made("FENCE", UnitText::fence),
          Column.of("LEVEL", "level"),
          Column.of("LAST_WIPE", "wipe"),
          Column.of("ATTEMPTS", "attempts"),
          Column.made("COULD_HOLD", SliceText::couldHold),
          Column.made("NEXT", unit -> UnitText.next(unit).orElse("")));

  private static final Comparator<Node> BY_PLACE =
      Comparator.comparing((Node unit) -> unit.textAt("host")).thenComparing(UnitText::members);

  private UnitCommands() {}

  static CommandSpec noun() {
    return Verb.noun(
        "unit",
        "what is handed out: all endpoints of an IOMMU group, or a slice of a card",
        Verb.list("list the units", UnitCommands::list, Verb.HOST, STATE, CLAIM),
        Verb.of("show", "show a unit, and what to do next", UnitCommands::show, UNIT),
        Verb.of(
            "clean",
            "have units wiped",
            UnitCommands::clean,
            UNITS,
            Verb.LEVEL,
            Verb.REASON,
            Verb.WAIT),
        destructive("quarantine", "set units apart until somebody returns them"),
        Verb.of(
            "return",
            "end units' quarantine; they are wiped before anybody gets them",
            (session, said) -> order(session, said, "return"),
            UNITS,
            Verb.REASON.needed()),
        destructive("retire", "never hand units out again"),
        Verb.of("place", "show where a unit lies on its host", UnitCommands::place, UNIT),
        Verb.of(
            "label",
            "say of a unit what no inventory shows, in the place of what was said before",
            UnitCommands::label,
            UNIT,
            TRAIT,
            ISLAND,
            Verb.REASON.needed()));
  }

  private static void place(Session session, Arguments said) throws Failure {
    session.show(session.api().get(placeOf(session, said)), PLACE);
  }

  private static void label(Session session, Arguments said) throws Failure {
    String body =
        Json.write(
            out ->
                out.texts("traits", said.all(TRAIT))
                    .text("island", said.get(ISLAND))
                    .text("reason", said.get(Verb.REASON)));
    session.show(session.api().put(placeOf(session, said), body), PLACE);
  }

  private static ApiPath placeOf(Session session, Arguments said) throws Failure {
    return ApiPath.of("units", new Finder(session).unitId(said.need(UNIT)), "place");
  }

  private static CommandSpec destructive(String verb, String summary) {
    return Verb.of(
        verb,
        summary,
        (session, said) -> {
          session.confirm(said, () -> impact(session, said, verb));
          order(session, said, verb);
        },
        UNITS,
        Verb.REASON.needed(),
        Session.YES);
  }

  private static void list(Session session, Arguments said) throws Failure {
    Optional<Ref> claim = said.get(CLAIM);
    Optional<String> claimId =
        claim.isPresent()
            ? Optional.of(new Finder(session).claimId(claim.get()))
            : Optional.empty();
    session.list(
        ApiPath.of("units")
            .with("host", said.get(Verb.HOST))
            .with("state", said.get(STATE))
            .with("claim", claimId),
        LIST,
        said,
        items -> items.stream().sorted(BY_PLACE).toList());
  }

  private static void show(Session session, Arguments said) throws Failure {
    session.show(new Finder(session).unit(said.need(UNIT)), SHOW);
  }

  private static List<String> impact(Session session, Arguments said, String verb) throws Failure {
    List<String> impact = new ArrayList<>();
    for (Ref unit : said.all(UNITS)) {
      impact.add(UnitText.sentence(new Finder(session).unit(unit)) + " You would " + verb + " it.");
    }
    return impact;
  }

  private static void order(Session session, Arguments said, String verb) throws Failure {
    String body = Json.write(out -> out.text("reason", said.need(Verb.REASON)));
    session.each(said.all(UNITS), unit -> post(session, unit, verb, body), SHOW, LIST);
  }

  private static void clean(Session session, Arguments said) throws Failure {
    Optional<WipeLevel> level = said.get(Verb.LEVEL);
    Optional<String> reason = said.get(Verb.REASON);
    String body = Json.write(out -> out.text("level", level).text("reason", reason));
    session.each(
        said.all(UNITS),
        unit -> {
          Node ordered = post(session, unit, "clean", body);
          return new Waiting(session).forState(said, "unit", ordered, UnitCommands::cleaned);
        },
        SHOW,
        LIST);
  }

  private static Node post(Session session, Ref unit, String verb, String body) throws Failure {
    String id = new Finder(session).unitId(unit);
    return session.api().post(ApiPath.of("units", id, verb), body);
  }

  /** A unit that somebody already got, or that its layout already cut, was clean before that. */
  private static Waiting.Progress cleaned(Node unit) {
    if (!unit.at("quarantine").isAbsent()) {
      return Waiting.failed(UnitText.quarantine(unit));
    }
    return switch (unit.textAt("state")) {
      case "CLEAN", "PREPARING", "READY", "IN_USE", "SLICED" -> Waiting.DONE;
      default -> Waiting.stillAt(unit.textAt("state"), UnitText.reason(unit.at("why")));
    };
  }

  private static String membersWithNames(Node unit) {
    List<String> members = new ArrayList<>();
    for (Node member : unit.at("members").items()) {
      members.add((member.textAt("address") + ' ' + DeviceCommands.name(member)).strip());
    }
    return String.join(", ", members);
  }
}
