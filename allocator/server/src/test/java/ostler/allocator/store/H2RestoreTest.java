package ostler.allocator.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract on the embedded database. */
final class H2RestoreTest extends RestoreContract {

  @TempDir private Path folder;

  @Override
  CopiedDatabase database() {
    return new CopiedH2(folder);
  }
}
