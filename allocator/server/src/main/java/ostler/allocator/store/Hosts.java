package ostler.allocator.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import ostler.allocator.engine.Host;
import ostler.allocator.engine.Host.LiveAgent;
import ostler.allocator.engine.Host.Warning;
import ostler.allocator.engine.HostAdmin;
import ostler.allocator.engine.HostAdmin.Fencing;
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
  private final Batches batches;

  Hosts(JdbcClient sql, Batches batches) {
    this.sql = sql;
    this.batches = batches;
  }

  public Optional<Host> find(HostName name) {
    return select("WHERE name = ?", name.value()).stream().findFirst();
  }

  /** Hosts in order of name, after one. */
  public List<Host> after(String name, int limit) {
    return select("WHERE name > ? ORDER BY name LIMIT ?", name, limit);
  }

  /** The revision of a host's orders. */
  public Optional<Long> revision(HostName name) {
    return sql.sql("SELECT revision FROM host WHERE name = ?")
        .param(name.value())
        .query(Long.class)
        .optional();
  }

  /** The revisions of all hosts. */
  public Map<HostName, Long> revisions() {
    Map<HostName, Long> revisions = new HashMap<>();
    sql.sql("SELECT name, revision FROM host")
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

  /**
   * As {@link #lock}, for many in order of name.
   *
   * @param unlessLocked whether to leave out those that somebody else has the lock of
   */
  List<Host> lock(Collection<HostName> names, boolean unlessLocked) {
    if (names.isEmpty()) {
      return List.of();
    }
    return sql.sql(
            "SELECT * FROM host WHERE name IN (:names) ORDER BY name FOR UPDATE"
                + (unlessLocked ? " SKIP LOCKED" : ""))
        .param("names", Batches.padded(names.stream().map(HostName::value).toList()))
        .query((rs, n) -> read(rs))
        .list();
  }

  /** Writes how many fences and orders hosts have given out. */
  void saveOrders(List<Host> hosts) {
    batches.update(
        "UPDATE host SET fence_counter = ?, revision = ? WHERE name = ?",
        hosts.stream()
            .map(host -> new Object[] {host.fenceCounter(), host.revision(), host.name().value()})
            .toList());
  }

  /**
   * What a host's row was like when it was looked at; where two marks differ, something changed.
   *
   * @param changes how often the row was saved
   */
  record Mark(long revision, long changes, Optional<Instant> lastSeen) {}

  /** Every host's mark now. */
  Map<HostName, Mark> marks() {
    Map<HostName, Mark> marks = new HashMap<>();
    sql.sql("SELECT name, revision, changes, last_seen FROM host")
        .query(
            rs -> {
              Columns row = new Columns(rs);
              marks.put(
                  new HostName(row.text("name")),
                  new Mark(
                      row.number("revision"),
                      row.number("changes"),
                      row.optionalTime("last_seen")));
            });
    return marks;
  }

  /** Those of the hosts that there are. */
  List<Host> find(Collection<HostName> names) {
    return sql.sql("SELECT * FROM host WHERE name IN (:names)")
        .param("names", Batches.padded(names.stream().map(HostName::value).toList()))
        .query((rs, n) -> read(rs))
        .list();
  }

  void add(HostName name, Instant now) {
    sql.sql(
            "INSERT INTO host (name, epoch, fence_counter, revision, applied_revision, admin,"
                + " admin_reason, agent_sequence, warnings, created_at)"
                + " VALUES (?, 1, 0, 0, 0, 'ENABLED', '', 0, ?, ?)")
        .params(name.value(), NO_WARNINGS, Columns.time(now))
        .update();
  }

  /**
   * Writes what may change; credential and join token have statements of their own. When the host
   * was last heard stays known after its agent is forgotten: until then its units' time is known.
   */
  void save(Host host) {
    Optional<LiveAgent> agent = host.agent();
    HostAdmin admin = host.admin();
    sql.sql(
            "UPDATE host SET epoch = :epoch, changes = changes + 1, fence_counter = :fence_counter,"
                + " revision = :revision,"
                + " applied_revision = :applied_revision, admin = :admin,"
                + " admin_reason = :admin_reason, draining = :draining, fenced = :fenced,"
                + " fence_evidence = :fence_evidence, fenced_boot = :fenced_boot,"
                + " removed = :removed, agent_instance = :agent_instance,"
                + " agent_version = :agent_version, agent_sequence = :agent_sequence,"
                + " boot_id = :boot_id, kernel = :kernel, iommu = :iommu,"
                + " last_seen = COALESCE(:last_seen, last_seen), skew_ms = :skew_ms,"
                + " inventory_digest = :digest, warnings = :warnings"
                + " WHERE name = :name")
        .param("epoch", host.epoch())
        .param("fence_counter", host.fenceCounter())
        .param("revision", host.revision())
        .param("applied_revision", host.appliedRevision())
        .param("admin", admin.cordoned() ? "CORDONED" : "ENABLED")
        .param("admin_reason", Columns.bounded(admin.reason(), MAX_REASON_CHARS))
        .param("draining", admin.draining())
        .param("fenced", admin.fenced().isPresent())
        .param(
            "fence_evidence",
            Columns.bounded(admin.fenced().map(Fencing::evidence).orElse(""), MAX_REASON_CHARS))
        .param(
            "fenced_boot", Columns.orNull(admin.fenced().flatMap(Fencing::boot).map(BootId::value)))
        .param("removed", admin.removed())
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

  /** Makes every host one of a restored database that has not been heard since. */
  int markRestored(long epochSeen, long revisionsAhead, Instant silent) {
    return sql.sql(
            "UPDATE host SET changes = changes + 1, restored = TRUE, epoch = GREATEST(epoch, :seen)"
                + " + 1, revision = revision + :ahead, last_seen = CASE WHEN last_seen > :silent"
                + " THEN :silent ELSE last_seen END")
        .param("seen", epochSeen)
        .param("ahead", revisionsAhead)
        .param("silent", Columns.time(silent))
        .update();
  }

  /** Whether the database was restored since the host was last heard. */
  boolean isRestored(HostName host) {
    return sql.sql("SELECT restored FROM host WHERE name = ?")
        .param(host.value())
        .query(Boolean.class)
        .single();
  }

  /** As {@link #isRestored}; it is heard now. */
  boolean endRestored(HostName host) {
    return sql.sql("UPDATE host SET restored = FALSE WHERE name = ? AND restored")
            .param(host.value())
            .update()
        == 1;
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
        readAdmin(row),
        row.text("credential_hash") != null,
        row.uuid("agent_instance") == null ? Optional.empty() : Optional.of(readAgent(row)),
        row.text("inventory_digest", ChainHash::new),
        readWarnings(row.text("warnings")));
  }

  private static HostAdmin readAdmin(Columns row) throws SQLException {
    Fencing fencing = new Fencing(row.text("fence_evidence"), row.uuid("fenced_boot", BootId::new));
    return new HostAdmin(
        row.text("admin").equals("CORDONED"),
        row.bool("draining"),
        row.text("admin_reason"),
        row.bool("fenced") ? Optional.of(fencing) : Optional.empty(),
        row.bool("removed"));
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
