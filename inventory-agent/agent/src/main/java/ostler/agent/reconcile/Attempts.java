package ostler.agent.reconcile;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import ostler.inventory.UnitId;
import ostler.inventory.UnitProblem;

/**
 * How often the next thing for a unit has failed in a row, and when it may be tried again: after a
 * second, then after twice as long each time, up to a minute, give or take a half, so that a
 * thousand hosts with one trouble do not try at one moment.
 */
final class Attempts {

  private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
  private static final Duration MAX_DELAY = Duration.ofMinutes(1);
  private static final int MAX_DOUBLINGS = 6;

  /**
   * How long a lock may be held by a run of which nobody saw the end, before it counts as stuck.
   * Longer than root's longest verb but the scrub, of which each step has its own deadline.
   */
  private static final Duration LOCKED_GRACE = Duration.ofMinutes(10);

  private static final String LOCKED = "LOCKED";

  private final LongSupplier nanoTime;
  private final RandomGenerator random;
  private final Map<UnitId, Attempt> failed = new HashMap<>();

  private record Attempt(UnitProblem problem, long notBefore, long lockedSince) {}

  Attempts(LongSupplier nanoTime, RandomGenerator random) {
    this.nanoTime = nanoTime;
    this.random = random;
  }

  void succeeded(UnitId unit) {
    failed.remove(unit);
  }

  void failed(UnitId unit, String code, String message) {
    long now = nanoTime.getAsLong();
    Attempt before = failed.get(unit);
    int count = before == null ? 1 : before.problem().attempts() + 1;
    boolean stillLocked = before != null && before.problem().code().equals(LOCKED);
    failed.put(
        unit,
        new Attempt(
            new UnitProblem(code, message, count),
            now + delayNanos(count),
            stillLocked ? before.lockedSince() : now));
  }

  /** Whether the next thing may be tried now. */
  boolean isDue(UnitId unit) {
    Attempt attempt = failed.get(unit);
    return attempt == null || nanoTime.getAsLong() - attempt.notBefore() >= 0;
  }

  /** Whether the unit's lock has been held for longer than anything of ours takes. */
  boolean isLockedForTooLong(UnitId unit) {
    Attempt attempt = failed.get(unit);
    return attempt != null
        && attempt.problem().code().equals(LOCKED)
        && nanoTime.getAsLong() - attempt.lockedSince() > LOCKED_GRACE.toNanos();
  }

  Optional<UnitProblem> problem(UnitId unit) {
    return Optional.ofNullable(failed.get(unit)).map(Attempt::problem);
  }

  private long delayNanos(int count) {
    long whole =
        Math.min(FIRST_DELAY.toNanos() << Math.min(count - 1, MAX_DOUBLINGS), MAX_DELAY.toNanos());
    return whole / 2 + random.nextLong(whole);
  }
}
