package ostler.allocator.engine;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import ostler.inventory.BootId;
import ostler.inventory.ForeignHolder;
import ostler.inventory.HostInventory;
import ostler.inventory.HostReport;
import ostler.inventory.UnitPhase;
import ostler.inventory.UnitProblem;
import ostler.inventory.UnitReport;

/**
 * What a host's report means for one unit. A report says what is, never what should be: nothing in
 * it frees a unit but the answer to an order with the unit's newest fence.
 */
public final class ReportReading {

  /** How many tries in a row may come to nothing before a unit is quarantined. */
  public static final int MAX_WIPE_ATTEMPTS = 3;

  /** What an agent says of an order that would take a unit from whom it was permitted to. */
  private static final String SOMEBODY_ELSES = "PERMITTED";

  private ReportReading() {}

  /** What a report makes happen, and why. */
  public record Cue(UnitEvent event, Optional<Reason> cause) {
    static Cue of(UnitEvent event) {
      return new Cue(event, Optional.empty());
    }

    static Cue of(UnitEvent event, Code code, String message) {
      return new Cue(event, Optional.of(new Reason(code, message)));
    }
  }

  /** Why a report is not taken from that agent, empty where it is. */
  public static Optional<Reason> sessionObjection(Host host, HostReport report, Instant now) {
    if (host.agent().isEmpty()) {
      return Optional.empty();
    }
    Host.LiveAgent live = host.agent().get();
    if (live.instance().equals(report.agent().instance())) {
      return report.sequence() >= live.sequence()
          ? Optional.empty()
          : Optional.of(
              new Reason(
                  Code.STALE_REPORT,
                  "report "
                      + report.sequence()
                      + " came after report "
                      + live.sequence()
                      + "; send the newest"));
    }
    boolean successor = report.agent().previous().equals(Optional.of(live.instance()));
    if (successor || host.isSilent(now)) {
      return Optional.empty();
    }
    return Optional.of(
        new Reason(
            Code.AGENT_ALREADY_LIVE,
            "agent "
                + live.instance()
                + " of host "
                + host.name()
                + " was heard at "
                + live.lastSeen()
                + "; stop one of the two, or wait "
                + Host.SILENT_AFTER.toSeconds()
                + " s"));
  }

  /** Whether the host was, or may have been, restarted since what is known of it. */
  public static boolean isNewBoot(Host host, HostReport report) {
    return host.agent().filter(live -> live.bootId().equals(report.bootId())).isEmpty();
  }

  /** The unit with the facts that a report tells; its state is as before. */
  public static Unit withFacts(
      Unit unit,
      List<Device> members,
      Optional<HostInventory> shown,
      Optional<UnitReport> told,
      boolean newBoot) {
    Presence presence =
        !UnitMembership.allPresent(members)
                || told.filter(unitReport -> unitReport.phase() == UnitPhase.MISSING).isPresent()
            ? Presence.MISSING
            : told.filter(unitReport -> unitReport.phase() == UnitPhase.WEDGED).isPresent()
                ? Presence.WEDGED
                : Presence.PRESENT;
    boolean whole =
        shown
            .map(
                inventory ->
                    UnitMembership.groupWhole(members, inventory, unit.standing().groupWhole()))
            .orElse(unit.standing().groupWhole());
    Observed observed = told.map(Observed::of).orElse(newBoot ? Observed.NOTHING : unit.observed());
    return unit.with(unit.standing().with(presence).withGroupWhole(whole)).with(observed);
  }

  /** A unit as its host's boot leaves it: an abandoned one is missing until the next one. */
  public static Unit inBoot(Unit unit, BootId boot) {
    return unit.with(unit.standing().reportedIn(boot));
  }

  /** Whether what was reported of a unit changes what its host is to do with it. */
  public static boolean changesOrders(Unit before, Unit after) {
    boolean found =
        before.standing().abandoned().isPresent() && after.standing().abandoned().isEmpty();
    return found || isKeptForLastClaim(before) != isKeptForLastClaim(after);
  }

