package ostler.flavor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import ostler.inventory.Share;
import ostler.inventory.SliceTypeName;
import ostler.inventory.UnitKind;
import ostler.inventory.WipeLevel;

final class AliasTest {

  private static final UnitModel GPU = UnitModel.parse("10de:20b2/0x030200");

  private static UnitShape shape(UnitKind kind, long memoryMib, String... traits) {
    return new UnitShape(
        GPU,
        kind,
        Optional.empty(),
        Share.WHOLE,
        memoryMib == 0 ? OptionalLong.empty() : OptionalLong.of(memoryMib),
        new TreeSet<>(Arrays.stream(traits).map(Trait::parse).toList()));
  }

  private static AliasRule rule(Long memoryMib, UnitKind kind, String... traits) {
    return rule("10de", null, "03", null, memoryMib, kind, traits);
  }

  private static AliasRule rule(
      String vendor,
      String product,
      String pciClass,
      Integer members,
      Long memoryMib,
      UnitKind kind,
      String... traits) {
    return new AliasRule(
        Optional.ofNullable(vendor).map(PciNumber::parse),
        Optional.ofNullable(product).map(PciNumber::parse),
        Optional.ofNullable(pciClass).map(ClassPrefix::parse),
        Optional.ofNullable(members),
        Optional.ofNullable(memoryMib),
        kind,
        Optional.empty(),
        new TreeSet<>(Arrays.stream(traits).map(TraitWish::parse).toList()));
  }

  private static AliasRule typed(UnitKind kind, String type) {
    return new AliasRule(
        Optional.of(PciNumber.parse("10de")),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        kind,
        Optional.of(new SliceTypeName(type)),
        new TreeSet<>());
  }

  private static UnitShape slice(UnitKind kind, String type) {
    return new UnitShape(
        GPU,
        kind,
        Optional.of(new SliceTypeName(type)),
        Share.WHOLE / 4,
        OptionalLong.of(4096),
        new TreeSet<>());
  }

  private static Alias alias(AliasRule... rules) {
    return new Alias(new AliasName("gpu"), List.of(rules), WipeLevel.L3, Alias.Wishes.NONE);
  }

  private static String contradictory(Runnable made) {
    return assertThrows(Contradiction.class, made::run).field();
  }

  @Test
  void memoryThatNobodyKnowsIsTooLittle() {
    AliasRule rule = rule(40_960L, UnitKind.WHOLE);
    assertTrue(rule.matches(shape(UnitKind.WHOLE, 40_960)));
    assertFalse(rule.matches(shape(UnitKind.WHOLE, 40_959)));
    assertFalse(rule.matches(shape(UnitKind.WHOLE, 0)));
    assertTrue(rule(null, UnitKind.WHOLE).matches(shape(UnitKind.WHOLE, 0)));
  }

  @Test
  void aSliceIsNeverHandedOutForAWholeUnitNorTheOtherWayRound() {
    for (UnitKind asked : UnitKind.values()) {
      for (UnitKind had : UnitKind.values()) {
        assertEquals(asked == had, rule(null, asked).matches(shape(had, 0)), asked + " " + had);
      }
    }
  }

  @Test
  void aTypeIsAskedForByItsNameAndNoTypeMeansAny() {
    AliasRule rule = typed(UnitKind.MDEV, "GRID T4-4Q");
    assertTrue(rule.matches(slice(UnitKind.MDEV, "GRID T4-4Q")));
    assertFalse(rule.matches(slice(UnitKind.MDEV, "GRID T4-8Q")));
    assertFalse(rule.matches(slice(UnitKind.VENDOR_VF, "GRID T4-4Q")));
    assertTrue(rule(null, UnitKind.MDEV).matches(slice(UnitKind.MDEV, "GRID T4-8Q")));
    assertEquals("vendor 10de, kind mdev, type GRID T4-4Q", rule.toString());
  }

  @Test
  void whatHasNoTypeIsNotAskedForByOne() {
    assertEquals("slice_type", contradictory(() -> typed(UnitKind.WHOLE, "A")));
    assertEquals("slice_type", contradictory(() -> typed(UnitKind.SRIOV_VF, "A")));
    assertThrows(IllegalArgumentException.class, () -> slice(UnitKind.SRIOV_VF, "A"));
  }

