package ostler.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import ostler.cli.print.Column;
import ostler.cli.print.Column.Kind;
import ostler.cli.print.Node;
import ostler.inventory.ClaimId;
import ostler.inventory.Consumer;
import ostler.inventory.HostName;
import ostler.inventory.ProjectId;
import ostler.wire.Json;
import ostler.wire.JsonWriter;
import picocli.CommandLine.Model.CommandSpec;

/** {@code ostler claim}. */
final class ClaimCommands {

  private static final Argument.Operand<Ref> CLAIM =
      Argument.Operand.one("CLAIM", Ref::parseId, "id, or an id's beginning");
  private static final Argument.Operand<Ref> CLAIMS =
      Argument.Operand.several("CLAIM", Ref::parseId, "id, or an id's beginning");
  private static final Argument.Operand<Ref> UNIT =
      Argument.Operand.one("UNIT", Ref::parse, "id, an id's beginning, or host/address");
  private static final Argument.Option<ProjectId> PROJECT =
      Argument.Option.of("--project", "PROJECT", ProjectId::new, "the project it is charged to");
  private static final Argument.Option<String> ALIAS =
      Argument.Option.of("--alias", "ALIAS", Parsers::name, "what kind of unit");
  private static final Argument.Option<Consumer> CONSUMER =
      Argument.Option.of(
          "--consumer", "SOURCE:TYPE:ID", Parsers::consumer, "what uses it, as libvirt:domain:vm1");
  private static final Argument.Option<Integer> COUNT =
      Argument.Option.of(
          "--count", "N", Parsers::positive, "how many units, all on one host; else 1");
  private static final Argument.Option<ClaimId> ID =
      Argument.Option.of(
          "--id", "UUID", ClaimId::parse, "the claim's id; saying it again asks for nothing more");
  private static final Argument.Option<String> STATE =
      Argument.Option.of("--state", "STATE", Parsers::name, "in this state");

  private static final List<Column> LIST =
      List.of(
          Column.of("ID", "id", Kind.ID),
          Column.of("PROJECT", "project"),
          Column.of("ALIAS", "alias"),
          Column.of("COUNT", "count", Kind.NUMBER),
          Column.of("STATE", "state", Kind.STATE),
          Column.made("CONSUMER", claim -> UnitText.consumer(claim.at("consumer"))),
          Column.of("HOST", "host"),
          Column.made("DEVICES", ClaimCommands::devices),
          Column.of("CREATED", "created", Kind.TIME));

  private static final List<Column> SHOW =
      List.of(
          Column.of("ID", "id"),
          Column.of("PROJECT", "project"),
          Column.of("ALIAS", "alias"),
          Column.of("COUNT", "count"),
          Column.of("STATE", "state", Kind.STATE),
          Column.made("CONSUMER", claim -> UnitText.consumer(claim.at("consumer"))),
          Column.of("HOST", "host"),
          Column.made("UNITS", ClaimCommands::units),
          Column.made("DEVICES", ClaimCommands::devices),
          Column.of("ADOPTED", "adopted"),
          Column.of("CREATED", "created", Kind.TIME),
          Column.of("RELEASED", "released", Kind.TIME));

  private ClaimCommands() {}

  static CommandSpec noun() {
    return Verb.noun(
        "claim",
        "units given to a consumer of a project",
        Verb.of(
            "create",
            "claim units",
            ClaimCommands::create,
            PROJECT.needed(),
            ALIAS.needed(),
            CONSUMER.needed(),
            COUNT,
            Verb.HOST,
            ID,
            Verb.WAIT),
        Verb.of(
            "show",
            "show a claim",
            (session, said) -> session.show(new Finder(session).claim(said.need(CLAIM)), SHOW),
            CLAIM),
        Verb.list("list the claims", ClaimCommands::list, PROJECT, STATE),
        Verb.of(
            "release",
            "give units back; it ends when nobody holds them any more",
            ClaimCommands::release,
            CLAIMS,
            Verb.WAIT,
            Session.YES),
        Verb.of(
            "adopt",
            "record who already held a unit when it was taken in",
            ClaimCommands::adopt,
            UNIT,
            PROJECT.needed(),
            ALIAS.needed(),
            CONSUMER.needed(),
            Verb.REASON.needed()));
  }

  private static void list(Session session, Arguments said) throws Failure {
    session.list(
        ApiPath.of("claims").with("project", said.get(PROJECT)).with("state", said.get(STATE)),
        LIST,
        said);
  }

