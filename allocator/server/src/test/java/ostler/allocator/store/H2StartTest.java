package ostler.allocator.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class H2StartTest extends StartContract {

  @TempDir private Path folder;

  @Override
  Database.Settings empty() {
    return H2StoreTest.in(folder);
  }
}
