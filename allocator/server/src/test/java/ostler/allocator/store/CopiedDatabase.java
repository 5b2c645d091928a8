package ostler.allocator.store;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import ostler.allocator.FakeAgent;
import ostler.allocator.TestClock;

/** A database of a test, which is copied, and goes back to its copy. */
abstract class CopiedDatabase {

  /** A new and empty database. */
  abstract Database.Settings empty() throws SQLException, IOException;

  /** Copies the database of the fleet as it is now. */
  abstract void backUp(Fleet from) throws SQLException, IOException;

  /** The database as it was copied, in a place of its own. */
  abstract Database.Settings restored() throws SQLException, IOException;

  /** The fleet as it was at the copy; the clock goes on, and the agent is the same. */
  final Fleet goBack(Fleet from, FakeAgent agent) throws SQLException, IOException {
    Duration since = Duration.between(new TestClock().instant(), from.clock.instant());
    from.close();
    Fleet back = new Fleet(restored());
    back.clock.pass(since.plusMinutes(5));
    back.meets(agent);
    return back;
  }
}
