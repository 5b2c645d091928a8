package ostler.allocator.store;

import org.junit.jupiter.api.extension.RegisterExtension;
import ostler.allocator.SharedPostgres;

/** The contract on a real PostgreSQL. */
final class PostgresRestoreTest extends RestoreContract {

  @RegisterExtension private static final SharedPostgres postgres = new SharedPostgres();

  @Override
  CopiedDatabase database() {
    return new CopiedPostgres(postgres);
  }
}
