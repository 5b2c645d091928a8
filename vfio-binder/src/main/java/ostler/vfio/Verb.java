package ostler.vfio;

import java.util.Locale;
import java.util.Optional;
import ostler.root.Word;

/** What this program can be asked to do. This list is its attack surface. */
enum Verb {
  /** Says who has the group open. */
  HOLDERS,
  /** Takes the group from its drivers to vfio-pci. */
  BIND,
  /** Gives the group back to the drivers that it had before. */
  RELEASE,
  /** Takes into the books a group that one claim's consumer has already. */
  ADOPT,
  /** Lets one claim's consumer have the group. */
  PERMIT,
  /** Takes that back, once nobody has it open. */
  FORBID,
  /** Resets the group by one named method. */
  RESET,
  /** Clears the group's memory and proves it. */
  SCRUB,
  /** Says all that this program knows. */
  STATE;

  private static final Verb[] ALL = values();

  private final String word = name().toLowerCase(Locale.ROOT);

  /**
   * What a fence covers beside the verb that came with it: one order of the allocator may need
   * several verbs, and repeats them after a crash, but a late verb of another kind must not pass
   * under the same fence.
   */
  enum Kind {
    PREPARE,
    HAND_OUT,
    TAKE_BACK,
    GIVE_UP
  }

  static Optional<Verb> of(Word word) {
    for (Verb verb : ALL) {
      if (verb.word.equals(word.text())) {
        return Optional.of(verb);
      }
    }
    return Optional.empty();
  }

  /** Whether it changes anything, and so needs a fence or an operator's reason. */
  boolean isOrder() {
    return this != HOLDERS && this != STATE;
  }

  /** Whether it hands the group to a claim's consumer. */
  boolean isForTenant() {
    return kind() == Kind.HAND_OUT;
  }

  /** The kind of an order. */
  Kind kind() {
    return switch (this) {
      case PERMIT, ADOPT -> Kind.HAND_OUT;
      case FORBID -> Kind.TAKE_BACK;
      case RELEASE -> Kind.GIVE_UP;
      case HOLDERS, STATE, BIND, RESET, SCRUB -> Kind.PREPARE;
    };
  }

  /** As it is written in requests and answers. */
  @Override
  public String toString() {
    return word;
  }
}
