package ostler.allocator.engine;

import java.time.Instant;
import java.util.Objects;

/**
 * Why a unit is kept from everybody until an operator returns it.
 *
 * @param by who put it there: a person's token, or the allocator
 */
public record Quarantine(Code code, String reason, String by, Instant at) {
  public Quarantine {
    Objects.requireNonNull(code);
    Objects.requireNonNull(reason);
    Objects.requireNonNull(by);
    Objects.requireNonNull(at);
  }
}
