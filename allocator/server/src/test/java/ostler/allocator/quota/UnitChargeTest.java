package ostler.allocator.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import ostler.flavor.AliasName;
import ostler.flavor.UnitModel;
import ostler.flavor.UnitShape;
import ostler.inventory.UnitKind;

final class UnitChargeTest {

  private static final AliasName GPU = new AliasName("gpu");
  private static final UnitModel CARD =
      UnitModel.parse("1002:5046/0x030000+0001:2668/0x040300+0001:0001/0x060000");
  private static final UnitModel ACCELERATOR = UnitModel.parse("1da3:1020/0x120000");

  private static ResourceKey key(String text) {
    return new ResourceKey(text);
  }

  @Test
  void aUnitIsChargedEveryKeyThatItMatches() {
    assertEquals(
        Map.of(
            key("total"), 2L,
            key("alias:gpu"), 2L,
            key("model:1002:5046"), 1L,
            key("model:1da3:1020"), 1L,
            key("kind:whole"), 2L,
            key("fraction"), 10080L,
            key("memory_mib"), 16384L),
        UnitCharge.of(
                GPU,
                List.of(
                    UnitCharge.whole(CARD, OptionalLong.of(16384)),
                    UnitCharge.whole(ACCELERATOR, OptionalLong.empty())))
            .amounts());
  }

  @Test
  void whatComputesIsTheModelAndNotItsSoundOrItsBridge() {
    assertEquals(key("model:1002:5046"), UnitCharge.whole(CARD, OptionalLong.empty()).model());
    UnitModel disk = UnitModel.parse("144d:a808/0x010802+144d:a809/0x010802");
    assertEquals(key("model:144d:a808"), UnitCharge.whole(disk, OptionalLong.empty()).model());
  }

  @Test
  void beforeAUnitIsChosenTheLeastOfWhatAnyIsChargedIsKnown() {
    assertEquals(
        Map.of(
            key("total"), 2L,
            key("alias:gpu"), 2L,
            key("kind:whole"), 2L,
            key("fraction"), 10080L,
            key("memory_mib"), 16384L),
        UnitCharge.whatever(GPU, 2, List.of(shape(CARD, 16384), shape(ACCELERATOR, 8192)))
            .amounts());
    assertEquals(
        Map.of(key("total"), 2L, key("alias:gpu"), 2L),
        UnitCharge.whatever(GPU, 2, List.of()).amounts());
  }

  private static UnitShape shape(UnitModel model, long memoryMib) {
    return new UnitShape(
        model, UnitKind.WHOLE, OptionalLong.of(memoryMib), Collections.emptySortedSet());
  }

  @Test
  void aKeyHasOneOfTheKnownForms() {
    for (String good :
        List.of(
            "total",
            "alias:a.b_c-d",
            "model:10de:20b0",
            "kind:mig",
            "memory_mib",
            "fraction",
            "cleaning")) {
      assertEquals(Optional.of(key(good)), ResourceKey.tryParse(good));
    }
    for (String bad :
        List.of(
            "",
            "gpu",
            "alias:",
            "alias:-x",
            "model:10DE:20b0",
            "model:10de",
            "kind:half",
            "total ",
            "Total")) {
      assertEquals(Optional.empty(), ResourceKey.tryParse(bad));
      assertThrows(IllegalArgumentException.class, () -> key(bad));
    }
  }
}
