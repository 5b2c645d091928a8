package ostler.allocator.store;

import java.util.Optional;

/** What the two databases do not have in common. */
sealed interface Dialect {

  /** Run on each new connection. */
  Optional<String> onConnect();

  /**
   * What makes all that was committed before it survive a power cut; empty where committing does
   * that.
   */
  Optional<String> makeDurable();

  /** Run before the connections go, so that the last one ends the database cleanly. */
  Optional<String> onClose();

  /** The dialect that a JDBC URL speaks. */
  static Dialect of(String url) {
    if (url.startsWith("jdbc:h2:")) {
      return new H2();
    }
    if (url.startsWith("jdbc:postgresql:")) {
      return new Postgres();
    }
    throw new IllegalArgumentException(
        "the allocator keeps its data in H2 or PostgreSQL, not in " + url);
  }

  /**
   * H2 in a file. Its commit returns before the data is on disk, and WRITE_DELAY=0 does not change
   * that (seen: thousands of acknowledged commits lost at a kill), so one has to ask.
   */
  record H2() implements Dialect {
    @Override
    public Optional<String> onConnect() {
      return Optional.empty();
    }

    @Override
    public Optional<String> makeDurable() {
      return Optional.of("CHECKPOINT SYNC");
    }

    @Override
    public Optional<String> onClose() {
      return Optional.of("SET DB_CLOSE_DELAY 0");
    }
  }

  /** PostgreSQL, which a careless operator may have told not to wait for the disk. */
  record Postgres() implements Dialect {
    @Override
    public Optional<String> onConnect() {
      return Optional.of("SET synchronous_commit = on; SET lock_timeout = '3s'");
    }

    @Override
    public Optional<String> makeDurable() {
      return Optional.empty();
    }

    @Override
    public Optional<String> onClose() {
      return Optional.empty();
    }
  }
}
