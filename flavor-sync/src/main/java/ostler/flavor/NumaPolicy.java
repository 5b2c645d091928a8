package ostler.flavor;

/**
 * How near a unit must be to the guest's memory, with Nova's meanings. A guest without a NUMA
 * topology is near to everything.
 */
public enum NumaPolicy {
  /** On one of the guest's nodes; a unit whose node is not known is not. */
  REQUIRED,
  /** On one of the guest's nodes, or on a node that is not known. Nova's default. */
  LEGACY,
  /** Anywhere, though on the guest's nodes first and on unknown ones next. */
  PREFERRED,
  /**
   * On a node of the same processor socket as one of the guest's; nowhere on a host that does not
   * tell its sockets.
   */
  SOCKET
}
