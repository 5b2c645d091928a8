package ostler.mdev;

import java.util.Optional;
import ostler.root.Reason;

/**
 * A device's virtual functions as they were last ordered.
 *
 * @param asked how many there should be, 0 or more
 * @param have how many there were when that was done; the kernel may make fewer and say nothing
 * @param changing whether the change is not done, or was interrupted
 * @param byHand why an operator set it, where one did
 */
record Functions(int asked, int have, boolean changing, Optional<Reason> byHand) {

  /** As many as there are now, whatever became of the change. */
  Functions have(int now) {
    return new Functions(asked, now, changing, byHand);
  }

  /** After the change. */
  Functions done(int now) {
    return new Functions(asked, now, false, byHand);
  }
}
