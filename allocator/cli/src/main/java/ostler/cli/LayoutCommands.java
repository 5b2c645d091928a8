package ostler.cli;

import java.util.List;
import java.util.Optional;
import ostler.cli.print.Column;
import ostler.cli.print.Column.Kind;
import ostler.cli.print.Node;
import ostler.inventory.UnitKind;
import ostler.inventory.WipeLevel;
import ostler.wire.Json;
import picocli.CommandLine.Model.CommandSpec;

/** {@code ostler layout}. */
final class LayoutCommands {

  static final Argument.Operand<Ref> PARENT =
      Argument.Operand.one(
          "PARENT", Ref::parse, "a whole unit: id, an id's beginning, or host/address");

  private static final Argument.Option<UnitKind> KIND =
      Argument.Option.of("--kind", "KIND", Parsers::sliceKind, "mdev, vendor-vf, sriov-vf or mig");
  private static final Argument.Option<SaidSlices> SLICE =
      Argument.Option.of(
              "--slice", "TYPE=COUNT", SaidSlices::parse, "so many of a type; may be repeated")
          .repeated();
  private static final Argument.Option<Integer> FUNCTIONS =
      Argument.Option.of(
          "--functions", "N", Parsers::positive, "with so many virtual functions; else none");
  private static final Argument.Option<WipeLevel> PARENT_LEVEL =
      Argument.Option.of(
          "--parent-level",
          "LEVEL",
          Parsers::level,
          "clean the whole card to this between two projects; else as far as it was cleaned last");
  private static final Argument.Flag SHARED =
      Argument.Flag.of("--shared", "several projects may have slices of it at a time");
  private static final Argument.Flag MIXED =
      Argument.Flag.of("--mixed", "slices of several mdev types on one card");

  static final List<Column> SHOW =
      List.of(
          Column.of("UNIT", "unit"),
          Column.of("HOST", "host"),
          Column.of("ADDRESS", "address"),
          Column.of("STATE", "state", Kind.STATE),
          Column.of("KIND", "kind"),
          Column.made("CUT_INTO", SliceText::cut),
          Column.of("SHARED", "shared"),
          Column.of("MIXED", "mixed"),
          Column.of("PARENT_LEVEL", "parent_level"),
          Column.of("APPLIED", "applied"),
          Column.made("STILL_CUT_INTO", SliceText::stillCut),
          Column.of("EMPTYING", "emptying"),
          Column.made("WHY", layout -> UnitText.reason(layout.at("why"))),
          Column.made("PROJECT", SliceText::servedProject),
          Column.made("COULD_HOLD", SliceText::couldHold),
          Column.made("NEXT", layout -> SliceText.next(layout).orElse("")));

  private static final List<Column> SLICES =
      List.of(
          Column.of("SLICE", "unit", Kind.ID),
          Column.made("TYPE", SliceText::typeOf),
          Column.of("STATE", "state", Kind.STATE),
          Column.of("CLAIM", "claim", Kind.ID));

  private static final List<Column> CHANGES =
      List.of(Column.of("CHANGES", "changes"), Column.of("HOLDERS", "holders"));

  private static final String DRY_RUN_TOLD = "Nothing was done: this was a dry run.";

  private LayoutCommands() {}

  static CommandSpec noun() {
    return Verb.noun(
        "layout",
        "what cards are cut into",
        Verb.of(
            "set",
            "declare what a card is to be cut into; nothing is done before it is applied",
            LayoutCommands::set,
            PARENT,
            KIND.needed(),
            SLICE,
            FUNCTIONS,
            SHARED,
            MIXED,
            PARENT_LEVEL,
            Verb.DRY_RUN,
            Verb.REASON),
        Verb.of(
            "show",
            "show a card's layout, its slices, and what it could still hold",
            (session, said) -> show(session, session.api().get(path(session, said))),
            PARENT),
        Verb.of(
            "apply",
            "cut a card as its layout says; refused while anybody has a slice of it",
            LayoutCommands::apply,
            PARENT,
            Verb.DRY_RUN,
            Verb.REASON),
        Verb.of(
            "remove",
            "make a card whole again; refused while anybody has a slice of it",
            LayoutCommands::remove,
            PARENT,
            Verb.REASON,
            Session.YES));
  }

  private static ApiPath path(Session session, Arguments said) throws Failure {
    return ApiPath.of("units", new Finder(session).unitId(said.need(PARENT)), "layout");
  }

  private static void set(Session session, Arguments said) throws Failure {
    List<SaidSlices> slices = said.all(SLICE);
    Optional<Integer> functions = said.get(FUNCTIONS);
    if (slices.isEmpty() && functions.isEmpty()) {
      throw Failure.usage("BAD_REQUEST", "A layout says what a card is cut into.")
          .andTry("say --slice TYPE=COUNT, or --functions N; see the types by: ostler slice types");
    }
    boolean dryRun = said.has(Verb.DRY_RUN);
    String body =
        Json.write(
            out ->
                out.text("kind", said.need(KIND))
                    .list("slices", slices, SaidSlices::write)
                    .integer("functions", functions.orElse(0))
                    .bool("shared", said.has(SHARED))
                    .bool("mixed", said.has(MIXED))
                    .text("parent_level", said.get(PARENT_LEVEL))
                    .text("reason", said.get(Verb.REASON)));
    ApiPath path = path(session, said);
    show(session, session.api().put(dryRun ? path.with("dry_run", true) : path, body));
    if (dryRun) {
      session.terminal().say(DRY_RUN_TOLD);
    }
  }

  /** The layout, and below it the slices that there are now. */
  static void show(Session session, Node layout) throws Failure {
    session.show(layout, SHOW);
    List<Node> slices = layout.at("slices_now").items();
    if (session.isTable() && !slices.isEmpty()) {
      session.terminal().print("\n" + session.printer().list(slices, SLICES, List.of()));
    }
  }

  private static void apply(Session session, Arguments said) throws Failure {
    boolean dryRun = said.has(Verb.DRY_RUN);
    String body =
        Json.write(out -> out.bool("dry_run", dryRun).text("reason", said.get(Verb.REASON)));
    Node answer = session.api().post(path(session, said).then("apply"), body);
    tellChanges(session, answer);
    if (dryRun) {
      session.terminal().say(DRY_RUN_TOLD);
    }
    String holders = SliceText.holders(answer.at("holders"));
    if (!holders.isEmpty()) {
      throw Failure.of(
              ExitCode.CONFLICT, "LAYOUT_IN_USE", "Slices of it are held by " + holders + '.')
          .andTry("when its consumer is done with them: ostler claim release CLAIM");
    }
  }

  private static void tellChanges(Session session, Node answer) throws Failure {
    if (session.isTable()) {
      List<String> changes = SliceText.lines(answer.at("changes"));
      session
          .terminal()
          .print(changes.isEmpty() ? "nothing to change\n" : String.join("\n", changes) + "\n");
    } else {
      session.show(answer, CHANGES);
    }
  }

  private static void remove(Session session, Arguments said) throws Failure {
    ApiPath path = path(session, said);
    session.confirm(
        said,
        () -> {
          Node layout = session.api().get(path);
          return List.of(
              "Card "
                  + layout.textAt("host")
                  + '/'
                  + layout.textAt("address")
                  + " is cut into "
                  + SliceText.cut(layout)
                  + ". Its slices would be destroyed, and it would be wiped and be whole again.");
        });
    String body = Json.write(out -> out.text("reason", said.get(Verb.REASON)));
    tellChanges(session, session.api().delete(path, body));
  }
}
