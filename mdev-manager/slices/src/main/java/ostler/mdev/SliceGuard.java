package ostler.mdev;

import java.time.Duration;
import java.util.Optional;
import ostler.root.Code;
import ostler.root.Deadline;
import ostler.root.GuardCall;
import ostler.root.Outside;
import ostler.root.Refusal;

/** Asks the guard, which goes by the list of slices, to look again at one of them. */
final class SliceGuard {

  /** How long the group's node may take to appear behind a slice that is there. */
  private static final Duration APPEARANCE = Duration.ofSeconds(5);

  private static final Duration PAUSE = Duration.ofMillis(50);

  private final Outside outside;
  private final Deadline deadline;
  private final GuardCall call;

  SliceGuard(Outside outside, Deadline deadline) {
    this.outside = outside;
    this.deadline = deadline;
    this.call = new GuardCall(outside.layout(), deadline);
  }

  /**
   * Has the guard take the slice's group or let go of it, by what stands on the list.
   *
   * @throws Refusal GUARD_ABSENT
   */
  GuardCall.Answer sync(SliceId id) throws Refusal {
    return call.sync(out -> out.text("slice", id));
  }

  /**
   * Makes sure that there is a guard, before a slice is made that it has to hold.
   *
   * @throws Refusal GUARD_ABSENT
   */
  void requirePresent(Slice slice) throws Refusal {
    if (slice.wish().kind().isGuarded()) {
      sync(slice.id());
    }
  }

  /**
   * Has the guard take a slice that nobody may have.
   *
   * @return whether it holds the slice; not so where somebody may have it, or it has no group
   * @throws Refusal HELD, NOT_BOUND, GUARD_ABSENT and others: why it does not take it
   */
  boolean take(Slice slice) throws Refusal {
    if (!slice.isToBeGuarded()) {
      tell(slice);
      return false;
    }
    GuardCall.Answer answer = sync(slice.id());
    long looks = deadline.paced(APPEARANCE).dividedBy(PAUSE);
    for (long look = 0; look < looks && mayComeLater(answer); look++) {
      outside.pause().last(PAUSE);
      answer = sync(slice.id());
    }
    if (!answer.guarded()) {
      throw why(slice.id(), answer);
    }
    return true;
  }

  /**
   * Has the guard do what the list says now, if there is a guard: one that comes later does it by
   * itself.
   *
   * @return whether it holds the slice
   */
  boolean tell(Slice slice) throws Refusal {
    try {
      return slice.wish().kind().isGuarded() && sync(slice.id()).guarded();
    } catch (Refusal e) {
      if (e.code() != Code.GUARD_ABSENT) {
        throw e;
      }
      return false;
    }
  }

  /** Why the guard did not take what it should hold. */
  static Refusal why(SliceId id, GuardCall.Answer answer) {
    return answer.problem().orElseGet(() -> GuardCall.notTaken("slice " + id));
  }

  private static boolean mayComeLater(GuardCall.Answer answer) {
    Optional<Code> problem = answer.problem().map(Refusal::code);
    return !answer.guarded() && problem.equals(Optional.of(Code.NOT_BOUND));
  }
}
