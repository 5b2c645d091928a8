package ostler.agent.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import ostler.agent.privileged.Answer;
import ostler.agent.privileged.SliceProgram.Booked;
import ostler.agent.privileged.SliceProgram.Offer;
import ostler.agent.privileged.SliceProgram.Standing;
import ostler.inventory.MdevTypeId;
import ostler.inventory.ParentReport;
import ostler.inventory.SliceId;
import ostler.inventory.SliceTypeName;
import ostler.inventory.UnitId;
import ostler.inventory.UnitKind;
import ostler.pci.PciAddress;

/** How many slices of a type a whole card holds, by what its host says at any moment. */
final class ParentSightTest {

  private static final UnitId UNIT = new UnitId(new UUID(1, 1));
  private static final PciAddress CARD = PciAddress.parse("0000:41:00.0");
  private static final List<PciAddress> TWO_FUNCTIONS =
      List.of(PciAddress.parse("0000:41:00.4"), PciAddress.parse("0000:41:00.5"));
  private static final Optional<String> SILENT = Optional.of("framebuffer=4096M");
  private static final Optional<String> SAYS_EIGHT =
      Optional.of("num_heads=4, framebuffer=4096M, max_instance=8");

  private static Offer offer(
      UnitKind kind,
      Optional<String> description,
      int available,
      OptionalInt limit,
      List<PciAddress> places) {
    return new Offer(
        kind,
        Optional.of(new MdevTypeId("nvidia-1")),
        Optional.of(new SliceTypeName("L40S-4Q")),
        description,
        OptionalLong.empty(),
        available,
        limit,
        places,
        List.of());
  }

  private static Standing standing(List<PciAddress> functions, int slices, List<Offer> offers) {
    Booked slice =
        new Booked(
            new SliceId(new UUID(2, 2)), true, List.of(), true, Optional.empty(), Optional.empty());
    return new Standing(
        functions.isEmpty() ? OptionalInt.empty() : OptionalInt.of(32),
        functions,
        java.util.Collections.nCopies(slices, slice),
        List.of(),
        offers,
        Optional.empty());
  }

  private static ParentReport report(Standing standing, Optional<ParentReport> before) {
    return ParentSight.report(UNIT, new Answer.Done<>(standing), before);
  }

  private static OptionalInt most(Standing standing, Optional<ParentReport> before) {
    return report(standing, before).offers().get(0).most();
  }

  private static OptionalInt most(Standing standing) {
    return most(standing, Optional.empty());
  }

  @Test
  void functionsOfferATypeWithoutSayingHowManyTheCardHolds() {
    for (int functions = 1; functions <= 2; functions++) {
      List<PciAddress> there = TWO_FUNCTIONS.subList(0, functions);
      Offer offer =
          offer(UnitKind.VENDOR_VF, Optional.empty(), functions, OptionalInt.empty(), there);
      assertEquals(OptionalInt.empty(), most(standing(there, 0, List.of(offer))));
    }
  }

  @Test
  void theOperatorsMaximumOfATypeIsTheSameHoweverManyFunctionsThereAre() {
    for (int free = 0; free <= 2; free++) {
      Offer offer =
          offer(
              UnitKind.VENDOR_VF,
              Optional.empty(),
              free,
              OptionalInt.of(6),
              TWO_FUNCTIONS.subList(0, free));
      assertEquals(
          OptionalInt.of(6),
          most(standing(TWO_FUNCTIONS, 2 - free, List.of(offer))),
          "free " + free);
    }
  }

  @Test
  void mediatedDevicesOnFunctionsAreCountedByTheDriversWordAlone() {
    Offer silent = offer(UnitKind.MDEV, SILENT, 2, OptionalInt.empty(), TWO_FUNCTIONS);
    assertEquals(OptionalInt.empty(), most(standing(TWO_FUNCTIONS, 0, List.of(silent))));
    Offer full = offer(UnitKind.MDEV, SILENT, 0, OptionalInt.empty(), List.of());
    assertEquals(OptionalInt.empty(), most(standing(TWO_FUNCTIONS, 2, List.of(full))));
    Offer telling = offer(UnitKind.MDEV, SAYS_EIGHT, 2, OptionalInt.empty(), TWO_FUNCTIONS);
    assertEquals(OptionalInt.of(8), most(standing(TWO_FUNCTIONS, 0, List.of(telling))));
  }

  @Test
  void theDriversWordIsTheSameWhateverIsOnTheCardAndThatOfTheOperatorLowersIt() {
    for (int slices = 0; slices <= 2; slices++) {
      Offer telling =
          offer(UnitKind.MDEV, SAYS_EIGHT, 8 - slices, OptionalInt.empty(), List.of(CARD));
      assertEquals(OptionalInt.of(8), most(standing(List.of(), slices, List.of(telling))));
    }
    Offer capped = offer(UnitKind.MDEV, SAYS_EIGHT, 3, OptionalInt.of(3), List.of(CARD));
    assertEquals(OptionalInt.of(3), most(standing(List.of(), 0, List.of(capped))));
  }

  @Test
  void whereTheDriverIsSilentAnEmptyCardSaysItAndIsRemembered() {
    Offer four = offer(UnitKind.MDEV, SILENT, 4, OptionalInt.empty(), List.of(CARD));
    ParentReport empty = report(standing(List.of(), 0, List.of(four)), Optional.empty());
    assertEquals(OptionalInt.of(4), empty.offers().get(0).most());
    Offer three = offer(UnitKind.MDEV, SILENT, 3, OptionalInt.empty(), List.of(CARD));
    Standing used = standing(List.of(), 1, List.of(three));
    assertEquals(OptionalInt.of(4), most(used, Optional.of(empty)));
    assertEquals(OptionalInt.empty(), most(used));
  }
}
