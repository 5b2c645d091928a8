package ostler.allocator.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import ostler.allocator.engine.Abandoned;
import ostler.allocator.engine.AdminState;
import ostler.allocator.engine.Certificate;
import ostler.allocator.engine.Cleaning;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Cut;
import ostler.allocator.engine.Health;
import ostler.allocator.engine.Observed;
import ostler.allocator.engine.Presence;
import ostler.allocator.engine.Quarantine;
import ostler.allocator.engine.Reason;
import ostler.allocator.engine.Slice;
import ostler.allocator.engine.Standing;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.UnitState;
import ostler.allocator.engine.Where;
import ostler.flavor.Alias;
import ostler.flavor.UnitModel;
import ostler.inventory.BootId;
import ostler.inventory.ChainHash;
import ostler.inventory.ClaimId;
import ostler.inventory.Fence;
import ostler.inventory.Holder;
import ostler.inventory.HostName;
import ostler.inventory.ProjectId;
import ostler.inventory.ResetChoice;
import ostler.inventory.SliceHandle;
import ostler.inventory.SliceTypeName;
import ostler.inventory.UnitId;
import ostler.inventory.UnitKind;
import ostler.inventory.UnitPhase;
import ostler.inventory.UnitProblem;
import ostler.inventory.WipeId;
import ostler.inventory.WipeLevel;
import ostler.inventory.WipeOrder;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.WireException;

/** The units' rows. Every change is made against the state and generation that it is based on. */
public final class Units {

  /** Kinds that no guard can keep; that nobody uses them is their host's word alone. */
  private static final List<String> WITHOUT_GROUP =
      Arrays.stream(UnitKind.values())
          .filter(kind -> !kind.hasGroup())
          .map(UnitKind::toString)
          .toList();

  private static final String SELECT =
      "SELECT unit.*, model.name AS model_name FROM unit JOIN model ON model.id = unit.model_id ";

  private static final String NO_HOLDERS = write(List.of());

  private static final String UPDATE =
      "UPDATE unit SET generation = generation + 1, "
          + values(
                  Unit.unmanaged(
                      new UnitId(new UUID(0, 0)),
                      new HostName("any"),
                      UnitModel.parse("0000:0000/0x000000"),
                      Instant.EPOCH))
              .keySet()
              .stream()
              .map(name -> name + " = ?")
              .collect(Collectors.joining(", "))
          + " WHERE id = ? AND state = ? AND generation = ?";

  private static final int MAX_MESSAGE_CHARS = 1024;
  private static final int MAX_PROBLEM_CHARS = 4096;
  private static final int MAX_HOLDERS = 100;

  private final JdbcClient sql;
  private final Batches batches;

  Units(JdbcClient sql, Batches batches) {
    this.sql = sql;
    this.batches = batches;
  }

  /** Which units to list; what is absent is free. */
  public record Filter(
      Optional<HostName> host, Optional<UnitState> state, Optional<ClaimId> claim) {}

  /**
   * Which slices to list; what is absent is free, and those that are not there now are left out
   * unless their state is asked for.
   */
  public record SliceFilter(
      Optional<HostName> host, Optional<UnitId> parent, Optional<UnitState> state) {}

  /** Slices in order of id, after one. */
  List<Unit> listSlices(SliceFilter filter, UUID after, int limit) {
    StringBuilder where = new StringBuilder("WHERE unit.id > :after AND parent_id IS NOT NULL");
    Map<String, Object> params = new HashMap<>();
    params.put("after", after);
    filter.host().ifPresent(host -> Columns.and(where, params, "host", host.value()));
    filter.parent().ifPresent(parent -> Columns.and(where, params, "parent_id", parent.value()));
    filter
        .state()
        .ifPresentOrElse(
            state -> Columns.and(where, params, "state", state.name()),
            () -> where.append(" AND state <> 'UNMANAGED'"));
    params.put("limit", limit);
    return sql.sql(SELECT + where + " ORDER BY unit.id LIMIT :limit")
        .params(params)
        .query(Units::read)
        .list();
  }

