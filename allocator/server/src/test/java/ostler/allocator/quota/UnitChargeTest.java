package ostler.allocator.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import ostler.flavor.AliasName;
import ostler.flavor.UnitModel;
import ostler.flavor.UnitShape;
import ostler.inventory.Share;
import ostler.inventory.SliceTypeName;
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
                    UnitCharge.of(whole(CARD, OptionalLong.of(16384))),
                    UnitCharge.of(whole(ACCELERATOR, OptionalLong.empty()))))
            .amounts());
  }

  @Test
  void whatComputesIsTheModelAndNotItsSoundOrItsBridge() {
    assertEquals(key("model:1002:5046"), UnitCharge.of(whole(CARD, OptionalLong.empty())).model());
    UnitModel disk = UnitModel.parse("144d:a808/0x010802+144d:a809/0x010802");
    assertEquals(key("model:144d:a808"), UnitCharge.of(whole(disk, OptionalLong.empty())).model());
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
        UnitCharge.whatever(
                GPU,
                2,
                List.of(
                    whole(CARD, OptionalLong.of(16384)), whole(ACCELERATOR, OptionalLong.of(8192))))
            .amounts());
    assertEquals(
        Map.of(key("total"), 2L, key("alias:gpu"), 2L),
        UnitCharge.whatever(GPU, 2, List.of()).amounts());
  }

  private static UnitShape whole(UnitModel model, OptionalLong memoryMib) {
    return UnitShape.whole(model, memoryMib, Collections.emptySortedSet());
  }

  private static UnitShape slice(int weight, OptionalLong memoryMib) {
    return new UnitShape(
        CARD,
        UnitKind.MDEV,
        Optional.of(new SliceTypeName("GRID T4-4Q")),
        weight,
        memoryMib,
        Collections.emptySortedSet());
  }

  @Test
  void aSliceIsChargedItsKindItsTypeItsShareAndItsOwnMemory() {
    UnitCharge quarter = UnitCharge.of(slice(1260, OptionalLong.of(4096)));
    assertEquals(
        Map.of(
            key("total"), 2L,
            key("alias:gpu"), 2L,
            key("model:1002:5046"), 2L,
            key("kind:mdev"), 2L,
            key("slice:GRID T4-4Q"), 2L,
            key("fraction"), 2520L,
            key("memory_mib"), 8192L),
        UnitCharge.of(GPU, List.of(quarter, quarter)).amounts());
  }

  @Test
  void whetherAnAliasGivesAWholeCardOrASliceOnlyWhatBothCostIsKnownBeforehand() {
    assertEquals(
        Map.of(
            key("total"), 3L,
            key("alias:gpu"), 3L,
            key("model:1002:5046"), 3L,
            key("fraction"), 3L * 1260,
            key("memory_mib"), 3L * 4096),
        UnitCharge.whatever(
                GPU,
                3,
                List.of(whole(CARD, OptionalLong.of(16384)), slice(1260, OptionalLong.of(4096))))
            .amounts());
  }

  /** No slices of a card together cost more of it than the card does, however they are cut. */
  @Test
  void theSlicesOfACardNeverCostMoreThanTheCard() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 1_000; round++) {
      List<UnitCharge> slices = new ArrayList<>();
      int left = Share.WHOLE;
      while (left > 0 && random.nextInt(20) > 0) {
        int most = 1 + random.nextInt(64);
        int weight = Math.max(1, Share.WHOLE / most);
        if (weight > left) {
          break;
        }
        left -= weight;
        slices.add(UnitCharge.of(slice(weight, OptionalLong.of(1 + random.nextInt(1 << 20)))));
      }
      Map<ResourceKey, Long> sum = UnitCharge.of(GPU, slices).amounts();
      assertEquals(
          slices.isEmpty() ? null : (long) Share.WHOLE - left,
          sum.get(ResourceKey.FRACTION),
          "seed " + seed);
      for (String each : List.of("total", "alias:gpu", "kind:mdev", "slice:GRID T4-4Q")) {
        assertEquals((long) slices.size(), sum.getOrDefault(key(each), 0L), "seed " + seed);
      }
      assertEquals(
          slices.stream().mapToLong(slice -> slice.memoryMib().orElse(0)).sum(),
          sum.getOrDefault(ResourceKey.MEMORY_MIB, 0L),
          "seed " + seed);
    }
  }

  @Test
  void aKeyHasOneOfTheKnownForms() {
    for (String good :
        List.of(
            "total",
            "alias:a.b_c-d",
            "model:10de:20b0",
            "kind:mig",
            "slice:GRID T4-4Q",
            "slice:1g.10gb+me",
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
            "slice:",
            "slice: 4Q",
            "slice:4Q ",
            "slice:a=b",
            "total ",
            "Total")) {
      assertEquals(Optional.empty(), ResourceKey.tryParse(bad));
      assertThrows(IllegalArgumentException.class, () -> key(bad));
    }
  }
}
