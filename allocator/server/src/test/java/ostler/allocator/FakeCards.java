package ostler.allocator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import ostler.inventory.Goal;
import ostler.inventory.MdevTypeId;
import ostler.inventory.ParentReport;
import ostler.inventory.SliceHandle;
import ostler.inventory.SliceOffer;
import ostler.inventory.SlicePlacement;
import ostler.inventory.SliceTypeName;
import ostler.inventory.UnitId;
import ostler.inventory.UnitKind;
import ostler.inventory.UnitOrder;
import ostler.pci.PciAddress;

/**
 * The cards of a machine that can be cut, with what is made on them. They break the test that does
 * to them what no host can do.
 */
public final class FakeCards {

  private static final long CARD_MIB = 16_384;

  private final Machine machine;
  private final Map<PciAddress, Card> cards = new LinkedHashMap<>();
  private final Map<UnitId, PciAddress> parents = new HashMap<>();
  private final Set<UnitId> cut = new HashSet<>();
  private final Map<UnitId, UnitOrder> made = new LinkedHashMap<>();
  private final Map<UnitId, SliceHandle> handles = new HashMap<>();
  private final Set<PciAddress> unlimited = new HashSet<>();

  /** What an agent remembers from when it saw a card empty. */
  private final Set<PciAddress> seenEmpty = new HashSet<>();

  private boolean silent;
  private int makings;

  FakeCards(Machine machine) {
    this.machine = machine;
  }

  /**
   * A card.
   *
   * @param most how many slices of each type it holds when it is empty
   * @param functions how many virtual functions it makes at most
   */
  private record Card(UnitKind kind, Map<String, Integer> most, int functions) {}

  /** Lets the card in a slot be cut into mediated devices. */
  public void mdev(int slot, Map<String, Integer> most) {
    cards.put(Machine.gpu(slot), new Card(UnitKind.MDEV, most, 0));
  }

  /** Lets the card in a slot be cut into MIG instances, each of which has places of its own. */
  public void mig(int slot, Map<String, Integer> most) {
    cards.put(Machine.gpu(slot), new Card(UnitKind.MIG, most, 0));
  }

  /**
   * Lets the card in a slot have virtual functions, to which its driver gives those types; how many
   * of each it holds its host's operator has written down.
   */
  public void vendor(int slot, int functions, Map<String, Integer> most) {
    cards.put(Machine.gpu(slot), new Card(UnitKind.VENDOR_VF, most, functions));
    machine.showFunctions(Machine.gpu(slot), functions);
    unlimited.remove(Machine.gpu(slot));
  }

  /** The operator of the host has not written down how many slices the card in a slot holds. */
  public void unlimited(int slot) {
    unlimited.add(Machine.gpu(slot));
  }

  /** Lets the card in a slot have plain virtual functions. */
  public void plain(int slot, int functions) {
    cards.put(Machine.gpu(slot), new Card(UnitKind.SRIOV_VF, Map.of(), functions));
    machine.showFunctions(Machine.gpu(slot), functions);
  }

  /** Its host cannot say from now on what more could be made on any card. */
  public void silent(boolean now) {
    silent = now;
  }

  /** How often a slice was made. */
  public int makings() {
    return makings;
  }

  /** The slices that are there. */
  public Set<UnitId> made() {
    return Set.copyOf(made.keySet());
  }

  /** Takes note of what a parent is told. */
  void parent(UnitOrder order) {
    PciAddress main = order.members().addresses().get(0);
    if (order.kind() != UnitKind.WHOLE || !cards.containsKey(main)) {
      return;
    }
    if (order.goal() instanceof Goal.Sliced sliced) {
      parents.put(order.unit(), main);
      cut.add(order.unit());
      machine.enableFunctions(main, Math.min(sliced.functions(), cards.get(main).functions()));
      return;
    }
    if (made.values().stream().anyMatch(slice -> isOn(slice, main))) {
      throw new AssertionError("unit " + order.unit() + " is to be whole and has slices");
    }
    if (cut.remove(order.unit())) {
      machine.enableFunctions(main, 0);
    }
  }

