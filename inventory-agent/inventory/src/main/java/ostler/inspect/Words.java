package ostler.inspect;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import ostler.inventory.HostInventory;
import ostler.inventory.KernelFlag;
import ostler.inventory.Link;
import ostler.inventory.LinkRate;
import ostler.inventory.LockedAttributes;
import ostler.inventory.MdevType;
import ostler.inventory.PciFunction;
import ostler.inventory.PowerState;
import ostler.inventory.SriovParent;
import ostler.pci.PciAddress;
import ostler.pci.PciNames;
import ostler.pci.ResetMethod;

/** What the table and the tree say of a host and of a function, in a few words each. */
final class Words {

  static final String NONE = "-";

  private static final int MEGATRANSFERS_PER_TENTH_GT = 100;

  private final HostInventory host;
  private final PciNames names;

  Words(HostInventory host, PciNames names) {
    this.host = host;
    this.names = names;
  }

  /** The host in a line. */
  String headline() {
    return host.host()
        + ": Linux "
        + host.kernelRelease().orElse("of unknown release")
        + ", "
        + (host.iommu() ? "IOMMU on, " + host.groups().size() + " groups" : "no IOMMU")
        + ", "
        + host.functions().size()
        + " PCI functions"
        + (host.scanComplete() ? "" : " (not all of them could be looked at)");
  }

  /** What an operator must know of the host as a whole, a sentence each. */
  List<String> advice() {
    List<String> advice = new ArrayList<>();
    if (!host.iommu()) {
      advice.add(
          "No IOMMU is active, so nothing can be passed through safely, and Ostler will not try. On"
              + " Intel add intel_iommu=on to the kernel's command line; on AMD and ARM switch the"
              + " IOMMU on in the firmware's setup (the kernel then uses it by itself); then"
              + " restart.");
    }
    if (host.acsOverride()) {
      advice.add(
          "The kernel runs with "
              + KernelFlag.ACS_OVERRIDE
              + ": groups look smaller than what the hardware keeps apart. Do not give neighbours "
              + "in one real group to different tenants.");
    }
    return advice;
  }

  String name(PciFunction function) {
    return names.brief(function.id());
  }

  String kind(PciFunction function) {
    return names.pciClass(function.pciClass()).orElse(function.pciClass().toString());
  }

  String driver(PciFunction function) {
    return function.driver().map(Object::toString).orElse(NONE);
  }

  String group(PciFunction function) {
    return function.group().map(Object::toString).orElse(NONE);
  }

  String numaNode(PciFunction function) {
    return function.numaNode().map(Object::toString).orElse(NONE);
  }

  String resets(PciFunction function) {
    return function.resetMethods().isEmpty()
        ? "none"
        : function.resetMethods().stream()
            .map(ResetMethod::kernelName)
            .collect(Collectors.joining(" "));
  }

  String link(PciFunction function) {
    return function.link().flatMap(Link::current).map(Words::rate).orElse(NONE);
  }

  /** What is out of the ordinary, and what belongs to the function. */
  List<String> notes(PciFunction function) {
    List<String> notes = new ArrayList<>();
    if (function.bootDisplay()) {
      notes.add("boot display");
    }
    if (function.isEndpoint()) {
      companions(function).ifPresent(notes::add);
    }
    function.sriov().map(Words::virtualFunctions).ifPresent(notes::add);
    function.physicalFunction().ifPresent(parent -> notes.add("virtual function of " + parent));
    if (!function.mdevTypes().isEmpty()) {
      notes.add(function.mdevTypes().size() + " mdev types");
    }
    function
        .locked()
        .flatMap(LockedAttributes::driverOverride)
        .ifPresent(driver -> notes.add("only " + driver + " may bind"));
    slowLink(function).ifPresent(notes::add);
    function
        .powerState()
        .filter(state -> state == PowerState.D3COLD)
        .ifPresent(state -> notes.add("asleep (D3cold)"));
    int problems = function.allProblems().size();
    if (problems > 0) {
      notes.add(problems == 1 ? "1 problem" : problems + " problems");
    }
    return notes;
  }

  /** One mdev type in four words. */
  static List<String> mdevType(MdevType type) {
    return List.of(
        type.id().toString(),
        type.name().orElse(NONE),
        type.availableInstances().isPresent()
            ? Integer.toString(type.availableInstances().getAsInt())
            : NONE,
        type.deviceApi().orElse(NONE),
        type.description().orElse(NONE));
  }

  private Optional<String> companions(PciFunction function) {
    List<PciAddress> companions =
        host.groupOf(function)
            .map(group -> group.companionsOf(function.address()))
            .orElse(List.of());
    return companions.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "with "
                + companions.stream().map(Object::toString).collect(Collectors.joining(" and ")));
  }

  private static String virtualFunctions(SriovParent sriov) {
    return sriov.functions().size() + " of " + sriov.totalFunctions() + " virtual functions";
  }

  private static Optional<String> slowLink(PciFunction function) {
    Optional<LinkRate> max = function.link().flatMap(Link::max);
    return function
        .link()
        .flatMap(Link::current)
        .flatMap(
            current ->
                max.filter(
                    best ->
                        current.lanes() < best.lanes()
                            || current.megatransfers() < best.megatransfers()))
        .map(best -> "link could be " + rate(best));
  }

  private static String rate(LinkRate rate) {
    int tenths = rate.megatransfers() / MEGATRANSFERS_PER_TENTH_GT;
    return tenths / 10 + "." + tenths % 10 + " GT/s x" + rate.lanes();
  }
}
