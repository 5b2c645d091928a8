package ostler.flavor;

import java.util.Objects;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Which units an alias means. What the rule does not say is free, but it must say something: an
 * empty rule would hand out everything.
 *
 * @param members how many members the unit has, 1 or more
 */
public record AliasRule(
    Optional<PciNumber> vendor,
    Optional<PciNumber> product,
    Optional<ClassPrefix> pciClass,
    Optional<Integer> members) {

  public AliasRule {
    Objects.requireNonNull(vendor);
    Objects.requireNonNull(product);
    Objects.requireNonNull(pciClass);
    if (vendor.isEmpty() && pciClass.isEmpty()) {
      throw new IllegalArgumentException("a rule names at least a vendor or a class");
    }
    if (product.isPresent() && vendor.isEmpty()) {
      throw new IllegalArgumentException(
          "a rule that names a product names its vendor too, who gave the number");
    }
    if (members.isPresent() && members.get() < 1) {
      throw new IllegalArgumentException("a unit has 1 member or more, not " + members.get());
    }
  }

  /**
   * Whether a unit of that model is meant: one of its members has vendor, product and class as the
   * rule says, all three on the same member, and the unit has the number of members asked for.
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
    return said.toString();
  }
}
