package ostler.flavor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AliasRuleTest {

  private static final UnitModel GPU_WITH_AUDIO =
      UnitModel.parse("1002:5046/0x030000+8086:2668/0x040300");

  private static AliasRule rule(String vendor, String product, String pciClass, Integer members) {
    return new AliasRule(
        Optional.ofNullable(vendor).map(PciNumber::parse),
        Optional.ofNullable(product).map(PciNumber::parse),
        Optional.ofNullable(pciClass).map(ClassPrefix::parse),
        Optional.ofNullable(members));
  }

  @Test
  void whatARuleDoesNotSayIsFree() {
    assertTrue(rule("1002", null, null, null).matches(GPU_WITH_AUDIO));
    assertTrue(rule(null, null, "03", null).matches(GPU_WITH_AUDIO));
    assertTrue(rule("1002", "5046", "0300", 2).matches(GPU_WITH_AUDIO));
  }

  @Test
  void allThatARuleSaysMustHoldForOneAndTheSameMember() {
    assertFalse(rule("1002", null, "0403", null).matches(GPU_WITH_AUDIO));
    assertFalse(rule("8086", "5046", null, null).matches(GPU_WITH_AUDIO));
    assertTrue(rule("8086", "2668", "0403", null).matches(GPU_WITH_AUDIO));
  }

  @Test
  void aRuleMayAskForTheNumberOfMembers() {
    assertFalse(rule("1002", null, null, 1).matches(GPU_WITH_AUDIO));
    assertTrue(rule("1002", null, null, 2).matches(GPU_WITH_AUDIO));
  }

  @Test
  void aClassMayBeSaidAsFarAsOneLikes() {
    for (String prefix : new String[] {"03", "0300", "030000", "0x030000", "0X03"}) {
      assertTrue(rule(null, null, prefix, null).matches(GPU_WITH_AUDIO), prefix);
    }
    assertFalse(rule(null, null, "0302", null).matches(GPU_WITH_AUDIO));
  }

  @Test
  void aRuleThatMeansEverythingIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> rule(null, null, null, 2));
    assertThrows(IllegalArgumentException.class, () -> rule(null, "5046", "03", null));
    assertThrows(IllegalArgumentException.class, () -> rule("1002", null, null, 0));
  }

  @Test
  void aRuleIsSaidAsPeopleSayIt() {
    assertEquals(
        "vendor 1002, product 5046, class 0300, members 2",
        rule("1002", "5046", "0x0300", 2).toString());
    assertEquals("class 03", rule(null, null, "03", null).toString());
  }

  @Test
  void numbersAndClassesHaveOneForm() {
    assertEquals("10de", PciNumber.parse("0x10DE").toString());
    assertEquals(Optional.empty(), PciNumber.tryParse("10d"));
    assertEquals(Optional.empty(), ClassPrefix.tryParse("030"));
    assertEquals(Optional.empty(), ClassPrefix.tryParse("gpus"));
    assertEquals(Optional.of(new AliasName("a100.80")), AliasName.tryParse("a100.80"));
    assertEquals(Optional.empty(), AliasName.tryParse("-a100"));
  }

  @Test
  void aModelIsReadBackAsItWasWrittenWhateverTheOrder() {
    UnitModel turned = UnitModel.parse("8086:2668/0x040300+1002:5046/0x030000");
    assertEquals(GPU_WITH_AUDIO, turned);
    assertEquals("1002:5046/0x030000+8086:2668/0x040300", turned.toString());
    assertThrows(IllegalArgumentException.class, () -> UnitModel.parse("1002:5046"));
  }
}
