package ostler.allocator.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipInputStream;

/** Backups of the embedded database, made while it is in use. */
final class CopiedH2 extends CopiedDatabase {

  private final Path folder;
  private int databases;
  private Path backup;

  CopiedH2(Path folder) {
    this.folder = folder;
  }

  @Override
  Database.Settings empty() {
    return settings(folder.resolve("new" + ++databases));
  }

  private static Database.Settings settings(Path path) {
    return new Database.Settings(
        "jdbc:h2:file:" + path + ";DB_CLOSE_ON_EXIT=FALSE;LOCK_TIMEOUT=3000", "ostler", "", 16);
  }

  @Override
  void backUp(Fleet from) {
    backup = folder.resolve("backup" + ++databases + ".zip");
    from.database.backUp(backup);
  }

  @Override
  Database.Settings restored() throws IOException {
    Path to = folder.resolve("restored" + ++databases);
    try (InputStream in = Files.newInputStream(backup);
        ZipInputStream zip = new ZipInputStream(in)) {
      zip.getNextEntry();
      Files.copy(zip, Path.of(to + ".mv.db"));
    }
    return settings(to);
  }
}
