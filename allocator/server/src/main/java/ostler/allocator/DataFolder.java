package ostler.allocator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The allocator's own folder, which only its owner may enter. */
final class DataFolder {

  /** What H2 calls the file of a database that it is told to call ostler. */
  static final String DATABASE_FILE = "ostler.mv.db";

  private static final String STAGED = "restored";

  private static final Set<PosixFilePermission> OWNER_FOLDER =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> OWNER_FILE =
      PosixFilePermissions.fromString("rw-------");
  private static final int MAX_TOKEN_CHARS = 512;

  private final Path folder;

  private DataFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Makes the folder, where it is not there yet.
   *
   * @throws IOException if it cannot be made, or others may enter it
   */
  static DataFolder open(Path folder) throws IOException {
    Path real = folder.toAbsolutePath().normalize();
    if (!Files.isDirectory(real)) {
      Files.createDirectories(real.getParent());
      Files.createDirectory(real, attribute(OWNER_FOLDER));
    }
    if (!OWNER_FOLDER.containsAll(Files.getPosixFilePermissions(real))) {
      throw new IOException(
          "others may enter " + real + ", where tokens are kept; run chmod 700 " + real);
    }
    return new DataFolder(real);
  }

  Path tokenFile() {
    return folder.resolve("admin.token");
  }

  /** Where the embedded database is, as H2 names it. */
  String databaseUrl() {
    return databaseUrl("ostler");
  }

  /** As {@link #databaseUrl}, of one that is made ready to take its place. */
  String stagedDatabaseUrl() {
    return databaseUrl(STAGED);
  }

  private String databaseUrl(String name) {
    return "jdbc:h2:file:"
        + folder.resolve(name)
        + ";DB_CLOSE_ON_EXIT=FALSE;DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=3000;QUERY_CACHE_SIZE=128;TRACE_LEVEL_FILE=0";
  }

  boolean hasDatabase() {
    return Files.exists(folder.resolve(DATABASE_FILE));
  }

  Path stagedDatabase() {
    return folder.resolve(STAGED + ".mv.db");
  }

  /** Puts the one that was made ready in the place of the one before; answers where that is now. */
  Path putStagedInPlace() throws IOException {
    Path database = folder.resolve(DATABASE_FILE);
    int number = 1;
    while (Files.exists(folder.resolve("replaced-" + number + ".mv.db"))) {
      number++;
    }
    Path aside = folder.resolve("replaced-" + number + ".mv.db");
    if (Files.exists(database)) {
      // A second name first, so that there is a database at every moment.
      Files.createLink(aside, database);
    }
    Files.move(stagedDatabase(), database, StandardCopyOption.ATOMIC_MOVE);
    return aside;
  }

  /** A file of its own for a backup on its way. */
  Path passingBackup(String name) {
    return folder.resolve("backup-" + name + ".zip");
  }

  /** Where the web server may put what it needs while it runs. */
  Path serverFolder() throws IOException {
    Path server = folder.resolve("server");
    if (!Files.isDirectory(server)) {
      Files.createDirectory(server, attribute(OWNER_FOLDER));
    }
    return server;
  }

  /** Notes where the allocator of this folder listens. */
  void saveUrl(String url) throws IOException {
    Files.writeString(urlFile(), url + "\n");
  }

  /**
   * Where the allocator of this folder listens.
   *
   * @throws IOException if none ever did
   */
  String url() throws IOException {
    return Files.readString(urlFile()).strip();
  }

  private Path urlFile() {
    return folder.resolve("server.url");
  }

  boolean hasToken() {
    return Files.exists(tokenFile());
  }

  /**
   * The admin's token.
   *
   * @throws IOException if the file cannot be read, or others may
   */
  String token() throws IOException {
    if (!OWNER_FILE.containsAll(Files.getPosixFilePermissions(tokenFile()))) {
      throw new IOException(
          "others may read " + tokenFile() + "; run chmod 600 on it and make a new token");
    }
    String token = Files.readString(tokenFile()).strip();
    if (token.isEmpty() || token.length() > MAX_TOKEN_CHARS) {
      throw new IOException(tokenFile() + " holds no token; remove it to get a new one");
    }
    return token;
  }

  /** Writes the admin's token whole or not at all, and for its owner only from the beginning. */
  void saveToken(String token) throws IOException {
    Path half = folder.resolve("admin.token.new");
    Files.deleteIfExists(half);
    Files.createFile(half, attribute(OWNER_FILE));
    Files.write(half, (token + "\n").getBytes(StandardCharsets.UTF_8), StandardOpenOption.SYNC);
    Files.move(half, tokenFile(), StandardCopyOption.ATOMIC_MOVE);
  }

  private static FileAttribute<Set<PosixFilePermission>> attribute(
      Set<PosixFilePermission> permissions) {
    return PosixFilePermissions.asFileAttribute(permissions);
  }
}
