package ostler.vfio;

import ostler.root.Code;
import ostler.root.Deadline;
import ostler.root.GuardCall;
import ostler.root.Layout;
import ostler.root.Refusal;

/** Asks the guard to look again at a unit that it is to guard. */
final class GuardClient {

  private final GuardCall call;

  GuardClient(Layout layout, Deadline deadline) {
    this.call = new GuardCall(layout, deadline);
  }

  /**
   * Has the guard take the group or let go of it, by what stands in the unit's file.
   *
   * @throws Refusal GUARD_ABSENT
   */
  GuardCall.Answer sync(Members members) throws Refusal {
    return call.sync(out -> out.texts("members", members.addresses()));
  }

  /**
   * Makes sure that there is a guard, before anything is changed.
   *
   * @throws Refusal GUARD_ABSENT
   */
  void requirePresent(Members members) throws Refusal {
    sync(members);
  }

  /**
   * Has the guard take the group.
   *
   * @throws Refusal GUARD_ABSENT, or why it does not take it
   */
  void take(Members members) throws Refusal {
    GuardCall.Answer answer = sync(members);
    if (answer.problem().isPresent()) {
      throw answer.problem().get();
    }
    if (!answer.guarded()) {
      throw GuardCall.notTaken(members);
    }
  }

  /**
   * Has the guard do what the unit's file says now, if there is a guard: one that comes later does
   * it by itself.
   */
  void tell(Members members) throws Refusal {
    try {
      sync(members);
    } catch (Refusal e) {
      if (e.code() != Code.GUARD_ABSENT) {
        throw e;
      }
    }
  }
}