  public Optional<Unit> find(UnitId id) {
    return sql.sql(SELECT + "WHERE unit.id = ?").param(id.value()).query(Units::read).optional();
  }

  public List<Unit> ofHost(HostName host) {
    return sql.sql(SELECT + "WHERE host = ? ORDER BY unit.id")
        .param(host.value())
        .query(Units::read)
        .list();
  }

  /** The units that a unit was ever cut into, in order of id. */
  public List<Unit> slicesOf(UnitId parent) {
    return sql.sql(SELECT + "WHERE parent_id = ? ORDER BY unit.id")
        .param(parent.value())
        .query(Units::read)
        .list();
  }

  /** What each of these units is cut from, where it is a slice, by the parents' ids. */
  public Map<UnitId, Unit> parentsOf(Collection<Unit> units) {
    List<UUID> parents =
        units.stream()
            .flatMap(unit -> unit.slice().stream())
            .map(slice -> slice.parent().value())
            .distinct()
            .toList();
    return parents.isEmpty()
        ? Map.of()
        : sql
            .sql(SELECT + "WHERE unit.id IN (:parents)")
            .param("parents", Batches.padded(parents))
            .query(Units::read)
            .list()
            .stream()
            .collect(Collectors.toMap(Unit::id, unit -> unit));
  }

  /** The units that a claim has or had, in order of id. */
  public List<Unit> ofClaim(ClaimId claim) {
    return ofClaims(List.of(claim)).getOrDefault(claim, List.of());
  }

  /** As {@link #ofClaim}, for many. */
  Map<ClaimId, List<Unit>> ofClaims(Collection<ClaimId> claims) {
    Map<ClaimId, List<Unit>> units = new HashMap<>();
    if (claims.isEmpty()) {
      return units;
    }
    sql.sql(
            "SELECT unit.*, model.name AS model_name, claim_unit.claim_id AS taken_by FROM unit"
                + " JOIN model ON model.id = unit.model_id"
                + " JOIN claim_unit ON claim_unit.unit_id = unit.id"
                + " WHERE claim_unit.claim_id IN (:claims) ORDER BY unit.id")
        .param("claims", Batches.padded(claims.stream().map(ClaimId::value).toList()))
        .query(
            rs -> {
              units
                  .computeIfAbsent(
                      new ClaimId(rs.getObject("taken_by", UUID.class)), c -> new ArrayList<>())
                  .add(read(rs, 0));
            });
    return units;
  }

  /** In which states the units of claims are that have them now. */
  Map<ClaimId, List<UnitState>> statesUnder(Collection<ClaimId> claims) {
    Map<ClaimId, List<UnitState>> states = new HashMap<>();
    if (claims.isEmpty()) {
      return states;
    }
    sql.sql("SELECT claim_id, state FROM unit WHERE claim_id IN (:claims)")
        .param("claims", Batches.padded(claims.stream().map(ClaimId::value).toList()))
        .query(
            rs -> {
              states
                  .computeIfAbsent(new ClaimId(rs.getObject(1, UUID.class)), c -> new ArrayList<>())
                  .add(UnitState.valueOf(rs.getString(2)));
            });
    return states;
  }

  /** Units in order of id, after one. */
  public List<Unit> list(Filter filter, UUID after, int limit) {
    StringBuilder where = new StringBuilder("WHERE unit.id > :after");
    Map<String, Object> params = new HashMap<>();
    params.put("after", after);
    filter.host().ifPresent(host -> Columns.and(where, params, "host", host.value()));
    filter.state().ifPresent(state -> Columns.and(where, params, "state", state.name()));
    filter.claim().ifPresent(claim -> Columns.and(where, params, "claim_id", claim.value()));
    params.put("limit", limit);
    return sql.sql(SELECT + where + " ORDER BY unit.id LIMIT :limit")
        .params(params)
        .query(Units::read)
        .list();
  }

