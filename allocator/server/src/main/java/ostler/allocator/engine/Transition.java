package ostler.allocator.engine;

import java.util.Set;

/** One row of the lifecycle: from a state, on an event, to a state, with guards and effects. */
record Transition(UnitState from, UnitEvent on, UnitState to, Set<Guard> needs, Set<Effect> does) {
  Transition {
    needs = Set.copyOf(needs);
    does = Set.copyOf(does);
  }
}
