package ostler.cli;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import ostler.cli.print.Node;

/** What an answer about slices means, in words. */
final class SliceText {

  private static final String FUNCTION = "virtual function";

  private SliceText() {}

  /** {@code mdev GRID T4-4Q}; the kind alone where there is no type. */
  static String kind(Node unit) {
    return (unit.textAt("kind") + ' ' + unit.textAt("slice_type")).strip();
  }

  /** What a layout cuts a card into, as {@code 2 of GRID T4-4Q}. */
  static String cut(Node layout) {
    String slices =
        layout.at("slices").items().stream()
            .map(slice -> slice.textAt("count") + " of " + slice.textAt("type"))
            .collect(Collectors.joining(", "));
    boolean functions = layout.at("functions").value() instanceof Long count && count > 0;
    if (!functions) {
      return slices;
    }
    String on = layout.textAt("functions") + ' ' + FUNCTION + "s";
    return slices.isEmpty() ? on : slices + " on " + on;
  }

  /** What a parent could still hold, each type by itself; empty where nobody said. */
  static String couldHold(Node parent) {
    return parent.at("could_hold").items().stream()
        .map(SliceText::offer)
        .collect(Collectors.joining("; "));
  }

  private static String offer(Node offer) {
    Optional<String> most = offer.at("most").text();
    Optional<String> memory = offer.at("memory_mib").text();
    return offer.textAt("available")
        + " more "
        + offer.at("type").text().orElse(FUNCTION + 's')
        + " ("
        + offer.textAt("kind")
        + (memory.isPresent() ? ", " + memory.get() + " MiB each" : "")
        + (most.isPresent() ? ", " + most.get() + " on an empty card" : "")
        + ')';
  }

  /** The type's name; what has no type is a plain function. */
  static String typeOf(Node offer) {
    return offer.at("type").text().orElse(FUNCTION);
  }

  /** Whose a parent is at the moment, since it serves one project at a time unless it is shared. */
  static String servedProject(Node layout) {
    String project = layout.textAt("held_by_project");
    return layout.at("shared").isTrue() && project.isEmpty() ? "any (shared)" : project;
  }

  /** What a card is still cut into while another layout is declared. */
  static String stillCut(Node layout) {
    return layout.at("applied").isTrue() ? "" : cut(layout.at("applied_layout"));
  }

  /** Who has slices, as {@code claim 0c44... (p1 libvirt:domain:vm1)}. */
  static String holders(Node holders) {
    return holders.items().stream()
        .map(holder -> "claim " + holder.textAt("claim") + " (" + UnitText.holder(holder) + ')')
        .collect(Collectors.joining(", "));
  }

  /** What an operator does next about a layout; empty where there is nothing to do. */
  static Optional<String> next(Node layout) {
    return layout.at("applied").isTrue() || layout.at("kind").isAbsent()
        ? Optional.empty()
        : Optional.of("cut the card by it: ostler layout apply " + layout.textAt("unit"));
  }

  /** Texts of a list, each on a line of its own. */
  static List<String> lines(Node list) {
    return list.items().stream().map(each -> each.text().orElse("")).toList();
  }
}
