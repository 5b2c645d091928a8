package ostler.simulation;

import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.ClaimPicture;
import ostler.allocator.engine.ClaimRequest;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Hold;
import ostler.allocator.engine.HoldRequest;
import ostler.allocator.engine.Origin;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.UnitState;
import ostler.allocator.quota.Quota;
import ostler.allocator.store.ClaimDesk.MoveRequest;
import ostler.allocator.store.RestoreDesk;
import ostler.inventory.ClaimId;
import ostler.inventory.HostReport;
import ostler.inventory.UnitPhase;
import ostler.inventory.UnitReport;

/**
 * A fault that somebody could have programmed, put between the product's parts by the simulation:
 * the product itself knows nothing of it. A simulation that does not find it is worth nothing.
 */
enum PlantedBug {
  /** The limit is looked at before the charge, and no more by the charge itself. */
  CHECK_THEN_ACT_QUOTA(
      Set.of(Promise.NEVER_OVER_QUOTA),
      () ->
          new Sabotage() {
            @Override
            public Outcome<Claim> claim(AllocatorProcess allocator, ClaimRequest request) {
              return isFull(allocator, request)
                  ? Outcome.refused(Code.QUOTA_EXCEEDED, "there is no more quota for that request")
                  : Sabotage.super.claim(allocator, request);
            }

            @Override
            public String rewrite(String sql) {
              return sql.startsWith(COUNTERS) && sql.contains("resource_key IN")
                  ? sql.replace(COUNTERS, LAX_COUNTERS)
                  : sql;
            }
          }),
  /** A claim whose device is missing from a report is released. */
  FREE_ON_A_MISSING_REPORT(
      Set.of(Promise.OBSERVATION_NEVER_FREES),
      () ->
          new Sabotage() {
            @Override
            public void afterReport(HostReport report, AllocatorProcess allocator) {
              report.units().stream()
                  .filter(unit -> unit.phase() == UnitPhase.MISSING)
                  .forEach(unit -> release(unit, allocator));
            }
          }),
  /** What a host says of an older order counts as its answer to the release. */
  RELEASE_WITHOUT_FENCE(
      Set.of(Promise.ONE_TENANT_AT_A_TIME),
      () ->
          new Sabotage() {
            @Override
            public HostReport changed(HostReport report, AllocatorProcess allocator) {
              return new HostReport(
                  report.host(),
                  report.agent(),
                  report.bootId(),
                  report.sequence(),
                  report.appliedRevision(),
                  report.scanComplete(),
                  report.digest(),
                  report.inventory(),
                  report.facts(),
                  report.units().stream().map(unit -> released(unit, allocator)).toList(),
                  report.parents(),
                  report.wipes(),
                  report.foreign(),
                  report.unordered());
            }
          }),
  /** Nothing keeps two claims from taking the same unit at once. */
  GRANT_WITHOUT_COMPARING(
      Set.of(Promise.ONE_TENANT_AT_A_TIME),
      () ->
          new Sabotage() {
            private final ThreadLocal<Boolean> claiming = ThreadLocal.withInitial(() -> false);

            @Override
            public Outcome<Claim> claim(AllocatorProcess allocator, ClaimRequest request) {
              claiming.set(true);
              try {
                return Sabotage.super.claim(allocator, request);
              } finally {
                claiming.remove();
              }
            }

            @Override
            public String rewrite(String sql) {
              return claiming.get()
                  ? sql.replace(" FOR UPDATE SKIP LOCKED", "")
                      .replace(" FOR UPDATE", "")
                      .replace(
                          "AND state = ? AND generation = ?",
                          "AND state IN (?, 'PREPARING') AND generation <= ? + 1000000")
                  : sql;
            }
          }),
  /** The next tenant's time begins a second after the last one's end. */
  LEDGER_GAP(
      Set.of(Promise.EVERY_SECOND_COUNTED),
      () ->
          new Sabotage() {
            @Override
            public String rewrite(String sql) {
              return sql.startsWith("UPDATE usage_current")
                  ? sql.replace(
                      "started_at = ?",
                      "started_at = DATEADD(SECOND, 1, CAST(? AS TIMESTAMP WITH TIME ZONE))")
                  : sql;
            }
          }),
  /** Who is promised something has it taken away from the others at once. */
  HOLD_THAT_PINS(
      Set.of(Promise.PROMISES_PIN_NOTHING),
      () ->
          new Sabotage() {
            @Override
            public Outcome<Hold> hold(AllocatorProcess allocator, HoldRequest request) {
              return Sabotage.super.hold(allocator, request).then(hold -> pinned(allocator, hold));
            }
          }),
  /** Both sides of a move are charged in full. */
  DOUBLE_CHARGE_ON_MOVE(
      Set.of(Promise.NEVER_OVER_QUOTA),
      () ->
          new Sabotage() {
            @Override
            public Outcome<ClaimPicture> move(
                AllocatorProcess allocator, ClaimId from, MoveRequest request) {
              return Sabotage.super
                  .move(allocator, from, request)
                  .map(moved -> chargedAgain(allocator, moved));
            }
          }),
  /** A restored database is used as if nothing had happened since its backup. */
  STALE_GRANT_AFTER_RESTORE(
      Set.of(Promise.ONE_TENANT_AT_A_TIME, Promise.NEVER_DIRTY),
      () ->
          new Sabotage() {
            @Override
            public void restored(AllocatorProcess allocator) {
              allocator
                  .sql()
                  .sql("UPDATE host SET last_seen = ?")
                  .param(allocator.clock().instant().atOffset(ZoneOffset.UTC))
                  .update();
            }
          }),
  /** What a fenced host lost is taken for found again by whatever it reports next. */
  FENCE_WITHOUT_A_BOOT(
      Set.of(Promise.ONE_TENANT_AT_A_TIME),
      () ->
          new Sabotage() {
            @Override
            public void afterReport(HostReport report, AllocatorProcess allocator) {
              allocator
                  .sql()
                  .sql("UPDATE unit SET abandoned = FALSE, abandoned_boot = NULL WHERE abandoned")
                  .update();
            }
          }),
  /** A parent forgets whom it serves, so that it is never turned over for the next project. */
  PARENT_OF_TWO_PROJECTS(
      Set.of(Promise.ONE_PROJECT_A_PARENT),
      () ->
          new Sabotage() {
            @Override
            public void afterReport(HostReport report, AllocatorProcess allocator) {
              allocator
                  .sql()
                  .sql("UPDATE unit SET tenant_project = NULL WHERE tenant_project IS NOT NULL")
                  .update();
            }
          }),
  /** A vendor's driver that makes a slice anew, and leaves in its memory what was there. */
  MAKING_THAT_CLEARS_NOTHING(
      Set.of(Promise.NEVER_DIRTY),
      () ->
          new Sabotage() {
            @Override
            public boolean makingClears() {
              return false;
            }
          }),
  /** A slice that is gone still weighs a little, beside a card that weighs all of itself. */
  SLICE_THAT_LEAVES_WEIGHT(
      Set.of(Promise.EVERY_SECOND_COUNTED),
      () ->
          new Sabotage() {
            @Override
            public String rewrite(String sql) {
              return sql.startsWith("UPDATE usage_current")
                  ? sql.replace("weight = ?", "weight = GREATEST(CAST(? AS INTEGER), 1)")
                  : sql;
            }
          }),
  /** A wipe that says that it cleared the memory, and did not. */
  SCRUB_THAT_CLEARS_NOTHING(
      Set.of(Promise.NEVER_DIRTY),
      () ->
          new Sabotage() {
            @Override
            public boolean scrubClears() {
              return false;
            }
          });

