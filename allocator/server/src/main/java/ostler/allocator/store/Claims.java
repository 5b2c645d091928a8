package ostler.allocator.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.ClaimRequest;
import ostler.allocator.engine.ClaimState;
import ostler.allocator.engine.HoldId;
import ostler.allocator.engine.Part;
import ostler.allocator.engine.Where;
import ostler.flavor.AliasName;
import ostler.inventory.ClaimId;
import ostler.inventory.Consumer;
import ostler.inventory.HostName;
import ostler.inventory.ProjectId;
import ostler.inventory.UnitId;

/** The claims' rows. */
public final class Claims {

  private static final String SELECT =
      "SELECT claim.*, claim_move.move_of, (SELECT STRING_AGG(claim_part.alias || ' ' ||"
          + " claim_part.unit_count, ',' ORDER BY claim_part.position) FROM claim_part WHERE claim_part.claim_id = claim.id) AS parts"
          + " FROM claim LEFT JOIN claim_move ON claim_move.claim_id = claim.id ";

  private static final String PART =
      "INSERT INTO claim_part (claim_id, position, alias, unit_count) VALUES (?, ?, ?, ?)";
  private static final String UNIT =
      "INSERT INTO claim_unit (claim_id, unit_id, part, kept_charge) VALUES (?, ?, ?, ?)";

  private final JdbcClient sql;
  private final Batches batches;

  Claims(JdbcClient sql, Batches batches) {
    this.sql = sql;
    this.batches = batches;
  }

  /**
   * A unit that a claim takes.
   *
   * @param part which of the claim's parts it is for, from 0
   * @param kept what stays charged until the unit is clean; empty where nothing does
   */
  record Pick(UnitId unit, int part, Optional<String> kept) {}

  /** A claim to be written, with its units. */
  record Addition(Claim claim, List<Pick> picks) {}

  public Optional<Claim> find(ClaimId id) {
    return Optional.ofNullable(find(List.of(id)).get(id));
  }

  /** As {@link #find(ClaimId)}, and keeps those from changing it who do not hold its host. */
  Optional<Claim> lock(ClaimId id) {
    sql.sql("SELECT id FROM claim WHERE id = ? FOR UPDATE")
        .param(id.value())
        .query((rs, n) -> rs.getObject(1, UUID.class))
        .optional();
    return find(id);
  }

  /** Those of the claims that there are. */
  Map<ClaimId, Claim> find(Collection<ClaimId> ids) {
    if (ids.isEmpty()) {
      return Map.of();
    }
    return sql
        .sql(SELECT + "WHERE claim.id IN (:ids)")
        .param("ids", values(ids))
        .query(Claims::read)
        .list()
        .stream()
        .collect(Collectors.toMap(Claim::id, claim -> claim));
  }

  /** Claims in order of id, after one; what is absent is free. */
  public List<Claim> list(
      Optional<ProjectId> project, Optional<ClaimState> state, UUID after, int limit) {
    StringBuilder where = new StringBuilder("WHERE claim.id > :after");
    Map<String, Object> params = new HashMap<>();
    params.put("after", after);
    project.ifPresent(id -> Columns.and(where, params, "project_id", id.value()));
    state.ifPresent(
        wanted -> {
          where.append(" AND claim.state = :state AND abandoned = :abandoned");
          params.put("state", stored(wanted));
          params.put("abandoned", wanted == ClaimState.ABANDONED);
        });
    params.put("limit", limit);
    return sql.sql(SELECT + where + " ORDER BY claim.id LIMIT :limit")
        .params(params)
        .query(Claims::read)
        .list();
  }

  /** The claims that have units on a host, in order of id. */
  List<Claim> liveOn(HostName host) {
    return sql.sql(
            SELECT
                + "WHERE claim.id IN (SELECT claim_id FROM unit"
                + " WHERE unit.host = :host AND claim_id IS NOT NULL) ORDER BY claim.id")
        .param("host", host.value())
        .query(Claims::read)
        .list();
  }

  /**
   * All claims of an instance of Nova's: those that were made for it, and those that record the
   * libvirt domain that it is, which has the same id.
   */
  List<Claim> ofInstance(UUID instance) {
    return sql.sql(
            SELECT
                + "WHERE claim.consumer_id = ? AND (claim.consumer_source = 'nova'"
                + " OR (claim.consumer_source = 'libvirt' AND claim.consumer_type = 'domain'))"
                + " ORDER BY claim.created_at, claim.id")
        .param(instance.toString())
        .query(Claims::read)
        .list();
  }

  /** Which part of its claim each unit is for. */
  Map<UnitId, Integer> partOf(Claim claim) {
    Map<UnitId, Integer> parts = new HashMap<>();
    sql.sql("SELECT unit_id, part FROM claim_unit WHERE claim_id = ?")
        .param(claim.id().value())
        .query(
            rs -> {
              parts.put(new UnitId(rs.getObject(1, UUID.class)), rs.getInt(2));
            });
    return parts;
  }

