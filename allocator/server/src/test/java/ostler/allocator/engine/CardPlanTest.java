package ostler.allocator.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import ostler.allocator.engine.Layout.Count;
import ostler.flavor.Contradiction;
import ostler.inventory.MdevTypeId;
import ostler.inventory.ParentReport;
import ostler.inventory.Share;
import ostler.inventory.SliceOffer;
import ostler.inventory.SlicePlacement;
import ostler.inventory.SliceTypeName;
import ostler.inventory.UnitKind;
import ostler.inventory.UnitProblem;
import ostler.inventory.WipeLevel;
import ostler.pci.PciAddress;

final class CardPlanTest {

  private static SliceOffer offer(
      UnitKind kind, String type, int most, List<SlicePlacement> placements) {
    return new SliceOffer(
        kind,
        new SliceTypeName(type),
        new MdevTypeId("t-" + most),
        Optional.empty(),
        OptionalLong.of(1024),
        most,
        OptionalInt.of(most),
        placements);
  }

  private static SliceOffer mdev(String type, int most) {
    return offer(UnitKind.MDEV, type, most, List.of());
  }

  private static ParentReport card(int functions, List<SliceOffer> offers) {
    return new ParentReport(
        Samples.PARENT, functions, List.of(), offers, List.of(), Optional.empty());
  }

  private static Layout layout(UnitKind kind, int functions, boolean mixed, Count... counts) {
    return new Layout(kind, List.of(counts), functions, false, mixed, WipeLevel.L3);
  }

  private static Count of(String type, int count) {
    return new Count(new SliceTypeName(type), count);
  }

  private static Optional<Reason> against(ParentReport card, Layout layout) {
    return CardPlan.of(Optional.of(card)).objection(layout);
  }

  @Test
  void aRefusalNamesTheFieldTheTypeAndWhatWouldFit() {
    ParentReport card = card(0, List.of(mdev("A", 4), mdev("B", 2)));
    Reason unknown = against(card, layout(UnitKind.MDEV, 0, false, of("C", 1))).orElseThrow();
    assertEquals(Code.LAYOUT_UNKNOWN_TYPE, unknown.code());
    assertEquals(
        "slices[0].type: the card has no type C of kind mdev; it has A, B", unknown.message());
    Reason tooMany = against(card, layout(UnitKind.MDEV, 0, false, of("A", 5))).orElseThrow();
    assertEquals(Code.LAYOUT_DOES_NOT_FIT, tooMany.code());
    assertEquals("slices[0].count: 5 x A do not fit; 4 would", tooMany.message());
    Reason beside =
        against(card, layout(UnitKind.MDEV, 0, true, of("A", 2), of("B", 2))).orElseThrow();
    assertEquals("slices[1].count: 2 x B do not fit beside 2 x A; 1 would", beside.message());
    Reason homogeneous =
        against(card, layout(UnitKind.MDEV, 0, false, of("A", 2), of("B", 1))).orElseThrow();
    assertTrue(homogeneous.message().startsWith("slices[1].type: B would be beside A"));
    assertEquals(
        Optional.empty(), against(card, layout(UnitKind.MDEV, 0, true, of("A", 2), of("B", 1))));
  }

  @Test
  void plainFunctionsFitByTheirTotal() {
    ParentReport card = card(4, List.of());
    assertEquals(Optional.empty(), against(card, layout(UnitKind.SRIOV_VF, 4, false)));
    Reason more = against(card, layout(UnitKind.SRIOV_VF, 5, false)).orElseThrow();
    assertTrue(more.message().startsWith("functions: 5 are asked for and the card has 4"));
    assertEquals(1260, CardPlan.of(Optional.of(card)).weight(UnitKind.SRIOV_VF, Optional.empty()));
  }

