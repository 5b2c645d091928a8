package ostler.allocator.http;

import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Refusal;

/** Carries a refusal out of a call, to where it becomes a problem document. */
public final class RefusedCall extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Refusal refusal;

  RefusedCall(Refusal refusal) {
    super(refusal.message(), null, false, false);
    this.refusal = refusal;
  }

  /** The value of what was done; what was refused ends the call. */
  public static <T> T unlessDone(Outcome<T> outcome) {
    if (outcome instanceof Outcome.Done<T> done) {
      return done.value();
    }
    throw new RefusedCall(((Outcome.Refused<T>) outcome).refusal());
  }

  Refusal refusal() {
    return refusal;
  }
}
