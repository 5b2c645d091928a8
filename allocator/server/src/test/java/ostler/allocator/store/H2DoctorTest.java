package ostler.allocator.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The doctor's contract on the embedded database. */
final class H2DoctorTest extends DoctorContract {

  @TempDir private Path folder;

  @Override
  Database.Settings empty() {
    return H2StoreTest.in(folder);
  }
}
