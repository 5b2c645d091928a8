package ostler.inventory;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.UUID;

/** Which run of an agent: drawn anew at each start of the program. */
public record AgentInstance(UUID value) implements Comparable<AgentInstance> {

  /**
   * Reads the canonical form of 36 characters.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  @JsonCreator
  public static AgentInstance parse(String text) {
    return new AgentInstance(CanonicalUuid.parse(text));
  }

  /** As {@link #parse}, but answers empty where the text has another form. */
  public static Optional<AgentInstance> tryParse(String text) {
    return CanonicalUuid.tryParse(text).map(AgentInstance::new);
  }

  @Override
  public int compareTo(AgentInstance other) {
    return value.compareTo(other.value);
  }

  @Override
  @JsonValue
  public String toString() {
    return value.toString();
  }
}
