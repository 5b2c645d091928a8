package ostler.allocator.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import ostler.accounting.ledger.CutCard;
import ostler.accounting.ledger.CutCard.Change;
import ostler.accounting.ledger.LedgerState;
import ostler.accounting.ledger.Occupancy;
import ostler.accounting.ledger.Occupancy.Charge;
import ostler.accounting.ledger.OpenInterval;
import ostler.accounting.ledger.ProjectPath;
import ostler.accounting.ledger.Segment;
import ostler.accounting.ledger.Subject;
import ostler.allocator.engine.Host;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.UnitState;
import ostler.allocator.engine.UnitTime;
import ostler.flavor.UnitModel;
import ostler.inventory.ClaimId;
import ostler.inventory.HostName;
import ostler.inventory.ProjectId;
import ostler.inventory.Share;
import ostler.inventory.UnitId;
import ostler.pci.PciId;

/** The rows of the usage ledger: one open interval a unit, and segments that never change. */
final class Ledger {

  private static final String RUNNING =
      "SELECT line.*, unit.host AS unit_host, unit.memory_mib AS unit_memory,"
          + " unit.parent_id AS unit_parent, unit.weight AS unit_weight,"
          + " model.name AS unit_model, host.last_seen"
          + " FROM usage_current line JOIN unit ON unit.id = line.unit_id"
          + " JOIN model ON model.id = unit.model_id JOIN host ON host.name = unit.host WHERE ";

  private final JdbcClient sql;
  private final Batches batches;
  private final Projects projects;

  Ledger(JdbcClient sql, Batches batches, Projects projects) {
    this.sql = sql;
    this.batches = batches;
    this.projects = projects;
  }

  /**
   * In whose hands a unit comes.
   *
   * @param alias the name under which the claim asked for it
   */
  record Tenancy(ClaimId claim, ProjectId project, String alias) {}

  /**
   * What a unit is from an instant on.
   *
   * @param tenancy that of the unit's claim; it may be left out where the claim had the unit before
   */
  record Turn(Unit unit, Optional<Tenancy> tenancy, Instant at) {}

  /**
   * An open interval.
   *
   * @param card of a slice: what it is cut from
   * @param weight what the unit weighs while it is there: all of it where it is no slice
   * @param memoryMib what is known of the unit's memory by now
   * @param silentFrom since when its host counts as silent
   */
  private record Running(
      OpenInterval interval,
      Optional<UnitId> card,
      int weight,
      Optional<Long> memoryMib,
      Instant silentFrom) {

    Changed become(Subject subject, Occupancy next, Instant at) {
      return changed(interval.become(subject, next, at, silentFrom));
    }

    Changed changed(OpenInterval.Closed closed) {
      return new Changed(
          closed.segments(), Optional.of(closed.next()).filter(now -> !now.equals(interval)));
    }

    /** A slice weighs nothing while it is not there, and a card what its slices leave of it. */
    Subject subject(Unit unit) {
      int slice = unit.state() == UnitState.UNMANAGED ? 0 : weight;
      return UnitTime.subject(
          unit.host(),
          unit.model(),
          card.isPresent() ? slice : interval.subject().weight(),
          memoryMib);
    }

    Changed goOnUnder(Map<ProjectId, ProjectPath> paths, Instant at) {
      Charge before = interval.occupancy().charge().orElseThrow();
      Charge after = new Charge(before.claim(), paths.get(before.project()), before.alias());
      return become(
          interval.subject(), new Occupancy(interval.occupancy().state(), Optional.of(after)), at);
    }
  }

  /** What one turn of a batch changes. */
  private record Turned(Running running, Change change, Instant at) {

    Changed alone() {
      return running.become(change.subject(), change.next(), at);
    }

    boolean cuts() {
      return running.card().isPresent() && change.weighsAnew();
    }
  }

  /** What a change leaves behind, and what goes on, where that is another than before. */
  private record Changed(List<Segment> segments, Optional<OpenInterval> next) {}

  /** Begins a unit's time, before it is taken in. */
  void open(Unit unit) {
    OpenInterval first =
        new OpenInterval(
            unit.id(),
            UnitTime.subject(
                unit.host(),
                unit.model(),
                unit.slice().isPresent() ? 0 : Share.WHOLE,
                Optional.empty()),
            Occupancy.idle(UnitTime.goesTo(unit)),
            unit.since());
    sql.sql(
            "INSERT INTO usage_current (state, claim_id, project_id, project_path, alias, host,"
                + " model, weight, memory_mib, started_at, began_at, unit_id)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .params(
            row(
                first.subject(),
                first.occupancy(),
                Columns.time(first.since()),
                Columns.time(first.since()),
                unit.id().value()))
        .update();
  }

