package ostler.root;

import java.util.Arrays;
import java.util.Optional;

/** Whether the kernel may let an idle device sleep, as {@code power/control} has it. */
public enum PowerPolicy {
  /** Stays awake. */
  ON("on"),
  /** Sleeps when its driver lets it. */
  AUTO("auto");

  private final String word;

  PowerPolicy(String word) {
    this.word = word;
  }

  public static Optional<PowerPolicy> of(Word word) {
    return Arrays.stream(values()).filter(policy -> policy.word.equals(word.text())).findFirst();
  }

  @Override
  public String toString() {
    return word;
  }
}
