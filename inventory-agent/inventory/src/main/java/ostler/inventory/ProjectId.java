package ostler.inventory;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;

/**
 * A node of the quota tree, to which claims are charged.
 *
 * @param value 1 to 128 letters, digits and {@code . _ : @ -}
 */
public record ProjectId(String value) implements Comparable<ProjectId> {

  @JsonCreator
  public ProjectId {
    Consumer.requireName("a project", value);
  }

  /** Answers empty where the text has another form. */
  public static Optional<ProjectId> tryParse(String text) {
    return Consumer.isName(text) ? Optional.of(new ProjectId(text)) : Optional.empty();
  }

  @Override
  public int compareTo(ProjectId other) {
    return value.compareTo(other.value);
  }

  @Override
  @JsonValue
  public String toString() {
    return value;
  }
}