  /** Ends what the units' time went to, and begins what it goes to now. */
  void become(List<Turn> turns) {
    Map<UnitId, Running> running = running(turns.stream().map(turn -> turn.unit().id()).toList());
    Map<ProjectId, ProjectPath> paths = paths(turns, running);
    Map<UnitId, Turned> turned = new LinkedHashMap<>();
    for (Turn turn : turns) {
      Running now = running.get(turn.unit().id());
      Change change =
          new Change(
              now.interval(), now.subject(turn.unit()), occupancy(turn, now.interval(), paths));
      turned.put(turn.unit().id(), new Turned(now, change, turn.at()));
    }
    List<Changed> changes = new ArrayList<>(cut(turned));
    turned.values().forEach(one -> changes.add(one.alone()));
    write(changes);
  }

  /**
   * Takes the slices that come to weigh anew out of a batch, with their cards, and changes them.
   */
  private List<Changed> cut(Map<UnitId, Turned> turned) {
    Map<UnitId, List<Turned>> byCard = new TreeMap<>();
    turned.values().stream()
        .filter(Turned::cuts)
        .forEach(
            slice ->
                byCard
                    .computeIfAbsent(
                        slice.running().card().orElseThrow(), card -> new ArrayList<>())
                    .add(slice));
    Map<UnitId, Running> untouched =
        running(byCard.keySet().stream().filter(card -> !turned.containsKey(card)).toList());
    List<Changed> changes = new ArrayList<>();
    byCard.forEach(
        (id, slices) -> {
          Turned card = turned.remove(id);
          if (card == null) {
            Running running = untouched.get(id);
            card = new Turned(running, Change.none(running.interval()), slices.get(0).at());
          }
          changes.addAll(cut(card, slices));
          slices.forEach(slice -> turned.remove(slice.running().interval().unit()));
        });
    return changes;
  }

  private static List<Changed> cut(Turned card, List<Turned> slices) {
    Instant at =
        slices.stream()
            .map(Turned::at)
            .filter(card.at()::isBefore)
            .max(Instant::compareTo)
            .orElse(card.at());
    List<OpenInterval.Closed> closed =
        CutCard.become(
            card.change(),
            slices.stream().map(Turned::change).toList(),
            at,
            card.running().silentFrom());
    List<Changed> changes = new ArrayList<>();
    changes.add(card.running().changed(closed.get(0)));
    for (int i = 0; i < slices.size(); i++) {
      changes.add(slices.get(i).running().changed(closed.get(i + 1)));
    }
    return changes;
  }

  /**
   * Projects came to stand under others: what runs now goes on under their new paths.
   *
   * @param moved all of them, those below the moved one too
   */
  void moved(Collection<ProjectId> moved, Instant at) {
    Map<ProjectId, ProjectPath> paths = projects.paths(moved);
    List<Running> held =
        moved.isEmpty()
            ? List.of()
            : sql.sql(RUNNING + "line.project_id IN (:projects) ORDER BY line.unit_id")
                .param("projects", moved.stream().map(ProjectId::value).toList())
                .query(Ledger::read)
                .list();
    write(held.stream().map(now -> now.goOnUnder(paths, at)).toList());
  }

