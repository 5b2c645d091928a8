package ostler.lab.scenario;

import java.util.List;
import java.util.stream.Stream;

/** Every scenario, in the order in which they run. */
public final class Scenarios {

  private Scenarios() {}

  /** All of them. */
  public static List<Scenario> all() {
    return Stream.of(
            Topology.scenarios(),
            Inspection.scenarios(),
            KernelFacts.scenarios(),
            Binding.scenarios(),
            Wiping.scenarios(),
            KernelWords.scenarios(),
            Recovery.scenarios(),
            Slicing.scenarios(),
            Hooking.scenarios(),
            Hosting.scenarios(),
            LinuxTenant.scenarios(),
            Tenancy.scenarios(),
            Bounds.scenarios(),
            Restarts.scenarios(),
            Endurance.scenarios())
        .flatMap(List::stream)
        .toList();
  }
}
