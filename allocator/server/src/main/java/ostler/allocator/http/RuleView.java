package ostler.allocator.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;
import ostler.flavor.AliasRule;
import ostler.flavor.ClassPrefix;
import ostler.flavor.Contradiction;
import ostler.flavor.PciNumber;

/** Which units are meant; what is not said is free. */
public record RuleView(
    String vendor, String product, @JsonProperty("class") String pciClass, Integer members) {

  AliasRule parse() {
    try {
      return new AliasRule(
          Door.optional("rule.vendor", vendor, PciNumber::parse),
          Door.optional("rule.product", product, PciNumber::parse),
          Door.optional("rule.class", pciClass, ClassPrefix::parse),
          Optional.ofNullable(members));
    } catch (Contradiction e) {
      throw new BadInput("rule." + e.field(), e.getMessage());
    }
  }
}
