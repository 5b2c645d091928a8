package ostler.lab.scenario;

import java.util.List;
import java.util.stream.Stream;

/** Every scenario, in the order in which they run. */
public final class Scenarios {

  private Scenarios() {}

  /** All of them. */
  public static List<Scenario> all() {
    return Stream.concat(onMachines().stream(), onStacks().stream()).toList();
  }

  /** Those that need no more than a machine with Ostler's programs on it. */
  static List<Scenario> onMachines() {
    return Stream.of(
            Topology.scenarios(),
            Inspection.scenarios(),
            KernelFacts.scenarios(),
            Binding.scenarios(),
            Wiping.scenarios(),
            KernelWords.scenarios(),
            Recovery.scenarios(),
            Slicing.scenarios(),
            SliceGuarding.scenarios(),
            SliceFaults.scenarios(),
            NvidiaCards.scenarios())
        .flatMap(List::stream)
        .toList();
  }

  /** Those about slices of devices; {@code tests/lab/run slices} runs them all. */
  static List<Scenario> slices() {
    return Stream.of(
            Slicing.scenarios(),
            SliceGuarding.scenarios(),
            SliceFaults.scenarios(),
            NvidiaCards.scenarios(),
            SlicedTenancy.scenarios(),
            NvidiaCards.onStacks())
        .flatMap(List::stream)
        .toList();
  }

  /** Those that need an allocator and a host that has joined it. */
  static List<Scenario> onStacks() {
    return Stream.of(
            Hooking.scenarios(),
            Hosting.scenarios(),
            LinuxTenant.scenarios(),
            Tenancy.scenarios(),
            SlicedTenancy.scenarios(),
            Bounds.scenarios(),
            NvidiaCards.onStacks(),
            Restarts.scenarios(),
            Endurance.scenarios())
        .flatMap(List::stream)
        .toList();
  }
}
