package ostler.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import ostler.cli.print.DisplayText;
import ostler.cli.print.Node;
import ostler.inventory.HostName;

/**
 * A host's devices as they hang together: what one NUMA node is near to, and what one IOMMU group
 * can only pass on as a whole.
 */
final class DeviceTree {

  private static final String UNKNOWN = "unknown";

  private final Map<String, Node> units;
  private final List<String> lines = new ArrayList<>();

  private DeviceTree(List<Node> units) {
    this.units = new HashMap<>();
    units.forEach(unit -> this.units.put(unit.textAt("id"), unit));
  }

  static void print(Session session, Arguments said) throws Failure {
    HostName host = said.need(Verb.HOST);
    List<Node> devices = session.all(ApiPath.of("devices").with("host", host));
    if (devices.isEmpty()) {
      throw Failure.of(ExitCode.NOT_FOUND, "NO_DEVICE", "Host " + host + " has reported no device.")
          .andTry("see how it is: ostler host show " + host);
    }
    if (!session.isTable()) {
      session.terminal().print(session.printer().list(devices, DeviceCommands.LIST, List.of()));
      return;
    }
    DeviceTree tree = new DeviceTree(session.all(ApiPath.of("units").with("host", host)));
    session.terminal().print(tree.drawn(host, devices));
  }

  private String drawn(HostName host, List<Node> devices) {
    lines.add(host.toString());
    branch("", by("numa_node", devices), this::numaNode);
    return lines.stream().map(DisplayText::safe).collect(Collectors.joining("\n", "", "\n"));
  }

  /** Draws one line for each, and what hangs below it. */
  private <T> void branch(String before, Map<String, T> children, Drawer<T> drawer) {
    int left = children.size();
    for (Map.Entry<String, T> child : children.entrySet()) {
      left--;
      drawer.draw(
          before + (left > 0 ? "├─ " : "└─ "),
          before + (left > 0 ? "│  " : "   "),
          child.getKey(),
          child.getValue());
    }
  }

  /** Draws one child: its own line, and those below it. */
  @FunctionalInterface
  private interface Drawer<T> {
    void draw(String line, String below, String name, T child);
  }

  private void numaNode(String line, String below, String node, List<Node> devices) {
    lines.add(line + "NUMA " + node);
    branch(below, by("group", devices), this::group);
  }

  private void group(String line, String below, String group, List<Node> devices) {
    lines.add(line + "group " + group + held(devices));
    Map<String, Node> byAddress =
        devices.stream()
            .sorted(Comparator.comparing((Node device) -> device.textAt("address")))
            .collect(
                Collectors.toMap(
                    device -> device.textAt("address"),
                    Function.identity(),
                    (first, second) -> first,
                    LinkedHashMap::new));
    branch(below, byAddress, this::device);
  }

  private void device(String line, String below, String address, Node device) {
    List<String> parts = new ArrayList<>(List.of(address, DeviceCommands.model(device)));
    parts.add(DeviceCommands.name(device));
    parts.add(device.at("driver").text().orElse("no driver"));
    parts.add(device.is("presence", "present") ? "" : device.textAt("presence"));
    parts.removeIf(String::isEmpty);
    lines.add(line + String.join("  ", parts));
    branch(below, slicesAt(device), this::slice);
  }

  /** What is made of the device itself; a virtual function is a device of its own. */
  private Map<String, Node> slicesAt(Node device) {
    return units.values().stream()
        .filter(unit -> !unit.at("parent").isAbsent())
        .filter(unit -> unit.is("parent", device.textAt("unit")) && !unit.is("state", "UNMANAGED"))
        .filter(unit -> UnitText.members(unit).split(" ")[0].equals(device.textAt("address")))
        .collect(
            Collectors.toMap(
                unit -> unit.textAt("id"), Function.identity(), (one, same) -> one, TreeMap::new));
  }

  private void slice(String line, String below, String id, Node slice) {
    lines.add(line + SliceText.kind(slice) + "  " + id + state(slice));
  }

  /** How the unit of a group is and who has it; a group that was never taken in has none. */
  private String held(List<Node> devices) {
    for (Node device : devices) {
      Node unit = units.get(device.textAt("unit"));
      if (unit != null) {
        return state(unit);
      }
    }
    return "";
  }

  private static String state(Node unit) {
    String holder = UnitText.holder(unit);
    return "  " + unit.textAt("state") + (holder.isEmpty() ? "" : " → " + holder);
  }

  /** The devices by a field that is a number, in its order, those without it last. */
  private static Map<String, List<Node>> by(String field, List<Node> devices) {
    Map<String, List<Node>> by = new LinkedHashMap<>();
    devices.stream()
        .sorted(Comparator.comparingLong((Node device) -> number(device.at(field))))
        .forEach(
            device ->
                by.computeIfAbsent(
                        device.at(field).text().orElse(UNKNOWN), name -> new ArrayList<>())
                    .add(device));
    return by;
  }

  private static long number(Node node) {
    return node.value() instanceof Long number ? number : Long.MAX_VALUE;
  }
}
