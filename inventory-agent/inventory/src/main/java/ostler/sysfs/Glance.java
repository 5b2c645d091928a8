package ostler.sysfs;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which functions there are and which drivers have them, seen with one system call or two for each
 * driver and none for a device: cheap enough to be asked every few seconds whether a full scan is
 * due. Two glances that are equal saw the same; nothing else is to be read from one.
 *
 * @param functions the names in {@code /sys/bus/pci/devices}
 * @param driven for each driver the names in its directory, the bound functions among them
 */
public record Glance(Set<String> functions, Map<String, Set<String>> driven) {

  /** Before the first look. */
  public static final Glance NOTHING = new Glance(Set.of(), Map.of());

  private static final Path DRIVERS = Path.of("sys/bus/pci/drivers");

  public Glance {
    functions = Set.copyOf(functions);
    driven = Map.copyOf(driven);
  }

  /** What cannot be read looks empty; the scan that follows says why. */
  public static Glance of(Sysfs sysfs) {
    Path drivers = sysfs.root().resolve(DRIVERS);
    Map<String, Set<String>> driven = new HashMap<>();
    for (String driver : names(drivers)) {
      driven.put(driver, Set.copyOf(names(drivers.resolve(driver))));
    }
    return new Glance(Set.copyOf(sysfs.functionNames().value().orElse(List.of())), driven);
  }

  private static List<String> names(Path directory) {
    return AttributeFile.names(directory).value().orElse(List.of());
  }
}