  @Test
  void whatIsNotMeantIsToldByTheFirstThingThatDiffers() {
    AliasRule rule = typed(UnitKind.MDEV, "GRID T4-4Q");
    assertEquals(Optional.empty(), rule.mismatch(slice(UnitKind.MDEV, "GRID T4-4Q")));
    assertEquals(
        Optional.of("is of kind whole, and the alias asks for kind mdev"),
        rule.mismatch(shape(UnitKind.WHOLE, 0)));
    assertEquals(
        Optional.of("is of type GRID T4-8Q, and the alias asks for type GRID T4-4Q"),
        rule.mismatch(slice(UnitKind.MDEV, "GRID T4-8Q")));
    assertEquals(
        Optional.of("has 4096 MiB of memory, and the alias asks for 8192 MiB"),
        rule(8192L, UnitKind.MIG).mismatch(slice(UnitKind.MIG, "1g.10gb")));
    assertEquals(
        Optional.of(
            "has memory of which nobody knows how much it is, and the alias asks for 8192 MiB"),
        rule(8192L, UnitKind.WHOLE).mismatch(shape(UnitKind.WHOLE, 0)));
    assertEquals(
        Optional.of("lacks trait CUSTOM_A, which the alias asks for"),
        rule(null, UnitKind.WHOLE, "a").mismatch(shape(UnitKind.WHOLE, 0)));
    assertEquals(
        Optional.of("has trait CUSTOM_A, which the alias forbids"),
        rule(null, UnitKind.WHOLE, "!a").mismatch(shape(UnitKind.WHOLE, 0, "a")));
  }

  @Test
  void traitsMustBeThereOrMustNotBeThere() {
    AliasRule rule = rule(null, UnitKind.WHOLE, "nvlink", "!old");
    assertTrue(rule.matches(shape(UnitKind.WHOLE, 0, "nvlink", "liquid-cooled")));
    assertFalse(rule.matches(shape(UnitKind.WHOLE, 0)));
    assertFalse(rule.matches(shape(UnitKind.WHOLE, 0, "nvlink", "old")));
  }

  @Test
  void traitsHaveTheSpellingThatNovaGivesThem() {
    assertEquals("CUSTOM_NVLINK", Trait.parse("nvlink").toString());
    assertEquals("CUSTOM_GPU_A100_80G", Trait.parse("gpu a100-80G").toString());
    assertEquals("CUSTOM_NVLINK", Trait.parse("custom_nvlink").toString());
    assertEquals("HW_GPU_API_VULKAN", Trait.parse("hw-gpu-api-vulkan").toString());
    assertEquals("!CUSTOM_OLD", TraitWish.parse(" !old ").toString());
    assertThrows(IllegalArgumentException.class, () -> Trait.parse(" "));
    assertThrows(IllegalArgumentException.class, () -> Trait.parse("x".repeat(255)));
  }

  @Test
  void aRuleThatNothingCanBeIsRefusedByItsField() {
    assertEquals("vendor", contradictory(() -> rule(null, null, null, null, 1L, UnitKind.MIG)));
    assertEquals(
        "product", contradictory(() -> rule(null, "20b2", "03", null, null, UnitKind.WHOLE)));
    assertEquals(
        "class", contradictory(() -> rule("10de", null, "0604", null, null, UnitKind.WHOLE)));
    assertEquals(
        "members", contradictory(() -> rule("10de", null, null, 2, null, UnitKind.VENDOR_VF)));
    assertEquals("members", contradictory(() -> rule("10de", null, null, 0, null, UnitKind.WHOLE)));
    assertEquals("memory_mib", contradictory(() -> rule(0L, UnitKind.WHOLE)));
    assertEquals(
        "memory_mib", contradictory(() -> rule(AliasRule.MAX_MEMORY_MIB + 1, UnitKind.WHOLE)));
    assertEquals("traits", contradictory(() -> rule(null, UnitKind.WHOLE, "a", "!CUSTOM_A")));
  }

  /** NVSwitch calls itself a bridge and is handed out all the same. */
  @Test
  void anOtherBridgeMayBeAskedFor() {
    assertEquals("class 0680", rule(null, null, "0680", null, null, UnitKind.WHOLE).toString());
  }

  @Test
  void anAlternativeThatIsNeverReachedIsRefused() {
    AliasRule one = rule(null, UnitKind.WHOLE);
    AliasRule other = rule(null, UnitKind.MIG);
    assertEquals("alternatives[1]", contradictory(() -> alias(one, other, one)));
    assertEquals("alternatives", contradictory(AliasTest::alias));
    Alias both = alias(one, other);
    assertEquals(one, both.rule());
    assertTrue(both.matches(shape(UnitKind.MIG, 0)));
    assertFalse(both.matches(shape(UnitKind.MDEV, 0)));
    assertEquals("vendor 10de, class 03; or vendor 10de, class 03, kind mig", both.said());
  }

  @Test
  void aRuleSaysAllThatItAsksFor() {
    assertEquals(
        "vendor 10de, class 03, memory 1024 MiB, kind mig, traits CUSTOM_A !CUSTOM_B",
        rule(1024L, UnitKind.MIG, "!b", "a").toString());
  }
}