  @Test
  void vendorsFunctionsHaveOneSliceEach() {
    ParentReport card = card(4, List.of(offer(UnitKind.VENDOR_VF, "V", 8, List.of())));
    assertEquals(Optional.empty(), against(card, layout(UnitKind.VENDOR_VF, 2, false, of("V", 2))));
    assertEquals(
        Code.LAYOUT_DOES_NOT_FIT,
        against(card, layout(UnitKind.VENDOR_VF, 2, false, of("V", 3))).orElseThrow().code());
  }

  @Test
  void whatIsNotKnownYetIsNotRefusedYet() {
    Layout layout = layout(UnitKind.MDEV, 0, false, of("A", 99));
    assertEquals(Optional.empty(), CardPlan.of(Optional.empty()).objection(layout));
    assertEquals(Optional.empty(), against(card(0, List.of()), layout));
  }

  @Test
  void aTypeOfWhichNobodyKnowsHowManyTheCardHoldsIsNoShareOfIt() {
    SliceOffer unknown =
        new SliceOffer(
            UnitKind.VENDOR_VF,
            new SliceTypeName("V"),
            new MdevTypeId("1155"),
            Optional.empty(),
            OptionalLong.empty(),
            2,
            OptionalInt.empty(),
            List.of());
    ParentReport card = card(4, List.of(unknown));
    Reason against = against(card, layout(UnitKind.VENDOR_VF, 2, false, of("V", 1))).orElseThrow();
    assertEquals(Code.LAYOUT_SHARE_UNKNOWN, against.code());
    assertTrue(against.message().startsWith("slices[0].type: how many V the whole card holds"));
    CardPlan.Room room = CardPlan.of(Optional.of(card)).rooms(Optional.empty()).get(0);
    assertEquals(0, room.available());
    assertEquals(OptionalInt.empty(), room.most());
  }

  @Test
  void aKindThatItsDriverDidNotShowBesideAnotherIsRefusedAndOneThatItCouldNotShowIsNot() {
    ParentReport functions = card(4, List.of());
    Reason against = against(functions, layout(UnitKind.MDEV, 0, false, of("A", 1))).orElseThrow();
    assertEquals(Code.NOT_A_PARENT, against.code());
    assertTrue(against.message().contains("but 4 virtual functions;"), against.message());
    for (UnitKind kind : List.of(UnitKind.VENDOR_VF, UnitKind.MIG)) {
      int count = kind == UnitKind.VENDOR_VF ? 1 : 0;
      assertEquals(
          Optional.empty(), against(functions, layout(kind, count, false, of("A", 1))), "" + kind);
    }
    ParentReport typed = card(0, List.of(mdev("A", 4)));
    assertEquals(
        Code.NOT_A_PARENT,
        against(typed, layout(UnitKind.SRIOV_VF, 1, false)).orElseThrow().code());
    ParentReport unread =
        new ParentReport(
            Samples.PARENT,
            4,
            List.of(),
            List.of(),
            List.of(),
            Optional.of(new UnitProblem("CANNOT_LOOK", "It could not be seen.", 0)));
    assertEquals(Optional.empty(), against(unread, layout(UnitKind.MDEV, 0, false, of("A", 1))));
    assertEquals(
        Optional.empty(),
        CardPlan.of(Optional.empty(), 4).objection(layout(UnitKind.MDEV, 0, false, of("A", 1))));
  }

  @Test
  void whatALayoutCannotMeanIsRefusedByTheNameOfItsField() {
    assertEquals("kind", field(() -> layout(UnitKind.WHOLE, 0, false)));
    assertEquals("functions", field(() -> layout(UnitKind.MDEV, 1, false)));
    assertEquals("functions", field(() -> layout(UnitKind.SRIOV_VF, 0, false)));
    assertEquals("slices", field(() -> layout(UnitKind.SRIOV_VF, 1, false, of("A", 1))));
    assertEquals(
        "slices[1].type", field(() -> layout(UnitKind.MDEV, 0, true, of("A", 1), of("A", 1))));
    assertEquals("count", field(() -> of("A", 0)));
  }

  private static String field(Runnable making) {
    return assertThrows(Contradiction.class, making::run).field();
  }

