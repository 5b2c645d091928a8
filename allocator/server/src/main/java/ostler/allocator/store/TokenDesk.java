package ostler.allocator.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Origin;
import ostler.allocator.engine.Outcome;
import ostler.allocator.store.Tokens.Role;
import ostler.allocator.store.Tokens.Token;
import ostler.inventory.ProjectId;

/** Gives tokens out and takes them back. */
public final class TokenDesk {

  private final Desk desk;
  private final Tokens tokens;
  private final Secrets secrets;

  public TokenDesk(Desk desk, Tokens tokens, Secrets secrets) {
    this.desk = desk;
    this.tokens = tokens;
    this.secrets = secrets;
  }

  /** A token with its secret, which is told this once. */
  public record Issued(Token token, String secret) {
    /** Without the secret, since this may end up in a log. */
    @Override
    public String toString() {
      return "Issued[" + token.id() + "]";
    }
  }

  /** Gives out a token. */
  public Outcome<Issued> issue(
      String name, Role role, Optional<ProjectId> project, Optional<Duration> life, Origin origin) {
    return desk.transactions.write(
        () -> {
          if (project.isPresent() && desk.projects.find(project.get()).isEmpty()) {
            return TreeDesk.unknown(project.get());
          }
          Instant now = desk.clock.instant();
          String secret = secrets.next();
          Token token =
              new Token(desk.ids.get(), name, role, project, now, life.map(now::plus), false);
          tokens.add(token, Secrets.hash(secret));
          desk.trail.done(origin, now, "token.issue", token.id().toString(), role + " " + name);
          return Outcome.done(new Issued(token, secret));
        });
  }

  /** Makes sure that a secret from elsewhere is the admin's token, at the first start and later. */
  public Outcome<String> accept(String adminSecret, Origin origin) {
    return desk.transactions.write(
        () -> {
          String hash = Secrets.hash(adminSecret);
          if (tokens.ofHash(hash).isEmpty()) {
            Instant now = desk.clock.instant();
            Token token =
                new Token(
                    desk.ids.get(),
                    "admin",
                    Role.ADMIN,
                    Optional.empty(),
                    now,
                    Optional.empty(),
                    false);
            tokens.add(token, hash);
            desk.trail.done(origin, now, "token.issue", token.id().toString(), "ADMIN admin");
          }
          return Outcome.done(hash);
        });
  }

  /** Ends a token. */
  public Outcome<UUID> revoke(UUID id, Origin origin) {
    Outcome<UUID> revoked =
        desk.transactions.write(
            () -> {
              Instant now = desk.clock.instant();
              if (!tokens.revoke(id, now)) {
                return Outcome.refused(
                    Code.UNKNOWN_TOKEN, "there is no token " + id + " that still works");
              }
              desk.trail.done(origin, now, "token.revoke", id.toString(), "");
              return Outcome.done(id);
            });
    tokens.forget();
    return revoked;
  }
}