  /**
   * What follows once its host no longer keeps a unit for its last claim: what it is to do next
   * comes under a fence of its own, since under one fence a host's root does one thing and not
   * another.
   */
  public static Optional<Cue> takenBack(Unit before, Unit after) {
    return isKeptForLastClaim(before) && !isKeptForLastClaim(after)
        ? Optional.of(
            Cue.of(UnitEvent.REORDER, Code.RELEASED, "its host took it back from its last claim"))
        : Optional.empty();
  }

  /**
   * Whether its host may still keep a unit for the last claim that had it, which is over: it was
   * not asked to take it back from that, or has not done it yet. That it says so of another claim
   * does no harm, since it takes nothing from that one. What failed while the unit was given back
   * to the host's own drivers is no such thing.
   */
  public static boolean isKeptForLastClaim(Unit unit) {
    Optional<UnitPhase> phase = unit.observed().phase();
    return unit.state() == UnitState.DIRTY
        && unit.standing().abandoned().isEmpty()
        && unit.lastClaim().isPresent()
        && (isSomebodyElses(unit.observed())
            || phase.equals(Optional.of(UnitPhase.RELEASING))
            || (phase.equals(Optional.of(UnitPhase.FAILED)) && !unit.standing().leaving()));
  }

  /**
   * Whether somebody still uses a unit on its host that was taken from its claim.
   *
   * @param foreign what the host says is held without an order of ours
   */
  public static boolean isStillUsed(
      Unit unit, List<Device> members, Optional<UnitReport> told, List<ForeignHolder> foreign) {
    boolean said =
        told.filter(t -> t.phase() == UnitPhase.IN_USE || !t.holders().isEmpty()).isPresent();
    boolean seen =
        foreign.stream()
            .flatMap(holder -> holder.members().stream())
            .anyMatch(held -> members.stream().anyMatch(member -> member.address().equals(held)));
    return unit.standing().abandoned().isPresent() && (said || seen);
  }

  /** Why a wipe record, or an order to make one, no longer holds; empty where it does. */
  public static Optional<Cue> voided(Unit unit, boolean newBoot) {
    boolean clean = unit.state() == UnitState.CLEAN;
    if (!clean && unit.state() != UnitState.CLEANING) {
      return Optional.empty();
    }
    if (newBoot) {
      return Optional.of(
          Cue.of(UnitEvent.VOID, Code.REBOOTED, "the host was restarted after the wipe"));
    }
    if (unit.standing().presence() != Presence.PRESENT) {
      return Optional.of(
          Cue.of(UnitEvent.VOID, Code.VANISHED, "a device of it went missing after the wipe"));
    }
    if (!unit.standing().groupWhole()) {
      return Optional.of(
          Cue.of(UnitEvent.VOID, Code.GROUP_CHANGED, "its IOMMU group is not what it was"));
    }
    if (clean && !isSeenSince(unit)) {
      return Optional.empty();
    }
    return clean ? unkept(unit) : Optional.empty();
  }

  /**
   * Whether anybody may have got at a clean unit. Where no guard can keep others out, only that its
   * host looks and sees nobody speaks for it: not to have looked is not to have seen nobody.
   */
  private static Optional<Cue> unkept(Unit unit) {
    Observed observed = unit.observed();
    boolean guardable = unit.kind().hasGroup();
    if (!guardable && !observed.isUnheld()) {
      return Optional.of(used(observed));
    }
    if (!observed.bound()) {
      return Optional.of(
          Cue.of(UnitEvent.VOID, Code.DRIVER_CHANGED, "it left vfio after the wipe"));
    }
    return guardable && !observed.guarded()
        ? Optional.of(Cue.of(UnitEvent.VOID, Code.GUARD_LOST, "nobody guarded it after the wipe"))
        : Optional.empty();
  }

  private static Cue used(Observed observed) {
    return observed.holders().isEmpty()
        ? Cue.of(
            UnitEvent.VOID,
            Code.UNWATCHED,
            "its host could not see who used it after the wipe" + observed.holdersInWords())
        : Cue.of(
            UnitEvent.VOID,
            Code.HELD,
            "somebody used it after the wipe" + observed.holdersInWords());
  }

