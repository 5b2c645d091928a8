package ostler.flavor;

import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.stream.Collectors;
import ostler.inventory.SliceTypeName;
import ostler.inventory.UnitKind;

/**
 * Which units an alias means. What the rule does not say is free, but it must say something: an
 * empty rule would hand out everything.
 *
 * @param members how many members the unit has, 1 or more
 * @param memoryMib how much memory it has at least, in MiB, 1 to {@value #MAX_MEMORY_MIB}; a unit
 *     whose memory nobody knows has too little
 * @param kind a rule that says nothing of it means whole units
 * @param sliceType a rule that says nothing of it means slices of any type
 * @param traits what it must have and must not have
 */
public record AliasRule(
    Optional<PciNumber> vendor,
    Optional<PciNumber> product,
    Optional<ClassPrefix> pciClass,
    Optional<Integer> members,
    Optional<Long> memoryMib,
    UnitKind kind,
    Optional<SliceTypeName> sliceType,
    SortedSet<TraitWish> traits) {

  /** A pebibyte, which no device has. */
  public static final long MAX_MEMORY_MIB = 1L << 30;

  public static final int MAX_TRAITS = 16;

  private static final String BRIDGE = "06";
  private static final String OTHER_BRIDGE = "0680";

  public AliasRule {
    Objects.requireNonNull(vendor);
    Objects.requireNonNull(product);
    Objects.requireNonNull(pciClass);
    Objects.requireNonNull(members);
    Objects.requireNonNull(memoryMib);
    Objects.requireNonNull(kind);
    Objects.requireNonNull(sliceType);
    traits = Collections.unmodifiableSortedSet(new TreeSet<>(traits));
    if (vendor.isEmpty() && pciClass.isEmpty()) {
      throw new Contradiction("vendor", "is missing: a rule names at least a vendor or a class");
    }
    if (product.isPresent() && vendor.isEmpty()) {
      throw new Contradiction(
          "product", "goes with a vendor: a product's number means nothing without who gave it");
    }
    if (pciClass.filter(AliasRule::isBridge).isPresent()) {
      throw new Contradiction("class", "is that of bridges, which nobody is ever given");
    }
    requireMembers(members, kind);
    if (sliceType.isPresent() && !kind.isTyped()) {
      throw new Contradiction(
          "slice_type", "goes with kind mdev, vendor-vf or mig; what is " + kind + " has no type");
    }
    requireMemory(memoryMib);
    requireTraits(traits);
  }

  /** A rule about whole units that asks for nothing but what they are made of. */
  public AliasRule(
      Optional<PciNumber> vendor,
      Optional<PciNumber> product,
      Optional<ClassPrefix> pciClass,
      Optional<Integer> members) {
    this(
        vendor,
        product,
        pciClass,
        members,
        Optional.empty(),
        UnitKind.WHOLE,
        Optional.empty(),
        Collections.emptySortedSet());
  }

  /** Whether a unit of that shape is meant. */
  public boolean matches(UnitShape shape) {
    return matches(shape.model()) && mismatch(shape).isEmpty();
  }

  /**
   * Why a unit that is made of what the rule means is not meant all the same, as the end of a
   * sentence that begins with the unit; empty where it is meant.
   */
  public Optional<String> mismatch(UnitShape shape) {
    if (kind != shape.kind()) {
      return Optional.of("is of kind " + shape.kind() + ", and the alias asks for kind " + kind);
    }
    if (sliceType.isPresent() && !sliceType.equals(shape.sliceType())) {
      return Optional.of(
          "is of type "
              + shape.sliceType().map(SliceTypeName::value).orElse("nobody knows which")
              + ", and the alias asks for type "
              + sliceType.get());
    }
    if (memoryMib.isPresent() && shape.memoryMib().orElse(0) < memoryMib.get()) {
      String has =
          shape.memoryMib().isPresent()
              ? "has " + shape.memoryMib().getAsLong() + " MiB of memory"
              : "has memory of which nobody knows how much it is";
      return Optional.of(has + ", and the alias asks for " + memoryMib.get() + " MiB");
    }
    return traits.stream()
        .filter(wish -> shape.traits().contains(wish.trait()) == wish.forbidden())
        .findFirst()
        .map(
            wish ->
                wish.forbidden()
                    ? "has trait " + wish.trait() + ", which the alias forbids"
                    : "lacks trait " + wish.trait() + ", which the alias asks for");
  }

  /**
   * Whether a unit made of that may be meant: one of its members has vendor, product and class as
   * the rule says, all three on the same member, and the unit has the number of members asked for.
   */
  public boolean matches(UnitModel model) {
    return (members.isEmpty() || members.get() == model.parts().size())
        && model.parts().stream().anyMatch(this::matches);
  }

  /** Whether one member is as the rule says. */
  public boolean matches(UnitModel.Part part) {
    return (vendor.isEmpty() || vendor.get().number() == part.id().vendor())
        && (product.isEmpty() || product.get().number() == part.id().device())
        && (pciClass.isEmpty() || pciClass.get().covers(part.pciClass()));
  }

  /** What the rule says, for people: {@code vendor 10de, class 0302}. */
  @Override
  public String toString() {
    StringJoiner said = new StringJoiner(", ");
    vendor.ifPresent(number -> said.add("vendor " + number));
    product.ifPresent(number -> said.add("product " + number));
    pciClass.ifPresent(prefix -> said.add("class " + prefix));
    members.ifPresent(count -> said.add("members " + count));
    memoryMib.ifPresent(mib -> said.add("memory " + mib + " MiB"));
    if (kind != UnitKind.WHOLE) {
      said.add("kind " + kind);
    }
    sliceType.ifPresent(type -> said.add("type " + type));
    if (!traits.isEmpty()) {
      said.add(
          "traits " + traits.stream().map(TraitWish::toString).collect(Collectors.joining(" ")));
    }
    return said.toString();
  }

  /** NVSwitch calls itself an "other bridge" and goes where its GPUs go. */
  private static boolean isBridge(ClassPrefix prefix) {
    return prefix.digits().startsWith(BRIDGE)
        && prefix.digits().length() > BRIDGE.length()
        && !prefix.digits().startsWith(OTHER_BRIDGE);
  }

  private static void requireMembers(Optional<Integer> members, UnitKind kind) {
    if (members.isPresent() && members.get() < 1) {
      throw new Contradiction("members", "is 1 or more, not " + members.get());
    }
    if (members.isPresent() && members.get() > 1 && kind != UnitKind.WHOLE) {
      throw new Contradiction("members", "is 1 at most for a slice, which is one function");
    }
  }

  private static void requireMemory(Optional<Long> memoryMib) {
    if (memoryMib.isPresent() && (memoryMib.get() < 1 || memoryMib.get() > MAX_MEMORY_MIB)) {
      throw new Contradiction(
          "memory_mib", "is 1 to " + MAX_MEMORY_MIB + ", not " + memoryMib.get());
    }
  }

  private static void requireTraits(SortedSet<TraitWish> traits) {
    if (traits.size() > MAX_TRAITS) {
      throw new Contradiction("traits", "are at most " + MAX_TRAITS);
    }
    for (TraitWish wish : traits) {
      if (wish.forbidden() && traits.contains(new TraitWish(wish.trait(), false))) {
        throw new Contradiction("traits", "ask for " + wish.trait() + " and forbid it");
      }
    }
  }
}