  /**
   * The claim's id is made here, so that a call whose answer was lost can be repeated without
   * claiming twice.
   */
  private static void create(Session session, Arguments said) throws Failure {
    UUID id = said.get(ID).map(ClaimId::value).orElseGet(session::newId);
    Optional<HostName> host = said.get(Verb.HOST);
    String body =
        Json.write(
            out -> {
              out.text("id", id)
                  .text("project", said.need(PROJECT))
                  .text("alias", said.need(ALIAS))
                  .integer("count", said.get(COUNT).orElse(1))
                  .text("host", host);
              writeConsumer(said.need(CONSUMER), out);
            });
    Node created;
    try {
      created = session.api().post(ApiPath.of("claims"), body);
    } catch (Failure e) {
      throw advised(e, said, id);
    }
    session.show(
        new Waiting(session).forState(said, "claim", created, ClaimCommands::usable), SHOW);
  }

  private static Failure advised(Failure refusal, Arguments said, UUID id) {
    return switch (refusal.exitCode()) {
      case UNREACHABLE ->
          refusal.andTry("say the same again with --id " + id + ", which cannot claim twice");
      case QUOTA ->
          refusal.andTry("see limits and use by: ostler quota show " + said.need(PROJECT));
      case CAPACITY ->
          refusal.andTry(
              "see what matches and why not by: ostler alias resolve " + said.need(ALIAS));
      default -> refusal;
    };
  }

  private static void release(Session session, Arguments said) throws Failure {
    session.confirm(said, () -> impact(session, said));
    session.each(
        said.all(CLAIMS),
        ref -> {
          String id = new Finder(session).claimId(ref);
          Node asked = session.api().delete(ApiPath.of("claims", id));
          return new Waiting(session).forState(said, "claim", asked, ClaimCommands::released);
        },
        SHOW,
        LIST);
  }

  private static List<String> impact(Session session, Arguments said) throws Failure {
    List<String> impact = new ArrayList<>();
    for (Ref ref : said.all(CLAIMS)) {
      Node claim = new Finder(session).claim(ref);
      impact.add(
          "Claim "
              + claim.textAt("id")
              + " of project "
              + claim.textAt("project")
              + " gives "
              + devices(claim)
              + " on "
              + claim.textAt("host")
              + " to "
              + UnitText.consumer(claim.at("consumer"))
              + " and is "
              + claim.textAt("state")
              + ". You would release it.");
    }
    return impact;
  }

  private static void adopt(Session session, Arguments said) throws Failure {
    String unit = new Finder(session).unitId(said.need(UNIT));
    String body =
        Json.write(
            out -> {
              out.text("unit", unit)
                  .text("project", said.need(PROJECT))
                  .text("alias", said.need(ALIAS));
              writeConsumer(said.need(CONSUMER), out);
              out.text("reason", said.need(Verb.REASON));
            });
    session.show(session.api().post(ApiPath.of("claims", "adopt"), body), SHOW);
  }

  private static void writeConsumer(Consumer consumer, JsonWriter out) {
    out.object(
        "consumer",
        inner ->
            inner
                .text("source", consumer.source())
                .text("type", consumer.type())
                .text("id", consumer.id()));
  }

  private static Waiting.Progress usable(Node claim) {
    String state = claim.textAt("state");
    return switch (state) {
      case "ready", "in_use" -> Waiting.DONE;
      case "releasing", "released" ->
          Waiting.failed("Somebody released the claim before it was ready.");
      default -> Waiting.stillAt(state, "");
    };
  }

  private static Waiting.Progress released(Node claim) {
    String state = claim.textAt("state");
    return state.equals("released") ? Waiting.DONE : Waiting.stillAt(state, "");
  }

  private static String units(Node claim) {
    List<String> units = new ArrayList<>();
    claim
        .at("units")
        .items()
        .forEach(unit -> units.add(unit.textAt("unit") + ' ' + unit.textAt("state")));
    return String.join(", ", units);
  }

  /** The addresses of all units, those of one unit joined by a plus. */
  private static String devices(Node claim) {
    List<String> devices = new ArrayList<>();
    for (Node unit : claim.at("units").items()) {
      devices.add(
          String.join(
              "+", unit.at("members").items().stream().map(member -> address(member)).toList()));
    }
    return String.join(" ", devices);
  }

  /** A member is an address, or an object that has one. */
  private static String address(Node member) {
    return member.fields().isEmpty() ? member.text().orElse("") : member.textAt("address");
  }
}
