package ostler.allocator.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import ostler.allocator.engine.Host;
import ostler.allocator.engine.Host.LiveAgent;
import ostler.allocator.engine.Host.Warning;
import ostler.inventory.AgentInstance;
import ostler.inventory.AgentKey;
import ostler.inventory.BootId;
import ostler.inventory.ChainHash;
import ostler.inventory.HostName;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.WireException;

/** The hosts' rows. */
public final class Hosts {

  private static final String NO_WARNINGS = write(List.of());
  private static final int MAX_REASON_CHARS = 1024;
  private static final int MAX_VERSION_CHARS = 128;
  private static final int MAX_KERNEL_CHARS = 256;
  private static final int MAX_WARNINGS = 100;
  private static final int MAX_WARNING_CHARS = 300;

  private final JdbcClient sql;

  public Hosts(JdbcClient sql) {
    this.sql = sql;
  }

  public Optional<Host> find(HostName name) {
    return select("WHERE name = ?", name.value()).stream().findFirst();
  }

  /** Hosts in order of name, after one. */
  public List<Host> after(String name, int limit) {
    return select("WHERE name > ? ORDER BY name LIMIT ?", name, limit);
  }

  /** The revisions of the hosts among these that are known. */
  public Map<HostName, Long> revisions(List<HostName> names) {
    Map<HostName, Long> revisions = new HashMap<>();
    sql.sql("SELECT name, revision FROM host WHERE name IN (:names)")
        .param("names", names.stream().map(HostName::value).toList())
        .query(
            rs -> {
              revisions.put(new HostName(rs.getString("name")), rs.getLong("revision"));
            });
    return revisions;
  }

  /** As {@link #find}, and keeps everybody else from changing the host or its units meanwhile. */
  Optional<Host> lock(HostName name) {
    return select("WHERE name = ? FOR UPDATE", name.value()).stream().findFirst();
  }

  /** As {@link #lock}, but answers empty where somebody else has the lock. */
  Optional<Host> lockUnlessLocked(HostName name) {
    return select("WHERE name = ? FOR UPDATE SKIP LOCKED", name.value()).stream().findFirst();
  }

  void add(HostName name, Instant now) {
    sql.sql(
            "INSERT INTO host (name, epoch, fence_counter, revision, applied_revision, admin,"
                + " admin_reason, agent_sequence, warnings, created_at)"
                + " VALUES (?, 1, 0, 0, 0, 'ENABLED', '', 0, ?, ?)")
        .params(name.value(), NO_WARNINGS, Columns.time(now))
        .update();
  }

  /** Writes what may change; credential and join token have statements of their own. */
  void save(Host host) {
    Optional<LiveAgent> agent = host.agent();
    sql.sql(
            "UPDATE host SET fence_counter = :fence_counter, revision = :revision,"
                + " applied_revision = :applied_revision, admin = :admin,"
                + " admin_reason = :admin_reason, agent_instance = :agent_instance,"
                + " agent_version = :agent_version, agent_sequence = :agent_sequence,"
                + " boot_id = :boot_id, kernel = :kernel, iommu = :iommu, last_seen = :last_seen,"
                + " skew_ms = :skew_ms, inventory_digest = :digest, warnings = :warnings"
                + " WHERE name = :name")
        .param("fence_counter", host.fenceCounter())
        .param("revision", host.revision())
        .param("applied_revision", host.appliedRevision())
        .param("admin", host.cordoned() ? "CORDONED" : "ENABLED")
        .param("admin_reason", Columns.bounded(host.adminReason(), MAX_REASON_CHARS))
        .param("agent_instance", Columns.orNull(agent.map(a -> a.instance().value())))
        .param(
            "agent_version",
            Columns.orNull(agent.map(a -> Columns.bounded(a.version(), MAX_VERSION_CHARS))))
        .param("agent_sequence", agent.map(LiveAgent::sequence).orElse(0L))
        .param("boot_id", Columns.orNull(agent.map(a -> a.bootId().value())))
        .param(
            "kernel",
            Columns.orNull(
                agent
                    .flatMap(LiveAgent::kernel)
                    .map(release -> Columns.bounded(release, MAX_KERNEL_CHARS))))
        .param("iommu", Columns.orNull(agent.map(LiveAgent::iommu)))
        .param("last_seen", Columns.orNull(agent.map(a -> Columns.time(a.lastSeen()))))
        .param("skew_ms", Columns.orNull(agent.flatMap(LiveAgent::skewMillis)))
        .param("digest", Columns.orNull(host.digest().map(ChainHash::value)))
        .param("warnings", write(host.warnings()))
        .param("name", host.name().value())
        .update();
  }

