package ostler.root;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A file, or a folder, that this program believes only if nobody but root can have written it:
 * neither the file nor, since whoever may write a folder may swap its files, the folder it is in.
 */
public final class TrustedFile {

  private final Path file;
  private final int owner;

  /**
   * @param owner the user who must own it: 0 in the program, whoever runs the tests in tests
   */
  public TrustedFile(Path file, int owner) {
    this.file = file;
    this.owner = owner;
  }

  public boolean exists() {
    return Files.exists(file);
  }

  /** Why it cannot be believed, as the end of a sentence that begins with its name. */
  public Optional<String> fault() {
    return ownFault().or(() -> faultOf(file.getParent()));
  }

  /** As {@link #fault}, whatever the folder around it. */
  public Optional<String> ownFault() {
    return faultOf(file);
  }

  /**
   * The file's content.
   *
   * @throws IOException if it cannot be read, or is longer
   */
  public byte[] read(int maxBytes) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(maxBytes + 1);
      if (content.length > maxBytes) {
        throw new IOException(file + " is longer than " + maxBytes + " bytes");
      }
      return content;
    }
  }

  @Override
  public String toString() {
    return file.toString();
  }

  private Optional<String> faultOf(Path path) {
    try {
      Map<String, Object> status =
          Files.readAttributes(path, "unix:uid,permissions", LinkOption.NOFOLLOW_LINKS);
      if (!status.get("uid").equals(owner)) {
        return Optional.of(path + " does not belong to root");
      }
      @SuppressWarnings("unchecked")
      Set<PosixFilePermission> permissions = (Set<PosixFilePermission>) status.get("permissions");
      boolean open =
          permissions.contains(PosixFilePermission.GROUP_WRITE)
              || permissions.contains(PosixFilePermission.OTHERS_WRITE);
      return open ? Optional.of(path + " can be written by others than root") : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.of(path + " does not exist");
    } catch (IOException e) {
      return Optional.of(path + " cannot be looked at: " + KernelError.wordsOf(e));
    }
  }
}
