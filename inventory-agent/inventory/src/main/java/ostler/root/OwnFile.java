package ostler.root;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import ostler.pci.PciAddress;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.JsonReader;
import ostler.wire.WireException;

/** Refusals for the files in which this program keeps what it knows. */
public final class OwnFile {

  private OwnFile() {}

  /**
   * Whoever can write the folder of what is known decides what is done: so it must be root's alone.
   *
   * @throws Refusal JOURNAL_FAILED
   */
  public static void requireTrusted(TrustedFile state) throws Refusal {
    Optional<String> fault = state.fault();
    if (state.exists() && fault.isPresent()) {
      throw new Refusal(
          Code.JOURNAL_FAILED,
          "What is known of devices cannot be believed: %s. Find out who did that."
              .formatted(fault.get()));
    }
  }

  /**
   * What stands in one of them, empty where there is no such file.
   *
   * @throws Refusal JOURNAL_FAILED if it cannot be read, or is not what the reader reads
   */
  public static <T> Optional<T> read(DurableFile file, JsonLimits limits, JsonReader<T> reader)
      throws Refusal {
    try {
      Optional<byte[]> content = file.read();
      return content.isEmpty()
          ? Optional.empty()
          : Optional.of(Json.read(content.get(), limits, reader));
    } catch (IOException | WireException e) {
      throw unreadable(file, e);
    }
  }

  /**
   * The devices that a folder has a file of.
   *
   * @throws Refusal JOURNAL_FAILED if it cannot be listed
   */
  public static List<PciAddress> addresses(AddressFolder folder) throws Refusal {
    try {
      return folder.addresses();
    } catch (IOException e) {
      throw new Refusal(
          Code.JOURNAL_FAILED,
          "%s cannot be listed: %s.".formatted(folder, KernelError.wordsOf(e)));
    }
  }

  /** Nothing may be done on the strength of a file that cannot be read. */
  public static Refusal unreadable(DurableFile file, Exception cause) {
    String why = cause instanceof IOException io ? KernelError.wordsOf(io) : cause.getMessage();
    return new Refusal(
        Code.JOURNAL_FAILED,
        "%s cannot be read: %s. Look at it; if it is beyond repair, move it away and treat the device as dirty."
            .formatted(file, why));
  }

  /** Nothing may be done that was not written down before. */
  public static Refusal unwritable(DurableFile file, IOException cause) {
    return new Refusal(
        Code.JOURNAL_FAILED,
        "%s cannot be written: %s. See whether its disk is full or read-only."
            .formatted(file, KernelError.wordsOf(cause)));
  }
}
