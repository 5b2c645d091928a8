package ostler.root;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import ostler.pci.PciAddress;

/**
 * Reads and writes the kernel's files, each time under a deadline. The only methods here that take
 * a path: {@link Layout} makes every one.
 */
public final class KernelFiles {

  /** The kernel gives an attribute one page. */
  private static final int MAX_ATTRIBUTE_BYTES = 4096;

  private final Deadline deadline;

  public KernelFiles(Deadline deadline) {
    this.deadline = deadline;
  }

  /** An attribute without its line's end; absent where there is no such file. */
  public Optional<String> read(KernelOperation operation, PciAddress device, Path file)
      throws KernelException {
    return deadline.within(
        operation,
        device,
        () -> {
          try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_ATTRIBUTE_BYTES);
            return Optional.of(new String(bytes, StandardCharsets.UTF_8).strip());
          } catch (NoSuchFileException e) {
            return Optional.empty();
          }
        });
  }

  /** One write(2) for one value, into a file that must be there: never creating one. */
  public void write(KernelOperation operation, PciAddress device, Path file, String value)
      throws KernelException {
    ByteBuffer bytes = ByteBuffer.wrap(value.getBytes(StandardCharsets.US_ASCII));
    deadline.during(
        operation,
        device,
        () -> {
          try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            if (channel.write(bytes) != bytes.limit()) {
              throw new IOException("the value was taken in part only");
            }
          }
        });
  }
}
