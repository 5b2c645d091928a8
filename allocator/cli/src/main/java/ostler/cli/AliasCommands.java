package ostler.cli;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import ostler.cli.print.Column;
import ostler.cli.print.Column.Kind;
import ostler.cli.print.Node;
import ostler.inventory.HostName;
import ostler.inventory.UnitKind;
import ostler.inventory.WipeLevel;
import ostler.wire.Json;
import picocli.CommandLine.Model.CommandSpec;

/** {@code ostler alias}. */
final class AliasCommands {

  private static final Argument.Operand<String> ALIAS =
      Argument.Operand.one("ALIAS", Parsers::name, "the alias's name");
  private static final Argument.Option<SaidRule> OR =
      Argument.Option.of(
              "--or", "RULE", SaidRule::parse, "or else vendor=HEX,product=HEX,...; repeatable")
          .repeated();
  private static final Argument.Option<String> NUMA =
      Argument.Option.of(
          "--numa", "POLICY", Parsers::name, "required, legacy (unless told), preferred or socket");
  private static final Argument.Option<String> TOPOLOGY =
      Argument.Option.of(
          "--topology", "WISH", Parsers::name, "same_switch, same_island or spread, on a host");
  private static final Argument.Option<String> HOSTS =
      Argument.Option.of(
          "--hosts", "ORDER", Parsers::name, "pack (unless told) or spread over hosts");
  private static final Argument.Option<String> RELEASE_AT =
      Argument.Option.of(
          "--release-at",
          "WHEN",
          Parsers::name,
          "a unit given back counts against quota until detach (unless told) or clean");

  private static final Argument.Option<Integer> COUNT =
      Argument.Option.of("--count", "N", Parsers::positive, "so many units on one host");
  private static final Argument.Option<HostName> HOST =
      Argument.Option.of("--host", "HOST", HostName::new, "ask this host; may be repeated")
          .repeated();

  private static final Argument.Option<String> PROJECT =
      Argument.Option.of(
          "--project", "PROJECT", Parsers::name, "for this one; a cut card serves one at a time");

  private static final List<Column> LIST =
      List.of(
          Column.of("NAME", "name"),
          Column.of("VENDOR", "rule.vendor"),
          Column.of("PRODUCT", "rule.product"),
          Column.of("CLASS", "rule.class"),
          Column.of("MEMBERS", "rule.members", Kind.NUMBER),
          Column.made("KIND", alias -> SliceText.kind(alias.at("rule"))),
          Column.of("LEVEL", "level"));

  private static final List<Column> WHOLE =
      Stream.concat(
              LIST.stream(),
              Stream.of(
                  Column.of("MEMORY_MIB", "rule.memory_mib"),
                  Column.of("TRAITS", "rule.traits"),
                  Column.of("OR", "alternatives"),
                  Column.of("NUMA", "numa"),
                  Column.of("TOPOLOGY", "topology"),
                  Column.of("HOSTS", "hosts"),
                  Column.of("RELEASE_AT", "release_at")))
          .toList();

  private static final List<Column> HOSTS_RESOLVED =
      List.of(
          Column.of("HOST", "host"),
          Column.of("PASS", "pass"),
          Column.of("SCORE", "score", Kind.NUMBER),
          Column.made("WHY_NOT", host -> UnitText.reason(host.at("why"))));