  private void write(List<Changed> changes) {
    batches.insert(
        "INSERT INTO usage_segment (state, claim_id, project_id, project_path, alias, host, model,"
            + " weight, memory_mib, started_at, ended_at, unit_id)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        changes.stream().flatMap(change -> change.segments().stream()).map(Ledger::row).toList());
    // Where a first release began the unit's time, its first instant is still told here.
    batches.update(
        "UPDATE usage_current SET began_at = COALESCE(began_at, started_at), state = ?,"
            + " claim_id = ?, project_id = ?, project_path = ?, alias = ?, host = ?, model = ?,"
            + " weight = ?, memory_mib = ?, started_at = ? WHERE unit_id = ?",
        changes.stream().flatMap(change -> change.next().stream()).map(Ledger::row).toList());
  }

  /** A silent host speaks again: the time that it was silent is over, and nobody knows of it. */
  void heard(List<Unit> units, Instant at) {
    become(units.stream().map(unit -> new Turn(unit, Optional.empty(), at)).toList());
  }

  OpenInterval current(Unit unit) {
    return running(List.of(unit.id())).get(unit.id()).interval();
  }

  private static Occupancy occupancy(
      Turn turn, OpenInterval before, Map<ProjectId, ProjectPath> paths) {
    Optional<Charge> charge =
        turn.unit()
            .claim()
            .map(
                claim ->
                    kept(before, claim)
                        .orElseGet(() -> charge(turn.tenancy().orElseThrow(), paths)));
    return new Occupancy(UnitTime.goesTo(turn.unit()), charge);
  }

  private static Optional<Charge> kept(OpenInterval before, ClaimId claim) {
    return before.occupancy().charge().filter(charge -> charge.claim().equals(claim));
  }

  private static Charge charge(Tenancy tenancy, Map<ProjectId, ProjectPath> paths) {
    return new Charge(tenancy.claim(), paths.get(tenancy.project()), tenancy.alias());
  }

  /** The paths of those projects that get a unit which they did not have. */
  private Map<ProjectId, ProjectPath> paths(List<Turn> turns, Map<UnitId, Running> running) {
    List<ProjectId> asked = new ArrayList<>();
    for (Turn turn : turns) {
      OpenInterval before = running.get(turn.unit().id()).interval();
      turn.unit()
          .claim()
          .filter(claim -> kept(before, claim).isEmpty())
          .ifPresent(claim -> asked.add(turn.tenancy().orElseThrow().project()));
    }
    return projects.paths(asked.stream().distinct().toList());
  }

  private Map<UnitId, Running> running(Collection<UnitId> units) {
    if (units.isEmpty()) {
      return Map.of();
    }
    return sql
        .sql(RUNNING + "line.unit_id IN (:units)")
        .param("units", Batches.padded(units.stream().map(UnitId::value).toList()))
        .query(Ledger::read)
        .list()
        .stream()
        .collect(Collectors.toMap(now -> now.interval().unit(), now -> now));
  }

  private static Running read(ResultSet rs, int number) throws SQLException {
    Columns row = new Columns(rs);
    return new Running(
        new OpenInterval(
            new UnitId(row.uuid("unit_id")),
            readSubject(row),
            new Occupancy(LedgerState.valueOf(row.text("state")), readCharge(row)),
            row.time("started_at")),
        row.uuid("unit_parent", UnitId::new),
        (int) row.number("unit_weight"),
        row.optionalNumber("unit_memory"),
        silentFrom(row.optionalTime("last_seen")));
  }

  /** Of a host that never spoke nobody ever knew anything. */
  static Instant silentFrom(Optional<Instant> lastSeen) {
    return lastSeen.map(seen -> seen.plus(Host.SILENT_AFTER)).orElse(Instant.MIN);
  }

  /** What a first release did not write down is as it is now. */
  private static Subject readSubject(Columns row) throws SQLException {
    Optional<HostName> host = row.text("host", HostName::new);
    Optional<PciId> model = row.text("model", PciId::parse);
    if (host.isEmpty() || model.isEmpty()) {
      return UnitTime.subject(
          new HostName(row.text("unit_host")),
          UnitModel.parse(row.text("unit_model")),
          Share.WHOLE,
          row.optionalNumber("unit_memory"));
    }
    return new Subject(
        host.get(),
        model.get(),
        row.optionalInt("weight").orElse(Share.WHOLE),
        row.optionalNumber("memory_mib"));
  }

  static Optional<Charge> readCharge(Columns row) throws SQLException {
    Optional<ClaimId> claim = row.uuid("claim_id", ClaimId::new);
    Optional<ProjectId> project = row.text("project_id", ProjectId::new);
    Optional<ProjectPath> path = row.text("project_path", ProjectPath::parse);
    String alias = row.text("alias");
    return claim.map(
        id -> new Charge(id, path.orElseGet(() -> ProjectPath.root(project.orElseThrow())), alias));
  }

  private static Object[] row(Segment segment) {
    return row(
        segment.subject(),
        segment.occupancy(),
        Columns.time(segment.from()),
        Columns.time(segment.to()),
        segment.unit().value());
  }

  private static Object[] row(OpenInterval interval) {
    return row(
        interval.subject(),
        interval.occupancy(),
        Columns.time(interval.since()),
        interval.unit().value());
  }

  private static Object[] row(Subject subject, Occupancy occupancy, Object... rest) {
    Optional<Charge> charge = occupancy.charge();
    List<Object> row = new ArrayList<>();
    row.add(occupancy.state().name());
    row.add(Columns.orNull(charge.map(c -> c.claim().value())));
    row.add(Columns.orNull(charge.map(c -> c.project().value())));
    row.add(Columns.orNull(charge.map(c -> c.path().toString())));
    row.add(Columns.orNull(charge.map(Charge::alias)));
    row.add(subject.host().value());
    row.add(subject.model().toString());
    row.add(subject.weight());
    row.add(Columns.orNull(subject.memoryMib()));
    row.addAll(List.of(rest));
    return row.toArray();
  }
}
