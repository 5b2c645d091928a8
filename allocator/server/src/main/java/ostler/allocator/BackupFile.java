package ostler.allocator;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import ostler.allocator.store.Database;

/** A backup of the embedded database: an archive with the database's one file in it. */
final class BackupFile {

  private final Path path;

  BackupFile(Path path) {
    this.path = path.toAbsolutePath().normalize();
  }

  Path path() {
    return path;
  }

  /**
   * Makes the empty file, for its owner only from the beginning: it will hold secrets.
   *
   * @throws IOException if there is one already, or it cannot be made
   */
  void create() throws IOException {
    try {
      Files.createFile(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException e) {
      throw new IOException(path + " is there already; name a file that is not", e);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no folder for " + path + "; make it first", e);
    } catch (AccessDeniedException e) {
      throw new IOException(path + " may not be written; name a file in a folder of yours", e);
    }
  }

  /** Writes what comes from a running allocator. */
  void write(InputStream content) throws IOException {
    try (OutputStream out = Files.newOutputStream(path)) {
      content.transferTo(out);
    }
    sync(path);
  }

  /** Copies the database while it is in use, to somebody who waits for it. */
  void pass(Database database, OutputStream to) throws IOException {
    create();
    try {
      database.backUp(path);
      Files.copy(path, to);
    } finally {
      delete();
    }
  }

  /** Makes sure that it is on the disk. */
  void sync() throws IOException {
    sync(path);
  }

  void delete() throws IOException {
    Files.deleteIfExists(path);
  }

  /**
   * Unpacks the database.
   *
   * @param name of the database's file in the archive
   * @throws IOException if it is no backup, or cannot be read
   */
  void unpack(String name, Path to) throws IOException {
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(path))) {
      ZipEntry entry = zip.getNextEntry();
      if (entry == null || !entry.getName().equals(name)) {
        throw new IOException(path + " is not a backup of an allocator's database");
      }
      Files.copy(zip, to, StandardCopyOption.REPLACE_EXISTING);
      if (zip.getNextEntry() != null) {
        throw new IOException(path + " holds more than an allocator's database");
      }
    }
    sync(to);
  }

  private static void sync(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }
}
