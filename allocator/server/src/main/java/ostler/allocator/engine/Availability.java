package ostler.allocator.engine;

import java.util.Optional;
import java.util.stream.Stream;
import ostler.inventory.HostName;
import ostler.inventory.ProjectId;
import ostler.inventory.WipeLevel;

/** Whether a unit may be claimed now, computed from all that is known of it and of its host. */
public final class Availability {

  private Availability() {}

  /**
   * Why a claim that demands a level may not have the unit, empty where it may.
   *
   * @param parent of a slice; absent for a whole unit
   * @param demanded the level that the asker's alias demands
   */
  public static Optional<Reason> objection(
      Unit unit, Optional<Unit> parent, HostStanding host, WipeLevel demanded) {
    if (unit.state() != UnitState.CLEAN) {
      return Optional.of(ofState(unit));
    }
    return objection(unit, parent).or(() -> objection(host)).or(() -> ofLevel(unit, demanded));
  }

  /**
   * Why nobody may have the unit, whatever is demanded and however its host stands.
   *
   * @param parent of a slice; absent for a whole unit
   */
  public static Optional<Reason> objection(Unit unit, Optional<Unit> parent) {
    if (unit.state() != UnitState.CLEAN) {
      return Optional.of(ofState(unit));
    }
    return Lifecycle.objection(unit, UnitEvent.CLAIM)
        .or(() -> unit.slice().flatMap(slice -> ofParent(unit, parent.orElseThrow())));
  }

  /**
   * Why a claim of a project may not have a slice whatever the slice itself is, empty if it may.
   */
  public static Optional<Reason> objection(Unit slice, Unit parent, ProjectId project) {
    return parent.cut().mayServe(project)
        ? Optional.empty()
        : Optional.of(
            new Reason(
                Code.PARENT_TAKEN,
                Lifecycle.named(slice)
                    + " is cut from "
                    + Lifecycle.named(parent)
                    + ", which serves another project until its last slice is given back; wait"
                    + " for that, or declare the layout shared"));
  }

  /** What a parent is not fit for, none of its slices is. */
  private static Optional<Reason> ofParent(Unit slice, Unit parent) {
    String names = Lifecycle.named(slice) + " is cut from " + Lifecycle.named(parent);
    if (parent.state() != UnitState.SLICED) {
      return Optional.of(
          new Reason(
              Code.PARENT_NOT_SLICED, names + ", which is " + parent.state() + "; wait for it"));
    }
    if (parent.cut().emptying()) {
      return Optional.of(
          new Reason(
              Code.PARENT_NOT_SLICED,
              names + ", whose slices are being taken away; wait until it is cut again"));
    }
    return Stream.of(Guard.PRESENT, Guard.ENABLED, Guard.UNQUARANTINED, Guard.HEALTHY)
        .flatMap(guard -> guard.against(parent).stream())
        .map(reason -> new Reason(reason.code(), names + ", which " + reason.message()))
        .findFirst();
  }

  private static Reason ofState(Unit unit) {
    String name = Lifecycle.named(unit);
    Optional<Reason> quarantine = Guard.UNQUARANTINED.against(unit);
    if (quarantine.isPresent() && !unit.state().isClaimed()) {
      return new Reason(Code.QUARANTINED, name + ' ' + quarantine.get().message());
    }
    Optional<Reason> leaving = Guard.STAYING.against(unit);
    if (leaving.isPresent()) {
      return new Reason(Code.LEAVING, name + ' ' + leaving.get().message());
    }
    String because =
        unit.cause().map(cause -> " (" + cause.code() + ": " + cause.message() + ")").orElse("");
    return switch (unit.state()) {
      case UNMANAGED -> new Reason(Code.UNMANAGED, name + " is not managed; admit its devices");
      case DIRTY ->
          new Reason(Code.DIRTY, name + " is dirty" + because + "; it must be cleaned first");
      case CLEANING -> new Reason(Code.CLEANING, name + " is being cleaned; wait for its record");
      case SLICED -> new Reason(Code.SLICED, name + " is cut into slices; ask for one of those");
      case PREPARING, READY, IN_USE, RELEASING ->
          new Reason(
              Code.CLAIMED,
              name + " belongs to claim " + unit.claim().orElseThrow() + "; release that first");
      case CLEAN -> throw new IllegalArgumentException("a clean unit is judged by its facts");
    };
  }

  /**
   * Whether who knows the host's devices and its machines, and nothing of their state, takes the
   * unit for free. What is retired was withdrawn from everybody's reach, and what is cut is reached
   * by its slices; a claim that is being released belongs to a machine that is gone.
   */
  public static boolean seemsFree(Unit unit) {
    boolean taken =
        switch (unit.state()) {
          case UNMANAGED, SLICED, PREPARING, READY, IN_USE -> true;
          case DIRTY, CLEANING, CLEAN, RELEASING -> false;
        };
    // What was taken from a claim without proof counts as missing, but its devices are there.
    boolean there =
        unit.standing().presence() != Presence.MISSING || unit.standing().abandoned().isPresent();
    return !taken && there && unit.standing().admin() != AdminState.RETIRED;
  }

  /** Why a host gives nothing out, empty where it may. */
  public static Optional<Reason> objection(HostStanding host) {
    if (host.closed().isPresent()) {
      return host.closed().map(code -> new Reason(code, "host " + host.host() + closedBy(code)));
    }
    if (host.silent()) {
      return Optional.of(silent(host.host()));
    }
    return Optional.empty();
  }

  private static String closedBy(Code code) {
    return switch (code) {
      case HOST_REMOVED -> " was removed; enroll it again";
      case HOST_FENCED -> " is fenced; restart it, and let its agent report";
      case HOST_DRAINING -> " is being drained; undrain it";
      default -> " is cordoned; uncordon it";
    };
  }

  /** Why a host that is not heard gives nothing out. */
  public static Reason silent(HostName host) {
    return new Reason(
        Code.HOST_SILENT, "host " + host + " is silent; look at its agent and network");
  }

  private static Optional<Reason> ofLevel(Unit unit, WipeLevel demanded) {
    WipeLevel reached = unit.cleaning().certificate().orElseThrow().level();
    if (reached.satisfies(demanded)) {
      return Optional.empty();
    }
    if (reached == WipeLevel.VENDOR) {
      return Optional.of(
          new Reason(
              Code.LEVEL_TOO_LOW,
              Lifecycle.named(unit)
                  + " was destroyed and made anew, which only its vendor says clears it (level"
                  + " VENDOR), and the asker demands "
                  + demanded
                  + "; an alias accepts it by its level VENDOR"));
    }
    return Optional.of(
        new Reason(
            Code.LEVEL_TOO_LOW,
            Lifecycle.named(unit)
                + " was cleaned to "
                + reached
                + " and the asker demands "
                + demanded
                + "; clean it to that level"));
  }
}
