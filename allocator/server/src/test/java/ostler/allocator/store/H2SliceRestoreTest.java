package ostler.allocator.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract on the embedded database. */
final class H2SliceRestoreTest extends SliceRestoreContract {

  @TempDir private Path folder;

  @Override
  CopiedDatabase database() {
    return new CopiedH2(folder);
  }
}
