package ostler.agent.privileged;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import ostler.inventory.LockedAttributes;
import ostler.inventory.Problem;
import ostler.pci.PciAddress;
import ostler.sysfs.LockedMeaning;
import ostler.sysfs.Probes;
import ostler.sysfs.Read;

/**
 * The process that reads attributes which may hang. It has no more rights than the agent; it is
 * another process because it may be lost.
 */
public final class ProbeProgram {

  private final List<String> command;

  /**
   * @param command to which the functions' addresses are added as arguments; it must call {@link
   *     Probes#child}
   */
  public ProbeProgram(List<String> command) {
    this.command = List.copyOf(command);
  }

  public Map<PciAddress, LockedAttributes> read(Collection<PciAddress> functions)
      throws InterruptedException {
    Map<PciAddress, LockedAttributes> attributes = new TreeMap<>();
    try {
      Map<PciAddress, Map<String, Read<String>>> raw = Probes.run(functions, this::start);
      for (PciAddress function : functions) {
        attributes.put(function, LockedMeaning.of(function, raw.getOrDefault(function, Map.of())));
      }
    } catch (IOException e) {
      Problem problem =
          new Problem(
              Problem.Code.ATTRIBUTE_UNREADABLE,
              "probe",
              "The probe cannot be started: " + e.getMessage() + "; see the host's limits.");
      functions.forEach(function -> attributes.put(function, LockedAttributes.failed(problem)));
    }
    return attributes;
  }

  private Process start(List<PciAddress> functions) throws IOException {
    List<String> whole = new ArrayList<>(command);
    functions.forEach(function -> whole.add(function.toString()));
    // A hung probe must not keep this program's own standard error open, or whoever waits for the
    // end of that would hang as well. What a broken JVM says becomes a line that nobody believes.
    return new ProcessBuilder(whole).redirectErrorStream(true).start();
  }
}
