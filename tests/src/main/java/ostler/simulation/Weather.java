package ostler.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * What may go wrong in one world, and how often. Each world has only some of the faults, so that
 * what one fault hides in one world comes to light in another.
 *
 * @param faults that this world knows
 * @param faultsPerTenThousand steps that begin with one
 * @param switching how often, of ten thousand statements, another strand goes on before one
 */
record Weather(List<FaultKind> faults, int faultsPerTenThousand, int switching) {

  private static final int MAX_FAULTS = 600;
  private static final int MIN_SWITCHING = 200;
  private static final int MAX_SWITCHING = 5000;

  Weather {
    faults = List.copyOf(faults);
  }

  static Weather of(Dice dice) {
    List<FaultKind> faults = new ArrayList<>();
    for (FaultKind kind : FaultKind.values()) {
      if (dice.chance(6000)) {
        faults.add(kind);
      }
    }
    return new Weather(
        faults,
        (int) dice.between(0, MAX_FAULTS),
        (int) dice.between(MIN_SWITCHING, MAX_SWITCHING));
  }

  boolean has(FaultKind kind) {
    return faults.contains(kind);
  }
}
