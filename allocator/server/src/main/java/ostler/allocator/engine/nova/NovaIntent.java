package ostler.allocator.engine.nova;

/** What Nova is about to do with the instance. */
public enum NovaIntent {
  CREATE,
  /** It stays where it is and keeps its devices. */
  REBUILD,
  RESIZE,
  COLD_MIGRATE,
  LIVE_MIGRATE,
  EVACUATE,
  UNSHELVE,
  /** Somebody only wants to know. */
  PROBE;

  /** Whether units are promised to the instance. */
  public boolean holds() {
    return this != REBUILD && this != PROBE;
  }
}
