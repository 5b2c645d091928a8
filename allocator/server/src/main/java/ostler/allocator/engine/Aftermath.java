package ostler.allocator.engine;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import ostler.inventory.Fence;
import ostler.inventory.HostReport;
import ostler.inventory.UnitId;
import ostler.inventory.UnitPhase;
import ostler.inventory.UnitReport;

/**
 * What a host's first report after a restore means for one of its units. The database knows what
 * was when its backup was made; the host knows what was ordered since, by fences that the database
 * never gave. What they agree on goes on; where the host is ahead, nothing is believed but what
 * somebody may still hold.
 *
 * @param cue what happens to the unit, if anything does
 * @param alarm what an operator has to look at, if anything
 * @param keptOut whether the unit is to be in quarantine until then
 */
public record Aftermath(Optional<ReportReading.Cue> cue, Optional<Reason> alarm, boolean keptOut) {

  /** A host that claims to have seen epochs further ahead than this is not believed. */
  private static final long MAX_EPOCHS_AHEAD = 1_000;

  private static final Aftermath NOTHING = new Aftermath(Optional.empty(), Optional.empty(), false);

  /**
   * How far a mark after a restore moves the revision of a host's orders ahead: further than orders
   * are given between a backup and its restore.
   */
  public static final long REVISIONS_AHEAD = 1L << 32;

  /**
   * Whether a host has not taken up any orders since the database was restored. What it reports may
   * not show yet what it was ordered after the backup and is about to do.
   */
  public static boolean isYetToCome(Host host, HostReport report) {
    return report.appliedRevision() < host.revision() - REVISIONS_AHEAD / 2;
  }

  /** The judgement of a unit that the database knows. */
  public static Aftermath of(Unit unit, Optional<UnitReport> told) {
    boolean agreed = told.filter(report -> report.fence().equals(unit.fence())).isPresent();
    Optional<UnitReport> ahead = told.filter(report -> isAhead(unit, report));
    if (ahead.isEmpty()) {
      return unit.state() == UnitState.CLEAN && !agreed ? voided() : NOTHING;
    }
    // Whoever was given slices of it after the backup may hold them still.
    boolean slicedSince =
        ahead.get().phase() == UnitPhase.SLICED && unit.state() != UnitState.SLICED;
    return slicedSince || mayBeHeld(ahead.get())
        ? unexplained(unit, ahead.get())
        : overtaken(unit, ahead.get());
  }

  /** Whether the host was given orders for the unit of which the database knows nothing. */
  public static boolean isAhead(Unit unit, UnitReport told) {
    return unit.fence().isOlderThan(told.fence());
  }

  /**
   * Which parents are to be emptied and wiped as a whole before anybody gets more of them, since it
   * is not known whom they served after the backup: those that were ordered anything themselves;
   * and of those that serve one project at a time each whose slices were, and each on a host with
   * units that the database does not know, which may be slices of it.
   *
   * @param units of the host, as they are after they were judged each by itself
   * @param ahead those of which the host knew more
   * @param unknown whether the host has units that are not among them
   */
  public static List<Unit> toBeEmptied(List<Unit> units, Set<UnitId> ahead, boolean unknown) {
    Set<UnitId> parents =
        units.stream()
            .filter(unit -> ahead.contains(unit.id()))
            .flatMap(unit -> unit.slice().stream())
            .map(Slice::parent)
            .collect(Collectors.toSet());
    return units.stream()
        .filter(unit -> unit.state() == UnitState.SLICED && !unit.cut().emptying())
        .filter(
            unit ->
                ahead.contains(unit.id())
                    || (!unit.cut().shared() && (unknown || parents.contains(unit.id()))))
        .toList();
  }

  /** What to say of a unit that the host has and the database does not know. */
  public static Reason unknown(UnitReport told) {
    return new Reason(
        Code.UNEXPLAINED,
        "its host has it under fence "
            + told.fence()
            + " as "
            + told.phase()
            + ", and the database, which was restored, does not know it; admit its devices again");
  }

  /**
   * The epoch that wins over all that a host has seen, where that is more than its row has given
   * out; empty where the row is the newer of the two.
   */
  public static Optional<Long> winningEpoch(Host host, HostReport report) {
    Fence given = new Fence(host.epoch(), host.fenceCounter());
    Fence seen =
        report.units().stream()
            .map(UnitReport::fence)
            .filter(fence -> fence.epoch() - host.epoch() <= MAX_EPOCHS_AHEAD)
            .max(Fence::compareTo)
            .orElse(given);
    if (given.isOlderThan(seen)) {
      return Optional.of(seen.epoch() + 1);
    }
    return report.appliedRevision() > host.revision()
        ? Optional.of(host.epoch() + 1)
        : Optional.empty();
  }

  private static Aftermath voided() {
    return new Aftermath(Optional.of(forgotten(UnitEvent.VOID)), Optional.empty(), false);
  }

  private static Aftermath unexplained(Unit unit, UnitReport told) {
    Reason alarm =
        new Reason(
            Code.UNEXPLAINED,
            "its host has it under fence "
                + told.fence()
                + " as "
                + told.phase()
                + ", which the database, restored to fence "
                + unit.fence()
                + ", knows nothing of: somebody may hold it by a claim made after the backup");
    // The order is given again so that the host says whom it keeps the unit for.
    return switch (unit.state()) {
      case UNMANAGED -> new Aftermath(Optional.empty(), Optional.of(alarm), false);
      case CLEANING, CLEAN ->
          new Aftermath(Optional.of(forgotten(UnitEvent.VOID)), Optional.of(alarm), true);
      case DIRTY, SLICED, PREPARING, READY, IN_USE, RELEASING ->
          new Aftermath(Optional.of(forgotten(UnitEvent.REORDER)), Optional.of(alarm), true);
    };
  }

  /** Nobody holds it; its order is given again, so that the host takes it. */
  private static Aftermath overtaken(Unit unit, UnitReport told) {
    return switch (unit.state()) {
      case UNMANAGED -> new Aftermath(Optional.empty(), Optional.of(unknown(told)), false);
      case CLEANING, CLEAN -> voided();
      case DIRTY, SLICED, RELEASING ->
          new Aftermath(Optional.of(forgotten(UnitEvent.REORDER)), Optional.empty(), false);
      case PREPARING, READY, IN_USE ->
          new Aftermath(
              Optional.of(forgotten(UnitEvent.REORDER)),
              Optional.of(
                  new Reason(
                      Code.UNEXPLAINED,
                      "its host took it back after the backup, and claim "
                          + unit.claim().orElseThrow()
                          + " still has it; release the claim if it was")),
              false);
    };
  }

  private static ReportReading.Cue forgotten(UnitEvent event) {
    return ReportReading.Cue.of(
        event, Code.RESTORED, "the database was restored, and its host had seen newer orders");
  }

  private static boolean mayBeHeld(UnitReport told) {
    return told.phase() == UnitPhase.READY
        || told.phase() == UnitPhase.IN_USE
        || told.phase() == UnitPhase.RELEASING
        || !told.holders().isEmpty()
        || !told.holdersKnown();
  }
}
