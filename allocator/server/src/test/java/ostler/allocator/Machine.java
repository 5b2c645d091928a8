package ostler.allocator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import ostler.inventory.Bar;
import ostler.inventory.BootId;
import ostler.inventory.DeviceIdentity;
import ostler.inventory.Group;
import ostler.inventory.GroupType;
import ostler.inventory.HostInventory;
import ostler.inventory.HostName;
import ostler.inventory.PciFunction;
import ostler.inventory.SerialNumber;
import ostler.inventory.SriovParent;
import ostler.pci.DriverName;
import ostler.pci.IommuGroup;
import ostler.pci.PciAddress;
import ostler.pci.PciClass;
import ostler.pci.PciId;
import ostler.pci.ResetMethod;

/** A machine that exists only as what an agent would report of it. */
public final class Machine {

  public static final PciId GPU = PciId.parse("1002:5046");
  public static final PciId AUDIO = PciId.parse("8086:2668");
  private static final PciClass VGA = PciClass.parse("0x030000");
  private static final PciClass SOUND = PciClass.parse("0x040300");
  private static final PciClass BRIDGE = PciClass.parse("0x060400");

  private static final int FIRST_VF_GROUP = 1000;

  private final HostName name;
  private final Map<PciAddress, PciFunction> functions = new TreeMap<>();
  private BootId boot = newBoot();
  private boolean scanComplete = true;

  public Machine(String name) {
    this.name = new HostName(name);
  }

  /** A machine with so many GPUs, each with its audio function in a group of its own. */
  public static Machine withGpus(String name, int count) {
    Machine machine = new Machine(name);
    for (int i = 1; i <= count; i++) {
      machine.plugGpu(i);
    }
    return machine;
  }

  /** A machine with so many GPUs of a model, each alone in its group and with so much memory. */
  public static Machine withMemory(String name, PciId model, int count, long mib) {
    Machine machine = new Machine(name);
    for (int slot = 1; slot <= count; slot++) {
      machine.plug(
          function(gpu(slot), model, VGA, slot)
              .resetMethods(List.of(ResetMethod.BUS))
              .bars(List.of(new Bar(0, mib << 20, Bar.Space.MEMORY, true)))
              .build());
    }
    return machine;
  }

  /** Where the GPU of a slot is. */
  public static PciAddress gpu(int slot) {
    return new PciAddress(0, slot, 0, 0);
  }

  public static PciAddress audio(int slot) {
    return new PciAddress(0, slot, 0, 1);
  }

  public Machine plugGpu(int slot) {
    plug(function(gpu(slot), GPU, VGA, slot).resetMethods(List.of(ResetMethod.BUS)).build());
    return plug(function(audio(slot), AUDIO, SOUND, slot).build());
  }

  /** Begins a function in a group of that number. */
  public static PciFunction.Builder function(
      PciAddress address, PciId id, PciClass pciClass, int group) {
    return PciFunction.builder(address, DeviceIdentity.ofModel(id), pciClass)
        .group(new IommuGroup(group))
        .driver(DriverName.VFIO_PCI);
  }

  public static PciFunction.Builder bridge(PciAddress address, int group) {
    return PciFunction.builder(address, DeviceIdentity.ofModel(PciId.parse("1b36:000c")), BRIDGE)
        .group(new IommuGroup(group));
  }

  /** The same card with a serial number, as a driver would tell it. */
  public static PciFunction withSerial(PciFunction function, String serial) {
    return PciFunction.builder(
            function.address(),
            function.identity().withSerial(new SerialNumber(serial)),
            function.pciClass())
        .group(function.group())
        .driver(function.driver())
        .resetMethods(function.resetMethods())
        .build();
  }

  public Machine plug(PciFunction function) {
    functions.put(function.address(), function);
    return this;
  }

  public Machine pull(PciAddress address) {
    functions.remove(address);
    return this;
  }

  /** Shows of a function how many virtual functions it could have. */
  void showFunctions(PciAddress parent, int total) {
    plug(at(parent).toBuilder().sriov(Optional.of(new SriovParent(total, List.of()))).build());
  }

  /** Gives a function so many virtual functions, and takes away those that it had. */
  void enableFunctions(PciAddress parent, int count) {
    functions.keySet().removeAll(functionsOf(parent));
    for (int i = 0; i < count; i++) {
      PciAddress address = new PciAddress(0, parent.bus(), 1, i);
      plug(
          function(address, GPU, VGA, 8 * parent.bus() + i + FIRST_VF_GROUP)
              .physicalFunction(Optional.of(parent))
              .resetMethods(List.of(ResetMethod.FLR))
              .build());
    }
  }

  /** The virtual functions of a function, in their order. */
  List<PciAddress> functionsOf(PciAddress parent) {
    return functions.values().stream()
        .filter(function -> function.physicalFunction().equals(Optional.of(parent)))
        .map(PciFunction::address)
        .toList();
  }

  public PciFunction at(PciAddress address) {
    return functions.get(address);
  }

  public void restart() {
    boot = newBoot();
  }

  public void scansCompletely(boolean complete) {
    scanComplete = complete;
  }

  public HostName name() {
    return name;
  }

  public BootId boot() {
    return boot;
  }

  public boolean scanComplete() {
    return scanComplete;
  }

  public HostInventory inventory() {
    return new HostInventory(
        name,
        Optional.of(boot),
        Optional.of("6.1.0"),
        true,
        List.of(),
        List.copyOf(functions.values()),
        groups(GroupType.DMA_FQ),
        List.of(),
        scanComplete,
        List.of());
  }

  public List<Group> groups(GroupType type) {
    Map<IommuGroup, List<Group.Member>> members = new TreeMap<>();
    functions
        .values()
        .forEach(
            function ->
                function
                    .group()
                    .ifPresent(
                        group ->
                            members
                                .computeIfAbsent(group, g -> new ArrayList<>())
                                .add(
                                    new Group.Member(
                                        function.address(),
                                        function.isEndpoint()
                                            ? Group.Role.ENDPOINT
                                            : Group.Role.BRIDGE))));
    return members.entrySet().stream()
        .map(group -> new Group(group.getKey(), Optional.of(type), group.getValue()))
        .toList();
  }

  private static BootId newBoot() {
    return new BootId(UUID.randomUUID());
  }
}
