package ostler.allocator.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class H2HandoverTest extends HandoverContract {

  @TempDir private Path folder;

  @Override
  Database.Settings empty() {
    return H2StoreTest.in(folder);
  }
}
