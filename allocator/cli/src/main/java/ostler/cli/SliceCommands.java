package ostler.cli;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import ostler.cli.print.Column;
import ostler.cli.print.Column.Kind;
import ostler.cli.print.Node;
import ostler.inventory.SliceTypeName;
import ostler.wire.Json;
import picocli.CommandLine.Model.CommandSpec;

/** {@code ostler slice}. */
final class SliceCommands {

  private static final Argument.Operand<Ref> SLICES =
      Argument.Operand.several("SLICE", Ref::parse, "id, or an id's beginning");
  private static final Argument.Option<Ref> OF =
      Argument.Option.of("--parent", "PARENT", Ref::parse, "of this card");
  private static final Argument.Option<String> STATE =
      Argument.Option.of(
          "--state", "STATE", text -> Parsers.name(text).toUpperCase(Locale.ROOT), "in this state");
  private static final Argument.Option<SliceTypeName> TYPE =
      Argument.Option.of("--type", "TYPE", SliceTypeName::new, "of this type");
  private static final Argument.Option<Integer> COUNT =
      Argument.Option.of("--count", "N", Parsers::positive, "how many; else 1");

  private static final List<Column> LIST =
      List.of(
          Column.of("UNIT", "unit", Kind.ID),
          Column.of("HOST", "host"),
          Column.of("PARENT", "parent_address"),
          Column.of("PLACE", "place"),
          Column.of("HANDLE", "handle", Kind.ID),
          Column.of("KIND", "kind"),
          Column.of("TYPE", "type"),
          Column.of("STATE", "state", Kind.STATE),
          Column.of("WEIGHT", "weight"),
          Column.of("MEMORY_MIB", "memory_mib", Kind.NUMBER),
          Column.of("LEVEL", "level"),
          Column.of("PROJECT", "project"),
          Column.of("CLAIM", "claim", Kind.ID),
          Column.of("WHY", "why.code"),
          Column.of("SINCE", "since", Kind.TIME));

  private static final List<Column> TYPES =
      List.of(
          Column.of("HOST", "host"),
          Column.of("ADDRESS", "address"),
          Column.of("PARENT", "parent", Kind.ID),
          Column.of("KIND", "kind"),
          Column.of("TYPE", "type"),
          Column.of("AVAILABLE", "available", Kind.NUMBER),
          Column.of("MOST", "most", Kind.NUMBER),
          Column.of("MEMORY_MIB", "memory_mib", Kind.NUMBER));

  private SliceCommands() {}

  static CommandSpec noun() {
    return Verb.noun(
        "slice",
        "parts of cards: mdev, vendor and SR-IOV virtual functions, MIG",
        Verb.of(
            "types",
            "show what cards could still be cut into, each type by itself",
            SliceCommands::types,
            Verb.HOST,
            OF),
        Verb.list(
            "list the slices",
            (session, said) ->
                session.list(
                    ApiPath.of("slices")
                        .with("host", said.get(Verb.HOST))
                        .with("parent", parent(session, said))
                        .with("state", said.get(STATE)),
                    LIST,
                    said),
            Verb.HOST,
            OF,
            STATE),
        Verb.of(
            "create",
            "add slices to a card's layout and make them",
            SliceCommands::create,
            LayoutCommands.PARENT,
            TYPE.needed(),
            COUNT,
            Verb.REASON),
        Verb.of(
            "remove",
            "destroy slices that nobody has, and take them out of their card's layout",
            SliceCommands::remove,
            SLICES,
            Verb.REASON,
            Session.YES));
  }

  private static Optional<String> parent(Session session, Arguments said) throws Failure {
    Optional<Ref> parent = said.get(OF);
    return parent.isPresent()
        ? Optional.of(new Finder(session).unitId(parent.get()))
        : Optional.empty();
  }

  private static void types(Session session, Arguments said) throws Failure {
    Optional<String> parent = parent(session, said);
    List<Node> types = new ArrayList<>();
    Set<String> told = new HashSet<>();
    for (Node device : session.all(ApiPath.of("devices").with("host", said.get(Verb.HOST)))) {
      // A card's companions say what the card could hold, too.
      boolean wanted = parent.isEmpty() || device.is("unit", parent.get());
      if (wanted && told.add(device.textAt("unit"))) {
        device.at("could_hold").items().forEach(offer -> types.add(typed(device, offer)));
      }
    }
    if (types.isEmpty()) {
      throw Failure.of(
              ExitCode.NOT_FOUND,
              "NO_TYPE",
              parent.isPresent()
                  ? "The card's host has not said what it can be cut into."
                  : "No host has said what a card can be cut into.")
          .andTry(
              "it is known once a card is with its vendor's driver: ostler layout set, and ostler"
                  + " layout apply; or ostler inspect on the host, before the card is taken in");
    }
    session.terminal().print(session.printer().list(types, TYPES, List.of()));
  }

  private static Node typed(Node device, Node offer) {
    Map<String, Object> typed = new LinkedHashMap<>();
    typed.put("host", device.at("host").value());
    typed.put("address", device.at("address").value());
    typed.put("parent", device.at("unit").value());
    offer.fields().forEach((name, value) -> typed.put(name, value.value()));
    return new Node(typed);
  }

  private static void create(Session session, Arguments said) throws Failure {
    String id = new Finder(session).unitId(said.need(LayoutCommands.PARENT));
    String body =
        Json.write(
            out ->
                out.text("type", said.need(TYPE))
                    .integer("count", said.get(COUNT).orElse(1))
                    .text("reason", said.get(Verb.REASON)));
    LayoutCommands.show(session, session.api().post(ApiPath.of("units", id, "slices"), body));
  }

  private static void remove(Session session, Arguments said) throws Failure {
    List<Ref> slices = said.all(SLICES);
    session.confirm(
        said,
        () -> {
          List<String> impact = new ArrayList<>();
          for (Ref slice : slices) {
            impact.add(
                UnitText.sentence(new Finder(session).unit(slice)) + " You would destroy it.");
          }
          return impact;
        });
    String body = Json.write(out -> out.text("reason", said.get(Verb.REASON)));
    session.each(
        slices,
        slice ->
            session.api().delete(ApiPath.of("slices", new Finder(session).unitId(slice)), body),
        LIST,
        LIST);
  }
}