  void add(List<Addition> additions) {
    List<Object[]> claims = new ArrayList<>();
    List<Object[]> parts = new ArrayList<>();
    List<Object[]> units = new ArrayList<>();
    for (Addition addition : additions) {
      Claim claim = addition.claim();
      claims.add(row(claim));
      parts.addAll(partRows(claim.id(), claim.parts()));
      addition.picks().forEach(pick -> units.add(unitRow(claim, pick)));
    }
    batches.insert(
        "INSERT INTO claim (id, project_id, alias, unit_count, asked_host, asked_hosts, host,"
            + " consumer_source, consumer_type, consumer_id, state, adopted, hold_id, created_by,"
            + " created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        claims);
    batches.insert(PART, parts);
    batches.insert(UNIT, units);
  }

  private static List<Object[]> partRows(ClaimId claim, List<Part> parts) {
    List<Object[]> rows = new ArrayList<>();
    for (Part part : parts) {
      rows.add(new Object[] {claim.value(), rows.size(), part.alias().value(), part.count()});
    }
    return rows;
  }

  private static Object[] unitRow(Claim claim, Pick pick) {
    return new Object[] {
      claim.id().value(), pick.unit().value(), pick.part(), Columns.orNull(pick.kept())
    };
  }

  /**
   * Adds one unit to a claim that is written down for holders that were there before us: the first
   * one, or another one; where the claim has ended since, it begins anew.
   *
   * @param claim as it is with that unit alone
   */
  void adopt(Claim claim, UnitId unit) {
    Optional<Claim> before = find(claim.id());
    if (before.isEmpty()) {
      add(List.of(new Addition(claim, List.of(new Pick(unit, 0, Optional.empty())))));
      return;
    }
    List<Part> parts =
        before.get().state().isOver() ? claim.parts() : more(before.get().parts(), claim.alias());
    sql.sql(
            "UPDATE claim SET host = ?, adopted = TRUE, alias = ?, unit_count = ?, state = ?,"
                + " abandoned = FALSE, released_at = NULL WHERE id = ?")
        .params(
            claim.host().value(),
            parts.get(0).alias().value(),
            ClaimRequest.count(parts),
            stored(claim.state()),
            claim.id().value())
        .update();
    sql.sql("DELETE FROM claim_part WHERE claim_id = ?").param(claim.id().value()).update();
    sql.sql("DELETE FROM claim_unit WHERE claim_id = ? AND unit_id = ?")
        .params(claim.id().value(), unit.value())
        .update();
    batches.insert(PART, partRows(claim.id(), parts));
    int part = parts.stream().map(Part::alias).toList().indexOf(claim.alias());
    batches.insert(UNIT, List.<Object[]>of(unitRow(claim, new Pick(unit, part, Optional.empty()))));
  }

  private static List<Part> more(List<Part> parts, AliasName alias) {
    List<Part> all = new ArrayList<>();
    parts.forEach(
        part -> all.add(part.alias().equals(alias) ? new Part(alias, part.count() + 1) : part));
    if (parts.stream().noneMatch(part -> part.alias().equals(alias))) {
      all.add(new Part(alias, 1));
    }
    return all;
  }

  /** Writes how far claims are. */
  void saveStates(Collection<Claim> claims) {
    batches.update(
        "UPDATE claim SET state = ?, abandoned = ?, released_at = ? WHERE id = ?",
        claims.stream()
            .map(
                claim ->
                    new Object[] {
                      stored(claim.state()),
                      claim.state() == ClaimState.ABANDONED,
                      Columns.orNull(claim.released().map(Columns::time)),
                      claim.id().value()
                    })
            .toList());
  }

  private static Object[] row(Claim claim) {
    return new Object[] {
      claim.id().value(),
      claim.project().value(),
      claim.alias().value(),
      claim.count(),
      Columns.orNull(claim.asked().only().map(HostName::value)),
      Columns.hosts(claim.asked()),
      claim.host().value(),
      claim.consumer().source(),
      claim.consumer().type(),
      claim.consumer().id(),
      stored(claim.state()),
      claim.adopted(),
      Columns.orNull(claim.hold().map(HoldId::value)),
      Columns.bounded(claim.createdBy(), Trail.MAX_ACTOR_CHARS),
      Columns.time(claim.created())
    };
  }

  private static String stored(ClaimState state) {
    return (state == ClaimState.ABANDONED ? ClaimState.RELEASED : state).name();
  }

  private static List<UUID> values(Collection<ClaimId> ids) {
    return Batches.padded(ids.stream().map(ClaimId::value).toList());
  }

  private static Claim read(ResultSet rs, int number) throws SQLException {
    Columns row = new Columns(rs);
    ClaimState stored = ClaimState.valueOf(row.text("state"));
    return new Claim(
        new ClaimId(row.uuid("id")),
        new ProjectId(row.text("project_id")),
        parts(row.text("parts")),
        row.text("asked_hosts", Columns::where).orElse(Where.ANYWHERE),
        new HostName(row.text("host")),
        new Consumer(
            row.text("consumer_source"), row.text("consumer_type"), row.text("consumer_id")),
        row.bool("abandoned") ? ClaimState.ABANDONED : stored,
        row.bool("adopted"),
        row.uuid("hold_id", HoldId::new),
        row.uuid("move_of", ClaimId::new),
        row.text("created_by"),
        row.time("created_at"),
        row.optionalTime("released_at"));
  }

  /** As the statement puts them together; an alias has neither blanks nor commas. */
  private static List<Part> parts(String text) {
    return Arrays.stream(text.split(","))
        .map(part -> part.split(" "))
        .map(part -> new Part(new AliasName(part[0]), Integer.parseInt(part[1])))
        .toList();
  }
}
