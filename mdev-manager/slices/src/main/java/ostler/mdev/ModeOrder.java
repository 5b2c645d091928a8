package ostler.mdev;

import ostler.pci.PciAddress;
import ostler.root.OpId;
import ostler.root.Reason;

/**
 * That a card shall be cut into MIG instances, or not any more. Only an operator says so, and only
 * by hand: it changes what a card is, and some cards are reset by it.
 */
record ModeOrder(OpId op, PciAddress parent, boolean on, Reason reason) {

  private static final int WORDS = 6;
  private static final String USAGE = "mig-mode PARENT on|off --offline --reason TEXT";

  /**
   * Reads {@code mig-mode PARENT on|off --offline --reason TEXT}.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static ModeOrder of(String[] words, OpId op) {
    boolean complete =
        words.length == WORDS
            && (words[2].equals("on") || words[2].equals("off"))
            && words[3].equals("--offline")
            && words[4].equals("--reason");
    if (!complete) {
      throw new IllegalArgumentException("the MIG mode is set by " + USAGE);
    }
    return new ModeOrder(
        op, PciAddress.parse(words[1]), words[2].equals("on"), new Reason(words[5]));
  }
}
