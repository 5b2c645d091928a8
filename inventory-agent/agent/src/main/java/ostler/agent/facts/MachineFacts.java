package ostler.agent.facts;

import java.util.Optional;
import java.util.OptionalLong;
import oshi.SystemInfo;
import ostler.inventory.HostFacts;

/** Reads the facts of this machine, once: they do not change while it runs. */
public final class MachineFacts {

  private static final long MIB = 1024L * 1024;

  private MachineFacts() {}

  /**
   * The facts, as OSHI knows them.
   *
   * @param kernel as the inventory has it
   * @param iommu as the inventory has it
   */
  public static HostFacts read(Optional<String> kernel, boolean iommu) {
    SystemInfo machine = new SystemInfo();
    return new HostFacts(
        kernel,
        known(machine.getOperatingSystem().toString()),
        known(machine.getHardware().getProcessor().getProcessorIdentifier().getName()),
        OptionalLong.of(machine.getHardware().getMemory().getTotal() / MIB),
        iommu);
  }

  private static Optional<String> known(String text) {
    return text.isBlank() ? Optional.empty() : Optional.of(text.strip());
  }
}
