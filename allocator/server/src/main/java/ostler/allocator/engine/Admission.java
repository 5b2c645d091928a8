package ostler.allocator.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import ostler.flavor.AliasRule;
import ostler.flavor.UnitModel;
import ostler.inventory.Group;
import ostler.inventory.HostInventory;
import ostler.inventory.PciFunction;
import ostler.pci.DriverName;
import ostler.pci.IommuGroup;
import ostler.pci.PciAddress;

/**
 * Which of a host's devices may be taken in. What shares an IOMMU group comes in together or not at
 * all, so naming one member means the group.
 *
 * @param groups the members of each group that may come in, in order of address
 * @param refused one member of each group that may not, and why
 */
public record Admission(List<List<Device>> groups, List<Refused> refused) {

  /** A device that may not come in. */
  public record Refused(PciAddress address, Reason reason) {}

  public Admission {
    groups = List.copyOf(groups);
    refused = List.copyOf(refused);
  }

  /** Judges the devices at these addresses. */
  public static Admission ofAddresses(
      HostInventory shown, Collection<Device> known, Collection<PciAddress> addresses) {
    return new Judge(shown, known).judge(new TreeSet<>(addresses));
  }

  /** Judges the devices that a rule means. */
  public static Admission ofRule(HostInventory shown, Collection<Device> known, AliasRule rule) {
    Judge judge = new Judge(shown, known);
    return judge.judge(
        shown.functions().stream()
            .filter(PciFunction::isEndpoint)
            .filter(f -> rule.matches(new UnitModel.Part(f.id(), f.pciClass())))
            .filter(f -> judge.isWhole(f, rule))
            .map(PciFunction::address)
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  /** The model of a unit with these members. */
  public static UnitModel modelOf(List<Device> members) {
    return new UnitModel(
        members.stream()
            .map(device -> new UnitModel.Part(device.identity().id(), device.pciClass()))
            .toList());
  }

  private static final class Judge {

    private final HostInventory shown;
    private final Map<PciAddress, PciFunction> functions;
    private final Map<PciAddress, Device> devices;

    Judge(HostInventory shown, Collection<Device> known) {
      this.shown = shown;
      this.functions =
          shown.functions().stream()
              .collect(Collectors.toMap(PciFunction::address, Function.identity()));
      this.devices =
          known.stream()
              .filter(Device::present)
              .collect(Collectors.toMap(Device::address, Function.identity()));
    }

    boolean isWhole(PciFunction function, AliasRule rule) {
      return rule.members().isEmpty()
          || shown
              .groupOf(function)
              .filter(group -> group.endpoints().size() == rule.members().get())
              .isPresent();
    }

    Admission judge(SortedSet<PciAddress> addresses) {
      Map<IommuGroup, PciAddress> byGroup = new TreeMap<>();
      List<Refused> refused = new ArrayList<>();
      for (PciAddress address : addresses) {
        Optional<Reason> alone = aloneAgainst(address);
        if (alone.isPresent()) {
          refused.add(new Refused(address, alone.get()));
        } else {
          byGroup.putIfAbsent(functions.get(address).group().orElseThrow(), address);
        }
      }
      List<List<Device>> groups = new ArrayList<>();
      byGroup.forEach(
          (number, address) -> {
            Optional<Reason> against = against(number);
            against.ifPresentOrElse(
                reason -> refused.add(new Refused(address, reason)),
                () -> groups.add(members(number)));
          });
      return new Admission(groups, refused);
    }

    private Optional<Reason> aloneAgainst(PciAddress address) {
      PciFunction function = functions.get(address);
      if (function == null) {
        return reason(
            Code.UNKNOWN_DEVICE,
            address + " is not in the host's last report; look at its devices");
      }
      if (!function.isEndpoint()) {
        return reason(Code.BRIDGES_ONLY, address + " is a bridge; name a device behind it");
      }
      if (function.group().isEmpty()) {
        return reason(
            Code.NO_IOMMU,
            address
                + " is in no IOMMU group, so nothing keeps it from the host's memory; turn the"
                + " IOMMU on in the firmware and the kernel");
      }
      return Optional.empty();
    }

    private Optional<Reason> against(IommuGroup number) {
      Optional<Group> group = shown.group(number);
      if (group.isEmpty() || group.get().endpoints().isEmpty()) {
        return reason(
            Code.BRIDGES_ONLY, "group " + number + " has no member that could be handed out");
      }
      if (shown.acsOverride()) {
        return reason(
            Code.NOT_ISOLATED,
            "the kernel was told to pretend that groups are isolated; start it without"
                + " pcie_acs_override");
      }
      return group.get().endpoints().stream()
          .flatMap(member -> memberAgainst(member).stream())
          .findFirst();
    }

    private Optional<Reason> memberAgainst(PciAddress address) {
      PciFunction function = functions.get(address);
      Device device = devices.get(address);
      if (function == null || device == null) {
        return reason(
            Code.UNREADABLE, address + " is in the group and could not be read; look at its host");
      }
      if (device.unit().isPresent()) {
        return reason(
            Code.ALREADY_ADMITTED, address + " already belongs to unit " + device.unit().get());
      }
      if (function.bootDisplay()) {
        return reason(
            Code.BOOT_DISPLAY, address + " is the host's own screen; leave it to the host");
      }
      if (function.isVirtualFunction()) {
        return reason(
            Code.VIRTUAL_FUNCTION,
            address + " is a virtual function, which comes and goes with its parent");
      }
      if (function.sriov().filter(parent -> !parent.functions().isEmpty()).isPresent()) {
        return reason(
            Code.FUNCTIONS_ENABLED,
            address + " has virtual functions; set sriov_numvfs to 0 first");
      }
      return hostAgainst(function);
    }

    /** A disk or a network card with a driver of the host's own is taken to be in use there. */
    private static Optional<Reason> hostAgainst(PciFunction function) {
      boolean vital = function.pciClass().isStorage() || function.pciClass().isNetwork();
      return function
          .driver()
          .filter(driver -> vital && !driver.equals(DriverName.VFIO_PCI))
          .flatMap(
              driver ->
                  reason(
                      Code.HOST_NEEDS,
                      function.address()
                          + " is "
                          + (function.pciClass().isStorage() ? "storage" : "a network card")
                          + " that the host uses with driver "
                          + driver
                          + "; take it off the host first"));
    }

    private List<Device> members(IommuGroup number) {
      return shown.group(number).orElseThrow().endpoints().stream().map(devices::get).toList();
    }

    private static Optional<Reason> reason(Code code, String message) {
      return Optional.of(new Reason(code, message));
    }
  }
}
