package ostler.lab.scenario;

/** The scenarios of a whole stack: an allocator, its command, and a host with an agent. */
final class LabStackIT extends LabScenarios {

  LabStackIT() {
    super(Scenarios.onStacks());
  }
}
