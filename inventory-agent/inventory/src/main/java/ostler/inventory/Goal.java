package ostler.inventory;

import java.util.Objects;

/** What a host is to make of a unit. */
public sealed interface Goal {

  /** Keep it bound to vfio and guarded, in nobody's hands. */
  record Rest() implements Goal {}

  /** Wipe it once, report the record, keep it guarded. */
  record Clean(WipeOrder wipe) implements Goal {
    public Clean {
      Objects.requireNonNull(wipe);
    }
  }

  /** Permit it to that tenant. */
  record Ready(Tenant tenant) implements Goal {
    public Ready {
      Objects.requireNonNull(tenant);
    }
  }

  /** Take it back from that tenant, as soon as nobody holds it. */
  record Release(Tenant tenant) implements Goal {
    public Release {
      Objects.requireNonNull(tenant);
    }
  }

  /** Give it back to the host's own drivers. */
  record GiveBack() implements Goal {}

  /** The goal's name in documents. */
  default String wireName() {
    if (this instanceof Rest) {
      return "rest";
    }
    if (this instanceof Clean) {
      return "clean";
    }
    if (this instanceof Ready) {
      return "ready";
    }
    return this instanceof Release ? "release" : "give_back";
  }
}
