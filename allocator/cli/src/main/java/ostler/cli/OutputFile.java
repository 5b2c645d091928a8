package ostler.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * A file that the command writes: it appears whole or not at all, and takes the place of another
 * only if this command wrote that one too, or was told to.
 */
record OutputFile(Path file, boolean overwrite) {

  static final Argument.Flag OVERWRITE =
      Argument.Flag.of("--overwrite", "replace a file even if this command did not write it");

  /**
   * Refuses a file that is not this command's to replace.
   *
   * @param firstLine by which its own files are known
   */
  void requireOurs(String firstLine) throws Failure {
    if (overwrite) {
      return;
    }
    try (Stream<String> lines = Files.lines(file)) {
      if (!lines.limit(1).toList().equals(List.of(firstLine))) {
        throw Failure.of(
                ExitCode.CONFLICT,
                "NOT_OURS",
                "The file " + file + " was not written by this command, and stays as it is.")
            .andTry("name a file of its own that Nova reads, or add --overwrite");
      }
    } catch (NoSuchFileException e) {
      return;
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  void write(String text) throws Failure {
    Path target = file.toAbsolutePath();
    Path beside = target.resolveSibling("." + target.getFileName() + ".new");
    try {
      Files.deleteIfExists(beside);
      try (FileChannel channel =
          FileChannel.open(beside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private Failure unwritable(IOException e) {
    return Failure.of(
        ExitCode.ERROR, "UNWRITABLE_FILE", "The file " + file + " cannot be written: " + e);
  }
}
