package ostler.root;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/** A small file that is, after a power cut as well, either its old content or its new one. */
public final class DurableFile {

  private static final int MAX_BYTES = 1 << 20;

  private final Path file;
  private final Set<PosixFilePermission> permissions;

  private DurableFile(Path file, Set<PosixFilePermission> permissions) {
    this.file = file;
    this.permissions = permissions;
  }

  /** A file for its owner's eyes only. */
  public DurableFile(Path file) {
    this(file, PosixFilePermissions.fromString("rw-------"));
  }

  /** The same file, but everybody may read it. */
  public DurableFile readableByAll() {
    return new DurableFile(file, PosixFilePermissions.fromString("rw-r--r--"));
  }

  /** Its content, empty where there is no such file. */
  public Optional<byte[]> read() throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(MAX_BYTES + 1);
      if (content.length > MAX_BYTES) {
        throw new IOException(file + " is longer than " + MAX_BYTES + " bytes");
      }
      return Optional.of(content);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Replaces its content at once, and comes back when that will survive a power cut. */
  public void replace(byte[] content) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    FileAttribute<Set<PosixFilePermission>> mode =
        PosixFilePermissions.asFileAttribute(permissions);
    try (FileChannel channel =
        FileChannel.open(
            fresh, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW), mode)) {
      writeAll(channel, content);
    }
    Files.setPosixFilePermissions(fresh, permissions);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    forceFolder();
  }

  /** Adds to its end, and comes back when that will survive a power cut. */
  public void append(byte[] more) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.APPEND)) {
      writeAll(channel, more);
    }
  }

  /** Takes it away, if it is there. */
  public void delete() throws IOException {
    if (Files.deleteIfExists(file)) {
      forceFolder();
    }
  }

  @Override
  public String toString() {
    return file.toString();
  }

  private static void writeAll(FileChannel channel, byte[] content) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(content);
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    channel.force(true);
  }

  /** A rename is durable only when the folder is. */
  private void forceFolder() throws IOException {
    try (FileChannel folder = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }
}
