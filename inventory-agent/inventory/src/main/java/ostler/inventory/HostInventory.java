package ostler.inventory;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import ostler.pci.IommuGroup;
import ostler.pci.PciAddress;

/**
 * Everything about a host's PCI devices that one look at it showed.
 *
 * @param bootId absent where the kernel did not tell
 * @param kernelRelease as {@code uname -r} prints it, absent where the kernel did not tell
 * @param iommu whether an IOMMU is active; without one nothing can be passed through
 * @param functions in order of address
 * @param groups in order of number
 * @param unread devices that are there and could not be read
 * @param scanComplete whether everything that the kernel lists was looked at; only then does
 *     absence mean that a device is gone
 * @param problems what went wrong that is no single device's
 */
public record HostInventory(
    HostName host,
    Optional<BootId> bootId,
    Optional<String> kernelRelease,
    boolean iommu,
    List<KernelFlag> kernelFlags,
    List<PciFunction> functions,
    List<Group> groups,
    List<UnreadDevice> unread,
    boolean scanComplete,
    List<Problem> problems) {

  public HostInventory {
    Objects.requireNonNull(host);
    Objects.requireNonNull(bootId);
    Objects.requireNonNull(kernelRelease);
    kernelFlags = List.copyOf(kernelFlags);
    functions = functions.stream().sorted(Comparator.comparing(PciFunction::address)).toList();
    groups = groups.stream().sorted(Comparator.comparing(Group::number)).toList();
    unread = List.copyOf(unread);
    problems = List.copyOf(problems);
    if (functions.stream().map(PciFunction::address).distinct().count() < functions.size()) {
      throw new IllegalArgumentException("two functions have one address");
    }
  }

  public Optional<PciFunction> function(PciAddress address) {
    return functions.stream().filter(f -> f.address().equals(address)).findFirst();
  }

  public Optional<Group> group(IommuGroup number) {
    return groups.stream().filter(g -> g.number().equals(number)).findFirst();
  }

  /** The group that a function is in, absent where it is in none. */
  public Optional<Group> groupOf(PciFunction function) {
    return function.group().flatMap(this::group);
  }

  /** The same host, with other knowledge of its functions. */
  public HostInventory withFunctions(List<PciFunction> known) {
    return new HostInventory(
        host,
        bootId,
        kernelRelease,
        iommu,
        kernelFlags,
        known,
        groups,
        unread,
        scanComplete,
        problems);
  }

  /** Whether the kernel was told to pretend that the hardware keeps apart what it does not. */
  public boolean acsOverride() {
    return kernelFlags.stream().anyMatch(KernelFlag::isAcsOverride);
  }

  /** Whether anything at all could not be read as it should. */
  public boolean hasProblems() {
    return !problems.isEmpty()
        || !unread.isEmpty()
        || functions.stream().anyMatch(function -> !function.allProblems().isEmpty());
  }
}
