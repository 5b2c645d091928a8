package ostler.mdev;

import java.util.Locale;
import java.util.Optional;
import ostler.root.Word;

/** What this program can be asked to do. This list is its attack surface. */
enum Verb {
  /** Makes one slice. */
  CREATE,
  /** Removes one slice that nobody uses. */
  REMOVE,
  /** Sets how many virtual functions a device has. */
  FUNCTIONS,
  /** Lets one claim's consumer have a slice. */
  PERMIT,
  /** Takes that back, once nobody has it open. */
  FORBID,
  /** Makes again, after a reboot, what the books say should be there. */
  RESTORE,
  /** Has a card cut into MIG instances, or not any more: by an operator's hand alone. */
  MIG_MODE,
  /** Says what is there, and what more could be made. */
  LIST;

  private static final Verb[] ALL = values();

  private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

  static Optional<Verb> of(Word word) {
    for (Verb verb : ALL) {
      if (verb.word.equals(word.text())) {
        return Optional.of(verb);
      }
    }
    return Optional.empty();
  }

  /** Whether it changes what the books say, and so needs a fence or an operator's reason. */
  boolean isOrder() {
    return this != RESTORE && this != LIST;
  }

  /** Whether it is about one slice. */
  boolean isAboutSlice() {
    return this == CREATE || this == REMOVE || this == PERMIT || this == FORBID;
  }

  /** As it is written in requests and answers. */
  @Override
  public String toString() {
    return word;
  }
}
