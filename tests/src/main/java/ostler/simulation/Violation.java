package ostler.simulation;

import java.util.Objects;

/** A promise was broken. It ends the world that it happened in. */
final class Violation extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Promise promise;

  /**
   * @param what happened, with which unit and which claim
   */
  Violation(Promise promise, String what) {
    super(what);
    this.promise = Objects.requireNonNull(promise);
  }

  Violation(Promise promise, String what, Throwable cause) {
    super(what, cause);
    this.promise = Objects.requireNonNull(promise);
  }

  Promise promise() {
    return promise;
  }
}