  /**
   * The hosts that seem to have so many units to give or more, in order of name. It is a guess that
   * spares hosts a lock; what a unit may do is decided under the lock, by the lifecycle.
   *
   * @param project for which; a parent that serves another one is passed by
   * @param where which hosts to look at
   * @param heardSince a host that was not heard since then is silent
   * @param limit how many hosts to find at most
   */
  Map<HostName, Integer> cleanByHost(
      List<String> models,
      Alias alias,
      int count,
      ProjectId project,
      Where where,
      Instant heardSince,
      int limit) {
    if (models.isEmpty()) {
      return Map.of();
    }
    List<String> levels =
        Arrays.stream(WipeLevel.values())
            .filter(level -> level.satisfies(alias.level()))
            .map(WipeLevel::name)
            .toList();
    Map<String, Object> params = new HashMap<>();
    params.put("models", Batches.padded(models));
    params.put("levels", levels);
    params.put("kinds", kinds(alias));
    params.put("without_group", WITHOUT_GROUP);
    params.put("project", project.value());
    params.put("heard_since", Columns.time(heardSince));
    params.put("count", count);
    params.put("limit", limit);
    if (!where.isAnywhere()) {
      params.put("hosts", Batches.padded(where.hosts().stream().map(HostName::value).toList()));
    }
    Map<HostName, Integer> hosts = new LinkedHashMap<>();
    sql.sql(
            "SELECT unit.host, COUNT(*) FROM unit JOIN host ON host.name = unit.host"
                + " LEFT JOIN unit parent ON parent.id = unit.parent_id"
                + " WHERE unit.state = 'CLEAN' AND unit.kind IN (:kinds)"
                + " AND (parent.id IS NULL OR (parent.state = 'SLICED' AND NOT parent.emptying"
                + " AND (parent.tenant_project IS NULL OR parent.tenant_project = :project)))"
                + " AND unit.model_id IN (:models)"
                + " AND unit.cert_level IN (:levels) AND unit.presence = 'PRESENT'"
                + " AND unit.admin = 'ENABLED' AND unit.quarantine_code IS NULL AND unit.bound"
                + " AND (unit.guarded OR unit.kind IN (:without_group)) AND host.admin = 'ENABLED' AND NOT host.fenced"
                + " AND NOT host.removed AND host.last_seen >= :heard_since"
                + (where.isAnywhere() ? "" : " AND unit.host IN (:hosts)")
                + " GROUP BY unit.host HAVING COUNT(*) >= :count ORDER BY unit.host LIMIT :limit")
        .params(params)
        .query(
            rs -> {
              hosts.put(new HostName(rs.getString(1)), rs.getInt(2));
            });
    return hosts;
  }

  /**
   * The units of some models and kinds, in order of host and id.
   *
   * @param hosts which to look at; none means all
   */
  List<Unit> ofModels(List<String> models, List<String> kinds, List<HostName> hosts, int limit) {
    if (models.isEmpty()) {
      return List.of();
    }
    Map<String, Object> params = new HashMap<>();
    params.put("models", Batches.padded(models));
    params.put("kinds", kinds);
    params.put("limit", limit);
    if (!hosts.isEmpty()) {
      params.put("hosts", Batches.padded(hosts.stream().map(HostName::value).toList()));
    }
    return sql.sql(
            SELECT
                + "WHERE model_id IN (:models) AND kind IN (:kinds) AND state <> 'UNMANAGED'"
                + (hosts.isEmpty() ? "" : " AND host IN (:hosts)")
                + " ORDER BY host, unit.id LIMIT :limit")
        .params(params)
        .query(Units::read)
        .list();
  }

  /** How many units of each host are in which state. */
  public Map<HostName, Map<UnitState, Integer>> countByHost() {
    Map<HostName, Map<UnitState, Integer>> counts = new HashMap<>();
    sql.sql("SELECT host, state, COUNT(*) AS units FROM unit GROUP BY host, state")
        .query(
            rs -> {
              counts
                  .computeIfAbsent(new HostName(rs.getString("host")), host -> new HashMap<>())
                  .put(UnitState.valueOf(rs.getString("state")), rs.getInt("units"));
            });
    return counts;
  }

