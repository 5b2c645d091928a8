package ostler.vfio;

import ostler.inventory.Fence;

/** By what right an order comes. */
sealed interface Authority {

  /** From the allocator. */
  record Fenced(Fence fence) implements Authority {}

  /** By an operator's hand: it voids what was known of the unit's cleanness. */
  record Offline(Reason reason) implements Authority {}
}
