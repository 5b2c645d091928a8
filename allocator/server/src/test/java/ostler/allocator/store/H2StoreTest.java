package ostler.allocator.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract on the embedded database, in a file as in production. */
final class H2StoreTest extends StoreContract {

  @TempDir private Path folder;

  @Override
  Database.Settings empty() {
    return in(folder);
  }

  static Database.Settings in(Path folder) {
    return new Database.Settings(
        "jdbc:h2:file:"
            + folder.resolve("ostler")
            + ";DB_CLOSE_ON_EXIT=FALSE;DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=10000",
        "ostler",
        "",
        16);
  }

  @Override
  String waitForLocksOnly(int millis) {
    return "SET LOCK_TIMEOUT " + millis;
  }
}
