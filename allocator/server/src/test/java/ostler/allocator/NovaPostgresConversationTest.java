package ostler.allocator;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The same with a PostgreSQL below, which takes fewer statements than H2 does. */
final class NovaPostgresConversationTest extends NovaConversationTest {

  @RegisterExtension private static final SharedPostgres postgres = new SharedPostgres();

  @Override
  TestServer open(Path data) throws IOException {
    try {
      return TestServer.sharing(data, postgres.emptyDatabase());
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }
}
