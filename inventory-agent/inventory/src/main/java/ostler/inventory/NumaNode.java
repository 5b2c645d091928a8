package ostler.inventory;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A part of a host's memory and processors that are near to each other. The kernel's -1 means that
 * it does not know where a function is; that is an absent node, never node 0.
 *
 * @param number 0 or more
 */
public record NumaNode(@JsonValue int number) implements Comparable<NumaNode> {

  private static final Pattern FORM = Pattern.compile("[0-9]{1,6}");

  @JsonCreator
  public NumaNode {
    if (number < 0) {
      throw new IllegalArgumentException("a NUMA node's number is 0 or more, not " + number);
    }
  }

  /** Answers empty where the text is not a node's number. */
  public static Optional<NumaNode> tryParse(String text) {
    return FORM.matcher(text).matches()
        ? Optional.of(new NumaNode(Integer.parseInt(text)))
        : Optional.empty();
  }

  @Override
  public int compareTo(NumaNode other) {
    return Integer.compare(number, other.number);
  }

  @Override
  public String toString() {
    return Integer.toString(number);
  }
}
