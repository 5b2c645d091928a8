package ostler.allocator.engine;

import java.util.Optional;

/**
 * What must hold before a unit makes a step; where it does not, the guard says why and what next.
 */
enum Guard {
  STAYING {
    @Override
    Optional<Reason> against(Unit unit) {
      return refuseIf(
          unit.standing().leaving(),
          Code.LEAVING,
          "is being given back to its host; return it to keep it");
    }
  },
  LEAVING {
    @Override
    Optional<Reason> against(Unit unit) {
      return refuseIf(
          !unit.standing().leaving(),
          Code.NOT_LEAVING,
          "was not asked to go back to its host; forget it first");
    }
  },
  NOT_A_SLICE {
    @Override
    Optional<Reason> against(Unit unit) {
      return refuseIf(
          unit.slice().isPresent(),
          Code.NOT_A_PARENT,
          "is a slice itself; name the unit that it is cut from");
    }
  },
  EMPTYING {
    @Override
    Optional<Reason> against(Unit unit) {
      return refuseIf(
          !unit.cut().emptying(),
          Code.NOT_LEAVING,
          "still serves by its slices; remove its layout, or wait for its last claim to end");
    }
  },
  FOUND_AGAIN {
    @Override
    Optional<Reason> against(Unit unit) {
      return refuseIf(
          unit.standing().abandoned().isPresent(),
          Code.ABANDONED,
          "was taken from its claim without proof that nobody holds it; restart its host");
    }
  },
  PRESENT {
    @Override
    Optional<Reason> against(Unit unit) {
      return switch (unit.standing().presence()) {
        case PRESENT -> Optional.empty();
        case MISSING ->
            refusal(
                Code.MISSING,
                "is missing from its host's last scan; look at the slot and the kernel's log");
        case WEDGED -> refusal(Code.WEDGED, "hangs in its host's kernel; restart the host");
      };
    }
  },
  WHOLE {
    @Override
    Optional<Reason> against(Unit unit) {
      return refuseIf(
          !unit.standing().groupWhole(),
          Code.GROUP_CHANGED,
          "is no longer the whole of its IOMMU group; forget it and admit the group anew");
    }
  },
  NOT_RETIRED {
    @Override
    Optional<Reason> against(Unit unit) {
      return refuseIf(
          unit.standing().admin() == AdminState.RETIRED,
          Code.RETIRED,
          "is retired; return it to use it again");
    }
  },
  ENABLED {
    @Override
    Optional<Reason> against(Unit unit) {
      return switch (unit.standing().admin()) {
        case ENABLED -> Optional.empty();
        case CORDONED -> refusal(Code.CORDONED, "is cordoned; uncordon it");
        case DRAINING -> refusal(Code.DRAINING, "is draining; uncordon it");
        case RETIRED -> refusal(Code.RETIRED, "is retired; return it to use it again");
      };
    }
  },
  UNQUARANTINED {
    @Override
    Optional<Reason> against(Unit unit) {
      return unit.standing()
          .quarantine()
          .map(
              quarantine ->
                  new Reason(
                      Code.QUARANTINED,
                      "is in quarantine ("
                          + quarantine.code()
                          + "); find out why, then return it"));
    }
  },
  HEALTHY {
    @Override
    Optional<Reason> against(Unit unit) {
      return refuseIf(
          unit.standing().health() == Health.FAILED,
          Code.UNHEALTHY,
          "failed its health checks; look at its events");
    }
  },
  BOUND {
    @Override
    Optional<Reason> against(Unit unit) {
      return refuseIf(
          !unit.observed().bound() && !unit.isYetToBeMade(),
          Code.NOT_BOUND,
          "is not bound to vfio"
              + hostSays(unit)
              + "; wait for its host, or look at the agent's log");
    }
  },
  GUARDED {
    @Override
    Optional<Reason> against(Unit unit) {
      return refuseIf(
          unit.kind().hasGroup() && !unit.observed().guarded() && !unit.isYetToBeMade(),
          Code.NOT_GUARDED,
          "is not guarded on its host" + hostSays(unit) + "; start the guard there");
    }
  },
  UNHELD {
    @Override
    Optional<Reason> against(Unit unit) {
      return refuseIf(
          !unit.observed().isUnheld(),
          Code.HELD,
          unit.observed().holdersKnown()
              ? "is held by " + unit.observed().heldBy() + "; stop that, or adopt it"
              : "may be held: its host could not look"
                  + hostSays(unit)
                  + "; look at the agent's log");
    }
  };

  /** Why the unit may not, empty where it may. The sentence begins with the verb. */
  abstract Optional<Reason> against(Unit unit);

  private static Optional<Reason> refuseIf(boolean condition, Code code, String sentence) {
    return condition ? refusal(code, sentence) : Optional.empty();
  }

  private static Optional<Reason> refusal(Code code, String sentence) {
    return Optional.of(new Reason(code, sentence));
  }

  private static String hostSays(Unit unit) {
    return unit.observed()
        .problem()
        .map(problem -> " (" + problem.code() + ": " + problem.message() + ")")
        .orElse("");
  }
}