  private static final List<Column> RESOLVED =
      List.of(
          Column.of("UNIT", "unit", Kind.ID),
          Column.of("HOST", "host"),
          Column.made("KIND", SliceText::kind),
          Column.of("AVAILABLE", "available"),
          Column.of("SERVES_ONLY", "serves_only"),
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
            (session, said) -> session.show(session.api().get(path(said)), WHOLE),
            ALIAS),
        Verb.of(
            "set",
            "make an alias, or change what it means",
            AliasCommands::set,
            ALIAS,
            ModelRule.VENDOR,
            ModelRule.PRODUCT,
            ModelRule.CLASS,
            SaidRule.MEMBERS,
            SaidRule.MEMORY,
            SaidRule.KIND,
            SaidRule.TYPE,
            SaidRule.TRAIT,
            OR,
            NUMA,
            TOPOLOGY,
            HOSTS,
            RELEASE_AT,
            Verb.LEVEL),
        Verb.of("delete", "delete an alias", AliasCommands::delete, ALIAS, Session.YES),
        Verb.of(
            "resolve",
            "show what an alias matches, and why not; with a count, which hosts could give as many",
            AliasCommands::resolve,
            ALIAS,
            COUNT,
            HOST,
            PROJECT));
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
    List<SaidRule> others = said.all(OR);
    String body =
        Json.write(
            out -> {
              out.object("rule", SaidRule.of(said)::write).text("level", level);
              if (!others.isEmpty()) {
                out.list("alternatives", others, SaidRule::write);
              }
              out.text("numa", said.get(NUMA))
                  .text("topology", said.get(TOPOLOGY))
                  .text("hosts", said.get(HOSTS))
                  .text("release_at", said.get(RELEASE_AT));
            });
    Node alias = session.api().put(path(said), body);
    session.show(alias, WHOLE);
    if (asksForMoreThanSlicesReach(alias)) {
      session
          .terminal()
          .say(
              "Slices made by their vendor's driver reach level VENDOR, and this alias demands "
                  + alias.textAt("level")
                  + ": it gives none of them. To accept that: --level VENDOR");
    }
  }

  private static boolean asksForMoreThanSlicesReach(Node alias) {
    boolean typed =
        UnitKind.tryParse(alias.textAt("rule.kind")).filter(UnitKind::isTyped).isPresent();
    return typed
        && WipeLevel.tryParse(alias.textAt("level"))
            .filter(level -> !WipeLevel.VENDOR.satisfies(level))
            .isPresent();
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
    List<HostName> hosts = said.all(HOST);
    boolean byHost = said.get(COUNT).isPresent() || !hosts.isEmpty();
    String body =
        Json.write(
            out -> {
              out.text("project", said.get(PROJECT));
              said.get(COUNT).ifPresent(count -> out.integer("count", count));
              if (!hosts.isEmpty()) {
                out.texts("hosts", hosts);
              }
            });
    Node answer = session.api().post(ApiPath.of("aliases", said.need(ALIAS), "resolve"), body);
    session.showWith(
        answer, answer.at(byHost ? "hosts" : "units").items(), byHost ? HOSTS_RESOLVED : RESOLVED);
    if (session.isTable()) {
      tell(session, answer);
    }
  }

  /** How many there are of what, and what is like them and still not meant. */
  private static void tell(Session session, Node answer) {
    Terminal terminal = session.terminal();
    terminal.say(answer.textAt("available") + " of " + answer.textAt("candidates") + " available");
    List<Node> shapes = answer.at("shapes").items();
    if (shapes.size() > 1 || shapes.stream().anyMatch(shape -> !shape.is("kind", "whole"))) {
      shapes.forEach(
          shape ->
              terminal.say(
                  "  "
                      + shaped(shape)
                      + ": "
                      + shape.textAt("available")
                      + " of "
                      + shape.textAt("candidates")));
    }
    answer
        .at("unlike")
        .items()
        .forEach(
            unlike ->
                terminal.say(
                    "not meant: "
                        + unlike.textAt("units")
                        + " x "
                        + shaped(unlike)
                        + ", "
                        + UnitText.reason(unlike.at("why"))));
  }

  /** {@code mdev GRID T4-4Q, 4096 MiB}. */
  private static String shaped(Node shape) {
    Optional<String> memory = shape.at("memory_mib").text();
    return SliceText.kind(shape) + (memory.isPresent() ? ", " + memory.get() + " MiB" : "");
  }
}
