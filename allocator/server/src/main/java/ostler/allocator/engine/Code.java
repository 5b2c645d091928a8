package ostler.allocator.engine;

/**
 * Why the allocator says no, or why something is as it is. The names are stable and scripts may
 * rely on them; new ones may come.
 */
public enum Code {
  // What the caller sent.
  MALFORMED(Kind.MALFORMED),
  TOO_LARGE(Kind.TOO_LARGE),
  UNAUTHENTICATED(Kind.UNAUTHENTICATED),
  FORBIDDEN(Kind.FORBIDDEN),
  JOIN_TOKEN_REFUSED(Kind.FORBIDDEN),

  // What is not there.
  NOT_FOUND(Kind.UNKNOWN),
  UNKNOWN_HOST(Kind.UNKNOWN),
  UNKNOWN_DEVICE(Kind.UNKNOWN),
  UNKNOWN_UNIT(Kind.UNKNOWN),
  UNKNOWN_ALIAS(Kind.UNKNOWN),
  UNKNOWN_PROJECT(Kind.UNKNOWN),
  UNKNOWN_CLAIM(Kind.UNKNOWN),
  UNKNOWN_HOLD(Kind.UNKNOWN),
  UNKNOWN_WIPE(Kind.UNKNOWN),
  UNKNOWN_TOKEN(Kind.UNKNOWN),
  UNKNOWN_DECISION(Kind.UNKNOWN),

  // What a change of the tree of projects runs into.
  BAD_TREE(Kind.MALFORMED),
  NOT_EMPTY(Kind.CONFLICT),

  // What a claim runs into.
  QUOTA_EXCEEDED(Kind.FORBIDDEN),
  NO_LIMIT_SET(Kind.FORBIDDEN),
  NO_CAPACITY(Kind.CONFLICT),
  CLAIM_DIFFERS(Kind.CONFLICT),
  ALIAS_MISMATCH(Kind.CONFLICT),
  TOO_FEW_ON_ONE_HOST(Kind.CONFLICT),
  OTHER_HOST(Kind.CONFLICT),

  // Why a host cannot serve a request.
  NO_MATCH(Kind.CONFLICT),
  NUMA_MISMATCH(Kind.CONFLICT),
  NOT_BEHIND_ONE_SWITCH(Kind.CONFLICT),
  NOT_IN_ONE_ISLAND(Kind.CONFLICT),
  NOT_SPREAD(Kind.CONFLICT),
  PARTS_COLLIDE(Kind.CONFLICT),
  TOO_MANY_WAYS(Kind.CONFLICT),
  NOVA_MIGHT_PICK_DIRTY(Kind.CONFLICT),
  NO_CLEAN_CANDIDATE(Kind.CONFLICT),

  // Why a unit is not available, or may not do what was asked.
  WRONG_STATE(Kind.CONFLICT),
  UNMANAGED(Kind.CONFLICT),
  DIRTY(Kind.CONFLICT),
  CLEANING(Kind.CONFLICT),
  CLAIMED(Kind.CONFLICT),
  CARD_IN_USE(Kind.CONFLICT),
  MISSING(Kind.CONFLICT),
  WEDGED(Kind.CONFLICT),
  GROUP_CHANGED(Kind.CONFLICT),
  NOT_BOUND(Kind.CONFLICT),
  NOT_GUARDED(Kind.CONFLICT),
  HELD(Kind.CONFLICT),
  NOT_HELD(Kind.CONFLICT),
  CORDONED(Kind.CONFLICT),
  DRAINING(Kind.CONFLICT),
  RETIRED(Kind.CONFLICT),
  QUARANTINED(Kind.CONFLICT),
  LEAVING(Kind.CONFLICT),
  NOT_LEAVING(Kind.CONFLICT),
  UNHEALTHY(Kind.CONFLICT),
  LEVEL_TOO_LOW(Kind.CONFLICT),
  HOST_SILENT(Kind.CONFLICT),
  HOST_CORDONED(Kind.CONFLICT),
  HOST_DRAINING(Kind.CONFLICT),
  HOST_FENCED(Kind.CONFLICT),
  HOST_REMOVED(Kind.CONFLICT),
  ABANDONED(Kind.CONFLICT),

