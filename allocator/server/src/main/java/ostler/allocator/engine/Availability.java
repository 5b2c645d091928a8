package ostler.allocator.engine;

import java.util.Optional;
import ostler.inventory.HostName;
import ostler.inventory.WipeLevel;

/** Whether a unit may be claimed now, computed from all that is known of it and of its host. */
public final class Availability {

  private Availability() {}

  /**
   * Why a claim that demands a level may not have the unit, empty where it may.
   *
   * @param demanded the level that the asker's alias demands
   */
  public static Optional<Reason> objection(Unit unit, HostStanding host, WipeLevel demanded) {
    if (unit.state() != UnitState.CLEAN) {
      return Optional.of(ofState(unit));
    }
    return Lifecycle.objection(unit, UnitEvent.CLAIM)
        .or(() -> objection(host))
        .or(() -> ofLevel(unit, demanded));
  }

  /** Why nobody may have the unit, whatever is demanded and however its host stands. */
  public static Optional<Reason> objection(Unit unit) {
    return unit.state() == UnitState.CLEAN
        ? Lifecycle.objection(unit, UnitEvent.CLAIM)
        : Optional.of(ofState(unit));
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
      case PREPARING, READY, IN_USE, RELEASING ->
          new Reason(
              Code.CLAIMED,
              name + " belongs to claim " + unit.claim().orElseThrow() + "; release that first");
      case CLEAN -> throw new IllegalArgumentException("a clean unit is judged by its facts");
    };
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