  @Test
  void whatACardHoldsInAllStaysKnownWhileItIsNotEmpty() {
    ParentReport empty = card(0, List.of(mdev("A", 4)));
    SliceOffer now =
        new SliceOffer(
            UnitKind.MDEV,
            new SliceTypeName("A"),
            new MdevTypeId("t-9"),
            Optional.empty(),
            OptionalLong.empty(),
            1,
            OptionalInt.empty(),
            List.of());
    SliceOffer kept =
        CardPlan.remembered(Optional.of(empty), card(0, List.of(now))).offers().get(0);
    assertEquals(OptionalInt.of(4), kept.most());
    assertEquals(1, kept.available());
    assertEquals(new MdevTypeId("t-9"), kept.hostType());
    assertEquals(
        empty.offers(), CardPlan.remembered(Optional.of(empty), card(0, List.of())).offers());
  }

  /** Two thirds and one third are one, and one sixth more is too much. */
  @Test
  void sharesAreAddedExactly() {
    ParentReport card = card(0, List.of(mdev("T", 3), mdev("S", 6), mdev("H", 7)));
    assertEquals(
        Optional.empty(), against(card, layout(UnitKind.MDEV, 0, true, of("T", 2), of("S", 2))));
    assertTrue(against(card, layout(UnitKind.MDEV, 0, true, of("T", 2), of("S", 3))).isPresent());
    assertEquals(720, CardPlan.of(Optional.of(card)).weight(UnitKind.MDEV, Optional.of(type("H"))));
  }

  private static SliceTypeName type(String name) {
    return new SliceTypeName(name);
  }

