package ostler.allocator.engine;

import java.util.Optional;
import ostler.accounting.ledger.LedgerState;
import ostler.accounting.ledger.Subject;
import ostler.flavor.UnitModel;
import ostler.inventory.HostName;

/** What a unit's time goes to, as the ledger has it. */
public final class UnitTime {

  private UnitTime() {}

  /**
   * Where the unit is in its life, unless a fact beside it decides who bears the time. A tenant
   * keeps a unit whatever an operator plans with it, and has none of one that is not there.
   */
  public static LedgerState goesTo(Unit unit) {
    Standing standing = unit.standing();
    if (unit.state() == UnitState.UNMANAGED) {
      return LedgerState.UNMANAGED;
    }
    return switch (standing.presence()) {
      case MISSING -> LedgerState.MISSING;
      case WEDGED -> LedgerState.WEDGED;
      case PRESENT ->
          switch (unit.state()) {
            case UNMANAGED, CLEANING, SLICED, PREPARING, READY, IN_USE, RELEASING ->
                LedgerState.valueOf(unit.state().name());
            case DIRTY, CLEAN -> aside(standing).orElse(LedgerState.valueOf(unit.state().name()));
          };
    };
  }

  private static Optional<LedgerState> aside(Standing standing) {
    if (standing.admin() == AdminState.RETIRED) {
      return Optional.of(LedgerState.RETIRED);
    }
    if (standing.quarantine().isPresent()) {
      return Optional.of(LedgerState.QUARANTINED);
    }
    return switch (standing.admin()) {
      case ENABLED, RETIRED -> Optional.empty();
      case CORDONED -> Optional.of(LedgerState.CORDONED);
      case DRAINING -> Optional.of(LedgerState.DRAINING);
    };
  }

  /**
   * What is counted of a unit.
   *
   * @param weight how much of a whole one it is
   * @param memoryMib where it is known
   */
  public static Subject subject(
      HostName host, UnitModel model, int weight, Optional<Long> memoryMib) {
    return new Subject(host, model.main().id(), weight, memoryMib);
  }
}
