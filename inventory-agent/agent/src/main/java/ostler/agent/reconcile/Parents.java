package ostler.agent.reconcile;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import ostler.agent.privileged.Answer;
import ostler.agent.privileged.SliceProgram;
import ostler.inventory.ParentReport;
import ostler.inventory.PciFunction;
import ostler.inventory.UnitId;

/**
 * What is known of the units that are cut into slices. Asking costs a process and calls into the
 * vendor's driver, so it is done after a change and once in a while, never at each look. The
 * keeper's thread has it to itself.
 */
final class Parents {

  /** Who else makes slices on a card is seen after this at the latest. */
  private static final Duration READ_AGAIN = Duration.ofMinutes(10);

  private static final Duration READ_AGAIN_AFTER_PROBLEM = Duration.ofMinutes(1);

  /** Who uses a MIG instance nobody else can tell. */
  private static final Duration READ_AGAIN_WITH_INSTANCES = Duration.ofSeconds(30);

  private final LongSupplier nanoTime;
  private final Map<UnitId, Known> known = new LinkedHashMap<>();
  private final Map<UnitId, List<PciFunction>> reading = new LinkedHashMap<>();
  private final Set<UnitId> changed = new HashSet<>();

  /** A report, and the functions of the card as a look showed them when it was asked for. */
  private record Known(
      ParentReport report,
      Optional<SliceProgram.Standing> standing,
      List<PciFunction> functions,
      long readAt) {}

  Parents(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * Whether it is time to ask.
   *
   * @param instances whether MIG instances are cut from it
   */
  boolean isDue(UnitId unit, List<PciFunction> functions, boolean instances) {
    if (reading.containsKey(unit)) {
      return false;
    }
    Known last = known.get(unit);
    if (last == null || changed.contains(unit) || !last.functions().equals(functions)) {
      return true;
    }
    Duration pause =
        last.report().problem().isPresent()
            ? READ_AGAIN_AFTER_PROBLEM
            : instances ? READ_AGAIN_WITH_INSTANCES : READ_AGAIN;
    return nanoTime.getAsLong() - last.readAt() > pause.toNanos();
  }

  /** Somebody asks now. */
  void asks(UnitId unit, List<PciFunction> functions) {
    reading.put(unit, functions);
    changed.remove(unit);
  }

  /** This is the answer. */
  void answers(UnitId unit, Answer<SliceProgram.Standing> answer) {
    List<PciFunction> functions = reading.remove(unit);
    if (functions != null) {
      Optional<ParentReport> before = Optional.ofNullable(known.get(unit)).map(Known::report);
      ParentReport report = ParentSight.report(unit, answer, before);
      Optional<SliceProgram.Standing> standing =
          answer instanceof Answer.Done<SliceProgram.Standing> done && report.problem().isEmpty()
              ? Optional.of(done.value())
              : Optional.empty();
      known.put(unit, new Known(report, standing, functions, nanoTime.getAsLong()));
    }
  }

  /** What the last answer said; absent where it was none. */
  Optional<SliceProgram.Standing> standing(UnitId unit) {
    return Optional.ofNullable(known.get(unit)).flatMap(Known::standing);
  }

  /** Whether somebody asks now of whom nothing was known before. */
  boolean isFirstAnswerAwaited(UnitId unit) {
    return reading.containsKey(unit) && !known.containsKey(unit);
  }

  /** Whether nothing that was done since, or is being asked, can have made it untrue. */
  boolean isFresh(UnitId unit) {
    return known.containsKey(unit) && !changed.contains(unit) && !reading.containsKey(unit);
  }

  /** Something was done to it, or to one of its slices. */
  void changed(UnitId unit) {
    changed.add(unit);
  }

  /** These are cut now, and no others; of the others nothing is known any more. */
  void are(Set<UnitId> cut) {
    known.keySet().retainAll(cut);
    reading.keySet().retainAll(cut);
    changed.retainAll(cut);
  }

  List<ParentReport> reports() {
    List<ParentReport> reports = new ArrayList<>();
    known.values().forEach(one -> reports.add(one.report()));
    return reports;
  }
}
