package ostler.allocator.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The ledger's contract on the embedded database. */
final class H2LedgerTest extends LedgerContract {

  @TempDir private Path folder;

  @Override
  Database.Settings empty() {
    return H2StoreTest.in(folder);
  }
}
