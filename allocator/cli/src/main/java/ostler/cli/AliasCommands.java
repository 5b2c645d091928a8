package ostler.cli;

import java.util.List;
import java.util.Optional;
import ostler.cli.print.Column;
import ostler.cli.print.Column.Kind;
import ostler.cli.print.Node;
import ostler.inventory.WipeLevel;
import ostler.wire.Json;
import ostler.wire.JsonWriter;
import picocli.CommandLine.Model.CommandSpec;

/** {@code ostler alias}. */
final class AliasCommands {

  private static final Argument.Operand<String> ALIAS =
      Argument.Operand.one("ALIAS", Parsers::name, "the alias's name");
  private static final Argument.Option<Integer> MEMBERS =
      Argument.Option.of(
          "--members", "N", Parsers::positive, "with this many functions in the unit");

  private static final List<Column> LIST =
      List.of(
          Column.of("NAME", "name"),
          Column.of("VENDOR", "rule.vendor"),
          Column.of("PRODUCT", "rule.product"),
          Column.of("CLASS", "rule.class"),
          Column.of("MEMBERS", "rule.members", Kind.NUMBER),
          Column.of("LEVEL", "level"));

  private static final List<Column> RESOLVED =
      List.of(
          Column.of("UNIT", "unit", Kind.ID),
          Column.of("HOST", "host"),
          Column.of("AVAILABLE", "available"),
          Column.made("WHY_NOT", unit -> UnitText.reason(unit.at("why"))));

  private AliasCommands() {}

  static CommandSpec noun() {
    return Verb.noun(
        "alias",
        "names for kinds of units, as flavors use them",
        Verb.list(
            "list the aliases", (session, said) -> session.list(ApiPath.of("aliases"), LIST, said)),
        Verb.of(
            "show",
            "show an alias",
            (session, said) -> session.show(session.api().get(path(said)), LIST),
            ALIAS),
        Verb.of(
            "set",
            "make an alias, or change what it means",
            AliasCommands::set,
            ALIAS,
            ModelRule.VENDOR,
            ModelRule.PRODUCT,
            ModelRule.CLASS,
            MEMBERS,
            Verb.LEVEL),
        Verb.of("delete", "delete an alias", AliasCommands::delete, ALIAS, Session.YES),
        Verb.of(
            "resolve", "show what an alias matches, and why not", AliasCommands::resolve, ALIAS));
  }

  private static ApiPath path(Arguments said) {
    return ApiPath.of("aliases", said.need(ALIAS));
  }

  private static void set(Session session, Arguments said) throws Failure {
    if (!ModelRule.isSaid(said)) {
      throw Failure.usage("BAD_REQUEST", "An alias says which units it means.")
          .andTry("say --vendor and --product, or --class");
    }
    Optional<WipeLevel> level = said.get(Verb.LEVEL);
    String body =
        Json.write(out -> out.object("rule", rule -> writeRule(said, rule)).text("level", level));
    session.show(session.api().put(path(said), body), LIST);
  }

  private static void writeRule(Arguments said, JsonWriter rule) {
    ModelRule.write(said, rule);
    said.get(MEMBERS).ifPresent(members -> rule.integer("members", members));
  }

  private static void delete(Session session, Arguments said) throws Failure {
    String alias = said.need(ALIAS);
    session.confirm(
        said,
        () ->
            List.of(
                "Alias "
                    + alias
                    + " means "
                    + session.api().get(path(said)).at("rule").text().orElse("nothing")
                    + ". Claims that it gave stay; new ones by this name are refused."));
    session.api().delete(path(said));
    session.terminal().say("Deleted alias " + alias + '.');
  }

  private static void resolve(Session session, Arguments said) throws Failure {
    Node answer =
        session
            .api()
            .post(ApiPath.of("aliases", said.need(ALIAS), "resolve"), Json.write(out -> {}));
    session.showWith(answer, answer.at("units").items(), RESOLVED);
    if (session.isTable()) {
      session
          .terminal()
          .say(answer.textAt("available") + " of " + answer.textAt("candidates") + " available");
    }
  }
}
