package ostler.allocator.engine;

import java.util.Optional;
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
        .or(() -> ofHost(host))
        .or(() -> ofLevel(unit, demanded));
  }

  private static Reason ofState(Unit unit) {
    String name = Lifecycle.named(unit);
    Optional<Reason> quarantine = Guard.UNQUARANTINED.against(unit);
    if (quarantine.isPresent() && !unit.state().isClaimed()) {
      return new Reason(Code.QUARANTINED, name + ' ' + quarantine.get().message());
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

  private static Optional<Reason> ofHost(HostStanding host) {
    if (host.cordoned()) {
      return Optional.of(
          new Reason(Code.HOST_CORDONED, "host " + host.host() + " is cordoned; uncordon it"));
    }
    if (host.silent()) {
      return Optional.of(
          new Reason(
              Code.HOST_SILENT,
              "host " + host.host() + " is silent; look at its agent and network"));
    }
    return Optional.empty();
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
