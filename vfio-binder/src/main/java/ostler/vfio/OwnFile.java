package ostler.vfio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Refusals for the files in which this program keeps what it knows. */
final class OwnFile {

  private OwnFile() {}

  /**
   * Whoever can write the folder of what is known decides what is done: so it must be root's alone.
   *
   * @throws Refusal JOURNAL_FAILED
   */
  static void requireTrusted(Outside outside) throws Refusal {
    Path state = outside.layout().state();
    Optional<String> fault = new TrustedFile(state, outside.owner()).fault();
    if (Files.exists(state) && fault.isPresent()) {
      throw new Refusal(
          Code.JOURNAL_FAILED,
          "What is known of units cannot be believed: %s. Find out who did that."
              .formatted(fault.get()));
    }
  }

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
