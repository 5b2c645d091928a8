package ostler.root;

import ostler.inventory.Fence;

/** By what right an order comes. */
public sealed interface Authority {

  /** From the allocator. */
  public record Fenced(Fence fence) implements Authority {}

  /** By an operator's hand: it voids what was known of the unit's cleanness. */
  public record Offline(Reason reason) implements Authority {}
}
