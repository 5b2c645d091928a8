package ostler.simulation;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** What was done and seen, in one world or in many. */
final class Tally {

  private final Map<FaultKind, Long> faults = new EnumMap<>(FaultKind.class);
  private final Map<String, Long> rows = new TreeMap<>();
  private final Map<String, Long> refusals = new TreeMap<>();
  private long steps;
  private long grants;

  void fault(FaultKind kind) {
    faults.merge(kind, 1L, Long::sum);
  }

  void step() {
    steps++;
  }

  void refusal(String code) {
    refusals.merge(code, 1L, Long::sum);
  }

  void grant() {
    grants++;
  }

  void rows(Map<String, Long> more) {
    more.forEach((row, count) -> rows.merge(row, count, Long::sum));
  }

  void add(Tally other) {
    other.faults.forEach((kind, count) -> faults.merge(kind, count, Long::sum));
    other.refusals.forEach((code, count) -> refusals.merge(code, count, Long::sum));
    rows(other.rows);
    steps += other.steps;
    grants += other.grants;
  }

  Map<FaultKind, Long> faults() {
    return faults;
  }

  /** Rows of the lifecycle that were taken. */
  Map<String, Long> rows() {
    return rows;
  }

  /** Codes of refusals that callers got. */
  Map<String, Long> refusals() {
    return refusals;
  }

  long steps() {
    return steps;
  }

  long grants() {
    return grants;
  }
}
