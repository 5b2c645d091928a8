package ostler.vfio;

import java.io.IOException;

/** Refusals for the files in which this program keeps what it knows. */
final class OwnFile {

  private OwnFile() {}

  /** Nothing may be done on the strength of a file that cannot be read. */
  static Refusal unreadable(DurableFile file, Exception cause) {
    String why = cause instanceof IOException io ? KernelError.wordsOf(io) : cause.getMessage();
    return new Refusal(
        Code.JOURNAL_FAILED,
        "%s cannot be read: %s. Look at it; if it is beyond repair, move it away and treat the device as dirty."
            .formatted(file, why));
  }

  /** Nothing may be done that was not written down before. */
  static Refusal unwritable(DurableFile file, IOException cause) {
    return new Refusal(
        Code.JOURNAL_FAILED,
        "%s cannot be written: %s. See whether its disk is full or read-only."
            .formatted(file, KernelError.wordsOf(cause)));
  }

  static Refusal unlisted(AddressFolder folder, IOException cause) {
    return new Refusal(
        Code.JOURNAL_FAILED,
        "%s cannot be listed: %s.".formatted(folder, KernelError.wordsOf(cause)));
  }
}
