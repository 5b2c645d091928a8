package ostler.sysfs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ostler.inventory.BootId;
import ostler.inventory.DeviceIdentity;
import ostler.inventory.Group;
import ostler.inventory.GroupType;
import ostler.inventory.HostInventory;
import ostler.inventory.HostName;
import ostler.inventory.KernelFlag;
import ostler.inventory.PciFunction;
import ostler.inventory.Problem;
import ostler.inventory.SlotName;
import ostler.inventory.SriovParent;
import ostler.inventory.UnreadDevice;
import ostler.pci.IommuGroup;
import ostler.pci.PciAddress;
import ostler.pci.PciClass;
import ostler.pci.PciId;

/**
 * Looks once at all PCI functions of a host. It reads only what no sick device can hold up, so it
 * ends, and whatever is wrong with one function costs that function alone.
 */
public final class HostScan {

  /** More functions than any machine has; beyond it the scan is not complete and says so. */
  public static final int MAX_FUNCTIONS = 65_536;

  private final Sysfs sysfs;

  public HostScan(Sysfs sysfs) {
    this.sysfs = sysfs;
  }

  /** One pass over the host. Each function is listed once and read once. */
  public HostInventory scan(HostName host) {
    Findings findings = new Findings("this host");
    List<PciFunction> functions = new ArrayList<>();
    List<UnreadDevice> unread = new ArrayList<>();
    Read<List<String>> listed = sysfs.functionNames();
    List<String> names = findings.needed(listed, "sys/bus/pci/devices").orElse(List.of());
    Map<String, SlotName> slots =
        findings.take(sysfs.slots(), "sys/bus/pci/slots").orElse(Map.of());
    for (String name : names.subList(0, Math.min(names.size(), MAX_FUNCTIONS))) {
      scan(name, slots, functions, unread);
    }
    boolean cut = names.size() > MAX_FUNCTIONS;
    if (cut) {
      findings.note(
          Problem.Code.TOO_MANY,
          "sys/bus/pci/devices",
          "more than " + MAX_FUNCTIONS + " functions");
    }
    Optional<List<Group>> groups = groups(functions, findings);
    Optional<BootId> bootId = findings.needed(sysfs.bootId(), "boot_id");
    Optional<String> kernel = findings.needed(sysfs.kernelRelease(), "osrelease");
    List<KernelFlag> flags =
        findings
            .needed(sysfs.commandLine(), "cmdline")
            .map(KernelFlag::ofCommandLine)
            .orElse(List.of());
    boolean iommu = findings.take(sysfs.iommu(), "sys/class/iommu").orElse(false);
    return new HostInventory(
        host,
        bootId,
        kernel,
        iommu,
        flags,
        functions,
        groups.orElse(List.of()),
        unread,
        listed.value().isPresent() && !cut && groups.isPresent(),
        findings.problems());
  }

  private void scan(
      String name,
      Map<String, SlotName> slots,
      List<PciFunction> functions,
      List<UnreadDevice> unread) {
    Findings findings = new Findings(name);
    Optional<PciAddress> address = PciAddress.tryParse(name);
    if (address.isEmpty()) {
      findings.note(Problem.Code.ATTRIBUTE_GARBLED, "address", "its name is not a PCI address");
    }
    Optional<PciFunction> function = address.flatMap(known -> function(known, slots, findings));
    function.ifPresentOrElse(
        functions::add, () -> unread.add(new UnreadDevice(name, findings.problems())));
  }

  /** A function, or nothing where not even what it is can be told; the findings then say why. */
  private Optional<PciFunction> function(
      PciAddress address, Map<String, SlotName> slots, Findings findings) {
    Read<FunctionDirectory> opened = sysfs.function(address);
    if (opened instanceof Read.Absent<FunctionDirectory>) {
      findings.note(
          Problem.Code.DEVICE_VANISHED, "directory", "it was removed after it had been listed");
      return Optional.empty();
    }
    return findings
        .take(opened, "directory")
        .flatMap(directory -> function(directory, slots, findings));
  }

  private Optional<PciFunction> function(
      FunctionDirectory directory, Map<String, SlotName> slots, Findings findings) {
    Optional<PciId> id = findings.needed(directory.id(), "vendor, device");
    Optional<PciId> subsystem =
        findings.take(directory.subsystem(), "subsystem_vendor, subsystem_device");
    Optional<Integer> revision = findings.needed(directory.revision(), "revision");
    Optional<PciClass> pciClass = findings.needed(directory.pciClass(), "class");
    if (!findings.problems().isEmpty()) {
      return Optional.empty();
    }
    DeviceIdentity identity =
        new DeviceIdentity(
            id.orElseThrow(),
            subsystem,
            revision.orElseThrow(),
            Optional.empty(),
            Optional.empty(),
            Optional.ofNullable(slots.get(directory.address().slotName())));
    PciFunction function = describe(directory, identity, pciClass.orElseThrow(), findings);
    // Half of a removed device would look like one without a driver, which it never was.
    boolean vanished =
        findings.problems().stream()
            .anyMatch(problem -> problem.code() == Problem.Code.DEVICE_VANISHED);
    return vanished ? Optional.empty() : Optional.of(function);
  }