  /** How many units of a host are in which state. */
  public Map<UnitState, Integer> countOf(HostName host) {
    Map<UnitState, Integer> counts = new EnumMap<>(UnitState.class);
    sql.sql("SELECT state, COUNT(*) AS units FROM unit WHERE host = ? GROUP BY state")
        .param(host.value())
        .query(
            rs -> {
              counts.put(UnitState.valueOf(rs.getString("state")), rs.getInt("units"));
            });
    return counts;
  }

  /** Every model that any unit has or had, by the id that units refer to. */
  private Map<String, UnitModel> models() {
    Map<String, UnitModel> models = new HashMap<>();
    sql.sql("SELECT id, name FROM model")
        .query(
            rs -> {
              models.put(rs.getString("id"), UnitModel.parse(rs.getString("name")));
            });
    return models;
  }

  /** The kinds of units that an alias means. */
  static List<String> kinds(Alias alias) {
    return alias.rules().stream().map(rule -> rule.kind().toString()).distinct().toList();
  }

  /** The models that an alias may mean, by the ids that units refer to. */
  List<String> modelsOf(Alias alias) {
    return models().entrySet().stream()
        .filter(model -> alias.matches(model.getValue()))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  void add(Unit unit) {
    String model = ChainHash.of(unit.model().toString()).value();
    if (sql.sql("SELECT id FROM model WHERE id = ?")
        .param(model)
        .query(String.class)
        .list()
        .isEmpty()) {
      sql.sql("INSERT INTO model (id, name) VALUES (?, ?)")
          .params(model, unit.model().toString())
          .update();
    }
    Map<String, Object> values = values(unit);
    values.put("id", unit.id().value());
    values.put("host", unit.host().value());
    values.put("model_id", model);
    values.put("generation", unit.generation());
    unit.slice().ifPresent(slice -> addSlice(values, slice));
    sql.sql(
            "INSERT INTO unit ("
                + String.join(", ", values.keySet())
                + ") VALUES (:"
                + String.join(", :", values.keySet())
                + ")")
        .params(values)
        .update();
  }

  private static void addSlice(Map<String, Object> values, Slice slice) {
    values.put("kind", slice.kind().toString());
    values.put("parent_id", slice.parent().value());
    values.put("slice_type", Columns.orNull(slice.type().map(SliceTypeName::value)));
    values.put("weight", slice.weight());
    values.put("memory_mib", slice.memoryMib().isPresent() ? slice.memoryMib().getAsLong() : null);
  }

  /** A unit before and after a change. */
  record Change(Unit before, Unit after) {}

  /**
   * Writes a unit as it is after a change.
   *
   * @return the unit with its new generation
   * @throws Contended if it is no longer in the state and generation that the change began with
   */
  Unit save(Unit before, Unit after) {
    return save(List.of(new Change(before, after))).get(0);
  }

  /** As {@link #save(Unit, Unit)}, for many; nothing else may have changed any of them. */
  List<Unit> save(List<Change> changes) {
    int[] updated = batches.update(UPDATE, changes.stream().map(Units::values).toList());
    for (int i = 0; i < updated.length; i++) {
      if (updated[i] != 1) {
        throw new Contended("unit " + changes.get(i).before().id() + " was changed meanwhile");
      }
    }
    return changes.stream()
        .map(change -> change.after().withGeneration(change.before().generation() + 1))
        .toList();
  }

  private static Object[] values(Change change) {
    List<Object> values = new ArrayList<>(values(change.after()).values());
    values.add(change.before().id().value());
    values.add(change.before().state().name());
    values.add(change.before().generation());
    return values.toArray();
  }

  private static Map<String, Object> values(Unit unit) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("state", unit.state().name());
    values.put("since", Columns.time(unit.since()));
    values.put("fence_epoch", unit.fence().epoch());
    values.put("fence_number", unit.fence().number());
    values.put("claim_id", Columns.orNull(unit.claim().map(ClaimId::value)));
    values.put("last_claim_id", Columns.orNull(unit.lastClaim().map(ClaimId::value)));
    values.put("cause_code", Columns.orNull(unit.cause().map(c -> c.code().name())));
    values.put(
        "cause_message",
        Columns.orNull(unit.cause().map(c -> Columns.bounded(c.message(), MAX_MESSAGE_CHARS))));
    values.put("tenant_project", Columns.orNull(unit.cut().project().map(ProjectId::value)));
    values.put("shared", unit.cut().shared());
    values.put("cut_functions", unit.cut().functions());
    values.put("emptying", unit.cut().emptying());
    addStanding(values, unit.standing());
    addCleaning(values, unit.cleaning());
    addObserved(values, unit.observed());
    return values;
  }

