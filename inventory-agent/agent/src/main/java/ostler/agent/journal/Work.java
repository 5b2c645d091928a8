package ostler.agent.journal;

import java.util.Objects;
import java.util.UUID;
import ostler.inventory.BootId;

/**
 * A root program's run that was begun and whose end is not known yet.
 *
 * @param operation which run
 * @param verb what it does
 * @param boot in which it was begun; in a later boot it is over, whatever it did
 */
public record Work(UUID operation, String verb, BootId boot) {
  public Work {
    Objects.requireNonNull(operation);
    Objects.requireNonNull(verb);
    Objects.requireNonNull(boot);
  }
}