  /** Whether a card is ordered to be whole that still has slices. */
  boolean isStillCut(UnitOrder order) {
    PciAddress main = order.members().addresses().get(0);
    return order.kind() == UnitKind.WHOLE
        && !(order.goal() instanceof Goal.Sliced)
        && made.values().stream().anyMatch(slice -> isOn(slice, main));
  }

  private static boolean isOn(UnitOrder slice, PciAddress main) {
    return slice.slice().orElseThrow().parent().address().equals(main);
  }

  /** Makes a slice anew; answers whether it was there before. */
  boolean make(UnitOrder order) {
    PciAddress main = order.slice().orElseThrow().parent().address();
    boolean isCut =
        parents.entrySet().stream()
            .anyMatch(parent -> parent.getValue().equals(main) && cut.contains(parent.getKey()));
    boolean before = made.remove(order.unit()) != null;
    if (!isCut || left(main, order.slice().orElseThrow().type()) < 1) {
      throw new AssertionError("slice " + order.unit() + " cannot be made on " + main);
    }
    made.put(order.unit(), order);
    handles.put(order.unit(), new SliceHandle(UUID.randomUUID().toString()));
    makings++;
    return before;
  }

  /** By what a slice is attached that is there and has no address of its own. */
  Optional<SliceHandle> handle(UnitId slice) {
    return Optional.ofNullable(made.get(slice))
        .filter(order -> order.kind() != UnitKind.VENDOR_VF)
        .map(order -> handles.get(slice));
  }

  boolean isMade(UnitId slice) {
    return made.containsKey(slice);
  }

  void destroy(UnitId slice) {
    made.remove(slice);
  }

  private int left(PciAddress main, SliceTypeName type) {
    Card card = cards.get(main);
    long whole = card.most().values().stream().reduce(1, (one, other) -> one * other);
    long used =
        made.values().stream()
            .filter(slice -> isOn(slice, main))
            .mapToLong(slice -> whole / card.most().get(typeOf(slice)))
            .sum();
    return (int) ((whole - used) * card.most().get(type.value()) / whole);
  }

  private static String typeOf(UnitOrder slice) {
    return slice.slice().orElseThrow().type().value();
  }

  List<ParentReport> reports() {
    List<ParentReport> reports = new ArrayList<>();
    if (silent) {
      return reports;
    }
    parents.forEach(
        (unit, main) -> {
          Card card = cards.get(main);
          List<PciAddress> functions = cut.contains(unit) ? machine.functionsOf(main) : List.of();
          reports.add(
              new ParentReport(
                  unit,
                  card.functions(),
                  functions,
                  cut.contains(unit) ? offers(main, card) : List.of(),
                  List.of(),
                  Optional.empty()));
        });
    return reports;
  }

  private List<SliceOffer> offers(PciAddress main, Card card) {
    if (made.values().stream().noneMatch(slice -> isOn(slice, main))) {
      seenEmpty.add(main);
    }
    boolean shows =
        card.kind() == UnitKind.VENDOR_VF ? !unlimited.contains(main) : seenEmpty.contains(main);
    long free =
        machine.functionsOf(main).size()
            - made.values().stream().filter(slice -> isOn(slice, main)).count();
    int places = card.kind() == UnitKind.VENDOR_VF ? (int) free : Integer.MAX_VALUE;
    return card.most().keySet().stream()
        .sorted()
        .map(
            type ->
                new SliceOffer(
                    card.kind(),
                    new SliceTypeName(type),
                    new MdevTypeId("lab-" + type.toLowerCase(Locale.ROOT)),
                    Optional.empty(),
                    OptionalLong.of(CARD_MIB / card.most().get(type)),
                    Math.min(places, left(main, new SliceTypeName(type))),
                    shows ? OptionalInt.of(card.most().get(type)) : OptionalInt.empty(),
                    places(card, type)))
        .toList();
  }

  /** A card has as many slices of memory as it holds of its smallest type. */
  private static List<SlicePlacement> places(Card card, String type) {
    if (card.kind() != UnitKind.MIG) {
      return List.of();
    }
    int memory = card.most().values().stream().mapToInt(most -> most).max().orElseThrow();
    int size = memory / card.most().get(type);
    return IntStream.range(0, card.most().get(type))
        .mapToObj(at -> new SlicePlacement(at * size, size))
        .toList();
  }
}
