package ostler.cli;

import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import ostler.cli.print.Column;
import ostler.cli.print.Column.Kind;
import ostler.cli.print.Node;
import ostler.inventory.Consumer;
import ostler.wire.Json;
import picocli.CommandLine.Model.CommandSpec;

/** {@code ostler hold}. */
final class HoldCommands {

  private static final Argument.Operand<Ref> HOLD =
      Argument.Operand.one("HOLD", Ref::parseId, "id, or an id's beginning");
  private static final Argument.Operand<Ref> HOLDS =
      Argument.Operand.several("HOLD", Ref::parseId, "id, or an id's beginning");
  private static final Argument.Option<Consumer> CONSUMER =
      Argument.Option.of(
          "--consumer", "SOURCE:TYPE:ID", Parsers::consumer, "to what it is promised");
  private static final Argument.Option<Integer> TTL =
      Argument.Option.of(
          "--ttl", "SECONDS", Parsers::positive, "how long it is good for; else 120");
  private static final Argument.Option<UUID> ID =
      Argument.Option.of(
          "--id", "UUID", Parsers::uuid, "the hold's id; asking otherwise with it replaces it");

  private static final List<Column> COLUMNS =
      List.of(
          Column.of("ID", "id", Kind.ID),
          Column.of("PROJECT", "project"),
          Column.made("PARTS", HoldCommands::parts),
          Column.of("STATE", "state", Kind.STATE),
          Column.made("CONSUMER", hold -> UnitText.consumer(hold.at("consumer"))),
          Column.of("EXPIRES", "expires", Kind.TIME),
          Column.of("CLAIM", "claim", Kind.ID));

  private HoldCommands() {}

  static CommandSpec noun() {
    return Verb.noun(
        "hold",
        "short promises of units, which claims make use of",
        Verb.of(
            "create",
            "promise units to a consumer",
            HoldCommands::create,
            AskedFor.PROJECT.needed(),
            AskedFor.ALIAS.needed(),
            CONSUMER.needed(),
            AskedFor.COUNT,
            AskedFor.WITH,
            Verb.HOST,
            AskedFor.ONE_OF,
            TTL,
            ID),
        Verb.of(
            "show",
            "show a hold",
            (session, said) ->
                session.show(new Finder(session).byId("hold", said.need(HOLD)), COLUMNS),
            HOLD),
        Verb.list(
            "list the holds",
            (session, said) ->
                session.list(
                    ApiPath.of("holds")
                        .with("project", said.get(AskedFor.PROJECT))
                        .with("state", said.get(AskedFor.STATE)),
                    COLUMNS,
                    said),
            AskedFor.PROJECT,
            AskedFor.STATE),
        Verb.of("release", "let promises go", HoldCommands::release, HOLDS));
  }

  private static void create(Session session, Arguments said) throws Failure {
    UUID id = said.get(ID).orElseGet(session::newId);
    String body =
        Json.write(
            out -> {
              out.text("id", id).text("project", said.need(AskedFor.PROJECT));
              AskedFor.writeParts(said, out);
              AskedFor.writeHosts(said, out);
              AskedFor.writeConsumer(said.need(CONSUMER), out);
              said.get(TTL).ifPresent(seconds -> out.integer("ttl_s", seconds));
            });
    session.show(session.api().post(ApiPath.of("holds"), body), COLUMNS);
  }

  private static void release(Session session, Arguments said) throws Failure {
    session.each(
        said.all(HOLDS),
        ref ->
            session
                .api()
                .delete(ApiPath.of("holds", new Finder(session).byId("hold", ref).textAt("id"))),
        COLUMNS,
        COLUMNS);
  }

  private static String parts(Node hold) {
    return hold.at("parts").items().stream()
        .map(part -> part.textAt("count") + " of " + part.textAt("alias"))
        .collect(Collectors.joining(" and "));
  }
}
