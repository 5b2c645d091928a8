package ostler.allocator.store;

import java.util.UUID;

/** The contract on a database that is in memory only. */
final class MemoryStoreTest extends StoreContract {

  @Override
  Database.Settings empty() {
    return Database.Settings.inMemory(UUID.randomUUID().toString());
  }

  @Override
  String waitForLocksOnly(int millis) {
    return "SET LOCK_TIMEOUT " + millis;
  }
}
