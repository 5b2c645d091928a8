package ostler.allocator.engine;

/** What may happen to a unit. */
public enum UnitEvent {
  /** An operator takes its devices in. */
  ADMIT,
  /** An operator records the holder that was there before us. */
  ADOPT,
  /** Its host is to clean it. */
  ORDER_CLEAN,
  /** A wipe record was accepted that reaches the level asked for. */
  WIPED,
  /** A try at cleaning came to nothing. */
  WIPE_FAILED,
  /** Something happened after which the wipe record no longer holds. */
  VOID,
  /** Its host is to cut it into slices. */
  SLICE,
  /** Its host has it cut into slices, of which a restored database knew nothing. */
  SEEN_SLICED,
  /** All its slices are gone, and its host is to take it back from its vendor's driver. */
  UNSLICE,
  /** A claim takes it. */
  CLAIM,
  /** Its host let the consumer have it. */
  PREPARED,
  /** Its host sees it held. */
  HELD,
  /** Its host sees it no longer held; the claim stays. */
  LET_GO,
  /** The claim gives it back. */
  RELEASE,
  /** Its host took it back, and proved that nobody holds it. */
  RELEASED,
  /** Its claim is ended without proof, by force or because its host was fenced. */
  ABANDON,
  /** Its order is given again, since its host has seen newer ones than the database remembers. */
  REORDER,
  /** An operator sends it back to the dirty ones, out of quarantine too. */
  RETURN,
  /** An operator gives its devices back to the host. */
  FORGET,
  /** Its host has its devices back. */
  GIVEN_BACK
}
