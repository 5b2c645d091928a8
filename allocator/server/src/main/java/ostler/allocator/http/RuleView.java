package ostler.allocator.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;
import ostler.flavor.AliasRule;
import ostler.flavor.ClassPrefix;
import ostler.flavor.PciNumber;

/** Which units are meant; what is not said is free. */
public record RuleView(
    String vendor, String product, @JsonProperty("class") String pciClass, Integer members) {

  static RuleView of(AliasRule rule) {
    return new RuleView(
        rule.vendor().map(PciNumber::toString).orElse(null),
        rule.product().map(PciNumber::toString).orElse(null),
        rule.pciClass().map(ClassPrefix::toString).orElse(null),
        rule.members().orElse(null));
  }

  AliasRule parse() {
    try {
      return new AliasRule(
          Door.optional("rule.vendor", vendor, PciNumber::parse),
          Door.optional("rule.product", product, PciNumber::parse),
          Door.optional("rule.class", pciClass, ClassPrefix::parse),
          Optional.ofNullable(members));
    } catch (IllegalArgumentException e) {
      throw new BadInput("rule", e.getMessage());
    }
  }
}
