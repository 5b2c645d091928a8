package ostler.allocator.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The tree on the embedded database, in a file as in production. */
final class H2TreeTest extends TreeContract {

  @TempDir private Path folder;

  @Override
  Database.Settings empty() {
    return H2StoreTest.in(folder);
  }
}
