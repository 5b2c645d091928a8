package ostler.inventory;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an operator wants to know of a host at a glance; nothing is decided by it. What could not be
 * learned is absent.
 *
 * @param kernel as {@code uname -r} prints it
 * @param memoryMib all memory, in MiB
 * @param iommu whether an IOMMU is active
 */
public record HostFacts(
    Optional<String> kernel,
    Optional<String> os,
    Optional<String> cpu,
    OptionalLong memoryMib,
    boolean iommu) {
  public HostFacts {
    Objects.requireNonNull(kernel);
    Objects.requireNonNull(os);
    Objects.requireNonNull(cpu);
    Objects.requireNonNull(memoryMib);
  }
}
