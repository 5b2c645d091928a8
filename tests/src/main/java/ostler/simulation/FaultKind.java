package ostler.simulation;

import java.util.Locale;

/** What goes wrong in a world. */
enum FaultKind {
  MESSAGE_DROPPED,
  MESSAGE_REPEATED,
  /** The caller gave up, and the message came all the same. */
  MESSAGE_LATE,
  MESSAGE_OVERTAKEN,
  ANSWER_DROPPED,
  ALLOCATOR_KILLED,
  ALLOCATOR_KILLED_IN_TRANSACTION,
  DATABASE_CUT,
  DATABASE_RESTORED,
  LOCK_TIMEOUT,
  DEADLOCK,
  CLOCK_JUMPED,
  AGENT_KILLED,
  AGENT_KILLED_AFTER_JOURNAL,
  AGENT_KILLED_DURING_ROOT,
  ROOT_REFUSED,
  ROOT_HUNG,
  /** Between the kernel's step and its record, or before both. */
  ROOT_KILLED,
  GUARD_DOWN,
  HOST_REBOOTED,
  /** Somebody says that nothing runs on a host, whether or not that is so. */
  HOST_FENCED,
  CLAIM_FORCED,
  DEVICE_LOST,
  SCAN_INCOMPLETE,
  LIMIT_LOWERED,
  TENANT_REBOOTED,
  TENANT_KEPT_HOLDING;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