  private static void addStanding(Map<String, Object> values, Standing standing) {
    Optional<Quarantine> quarantine = standing.quarantine();
    values.put("presence", standing.presence().name());
    values.put("group_whole", standing.groupWhole());
    values.put("admin", standing.admin().name());
    values.put("admin_reason", Columns.bounded(standing.adminReason(), MAX_MESSAGE_CHARS));
    values.put("health", standing.health().name());
    values.put("leaving", standing.leaving());
    values.put("abandoned", standing.abandoned().isPresent());
    values.put(
        "abandoned_boot",
        Columns.orNull(standing.abandoned().flatMap(Abandoned::boot).map(BootId::value)));
    values.put("quarantine_code", Columns.orNull(quarantine.map(q -> q.code().name())));
    values.put(
        "quarantine_reason",
        Columns.orNull(quarantine.map(q -> Columns.bounded(q.reason(), MAX_MESSAGE_CHARS))));
    values.put(
        "quarantine_by",
        Columns.orNull(quarantine.map(q -> Columns.bounded(q.by(), Trail.MAX_ACTOR_CHARS))));
    values.put("quarantine_at", Columns.orNull(quarantine.map(q -> Columns.time(q.at()))));
  }

  private static void addCleaning(Map<String, Object> values, Cleaning cleaning) {
    Optional<WipeOrder> order = cleaning.order();
    Optional<Certificate> certificate = cleaning.certificate();
    values.put("order_wipe", Columns.orNull(order.map(o -> o.id().value())));
    values.put("order_level", Columns.orNull(order.map(o -> o.level().name())));
    values.put("cert_wipe", Columns.orNull(certificate.map(c -> c.wipe().value())));
    values.put("cert_level", Columns.orNull(certificate.map(c -> c.level().name())));
    values.put("attempts", cleaning.attempts());
    values.put("chain_head", cleaning.chainHead().value());
  }

  private static void addObserved(Map<String, Object> values, Observed observed) {
    Optional<UnitProblem> problem = observed.problem();
    values.put("seen_epoch", Columns.orNull(observed.fence().map(Fence::epoch)));
    values.put("seen_number", Columns.orNull(observed.fence().map(Fence::number)));
    values.put("seen_phase", Columns.orNull(observed.phase().map(UnitPhase::name)));
    values.put("bound", observed.bound());
    values.put("guarded", observed.guarded());
    values.put("holders", write(observed.holders()));
    values.put("holders_known", observed.holdersKnown());
    values.put("observed_handle", Columns.orNull(observed.handle().map(SliceHandle::value)));
    values.put("problem_code", Columns.orNull(problem.map(UnitProblem::code)));
    values.put(
        "problem_message",
        Columns.orNull(problem.map(p -> Columns.bounded(p.message(), MAX_PROBLEM_CHARS))));
    values.put("problem_attempts", Columns.orNull(problem.map(UnitProblem::attempts)));
  }

  static Unit read(ResultSet rs, int number) throws SQLException {
    Columns row = new Columns(rs);
    return new Unit(
        new UnitId(row.uuid("id")),
        new HostName(row.text("host")),
        UnitModel.parse(row.text("model_name")),
        readSlice(row),
        readCut(row),
        UnitState.valueOf(row.text("state")),
        row.time("since"),
        row.number("generation"),
        new Fence(row.number("fence_epoch"), row.number("fence_number")),
        readStanding(row),
        readCleaning(row),
        row.uuid("claim_id", ClaimId::new),
        row.uuid("last_claim_id", ClaimId::new),
        readReason(row),
        readObserved(row));
  }

