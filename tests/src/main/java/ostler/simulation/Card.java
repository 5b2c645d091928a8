package ostler.simulation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import ostler.inventory.ClaimId;
import ostler.inventory.DeviceIdentity;
import ostler.inventory.Fence;
import ostler.inventory.Group;
import ostler.inventory.HostName;
import ostler.inventory.LockedAttributes;
import ostler.inventory.PciFunction;
import ostler.inventory.SerialNumber;
import ostler.pci.DriverName;
import ostler.pci.IommuGroup;
import ostler.pci.PciAddress;
import ostler.pci.PciClass;
import ostler.pci.PciId;
import ostler.pci.ResetMethod;

/**
 * One card in a slot, an IOMMU group of its own, as it physically is: what drives it, who holds it,
 * whose secrets are in its memory; and what root and its guard remember of it.
 */
final class Card extends Share {

  static final String VENDOR = "1002";
  static final PciId GPU = PciId.parse(VENDOR + ":5046");
  private static final PciId AUDIO = PciId.parse("8086:293e");
  static final PciClass VGA = PciClass.parse("0x030000");
  private static final PciClass SOUND = PciClass.parse("0x040300");
  private static final DriverName NATIVE_SOUND = new DriverName("snd_hda_intel");

  private static final LockedAttributes ALIVE =
      new LockedAttributes(
          Optional.empty(),
          OptionalInt.empty(),
          Optional.of(true),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          List.of());

  private final HostName host;
  private final int slot;
  private final List<PciFunction> functions = new ArrayList<>();
  private final Map<PciAddress, Optional<DriverName>> drivers = new LinkedHashMap<>();

  boolean plugged = true;
  boolean managed;
  Optional<Fence> fence = Optional.empty();
  Optional<RootRun> lock = Optional.empty();

  /** Something hangs in the kernel at it, which only a boot ends. */
  boolean hung;

  /** What of it is cut into slices, and root's books of them. */
  final CutCard cut;

  /** Who had slices of it since its memory was scrubbed as a whole: no slice's end clears that. */
  final Set<ClaimId> traces = new LinkedHashSet<>();

  Card(HostName host, int slot, boolean withAudio, Cutting cutting) {
    this.host = host;
    this.slot = slot;
    this.cut = new CutCard(this, cutting);
    DeviceIdentity identity =
        DeviceIdentity.ofModel(GPU).withSerial(new SerialNumber(host.value() + "-" + slot));
    PciAddress gpu = new PciAddress(0, slot, 0, 0);
    add(
        PciFunction.builder(gpu, identity, VGA)
            .resetMethods(withAudio ? List.of() : List.of(ResetMethod.FLR))
            .sriov(cut.sriov()));
    if (withAudio) {
      PciAddress audio = new PciAddress(0, slot, 0, 1);
      add(PciFunction.builder(audio, DeviceIdentity.ofModel(AUDIO), SOUND));
    }
    boot();
  }

  private void add(PciFunction.Builder function) {
    functions.add(function.group(new IommuGroup(slot)).locked(ALIVE).build());
  }

  @Override
  Card card() {
    return this;
  }

  @Override
  HostName host() {
    return host;
  }

  int slot() {
    return slot;
  }

  /** The function that slices are cut from. */
  PciAddress main() {
    return functions.get(0).address();
  }

  List<PciAddress> members() {
    return functions.stream().map(PciFunction::address).toList();
  }

  /** Its functions as the kernel shows them now. */
  List<PciFunction> shown() {
    List<PciFunction> shown = new ArrayList<>();
    for (PciFunction function : functions) {
      PciFunction.Builder now = function.toBuilder().driver(drivers.get(function.address()));
      shown.add(function.address().equals(main()) ? now.sriov(cut.sriov()).build() : now.build());
    }
    shown.addAll(cut.shown(ALIVE));
    return shown;
  }

  List<Group> groups() {
    List<Group> groups = new ArrayList<>();
    groups.add(
        new Group(
            new IommuGroup(slot),
            Optional.empty(),
            members().stream().map(m -> new Group.Member(m, Group.Role.ENDPOINT)).toList()));
    groups.addAll(cut.groups());
    return groups;
  }

  /** Whether anybody's data but the claim's own is in its memory. */
  Optional<ClaimId> secretOfAnother(ClaimId claim) {
    return Stream.concat(secret.stream(), traces.stream())
        .filter(owner -> !owner.equals(claim))
        .findFirst();
  }

  Optional<DriverName> driver(PciAddress member) {
    return drivers.get(member);
  }

  boolean isBound() {
    return drivers.values().stream().allMatch(Optional.of(DriverName.VFIO_PCI)::equals);
  }

  void bind() {
    drivers.replaceAll((member, before) -> Optional.of(DriverName.VFIO_PCI));
  }

  /** Back to the host's own drivers, where it has any. */
  void unbind() {
    for (PciFunction function : functions) {
      drivers.put(
          function.address(),
          function.pciClass().equals(SOUND) ? Optional.of(NATIVE_SOUND) : cut.driver());
    }
  }

  /** What a boot does to what is not on disk. The memory keeps what is in it. */
  void boot() {
    unbind();
    holder = Optional.empty();
    lock = Optional.empty();
    cut.boot();
  }

  @Override
  public String toString() {
    return host + "/" + slot;
  }
}
