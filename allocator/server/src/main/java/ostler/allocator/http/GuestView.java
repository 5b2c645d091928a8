package ostler.allocator.http;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import ostler.allocator.engine.placement.Guest;
import ostler.inventory.NumaNode;

/**
 * The NUMA topology of the machine that units are for.
 *
 * @param cells how many parts its memory has
 * @param nodes the host's nodes that they were put on, where that is chosen
 */
public record GuestView(Integer cells, List<Integer> nodes) {

  /** The guest that is meant; one that says nothing has no topology. */
  static Guest parse(String field, GuestView said) {
    if (said == null) {
      return Guest.PLAIN;
    }
    List<NumaNode> nodes = new ArrayList<>();
    List<Integer> numbers = said.nodes() == null ? List.of() : said.nodes();
    try {
      for (Integer number : numbers) {
        nodes.add(new NumaNode(Door.required(field + ".nodes", number)));
      }
      return new Guest(said.cells() == null ? nodes.size() : said.cells(), new TreeSet<>(nodes));
    } catch (IllegalArgumentException e) {
      throw new BadInput(field, e.getMessage());
    }
  }
}
