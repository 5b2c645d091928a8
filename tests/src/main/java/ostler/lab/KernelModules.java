package ostler.lab;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which modules a module needs, read from the text of {@code modules.dep}.
 *
 * <p>depmod lists a module's dependencies so that the last must be loaded first.
 */
final class KernelModules {

  private final Map<String, List<String>> loadOrder = new LinkedHashMap<>();

  /** Parses {@code modules.dep}: one {@code path: dependency dependency} a line. */
  KernelModules(String modulesDep) {
    for (String line : modulesDep.lines().toList()) {
      int colon = line.indexOf(':');
      if (colon < 0) {
        throw new IllegalArgumentException("modules.dep has a line without a colon: " + line);
      }
      List<String> order = new ArrayList<>();
      for (String dependency : line.substring(colon + 1).strip().split(" ")) {
        if (!dependency.isEmpty()) {
          order.add(0, dependency);
        }
      }
      order.add(line.substring(0, colon));
      loadOrder.put(name(line.substring(0, colon)), order);
    }
  }

  /** Paths of the named modules and all they need, in an order in which they can be loaded. */
  Set<String> inLoadOrder(List<String> names) {
    Set<String> paths = new LinkedHashSet<>();
    for (String name : names) {
      List<String> order = loadOrder.get(name(name));
      if (order == null) {
        throw new IllegalArgumentException("this kernel has no module " + name);
      }
      paths.addAll(order);
    }
    return paths;
  }

  private static String name(String path) {
    String file = path.substring(path.lastIndexOf('/') + 1);
    return file.replaceFirst("\\.ko$", "").replace('-', '_');
  }
}