  void saveInventory(HostName host, String body) {
    int updated =
        sql.sql("UPDATE host_inventory SET body = ? WHERE host = ?")
            .params(body, host.value())
            .update();
    if (updated == 0) {
      sql.sql("INSERT INTO host_inventory (host, body) VALUES (?, ?)")
          .params(host.value(), body)
          .update();
    }
  }

  /** The last inventory that the host sent, as it was sent. */
  public Optional<String> inventory(HostName host) {
    return sql.sql("SELECT body FROM host_inventory WHERE host = ?")
        .param(host.value())
        .query((rs, n) -> rs.getString(1))
        .optional();
  }

  void saveJoinToken(HostName host, String hash, Instant expires) {
    sql.sql("DELETE FROM join_token WHERE host = ?").param(host.value()).update();
    sql.sql("INSERT INTO join_token (host, hash, expires_at) VALUES (?, ?, ?)")
        .params(host.value(), hash, Columns.time(expires))
        .update();
  }

  /** Whether that was the host's join token and still good; it is used up by asking. */
  boolean useJoinToken(HostName host, String hash, Instant now) {
    return sql.sql("DELETE FROM join_token WHERE host = ? AND hash = ? AND expires_at > ?")
            .params(host.value(), hash, Columns.time(now))
            .update()
        == 1;
  }

  void saveCredential(HostName host, Optional<String> hash, Optional<AgentKey> key) {
    sql.sql(
            "UPDATE host SET credential_hash = ?, public_key = COALESCE(?, public_key)"
                + " WHERE name = ?")
        .param(Columns.orNull(hash))
        .param(Columns.orNull(key.map(AgentKey::value)))
        .param(host.value())
        .update();
  }

  /** By which the signatures of the host's agent are checked, absent before it joined. */
  Optional<AgentKey> key(HostName host) {
    return sql.sql("SELECT public_key FROM host WHERE name = ?")
        .param(host.value())
        .query((rs, n) -> new Columns(rs).text("public_key", AgentKey::new))
        .single();
  }

  /** Whose credential it is. */
  public Optional<HostName> ofCredential(String hash) {
    return sql.sql("SELECT name FROM host WHERE credential_hash = ?")
        .param(hash)
        .query((rs, n) -> new HostName(rs.getString(1)))
        .optional();
  }

  private List<Host> select(String where, Object... params) {
    return sql.sql("SELECT * FROM host " + where).params(params).query((rs, n) -> read(rs)).list();
  }

  private static Host read(ResultSet rs) throws SQLException {
    Columns row = new Columns(rs);
    return new Host(
        new HostName(row.text("name")),
        row.number("epoch"),
        row.number("fence_counter"),
        row.number("revision"),
        row.number("applied_revision"),
        row.text("admin").equals("CORDONED"),
        row.text("admin_reason"),
        row.text("credential_hash") != null,
        row.uuid("agent_instance") == null ? Optional.empty() : Optional.of(readAgent(row)),
        row.text("inventory_digest", ChainHash::new),
        readWarnings(row.text("warnings")));
  }

  private static LiveAgent readAgent(Columns row) throws SQLException {
    return new LiveAgent(
        new AgentInstance(row.uuid("agent_instance")),
        row.text("agent_version"),
        row.number("agent_sequence"),
        new BootId(row.uuid("boot_id")),
        row.text("kernel", text -> text),
        row.bool("iommu"),
        row.time("last_seen"),
        row.optionalNumber("skew_ms"));
  }

  private static String write(List<Warning> warnings) {
    return Json.write(
        out ->
            out.list(
                "warnings",
                warnings.stream().limit(MAX_WARNINGS).toList(),
                (warning, in) ->
                    in.text("path", Columns.bounded(warning.path(), MAX_WARNING_CHARS))
                        .text("rule", Columns.bounded(warning.rule(), MAX_WARNING_CHARS))));
  }

  private static List<Warning> readWarnings(String json) {
    if (json.equals(NO_WARNINGS)) {
      return List.of();
    }
    try {
      return Json.read(
          json,
          JsonLimits.MESSAGE,
          in ->
              in.list(
                  "warnings", warning -> new Warning(warning.text("path"), warning.text("rule"))));
    } catch (WireException e) {
      throw new IllegalStateException("the database holds warnings that cannot be read", e);
    }
  }
}
