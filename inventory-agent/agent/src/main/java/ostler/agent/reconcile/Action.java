package ostler.agent.reconcile;

import java.util.Objects;
import ostler.inventory.Tenant;
import ostler.inventory.UnitPhase;
import ostler.inventory.UnitProblem;
import ostler.inventory.WipeOrder;
import ostler.pci.PciAddress;

/** The next thing to do for a unit. */
sealed interface Action {

  /** Nothing: the order is done, as far as it goes. */
  record Settled(UnitPhase phase) implements Action {
    public Settled {
      Objects.requireNonNull(phase);
    }
  }

  /** Nothing, since something stands in the way. */
  record Blocked(UnitPhase phase, UnitProblem problem) implements Action {
    public Blocked {
      Objects.requireNonNull(phase);
      Objects.requireNonNull(problem);
    }

    public Blocked(UnitPhase phase, String code, String message) {
      this(phase, new UnitProblem(code, message, 0));
    }
  }

  /** Note that whatever was shown about the unit's cleanness is void, and decide again. */
  record Taint(String why) implements Action {}

  /** Bind all members and have the guard take them. */
  record Bind() implements Action {}

  record Wipe(WipeOrder order) implements Action {
    public Wipe {
      Objects.requireNonNull(order);
    }
  }

  record Permit(Tenant tenant) implements Action {
    public Permit {
      Objects.requireNonNull(tenant);
    }
  }

  /** Have root take into its care what the tenant holds already. */
  record Adopt(Tenant tenant) implements Action {
    public Adopt {
      Objects.requireNonNull(tenant);
    }
  }

  record Forbid(Tenant tenant) implements Action {
    public Forbid {
      Objects.requireNonNull(tenant);
    }
  }

  /** Give the unit to the host's own drivers; of a slice nothing is then left. */
  record GiveBack() implements Action {}

  /**
   * Have a parent's driver make so many virtual functions, or note that it needs none.
   *
   * @param byRoot whether there is anything for root to do
   */
  record Cut(PciAddress parent, int functions, boolean byRoot) implements Action {
    public Cut {
      Objects.requireNonNull(parent);
    }
  }

  /** Have a parent, of which no slice is left, have no virtual functions. */
  record Uncut(PciAddress parent, boolean byRoot) implements Action {
    public Uncut {
      Objects.requireNonNull(parent);
    }
  }

  /** Have root make again what it had made on that parent. */
  record Restore(PciAddress parent) implements Action {
    public Restore {
      Objects.requireNonNull(parent);
    }
  }

  /** Have the guard take a slice that is in nobody's hands. */
  record Guard() implements Action {}
}
