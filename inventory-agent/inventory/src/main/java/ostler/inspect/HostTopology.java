package ostler.inspect;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import ostler.inventory.HostInventory;
import ostler.inventory.PciFunction;
import ostler.pci.PciAddress;
import ostler.pci.PciNames;

/** A host as the tree of its buses, bridges and functions. */
final class HostTopology {

  private static final String STEP = "  ";

  private final HostInventory host;
  private final Words words;
  private final Map<PciAddress, PciFunction> functions = new HashMap<>();
  private final Map<Optional<PciAddress>, List<PciFunction>> below = new HashMap<>();

  HostTopology(HostInventory host, PciNames names) {
    this.host = host;
    this.words = new Words(host, names);
  }

  String render(boolean all) {
    host.functions().forEach(function -> functions.put(function.address(), function));
    for (PciFunction function : host.functions()) {
      if (all || !function.isVirtualFunction()) {
        below.computeIfAbsent(knownBridge(function), bridge -> new ArrayList<>()).add(function);
      }
    }
    StringBuilder out = new StringBuilder(words.headline()).append('\n');
    Map<String, List<PciFunction>> buses = new TreeMap<>();
    for (PciFunction root : below.getOrDefault(Optional.<PciAddress>empty(), List.of())) {
      buses.computeIfAbsent(root.address().busName(), bus -> new ArrayList<>()).add(root);
    }
    buses.forEach(
        (bus, roots) -> {
          out.append("pci").append(bus).append('\n');
          roots.forEach(root -> render(root, STEP, out));
        });
    words.advice().forEach(sentence -> out.append('\n').append(sentence).append('\n'));
    return out.toString();
  }

  /** A bridge that could not be read leaves those below it at the root. */
  private Optional<PciAddress> knownBridge(PciFunction function) {
    return function.parentBridge().filter(functions::containsKey);
  }

  private void render(PciFunction function, String indent, StringBuilder out) {
    List<String> facts = new ArrayList<>();
    function.driver().ifPresent(driver -> facts.add(driver.toString()));
    function.group().ifPresent(group -> facts.add("group " + group));
    function.numaNode().ifPresent(node -> facts.add("node " + node));
    facts.addAll(words.notes(function));
    out.append(indent)
        .append(function.address())
        .append("  ")
        .append(words.kind(function))
        .append(": ")
        .append(words.name(function));
    if (!facts.isEmpty()) {
      out.append(" (").append(String.join(", ", facts)).append(')');
    }
    out.append('\n');
    below
        .getOrDefault(Optional.of(function.address()), List.of())
        .forEach(child -> render(child, indent + STEP, out));
  }
}
