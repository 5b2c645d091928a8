package ostler.allocator.engine.placement;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import ostler.flavor.ModelMemory;
import ostler.inventory.Bar;
import ostler.inventory.HostInventory;
import ostler.inventory.PciFunction;
import ostler.pci.PciAddress;

/** What a host's inventory says about where its units lie. */
public final class PlaceReading {

  private static final long BYTES_PER_MIB = 1L << 20;

  private final Map<PciAddress, PciFunction> functions = new HashMap<>();
  private final Map<PciAddress, Set<String>> slotsBelow = new HashMap<>();
  private final ModelMemory memory;

  public PlaceReading(HostInventory shown, ModelMemory memory) {
    this.memory = memory;
    for (PciFunction function : shown.functions()) {
      functions.put(function.address(), function);
      if (function.isEndpoint()) {
        function
            .upstream()
            .forEach(
                bridge ->
                    slotsBelow
                        .computeIfAbsent(bridge, b -> new HashSet<>())
                        .add(function.address().slotName()));
      }
    }
  }

  /**
   * Where a unit lies, by its main function; absent where the inventory does not show it.
   *
   * @param members the addresses of what it is made of
   */
  public Optional<UnitPlace> of(List<PciAddress> members) {
    return members.stream()
        .map(functions::get)
        .filter(function -> function != null)
        .min(
            Comparator.comparing((PciFunction f) -> !isMain(f)).thenComparing(PciFunction::address))
        .map(this::place);
  }

  private UnitPlace place(PciFunction main) {
    return new UnitPlace(
        memory(main),
        main.numaNode(),
        pcieSwitch(main),
        Optional.empty(),
        Optional.of(main.physicalFunction().orElse(main.address())));
  }

  /** What computes, and not its sound. */
  private static boolean isMain(PciFunction function) {
    return function.pciClass().computes();
  }

  private OptionalLong memory(PciFunction main) {
    OptionalLong sold = main.isVirtualFunction() ? OptionalLong.empty() : memory.of(main.id());
    if (sold.isPresent()) {
      return sold;
    }
    long window =
        main.bars().stream().filter(Bar::prefetchable).mapToLong(Bar::bytes).max().orElse(0);
    return window < BYTES_PER_MIB ? OptionalLong.empty() : OptionalLong.of(window / BYTES_PER_MIB);
  }

  /**
   * The lowest bridge above the unit that has several slots below it. The first bridge is the root
   * port, which joins nothing; and a bridge on a card itself has one slot below it, the card's own.
   */
  private Optional<PciAddress> pcieSwitch(PciFunction main) {
    List<PciAddress> above = main.upstream();
    for (int i = above.size() - 1; i > 0; i--) {
      if (slotsBelow.get(above.get(i)).size() > 1) {
        return Optional.of(above.get(i));
      }
    }
    return Optional.empty();
  }
}
