package ostler.allocator.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import ostler.inventory.ProjectId;

/** The callers' tokens, by their hashes. An agent's credential is in its host's row. */
public final class Tokens {

  private static final int MAX_NAME_CHARS = 128;

  /** How long a token is taken as it was read; another allocator may have revoked it since. */
  private static final Duration REMEMBERED_FOR = Duration.ofSeconds(1);

  private static final int MAX_REMEMBERED = 1000;

  private final JdbcClient sql;
  private final Map<String, Read> remembered = new ConcurrentHashMap<>();

  private record Read(Token token, Instant at) {}

  public Tokens(JdbcClient sql) {
    this.sql = sql;
  }

  /** What a token's holder may do. */
  public enum Role {
    ADMIN,
    OPERATOR,
    READER,
    PROJECT
  }

  /**
   * A token, without the token itself.
   *
   * @param project of which its holder is a member; present exactly for the role PROJECT
   */
  public record Token(
      UUID id,
      String name,
      Role role,
      Optional<ProjectId> project,
      Instant created,
      Optional<Instant> expires,
      boolean revoked) {

    public boolean isGood(Instant now) {
      return !revoked && expires.filter(end -> !end.isAfter(now)).isEmpty();
    }
  }

  public Optional<Token> ofHash(String hash) {
    return sql.sql("SELECT * FROM token WHERE hash = ?").param(hash).query(Tokens::read).optional();
  }

  /**
   * As {@link #ofHash}, but a token that was good a moment ago is not read again. What this
   * allocator revokes is forgotten at once, and what another one revokes within a second.
   */
  public Optional<Token> lately(String hash, Instant now) {
    Read read = remembered.get(hash);
    if (read != null && Duration.between(read.at(), now).compareTo(REMEMBERED_FOR) < 0) {
      return Optional.of(read.token());
    }
    Optional<Token> token = ofHash(hash);
    if (remembered.size() >= MAX_REMEMBERED) {
      remembered.clear();
    }
    remembered.remove(hash);
    token.ifPresent(found -> remembered.put(hash, new Read(found, now)));
    return token;
  }

  void forget() {
    remembered.clear();
  }

  public List<Token> all() {
    return sql.sql("SELECT * FROM token ORDER BY created_at, id").query(Tokens::read).list();
  }

  void add(Token token, String hash) {
    sql.sql(
            "INSERT INTO token (id, hash, name, role, project_id, created_at, expires_at)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?)")
        .param(token.id())
        .param(hash)
        .param(Columns.bounded(token.name(), MAX_NAME_CHARS))
        .param(token.role().name())
        .param(Columns.orNull(token.project().map(ProjectId::value)))
        .param(Columns.time(token.created()))
        .param(Columns.orNull(token.expires().map(Columns::time)))
        .update();
  }

  boolean revoke(UUID id, Instant now) {
    return sql.sql("UPDATE token SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL")
            .params(Columns.time(now), id)
            .update()
        == 1;
  }

  private static Token read(ResultSet rs, int number) throws SQLException {
    Columns row = new Columns(rs);
    return new Token(
        row.uuid("id"),
        row.text("name"),
        Role.valueOf(row.text("role")),
        row.text("project_id", ProjectId::new),
        row.time("created_at"),
        row.optionalTime("expires_at"),
        row.optionalTime("revoked_at").isPresent());
  }
}
