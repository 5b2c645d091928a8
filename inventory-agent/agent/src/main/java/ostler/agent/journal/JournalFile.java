package ostler.agent.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The journal's bytes on disk. What {@link #append} or {@link #replace} has returned from is there
 * after a power loss too. Not for several threads, nor for several programs: whoever opens it holds
 * the state directory's lock.
 */
public final class JournalFile implements AutoCloseable {

  /** A journal is rewritten long before it is that long; a longer one is not ours. */
  private static final long MAX_BYTES = 256L * 1024 * 1024;

  private final Path file;
  private FileChannel channel;

  private JournalFile(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Opens the journal of a state directory, and makes an empty one where there is none.
   *
   * @throws IOException if the file cannot be opened
   */
  public static JournalFile open(Path stateDirectory) throws IOException {
    Path file = stateDirectory.resolve("journal");
    JournalFile opened = new JournalFile(file, channel(file));
    opened.syncDirectory();
    return opened;
  }

  byte[] read() throws IOException {
    if (channel.size() > MAX_BYTES) {
      throw new IOException(file + " is longer than " + MAX_BYTES + " bytes");
    }
    return Files.readAllBytes(file);
  }

  void append(byte[] line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(line);
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    channel.force(true);
  }

  /** Cuts the file to its first bytes: what a torn write left behind them is gone. */
  void cutTo(long bytes) throws IOException {
    channel.truncate(bytes);
    channel.force(true);
  }

  /** Puts other content in the place of all that is there, at once or not at all. */
  void replace(byte[] content) throws IOException {
    Path next = file.resolveSibling("journal.next");
    Files.deleteIfExists(next);
    try (FileChannel out = channel(next)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    syncDirectory();
    channel.close();
    channel = channel(file);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static FileChannel channel(Path file) throws IOException {
    return FileChannel.open(
        file,
        java.util.Set.of(
            StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
        SecretFile.OWNER_ONLY);
  }

  private void syncDirectory() throws IOException {
    SecretFile.syncDirectory(file.getParent());
  }
}
