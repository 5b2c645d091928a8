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

  /**
   * Leave it to its vendor's driver, with so many virtual functions, to be cut into slices.
   *
   * @param functions 0 to {@value #MAX_FUNCTIONS}
   */
  record Sliced(int functions) implements Goal {

    /** As many as SR-IOV's 16-bit count can say. */
    public static final int MAX_FUNCTIONS = 65_535;

    public Sliced {
      if (functions < 0 || functions > MAX_FUNCTIONS) {
        throw new IllegalArgumentException(
            "a parent has 0 to " + MAX_FUNCTIONS + " virtual functions, not " + functions);
      }
    }
  }

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
    if (this instanceof Release) {
      return "release";
    }
    return this instanceof Sliced ? "sliced" : "give_back";
  }
}
