package ostler.allocator.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class H2ReleaseTest extends ReleaseContract {

  @TempDir private Path folder;

  @Override
  Database.Settings empty() {
    return new Database.Settings(
        "jdbc:h2:file:" + folder.resolve("ostler") + ";DB_CLOSE_ON_EXIT=FALSE", "ostler", "", 16);
  }
}