  private final Set<Promise> broken;
  private final Supplier<Sabotage> sabotage;

  PlantedBug(Set<Promise> broken, Supplier<Sabotage> sabotage) {
    this.broken = broken;
    this.sabotage = sabotage;
  }

  /** Whether a promise is broken by it, and not by something else in the same world. */
  boolean breaks(Promise promise) {
    return broken.contains(promise);
  }

  /** What it does to one world. */
  Sabotage sabotage() {
    return sabotage.get();
  }

  private static boolean isFull(AllocatorProcess allocator, ClaimRequest request) {
    return allocator.quotas().show(request.project()).orElseThrow().stream()
        .flatMap(line -> line.limits().stream())
        .filter(Quota::isFinite)
        .anyMatch(quota -> quota.used() + request.count() > quota.limit().orElseThrow().value());
  }

  private static Outcome<Hold> pinned(AllocatorProcess allocator, Hold hold) {
    HoldRequest asked = hold.request();
    ClaimRequest pin =
        new ClaimRequest(
            new ClaimId(asked.id().value()),
            asked.project(),
            asked.parts(),
            asked.where(),
            asked.consumer(),
            Optional.empty());
    return allocator.claims().claim(pin, World.OPERATOR).map(claim -> hold);
  }

  private static ClaimPicture chargedAgain(AllocatorProcess allocator, ClaimPicture moved) {
    allocator
        .sql()
        .sql(
            "UPDATE quota SET used_count = used_count + ? WHERE project_id = ?"
                + " AND limit_count IS NOT NULL")
        .params(moved.claim().count(), moved.claim().project().value())
        .update();
    return moved;
  }

