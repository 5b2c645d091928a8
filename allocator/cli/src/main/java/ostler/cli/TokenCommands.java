package ostler.cli;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import ostler.cli.print.Column;
import ostler.cli.print.Column.Kind;
import ostler.inventory.ProjectId;
import ostler.wire.Json;
import picocli.CommandLine.Model.CommandSpec;

/** {@code ostler token}. */
final class TokenCommands {

  private static final int SECONDS_PER_DAY = 24 * 3600;

  private static final Argument.Operand<UUID> TOKEN =
      Argument.Operand.one("TOKEN", TokenCommands::id, "the token's id, not its secret");
  private static final Argument.Option<String> NAME =
      Argument.Option.of("--name", "NAME", Parsers::name, "who it is for, as the audit shows it");
  private static final Argument.Option<String> ROLE =
      Argument.Option.of(
          "--role",
          "ROLE",
          text -> Parsers.name(text).toLowerCase(Locale.ROOT),
          "admin, operator, reader or project");
  private static final Argument.Option<ProjectId> PROJECT =
      Argument.Option.of("--project", "PROJECT", ProjectId::new, "for the role project");
  private static final Argument.Option<Integer> DAYS =
      Argument.Option.of("--days", "N", Parsers::days, "how long it works; else until revoked");

  private static final List<Column> LIST =
      List.of(
          Column.of("ID", "id"),
          Column.of("NAME", "name"),
          Column.of("ROLE", "role"),
          Column.of("PROJECT", "project"),
          Column.of("REVOKED", "revoked"),
          Column.of("CREATED", "created", Kind.TIME),
          Column.of("EXPIRES", "expires", Kind.TIME));

  private static final List<Column> ISSUED =
      List.of(
          Column.of("ID", "id"),
          Column.of("NAME", "name"),
          Column.of("ROLE", "role"),
          Column.of("PROJECT", "project"),
          Column.of("EXPIRES", "expires", Kind.TIME),
          Column.of("TOKEN", "token"));

  private TokenCommands() {}

  static CommandSpec noun() {
    return Verb.noun(
        "token",
        "who may ask the allocator for what",
        Verb.list(
            "list the tokens, without their secrets",
            (session, said) -> session.list(ApiPath.of("tokens"), LIST, said)),
        Verb.of(
            "create",
            "make a token; its secret is told this once",
            TokenCommands::create,
            NAME.needed(),
            ROLE.needed(),
            PROJECT,
            DAYS),
        Verb.of("revoke", "make a token useless", TokenCommands::revoke, TOKEN, Session.YES));
  }

  private static void create(Session session, Arguments said) throws Failure {
    Optional<ProjectId> project = said.get(PROJECT);
    Optional<Integer> days = said.get(DAYS);
    String body =
        Json.write(
            out -> {
              out.text("name", said.need(NAME))
                  .text("role", said.need(ROLE))
                  .text("project", project);
              days.ifPresent(count -> out.integer("life_s", (long) count * SECONDS_PER_DAY));
            });
    session.show(session.api().post(ApiPath.of("tokens"), body), ISSUED);
  }

  private static void revoke(Session session, Arguments said) throws Failure {
    UUID token = said.need(TOKEN);
    session.confirm(said, () -> List.of("Whoever has token " + token + " can ask nothing more."));
    session.api().delete(ApiPath.of("tokens", token));
    session.terminal().say("Revoked token " + token + '.');
  }

  private static UUID id(String text) {
    if (Ref.parseId(text) instanceof Ref.Whole whole) {
      return whole.id();
    }
    throw new IllegalArgumentException("is not a UUID of 36 characters");
  }
}
