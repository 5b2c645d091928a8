package ostler.simulation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import ostler.inventory.DeviceIdentity;
import ostler.inventory.Fence;
import ostler.inventory.Group;
import ostler.inventory.LockedAttributes;
import ostler.inventory.PciFunction;
import ostler.inventory.SliceId;
import ostler.inventory.SriovParent;
import ostler.pci.DriverName;
import ostler.pci.IommuGroup;
import ostler.pci.PciAddress;

/** What a card is cut into, as the kernel shows it, and what root's books on disk say of that. */
final class CutCard {

  private static final DriverName VENDORS = new DriverName("labgpu");
  private static final int FUNCTION_GROUPS = 100;

  private final Card card;
  private final Cutting cutting;
  private final List<PciAddress> functions = new ArrayList<>();
  private final Map<SliceId, Slice> booked = new LinkedHashMap<>();

  /** How many virtual functions there are to be. */
  int asked;

  /** The newest order for the functions, for each making, and for each function as a place. */
  Optional<Mark> mark = Optional.empty();

  final Map<SliceId, Mark> marks = new LinkedHashMap<>();
  final Map<PciAddress, PlaceMark> places = new LinkedHashMap<>();

  /** An order that root has seen: an equal fence passes only for the same again. */
  record Mark(Fence fence, String verb) {
    boolean allows(Mark next) {
      return fence.isOlderThan(next.fence) || equals(next);
    }
  }

  /** The newest order for a function that slices have one after the other. */
  record PlaceMark(Mark mark, SliceId slice) {}

  CutCard(Card card, Cutting cutting) {
    this.card = card;
    this.cutting = cutting;
  }

  Cutting cutting() {
    return cutting;
  }

  /** The driver that can cut it; a card that nobody cuts has none. */
  Optional<DriverName> driver() {
    return cutting == Cutting.NONE ? Optional.empty() : Optional.of(VENDORS);
  }

  Optional<SriovParent> sriov() {
    return cutting == Cutting.FUNCTIONS
        ? Optional.of(new SriovParent(Cutting.MAX_FUNCTIONS, functions))
        : Optional.empty();
  }

  List<PciAddress> functions() {
    return List.copyOf(functions);
  }

  /** Whether the address is that of a function that the card has, or may come to have. */
  boolean isFunction(PciAddress address) {
    return cutting == Cutting.FUNCTIONS
        && IntStream.range(0, Cutting.MAX_FUNCTIONS).anyMatch(i -> function(i).equals(address));
  }

  private PciAddress function(int number) {
    return new PciAddress(0, card.slot(), 1, number);
  }

  void setFunctions(int count) {
    functions.clear();
    for (int i = 0; i < count; i++) {
      functions.add(function(i));
    }
  }

  /** The virtual functions as the kernel shows them. */
  List<PciFunction> shown(LockedAttributes alive) {
    List<PciFunction> shown = new ArrayList<>();
    for (int i = 0; i < functions.size(); i++) {
      shown.add(
          PciFunction.builder(functions.get(i), DeviceIdentity.ofModel(Card.GPU), Card.VGA)
              .group(groupOf(i))
              .driver(driver())
              .physicalFunction(Optional.of(card.main()))
              .locked(alive)
              .build());
    }
    return shown;
  }

  List<Group> groups() {
    List<Group> groups = new ArrayList<>();
    for (int i = 0; i < functions.size(); i++) {
      Group.Member member = new Group.Member(functions.get(i), Group.Role.ENDPOINT);
      groups.add(new Group(groupOf(i), Optional.empty(), List.of(member)));
    }
    return groups;
  }

  private IommuGroup groupOf(int function) {
    return new IommuGroup(FUNCTION_GROUPS * card.slot() + function);
  }

  /** The slices in root's books. */
  Map<SliceId, Slice> booked() {
    return booked;
  }

  /** The slices that are on the host. */
  List<Slice> made() {
    return booked.values().stream().filter(slice -> slice.there).collect(Collectors.toList());
  }

  /** How many more of a type the driver would make now, and none while any of the books is lost. */
  int available(Cutting.Type type) {
    if (card.isBound() || made().size() < booked.size()) {
      return 0;
    }
    return room(type);
  }

  /** How many more of a type there is room for. */
  int room(Cutting.Type type) {
    List<Slice> made = made();
    boolean other = made.stream().anyMatch(slice -> !slice.type.equals(Optional.of(type)));
    if (cutting == Cutting.HOMOGENEOUS && other) {
      return 0;
    }
    int taken = made.stream().mapToInt(slice -> slice.type.orElseThrow().parts()).sum();
    int fits = (Cutting.PARTS - taken) / type.parts();
    return cutting == Cutting.FUNCTIONS ? Math.min(fits, functions.size() - made.size()) : fits;
  }

  /** The kernel begins anew: nothing of it is there, and root's books stay. */
  void boot() {
    functions.clear();
    for (Slice slice : booked.values()) {
      slice.there = false;
      slice.holder = Optional.empty();
    }
  }
}