  private static UnitReport released(UnitReport unit, AllocatorProcess allocator) {
    Optional<Unit> known = allocator.desk().read(() -> allocator.desk().units().find(unit.unit()));
    boolean awaited = known.filter(k -> k.state() == UnitState.RELEASING).isPresent();
    return awaited && unit.holders().isEmpty()
        ? new UnitReport(
            unit.unit(),
            known.get().fence(),
            UnitPhase.RELEASED,
            unit.bound(),
            unit.guarded(),
            unit.holders(),
            unit.holdersKnown(),
            unit.problem())
        : unit;
  }

  private static void release(UnitReport unit, AllocatorProcess allocator) {
    allocator
        .desk()
        .read(() -> allocator.desk().units().find(unit.unit()))
        .flatMap(Unit::claim)
        .ifPresent(claim -> allocator.claims().release(claim, new Origin("bug", "planted", "")));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Where a bug can sit between the product's parts; each does nothing unless it is changed. */
  interface Sabotage {

    /** No bug at all. */
    Sabotage NONE = new Sabotage() {};

    /** How the product reads counters that it has locked, and as if each limit were far higher. */
    String COUNTERS = "SELECT * FROM quota WHERE project_id IN";

    String LAX_COUNTERS =
        "SELECT project_id, resource_key, limit_count + 1000 AS limit_count, unlimited, used_count"
            + " FROM quota WHERE project_id IN";

    default Outcome<Claim> claim(AllocatorProcess allocator, ClaimRequest request) {
      return allocator.claims().claim(request, World.OPERATOR);
    }

    default Outcome<Hold> hold(AllocatorProcess allocator, HoldRequest request) {
      return allocator.holds().hold(request, World.OPERATOR);
    }

    default Outcome<ClaimPicture> move(
        AllocatorProcess allocator, ClaimId from, MoveRequest request) {
      return allocator.claims().move(from, request, project -> true, World.OPERATOR);
    }

    default String rewrite(String sql) {
      return sql;
    }

    default HostReport changed(HostReport report, AllocatorProcess allocator) {
      return report;
    }

    default void afterReport(HostReport report, AllocatorProcess allocator) {}

    default void restored(AllocatorProcess allocator) {
      new RestoreDesk(allocator.desk()).mark(0, World.OPERATOR).orElseThrow();
    }

    default boolean scrubClears() {
      return true;
    }

    default boolean makingClears() {
      return true;
    }
  }
}
