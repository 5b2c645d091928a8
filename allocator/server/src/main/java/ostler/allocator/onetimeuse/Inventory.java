package ostler.allocator.onetimeuse;

import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a provider of Placement's has.
 *
 * @param generation of the provider, which each change of it raises, an allocation too
 * @param classes each resource class's inventory, with all its fields
 */
record Inventory(long generation, Map<String, ObjectNode> classes) {

  Inventory {
    classes = Map.copyOf(classes);
  }

  /** Whether nothing of it may be allocated, by what is reserved alone. */
  boolean isReserved() {
    return !classes.isEmpty()
        && classes.values().stream()
            .allMatch(
                one ->
                    one.path("total").asLong() > 0
                        && one.path("reserved").asLong() == one.path("total").asLong());
  }
}