  /** Against all sums there are, on random small cards. */
  @Test
  void ofRandomCardsExactlyTheLayoutsFitWhoseSharesDo() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 500; i++) {
      int[] most = random.ints(1 + random.nextInt(3), 1, 9).toArray();
      List<SliceOffer> offers = new ArrayList<>();
      List<Count> counts = new ArrayList<>();
      long all = 1;
      for (int t = 0; t < most.length; t++) {
        offers.add(mdev("T" + t, most[t]));
        all *= most[t];
      }
      long used = 0;
      int weight = 0;
      CardPlan plan = CardPlan.of(Optional.of(card(0, offers)));
      for (int t = 0; t < most.length; t++) {
        int count = random.nextInt(most[t] + 1);
        if (count > 0) {
          counts.add(of("T" + t, count));
          used += count * (all / most[t]);
          weight += count * plan.weight(UnitKind.MDEV, Optional.of(type("T" + t)));
        }
      }
      Layout layout = new Layout(UnitKind.MDEV, counts, 0, false, true, WipeLevel.L3);
      boolean fits = plan.objection(layout).isEmpty();
      assertEquals(used <= all, fits, "seed " + seed + ", " + layout + " of " + offers);
      if (fits) {
        assertTrue(weight <= Share.WHOLE, "seed " + seed + ", " + layout);
        assertRoomIsReal(plan, layout, seed);
      }
    }
  }

  /** What is said to be possible still is possible, and one more is not. */
  private static void assertRoomIsReal(CardPlan plan, Layout layout, long seed) {
    for (CardPlan.Room room : plan.rooms(Optional.of(layout))) {
      SliceTypeName type = room.type().orElseThrow();
      String said = "seed " + seed + ", " + layout + ", " + room;
      assertEquals(Optional.empty(), plan.objection(layout.plus(type, room.available())), said);
      assertTrue(plan.objection(layout.plus(type, room.available() + 1)).isPresent(), said);
    }
  }

  /** Against a search that tries every choice of places. */
  @Test
  void ofRandomMigCardsExactlyTheLayoutsFitThatFindTheirPlaces() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    int fitting = 0;
    for (int i = 0; i < 500; i++) {
      int span = 2 + random.nextInt(6);
      List<SliceOffer> offers = new ArrayList<>();
      for (int t = 0; t < 1 + random.nextInt(3); t++) {
        offers.add(mig("P" + t, span, random));
      }
      List<Count> counts = new ArrayList<>();
      List<SliceOffer> wanted = new ArrayList<>();
      for (SliceOffer offer : offers) {
        int count = random.nextInt(offer.most().getAsInt() + 1);
        if (count > 0) {
          counts.add(new Count(offer.type(), count));
          wanted.addAll(java.util.Collections.nCopies(count, offer));
        }
      }
      Layout layout = new Layout(UnitKind.MIG, counts, 0, false, false, WipeLevel.L3);
      CardPlan plan = CardPlan.of(Optional.of(card(0, offers)));
      boolean fits = plan.objection(layout).isEmpty();
      assertEquals(
          tried(wanted, 0, new ArrayList<>()),
          fits,
          "seed " + seed + ", " + layout + " of " + offers);
      if (fits) {
        fitting++;
        assertRoomIsReal(plan, layout, seed);
      }
    }
    assertTrue(fitting > 0, "seed " + seed);
  }

  private static SliceOffer mig(String type, int span, Random random) {
    int size = 1 + random.nextInt(span);
    List<SlicePlacement> places = new ArrayList<>();
    for (int start = 0; start + size <= span; start++) {
      if (places.isEmpty() || random.nextBoolean()) {
        places.add(new SlicePlacement(start, size));
      }
    }
    return offer(UnitKind.MIG, type, 1 + random.nextInt(places.size()), places);
  }

  private static boolean tried(List<SliceOffer> wanted, int next, List<SlicePlacement> taken) {
    if (next == wanted.size()) {
      return true;
    }
    for (SlicePlacement place : wanted.get(next).placements()) {
      if (taken.stream().noneMatch(place::overlaps)) {
        List<SlicePlacement> with = new ArrayList<>(taken);
        with.add(place);
        if (tried(wanted, next + 1, with)) {
          return true;
        }
      }
    }
    return false;
  }

  @Test
  void theSharesOfMigAreThoseOfTheirMemory() {
    ParentReport card =
        card(
            0,
            List.of(
                offer(
                    UnitKind.MIG,
                    "3g.20gb",
                    2,
                    List.of(new SlicePlacement(0, 4), new SlicePlacement(4, 4))),
                offer(UnitKind.MIG, "1g.10gb", 1, List.of(new SlicePlacement(6, 2)))));
    CardPlan plan = CardPlan.of(Optional.of(card));
    assertEquals(2520, plan.weight(UnitKind.MIG, Optional.of(type("3g.20gb"))));
    assertEquals(1260, plan.weight(UnitKind.MIG, Optional.of(type("1g.10gb"))));
    Layout both = layout(UnitKind.MIG, 0, false, of("3g.20gb", 1), of("1g.10gb", 1));
    assertEquals(Optional.empty(), plan.objection(both));
    assertEquals(
        "slices[1].count: 1 x 1g.10gb do not fit beside 2 x 3g.20gb; none does",
        plan.objection(layout(UnitKind.MIG, 0, false, of("3g.20gb", 2), of("1g.10gb", 1)))
            .orElseThrow()
            .message());
  }

  @Test
  void aCardThatIsCutOneWayHasNoRoomForAnother() {
    ParentReport card =
        new ParentReport(
            Samples.PARENT,
            4,
            List.of(PciAddress.parse("0000:01:01.0")),
            List.of(mdev("A", 4)),
            List.of(),
            Optional.empty());
    CardPlan plan = CardPlan.of(Optional.of(card));
    List<Integer> free =
        plan.rooms(Optional.empty()).stream().map(CardPlan.Room::available).toList();
    assertEquals(List.of(4, 4), free);
    List<Integer> beside =
        plan.rooms(Optional.of(layout(UnitKind.SRIOV_VF, 3, false))).stream()
            .map(CardPlan.Room::available)
            .toList();
    assertEquals(List.of(0, 1), beside);
  }
}