  /**
   * Whether what its host said last was seen after the wipe. A slice is not there before its wipe
   * has made it, so only a host that has taken up the next order says anything of it; a whole unit
   * was bound all the time, and any word that it is not counts.
   */
  private static boolean isSeenSince(Unit unit) {
    boolean made = unit.slice().filter(slice -> slice.kind().isTyped()).isPresent();
    return !made || unit.observed().fence().equals(Optional.of(unit.fence()));
  }

  /** What the host did with its newest order, after its wipe records were judged. */
  public static List<Cue> answers(Unit unit, UnitReport told) {
    if (!told.fence().equals(unit.fence())) {
      return List.of();
    }
    if (isSomebodyElses(told.problem())) {
      return unit.state() == UnitState.RELEASING ? List.of(overtaken(unit)) : List.of();
    }
    return switch (unit.state()) {
      case DIRTY ->
          unit.standing().leaving() && told.phase() == UnitPhase.GIVEN_BACK
              ? List.of(Cue.of(UnitEvent.GIVEN_BACK))
              : List.of();
      case CLEANING ->
          switch (told.phase()) {
            case FAILED -> List.of(failed(told));
            // Its record came with this report, or it is lost: then there is no proof.
            case CLEANED -> List.of(unproven());
            default -> List.of();
          };
      case PREPARING ->
          switch (told.phase()) {
            case READY -> List.of(Cue.of(UnitEvent.PREPARED));
            case IN_USE -> List.of(Cue.of(UnitEvent.PREPARED), Cue.of(UnitEvent.HELD));
            default -> List.of();
          };
      case READY -> told.phase() == UnitPhase.IN_USE ? List.of(Cue.of(UnitEvent.HELD)) : List.of();
      case IN_USE ->
          told.phase() == UnitPhase.READY ? List.of(Cue.of(UnitEvent.LET_GO)) : List.of();
      case RELEASING ->
          told.phase() == UnitPhase.RELEASED
              ? List.of(
                  Cue.of(
                      UnitEvent.RELEASED,
                      Code.RELEASED,
                      "claim " + unit.claim().orElseThrow() + " gave it back"))
              : List.of();
      case UNMANAGED, CLEAN, SLICED -> List.of();
    };
  }

  /**
   * Whether a report answers an order that is no longer the newest with something that would have
   * counted. It is ignored; it is worth a line in the audit the first time.
   */
  public static boolean isStaleAnswer(Unit before, UnitReport told) {
    boolean counts =
        switch (told.phase()) {
          case READY, IN_USE, RELEASED, GIVEN_BACK -> true;
          default -> false;
        };
    boolean saidBefore =
        before.observed().fence().equals(Optional.of(told.fence()))
            && before.observed().phase().equals(Optional.of(told.phase()));
    return counts && !saidBefore && !told.fence().equals(before.fence());
  }

  /** Whether the host keeps the unit for another claim than the one that the order is about. */
  public static boolean isSomebodyElses(Observed observed) {
    return isSomebodyElses(observed.problem());
  }

  private static boolean isSomebodyElses(Optional<UnitProblem> problem) {
    return problem.filter(told -> told.code().equals(SOMEBODY_ELSES)).isPresent();
  }

  /**
   * The host was asked to take the unit from one claim and has it for another: it can have come to
   * that one only after the first had given it back. The unit is not free by that; its host keeps
   * it, and whoever holds it, until the other claim is written down again and released.
   */
  private static Cue overtaken(Unit unit) {
    return Cue.of(
        UnitEvent.RELEASED,
        Code.RESTORED,
        "claim "
            + unit.claim().orElseThrow()
            + " gave it back before the database was restored, and its host keeps it for another");
  }

  private static Cue unproven() {
    return Cue.of(
        UnitEvent.WIPE_FAILED,
        Code.WIPE_FAILED,
        "its host says that it is clean and has no record of the wipe");
  }

  private static Cue failed(UnitReport told) {
    return Cue.of(
        UnitEvent.WIPE_FAILED,
        Code.WIPE_FAILED,
        told.problem()
            .map(problem -> problem.code() + ": " + problem.message())
            .orElse("its host could not clean it and did not say why"));
  }
}
