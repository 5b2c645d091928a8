package ostler.allocator.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import ostler.flavor.AliasRule;
import ostler.flavor.ClassPrefix;
import ostler.flavor.Contradiction;
import ostler.flavor.PciNumber;
import ostler.flavor.TraitWish;
import ostler.inventory.SliceTypeName;
import ostler.inventory.UnitKind;

/**
 * Which units are meant; what is not said is free.
 *
 * @param memoryMib at least so much memory
 * @param kind whole units where nothing is said
 * @param sliceType of kind mdev, vendor-vf or mig; slices of any type where nothing is said
 * @param traits what a unit must have, and with an exclamation mark before it what it must not have
 */
public record AliasRuleView(
    String vendor,
    String product,
    @JsonProperty("class") String pciClass,
    Integer members,
    Long memoryMib,
    String kind,
    String sliceType,
    List<String> traits) {

  static AliasRuleView of(AliasRule rule) {
    return new AliasRuleView(
        rule.vendor().map(PciNumber::toString).orElse(null),
        rule.product().map(PciNumber::toString).orElse(null),
        rule.pciClass().map(ClassPrefix::toString).orElse(null),
        rule.members().orElse(null),
        rule.memoryMib().orElse(null),
        rule.kind().toString(),
        rule.sliceType().map(SliceTypeName::value).orElse(null),
        rule.traits().stream().map(TraitWish::toString).toList());
  }

  /**
   * @param at where on the wire the rule was said
   */
  AliasRule parse(String at) {
    try {
      return new AliasRule(
          Door.optional(at + ".vendor", vendor, PciNumber::parse),
          Door.optional(at + ".product", product, PciNumber::parse),
          Door.optional(at + ".class", pciClass, ClassPrefix::parse),
          Optional.ofNullable(members),
          Optional.ofNullable(memoryMib),
          Door.optional(at + ".kind", kind, UnitKind::parse).orElse(UnitKind.WHOLE),
          Door.optional(at + ".slice_type", sliceType, SliceTypeName::new),
          traits(at));
    } catch (Contradiction e) {
      throw new BadInput(at + "." + e.field(), e.getMessage());
    }
  }

  private SortedSet<TraitWish> traits(String at) {
    List<String> said = traits == null ? List.of() : traits;
    List<TraitWish> wishes = new ArrayList<>();
    for (int i = 0; i < said.size(); i++) {
      String field = at + ".traits[" + i + "]";
      wishes.add(Door.parse(field, Door.required(field, said.get(i)), TraitWish::parse));
    }
    return new TreeSet<>(wishes);
  }
}
