package ostler.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import ostler.cli.print.Column;
import ostler.cli.print.Column.Kind;
import ostler.cli.print.Node;
import ostler.inventory.Consumer;
import ostler.wire.Json;
import picocli.CommandLine.Model.CommandSpec;

/** {@code ostler claim}. */
final class ClaimCommands {

  private static final Argument.Operand<Ref> CLAIM =
      Argument.Operand.one("CLAIM", Ref::parseId, "id, or an id's beginning");
  private static final Argument.Operand<Ref> CLAIMS =
      Argument.Operand.several("CLAIM", Ref::parseId, "id, or an id's beginning");
  private static final Argument.Operand<Ref> UNIT =
      Argument.Operand.one("UNIT", Ref::parse, "id, an id's beginning, or host/address");
  private static final Argument.Option<Consumer> CONSUMER =
      Argument.Option.of(
          "--consumer", "SOURCE:TYPE:ID", Parsers::consumer, "what uses it, as libvirt:domain:vm1");
  private static final Argument.Option<UUID> ID =
      Argument.Option.of(
          "--id", "UUID", Parsers::uuid, "the claim's id; saying it again asks for nothing more");
  private static final Argument.Option<UUID> LOST_ID =
      Argument.Option.of(
          "--id",
          "UUID",
          Parsers::uuid,
          "the claim for which its host keeps the unit, where a restore lost it");
  private static final Argument.Option<UUID> HOLD =
      Argument.Option.of("--hold", "UUID", Parsers::uuid, "the promise that this makes use of");
  private static final Argument.Flag FORCE =
      Argument.Flag.of(
          "--force", "without the host's proof; the units wait for the host's next boot");

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
          Column.made("ATTACH", ClaimCommands::handles),
          Column.of("ADOPTED", "adopted"),
          Column.of("MOVE_OF", "move_of"),
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
            AskedFor.PROJECT.needed(),
            AskedFor.ALIAS.needed(),
            CONSUMER.needed(),
            AskedFor.COUNT,
            AskedFor.WITH,
            Verb.HOST,
            AskedFor.ONE_OF,
            HOLD,
            ID,
            Verb.WAIT),
        Verb.of(
            "show",
            "show a claim",
            (session, said) -> session.show(new Finder(session).claim(said.need(CLAIM)), SHOW),
            CLAIM),
        Verb.list("list the claims", ClaimCommands::list, AskedFor.PROJECT, AskedFor.STATE),
        Verb.of(
            "release",
            "give units back; it ends when nobody holds them any more",
            ClaimCommands::release,
            CLAIMS,
            FORCE,
            Verb.REASON,
            Verb.WAIT,
            Session.YES),
        moving(),
        Verb.of(
            "confirm",
            "end a move at the new claim; the old one is released",
            (session, said) -> endMove(session, said, "confirm"),
            CLAIM),
        Verb.of(
            "revert",
            "end a move at the old claim; the new one is released",
            (session, said) -> endMove(session, said, "revert"),
            CLAIM),
        Verb.of(
            "adopt",
            "record who already held a unit when it was taken in",
            ClaimCommands::adopt,
            UNIT,
            AskedFor.PROJECT.needed(),
            AskedFor.ALIAS.needed(),
            CONSUMER.needed(),
            LOST_ID,
            Verb.REASON.needed()));
  }

  private static CommandSpec moving() {
    return Verb.of(
        "move",
        "give the consumer of a claim another one beside it, until confirmed or reverted",
        ClaimCommands::move,
        CLAIM,
        AskedFor.ALIAS,
        AskedFor.COUNT,
        AskedFor.WITH,
        Verb.HOST,
        AskedFor.ONE_OF,
        ID,
        Verb.WAIT);
  }

  private static void list(Session session, Arguments said) throws Failure {
    session.list(
        ApiPath.of("claims")
            .with("project", said.get(AskedFor.PROJECT))
            .with("state", said.get(AskedFor.STATE)),
        LIST,
        said);
  }

  /**
   * The claim's id is made here, so that a call whose answer was lost can be repeated without
   * claiming twice.
   */
  private static void create(Session session, Arguments said) throws Failure {
    UUID id = said.get(ID).orElseGet(session::newId);
    String body =
        Json.write(
            out -> {
              out.text("id", id).text("project", said.need(AskedFor.PROJECT));
              AskedFor.writeParts(said, out);
              AskedFor.writeHosts(said, out);
              AskedFor.writeConsumer(said.need(CONSUMER), out);
              out.text("hold", said.get(HOLD));
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
          refusal.andTry("see limits and use by: ostler quota show " + said.need(AskedFor.PROJECT));
      case CAPACITY ->
          refusal.andTry(
              "see what matches and why not by: ostler alias resolve " + said.need(AskedFor.ALIAS));
      default -> refusal;
    };
  }

  private static void move(Session session, Arguments said) throws Failure {
    String claim = new Finder(session).claimId(said.need(CLAIM));
    UUID id = said.get(ID).orElseGet(session::newId);
    String body =
        Json.write(
            out -> {
              out.text("id", id);
              AskedFor.writeParts(said, out);
              AskedFor.writeHosts(said, out);
            });
    Node next = session.api().post(ApiPath.of("claims", claim, "move"), body);
    session.show(new Waiting(session).forState(said, "claim", next, ClaimCommands::usable), SHOW);
  }

  private static void endMove(Session session, Arguments said, String how) throws Failure {
    String claim = new Finder(session).claimId(said.need(CLAIM));
    session.show(session.api().post(ApiPath.of("claims", claim, how), Json.write(out -> {})), SHOW);
  }

  private static Node end(Session session, Arguments said, String claim) throws Failure {
    Optional<String> reason = said.get(Verb.REASON);
    return said.has(FORCE)
        ? session
            .api()
            .post(
                ApiPath.of("claims", claim, "abandon"),
                Json.write(out -> out.text("reason", reason)))
        : session.api().delete(ApiPath.of("claims", claim));
  }

  private static void release(Session session, Arguments said) throws Failure {
    if (said.has(FORCE) && said.get(Verb.REASON).isEmpty()) {
      throw Failure.usage("BAD_USAGE", "--force needs --reason").andTry("say why, for the audit");
    }
    session.confirm(said, () -> impact(session, said));
    session.each(
        said.all(CLAIMS),
        ref -> {
          String id = new Finder(session).claimId(ref);
          Node asked = end(session, said, id);
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
              + (said.has(FORCE)
                  ? ". You would end it without proof that nobody uses that."
                  : ". You would release it."));
    }
    return impact;
  }

  private static void adopt(Session session, Arguments said) throws Failure {
    String unit = new Finder(session).unitId(said.need(UNIT));
    String body =
        Json.write(
            out -> {
              out.text("id", said.get(LOST_ID));
              out.text("unit", unit)
                  .text("project", said.need(AskedFor.PROJECT))
                  .text("alias", said.need(AskedFor.ALIAS));
              AskedFor.writeConsumer(said.need(CONSUMER), out);
              out.text("reason", said.need(Verb.REASON));
            });
    session.show(session.api().post(ApiPath.of("claims", "adopt"), body), SHOW);
  }

  private static Waiting.Progress usable(Node claim) {
    String state = claim.textAt("state");
    return switch (state) {
      case "ready", "in_use" -> Waiting.DONE;
      case "releasing", "released", "abandoned" ->
          Waiting.failed("Somebody released the claim before it was ready.");
      default -> Waiting.stillAt(state, "");
    };
  }

  private static Waiting.Progress released(Node claim) {
    String state = claim.textAt("state");
    return state.equals("released") || state.equals("abandoned")
        ? Waiting.DONE
        : Waiting.stillAt(state, "");
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

  /** By what its typed slices are attached, each with its unit where there are several. */
  private static String handles(Node claim) {
    List<Node> slices =
        claim.at("units").items().stream().filter(unit -> !unit.at("handle").isAbsent()).toList();
    return slices.stream()
        .map(
            slice ->
                slice.textAt("handle")
                    + (slices.size() > 1 ? " (unit " + slice.textAt("unit") + ')' : ""))
        .collect(Collectors.joining(", "));
  }

  /** A member is an address, or an object that has one. */
  private static String address(Node member) {
    return member.fields().isEmpty() ? member.text().orElse("") : member.textAt("address");
  }
}