  // What layouts, and slices by them, run into.
  LAYOUT_DOES_NOT_FIT(Kind.CONFLICT),
  LAYOUT_IN_USE(Kind.CONFLICT),
  LAYOUT_UNKNOWN_TYPE(Kind.CONFLICT),
  LAYOUT_SHARE_UNKNOWN(Kind.CONFLICT),
  NOT_A_PARENT(Kind.CONFLICT),
  NO_LAYOUT(Kind.UNKNOWN),
  PARENT_TAKEN(Kind.CONFLICT),
  PARENT_NOT_SLICED(Kind.CONFLICT),
  SLICED(Kind.CONFLICT),

  // What an operator's order about a host, a hold or a move runs into.
  HOST_IN_USE(Kind.CONFLICT),
  HOLD_DIFFERS(Kind.CONFLICT),
  HOLD_ENDED(Kind.CONFLICT),
  PROMISED(Kind.CONFLICT),
  CLAIM_MOVES(Kind.CONFLICT),
  MOVE_ENDED(Kind.CONFLICT),
  NOT_A_MOVE(Kind.CONFLICT),

  // Why a unit came into its state, or into quarantine.
  ADMITTED(Kind.CONFLICT),
  RELEASED(Kind.CONFLICT),
  REBOOTED(Kind.CONFLICT),
  DRIVER_CHANGED(Kind.CONFLICT),
  GUARD_LOST(Kind.CONFLICT),
  UNWATCHED(Kind.CONFLICT),
  RESTORED(Kind.CONFLICT),
  UNEXPLAINED(Kind.CONFLICT),
  VANISHED(Kind.CONFLICT),
  OPERATOR(Kind.CONFLICT),
  WIPE_FAILED(Kind.CONFLICT),
  WIPE_REFUSED(Kind.CONFLICT),

  // Why a device may not be taken in.
  NO_REPORT(Kind.CONFLICT),
  BOOT_DISPLAY(Kind.CONFLICT),
  BRIDGES_ONLY(Kind.CONFLICT),
  NO_IOMMU(Kind.CONFLICT),
  NOT_ISOLATED(Kind.CONFLICT),
  FUNCTIONS_ENABLED(Kind.CONFLICT),
  VIRTUAL_FUNCTION(Kind.CONFLICT),
  HOST_NEEDS(Kind.CONFLICT),
  UNREADABLE(Kind.CONFLICT),
  ALREADY_ADMITTED(Kind.CONFLICT),

  // Why a wipe record is not accepted.
  BAD_RECORD(Kind.CONFLICT),
  BAD_SIGNATURE(Kind.CONFLICT),
  BROKEN_CHAIN(Kind.CONFLICT),
  NOT_ORDERED(Kind.CONFLICT),
  IDENTITY_CHANGED(Kind.CONFLICT),

  // What a report runs into.
  TOO_MANY_GROUPS(Kind.MALFORMED),
  LEDGER_BROKEN(Kind.BROKEN),

  // What an agent runs into.
  AGENT_ALREADY_LIVE(Kind.CONFLICT),
  STALE_REPORT(Kind.CONFLICT),
  STALE_FENCE(Kind.STALE),

  // What this kind of database does not do.
  NOT_EMBEDDED(Kind.CONFLICT),

  // What is wrong with us.
  BUSY(Kind.BUSY),
  DATABASE_UNREACHABLE(Kind.BUSY),
  FLEET_STALE(Kind.BUSY),
  INTERNAL(Kind.BROKEN);

  /** What kind of no it is; the HTTP status follows from it. */
  public enum Kind {
    MALFORMED,
    UNAUTHENTICATED,
    FORBIDDEN,
    UNKNOWN,
    CONFLICT,
    STALE,
    TOO_LARGE,
    BUSY,
    BROKEN
  }

  private final Kind kind;

  Code(Kind kind) {
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