  private static PciFunction describe(
      FunctionDirectory directory, DeviceIdentity identity, PciClass pciClass, Findings findings) {
    PciFunction.Builder function =
        PciFunction.builder(directory.address(), identity, pciClass)
            .driver(findings.take(directory.driver(), "driver"))
            .group(findings.take(directory.group(), "iommu_group"))
            .numaNode(findings.take(directory.numaNode(), "numa_node"))
            .resetMethods(findings.take(directory.resetMethods(), "reset_method").orElse(List.of()))
            .bootDisplay(findings.take(directory.bootDisplay(), "boot_vga").orElse(false))
            .bars(findings.needed(directory.bars(), "resource").orElse(List.of()))
            .sriov(sriov(directory, findings))
            .physicalFunction(findings.take(directory.physicalFunction(), "physfn"))
            .mdevTypes(
                findings
                    .take(directory.mdevTypes(), FunctionDirectory.MDEV_TYPES)
                    .orElse(List.of()))
            .upstream(findings.take(directory.upstream(), "upstream").orElse(List.of()))
            .powerState(findings.take(directory.powerState(), "power_state"));
    findings.problems().forEach(function::problem);
    return function.build();
  }

  private static Optional<SriovParent> sriov(FunctionDirectory directory, Findings findings) {
    return findings
        .take(directory.totalVirtualFunctions(), "sriov_totalvfs")
        .filter(total -> total > 0)
        .map(
            total ->
                new SriovParent(
                    total,
                    findings.take(directory.virtualFunctions(), "virtfn").orElse(List.of())));
  }

  /** The groups, or nothing where not all of them could be read. */
  private Optional<List<Group>> groups(List<PciFunction> functions, Findings findings) {
    Map<PciAddress, Group.Role> roles = new HashMap<>();
    for (PciFunction function : functions) {
      roles.put(
          function.address(), function.isEndpoint() ? Group.Role.ENDPOINT : Group.Role.BRIDGE);
    }
    Optional<List<IommuGroup>> numbers = findings.take(sysfs.groups(), "sys/kernel/iommu_groups");
    List<Group> groups = new ArrayList<>();
    boolean all = numbers.isPresent();
    for (IommuGroup number : numbers.orElse(List.of())) {
      String attribute = "iommu_groups/" + number;
      Optional<List<PciAddress>> members =
          findings.take(sysfs.membersOf(number), attribute + "/devices");
      Optional<GroupType> type = findings.take(sysfs.typeOf(number), attribute + "/type");
      all &= members.isPresent();
      // A group can be empty for a moment, when its last member has just been removed.
      members
          .filter(known -> !known.isEmpty())
          .ifPresent(known -> groups.add(group(number, type, known, roles)));
    }
    return all ? Optional.of(groups) : Optional.empty();
  }

  private static Group group(
      IommuGroup number,
      Optional<GroupType> type,
      List<PciAddress> members,
      Map<PciAddress, Group.Role> roles) {
    return new Group(
        number,
        type,
        members.stream()
            .map(member -> new Group.Member(member, roles.getOrDefault(member, Group.Role.UNKNOWN)))
            .toList());
  }

  /** The problem of one attribute, as a sentence that says what, which, and what to do next. */
  static Problem problem(String owner, String attribute, Problem.Code code, String reason) {
    return new Problem(
        code, attribute, attribute + " of " + owner + ": " + reason + "; " + whatNext(code) + ".");
  }

  private static String whatNext(Problem.Code code) {
    return switch (code) {
      case ATTRIBUTE_MISSING -> "is this a sysfs of Linux?";
      case ATTRIBUTE_DENIED -> "run as root, or see what the security module logs";
      case ATTRIBUTE_GARBLED -> "read the file by hand, and see dmesg";
      case ATTRIBUTE_UNREADABLE -> "see dmesg";
      case ATTRIBUTE_TIMED_OUT ->
          "something holds the device; look for processes in state D, and see dmesg";
      case DEVICE_VANISHED -> "scan again";
      case DEVICE_DEAD -> "see dmesg; only a reset or a power cycle can bring it back";
      case TOO_MANY -> "look at it by hand";
      case NVML_MISSING,
          NVML_VERSION_MISMATCH,
          NVML_HANGS,
          NVML_CRASHED,
          NVML_FAILED,
          GPU_IS_LOST,
          GPU_UNWELL ->
          "see nvidia-smi";
    };
  }

  /** Collects what went wrong with one thing. */
  private static final class Findings {

    private final String owner;
    private final List<Problem> problems = new ArrayList<>();

    Findings(String owner) {
      this.owner = owner;
    }

    List<Problem> problems() {
      return List.copyOf(problems);
    }

    void note(Problem.Code code, String attribute, String reason) {
      problems.add(problem(owner, attribute, code, reason));
    }

    /** The value, if there is one; a failure becomes a problem. */
    <T> Optional<T> take(Read<T> read, String attribute) {
      read.failure().ifPresent(failed -> note(failed.code(), attribute, failed.reason()));
      return read.value();
    }

    /** As {@link #take}, where absence is a problem too. */
    <T> Optional<T> needed(Read<T> read, String attribute) {
      if (read instanceof Read.Absent<T>) {
        note(Problem.Code.ATTRIBUTE_MISSING, attribute, "there is no such file");
      }
      return take(read, attribute);
    }
  }
}
