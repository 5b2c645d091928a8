package ostler.allocator.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract on the embedded database, in a file as in production. */
final class H2StoreTest extends StoreContract {

  @TempDir private Path folder;

  @Override
  Database.Settings empty() {
    return new Database.Settings(
        "jdbc:h2:file:" + folder.resolve("ostler") + ";DB_CLOSE_ON_EXIT=FALSE;LOCK_TIMEOUT=10000",
        "ostler",
        "",
        16);
  }
}