  private static Optional<Slice> readSlice(Columns row) throws SQLException {
    Optional<UnitId> parent = row.uuid("parent_id", UnitId::new);
    if (parent.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Slice(
            UnitKind.parse(row.text("kind")),
            parent.get(),
            row.text("slice_type", SliceTypeName::new),
            (int) row.number("weight"),
            row.optionalNumber("memory_mib").map(OptionalLong::of).orElse(OptionalLong.empty())));
  }

  private static Cut readCut(Columns row) throws SQLException {
    return new Cut(
        row.text("tenant_project", ProjectId::new),
        row.bool("shared"),
        (int) row.number("cut_functions"),
        row.bool("emptying"));
  }

  private static Optional<Reason> readReason(Columns row) throws SQLException {
    String message = row.text("cause_message");
    return row.text("cause_code", Code::valueOf).map(code -> new Reason(code, message));
  }

  private static Standing readStanding(Columns row) throws SQLException {
    Optional<Quarantine> quarantine = Optional.empty();
    Optional<Instant> at = row.optionalTime("quarantine_at");
    if (at.isPresent()) {
      quarantine =
          Optional.of(
              new Quarantine(
                  Code.valueOf(row.text("quarantine_code")),
                  row.text("quarantine_reason"),
                  row.text("quarantine_by"),
                  at.get()));
    }
    return new Standing(
        Presence.valueOf(row.text("presence")),
        row.bool("group_whole"),
        AdminState.valueOf(row.text("admin")),
        row.text("admin_reason"),
        Health.valueOf(row.text("health")),
        quarantine,
        row.bool("leaving"),
        readAbandoned(row));
  }

  private static Optional<Abandoned> readAbandoned(Columns row) throws SQLException {
    Optional<BootId> boot = row.uuid("abandoned_boot", BootId::new);
    return row.bool("abandoned") ? Optional.of(new Abandoned(boot)) : Optional.empty();
  }

  private static Cleaning readCleaning(Columns row) throws SQLException {
    Optional<WipeId> ordered = row.uuid("order_wipe", WipeId::new);
    Optional<WipeId> certified = row.uuid("cert_wipe", WipeId::new);
    Optional<WipeLevel> orderLevel = row.text("order_level", WipeLevel::valueOf);
    Optional<WipeLevel> certLevel = row.text("cert_level", WipeLevel::valueOf);
    Optional<ClaimId> previous = row.uuid("last_claim_id", ClaimId::new);
    return new Cleaning(
        ordered.map(id -> new WipeOrder(id, orderLevel.orElseThrow(), ResetChoice.AUTO, previous)),
        certified.map(id -> new Certificate(id, certLevel.orElseThrow())),
        (int) row.number("attempts"),
        new ChainHash(row.text("chain_head")));
  }

  private static Observed readObserved(Columns row) throws SQLException {
    Optional<Long> epoch = row.optionalNumber("seen_epoch");
    long number = row.number("seen_number");
    String message = row.text("problem_message");
    int attempts = row.optionalInt("problem_attempts").orElse(0);
    return new Observed(
        epoch.map(e -> new Fence(e, number)),
        row.text("seen_phase", UnitPhase::valueOf),
        row.bool("bound"),
        row.bool("guarded"),
        readHolders(row.text("holders")),
        row.bool("holders_known"),
        row.text("problem_code", code -> new UnitProblem(code, message, attempts)),
        row.text("observed_handle", SliceHandle::new));
  }

  private static String write(List<Holder> holders) {
    return Json.write(
        out ->
            out.list(
                "holders",
                holders.stream().limit(MAX_HOLDERS).toList(),
                (holder, in) ->
                    in.text("kind", holder.kind())
                        .text("id", holder.id())
                        .text("name", holder.name())));
  }

  private static List<Holder> readHolders(String json) {
    if (json.equals(NO_HOLDERS)) {
      return List.of();
    }
    try {
      return Json.read(
          json,
          JsonLimits.MESSAGE,
          in ->
              in.list(
                  "holders",
                  holder ->
                      new Holder(
                          holder.value("kind", Holder.Kind::tryParse, "a kind"),
                          holder.text("id"),
                          holder.text("name"))));
    } catch (WireException e) {
      throw new IllegalStateException("the database holds a holder that cannot be read", e);
    }
  }
}
