package ostler.simulation;

/** What a strand of a process that is killed throws: nothing of the product may catch it. */
final class Killed extends Error {

  private static final long serialVersionUID = 1L;

  Killed(String who) {
    super(who + " was killed", null, false, false);
  }
}
