package ostler.agent.journal;

import java.util.Objects;
import java.util.Optional;
import ostler.inventory.WipeId;

/**
 * How the last wipe of a unit ended, so that an order to wipe is carried out once.
 *
 * @param failure why it failed; empty if it ended clean
 */
public record WipeEnd(WipeId wipe, Optional<Failure> failure) {

  /** A failed step's code and sentence. */
  public record Failure(String code, String message) {
    public Failure {
      Objects.requireNonNull(code);
      Objects.requireNonNull(message);
    }
  }

  public WipeEnd {
    Objects.requireNonNull(wipe);
    Objects.requireNonNull(failure);
  }
}
