package ostler.allocator.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import ostler.allocator.engine.Layout.Count;
import ostler.allocator.engine.Turnover.Making;
import ostler.allocator.engine.Turnover.Seat;
import ostler.allocator.engine.Turnover.Step;
import ostler.inventory.Fence;
import ostler.inventory.MdevTypeId;
import ostler.inventory.ParentReport;
import ostler.inventory.ProjectId;
import ostler.inventory.SliceOffer;
import ostler.inventory.SliceTypeName;
import ostler.inventory.UnitId;
import ostler.inventory.UnitKind;
import ostler.inventory.UnitPhase;
import ostler.inventory.WipeLevel;
import ostler.pci.PciAddress;

final class TurnoverTest {

  private static final ProjectId P1 = new ProjectId("p1");
  private static final SliceTypeName TYPE = new SliceTypeName("LAB-4Q");
  private static final PciAddress VF0 = PciAddress.parse("0000:01:01.0");
  private static final PciAddress VF1 = PciAddress.parse("0000:01:01.1");

  private static final Layout SHARED =
      new Layout(UnitKind.MDEV, List.of(new Count(TYPE, 2)), 0, true, false, WipeLevel.L3);
  private static final Layout FUNCTIONS =
      new Layout(UnitKind.SRIOV_VF, List.of(), 2, false, false, WipeLevel.L1);

  private static final Cut CUT = Cut.by(Samples.LAYOUT);

  private static Optional<ParentReport> card(PciAddress... functions) {
    return Optional.of(
        new ParentReport(
            Samples.PARENT,
            2,
            List.of(functions),
            List.of(
                new SliceOffer(
                    UnitKind.MDEV,
                    TYPE,
                    new MdevTypeId("lab-4"),
                    Optional.empty(),
                    OptionalLong.of(4096),
                    4,
                    OptionalInt.of(4),
                    List.of())),
            List.of(),
            Optional.empty()));
  }

  private static Seat seat(int number, UnitState state) {
    UnitId id = new UnitId(new UUID(1, number));
    return new Seat(Samples.slice(id, Samples.SLICE, Samples.in(state)), Optional.empty());
  }

  private static List<Seat> seats(UnitState... states) {
    List<Seat> seats = new ArrayList<>();
    for (UnitState state : states) {
      seats.add(seat(seats.size(), state));
    }
    return seats;
  }

  private static Step next(Cut cut, List<Seat> slices) {
    return Turnover.next(Samples.parent(cut), slices, Optional.of(Samples.LAYOUT), card());
  }

  private static Optional<Code> waits(Step step) {
    return assertInstanceOf(Step.Rest.class, step).why().map(Reason::code);
  }

  @Test
  void aCleanParentWithALayoutIsCutAndOneWithoutStaysWhole() {
    Unit clean = Samples.in(UnitState.CLEAN);
    assertEquals(
        new Step.Cut(Samples.LAYOUT),
        Turnover.next(clean, List.of(), Optional.of(Samples.LAYOUT), card()));
    assertEquals(
        Optional.empty(), waits(Turnover.next(clean, List.of(), Optional.empty(), card())));
  }

  @Test
  void aParentThatWasNotCleanedAsFarAsItsLayoutSaysIsCleanedFurther() {
    Unit clean = Samples.in(UnitState.CLEAN);
    Unit less =
        clean.with(
            clean
                .cleaning()
                .withCertificate(Optional.of(new Certificate(Samples.WIPE, WipeLevel.L1))));
    assertEquals(
        new Step.Clean(WipeLevel.L3),
        Turnover.next(less, List.of(), Optional.of(Samples.LAYOUT), card()));
    assertEquals(
        new Step.Cut(FUNCTIONS), Turnover.next(less, List.of(), Optional.of(FUNCTIONS), card()));
  }

  @Test
  void inEveryOtherStateAParentIsLeftToItsOwnLife() {
    for (UnitState state : UnitState.values()) {
      if (state != UnitState.CLEAN && state != UnitState.SLICED) {
        assertEquals(
            new Step.Rest(Optional.empty()),
            Turnover.next(Samples.in(state), List.of(), Optional.of(Samples.LAYOUT), card()));
      }
    }
  }

  @Test
  void aParentThatMayNotBeHandedOutIsNotCutEither() {
    Unit clean = Samples.in(UnitState.CLEAN);
    Unit cordoned = clean.with(clean.standing().with(AdminState.CORDONED, "later"));
    assertEquals(
        Optional.of(Code.CORDONED),
        waits(Turnover.next(cordoned, List.of(), Optional.of(Samples.LAYOUT), card())));
  }

  @Test
  void whatTheLayoutAsksForIsMadeAndNoMore() {
    Making one = new Making(Optional.of(TYPE), Optional.empty());
    assertEquals(new Step.Make(List.of(one, one)), next(CUT, List.of()));
    assertEquals(new Step.Make(List.of(one)), next(CUT, seats(UnitState.CLEAN)));
    // What was there once is not there now.
    assertEquals(
        new Step.Make(List.of(one)), next(CUT, seats(UnitState.CLEAN, UnitState.UNMANAGED)));
    assertEquals(Optional.empty(), waits(next(CUT, seats(UnitState.CLEAN, UnitState.DIRTY))));
  }

  @Test
  void nothingIsMadeBeforeItsHostSaysThatTheParentIsCut() {
    Unit parent = Samples.parent(CUT);
    Unit early = parent.with(Samples.RESTING);
    Unit stale =
        parent.with(
            new Observed(
                Optional.of(new Fence(1, 6)),
                Optional.of(UnitPhase.SLICED),
                false,
                false,
                List.of(),
                true,
                Optional.empty()));
    for (Unit unit : List.of(early, stale)) {
      assertEquals(
          Optional.of(Code.PARENT_NOT_SLICED),
          waits(Turnover.next(unit, List.of(), Optional.of(Samples.LAYOUT), card())));
    }
  }

  @Test
  void whatTheCardDoesNotHoldIsNotMadeAndIsTold() {
    Layout tooMuch =
        new Layout(UnitKind.MDEV, List.of(new Count(TYPE, 5)), 0, false, false, WipeLevel.L3);
    assertEquals(
        Optional.of(Code.LAYOUT_DOES_NOT_FIT),
        waits(Turnover.next(Samples.parent(CUT), List.of(), Optional.of(tooMuch), card())));
    Layout gone = Samples.LAYOUT.plus(new SliceTypeName("OLD"), 1);
    assertEquals(
        Optional.of(Code.LAYOUT_UNKNOWN_TYPE),
        waits(Turnover.next(Samples.parent(CUT), List.of(), Optional.of(gone), card())));
  }

  @Test
  void functionsAreTakenInTheirOrderAndFewerThanAskedAreTakenAsTheyAre() {
    Unit parent = Samples.parent(Cut.by(FUNCTIONS));
    Making first = new Making(Optional.empty(), Optional.of(VF0));
    Making second = new Making(Optional.empty(), Optional.of(VF1));
    assertEquals(
        new Step.Make(List.of(first, second)),
        Turnover.next(parent, List.of(), Optional.of(FUNCTIONS), card(VF0, VF1)));
    Slice plain =
        new Slice(UnitKind.SRIOV_VF, Samples.PARENT, Optional.empty(), 2520, OptionalLong.empty());
    Seat there =
        new Seat(
            Samples.slice(new UnitId(new UUID(1, 1)), plain, Samples.in(UnitState.CLEAN)),
            Optional.of(VF0));
    assertEquals(
        new Step.Make(List.of(second)),
        Turnover.next(parent, List.of(there), Optional.of(FUNCTIONS), card(VF0, VF1)));
    assertEquals(
        Optional.of(Code.LAYOUT_DOES_NOT_FIT),
        waits(Turnover.next(parent, List.of(there), Optional.of(FUNCTIONS), card(VF0))));
  }

  @Test
  void whatTheLayoutNoLongerAsksForIsTakenAwayWhereNobodyHasIt() {
    Step step = next(CUT.serving(P1), seats(UnitState.IN_USE, UnitState.CLEAN, UnitState.DIRTY));
    List<Unit> back = assertInstanceOf(Step.GiveBack.class, step).slices();
    assertEquals(1, back.size());
    assertEquals(UnitState.DIRTY, back.get(0).state());
    assertEquals(
        Optional.of(Code.LAYOUT_IN_USE),
        waits(
            next(CUT.serving(P1), seats(UnitState.IN_USE, UnitState.READY, UnitState.PREPARING))));
  }

  /** It takes the room of what would be made instead. */
  @Test
  void nothingIsMadeBesideWhatTheLayoutNoLongerAsksForAndCannotGoYet() {
    Layout other =
        new Layout(
            UnitKind.MDEV,
            List.of(new Count(new SliceTypeName("LAB-8Q"), 2)),
            0,
            true,
            false,
            WipeLevel.L3);
    Unit dirty = seat(1, UnitState.DIRTY).unit();
    Unit abandoned = dirty.with(dirty.standing().with(new Abandoned(Optional.of(Samples.BOOT))));
    List<Seat> seats = List.of(new Seat(abandoned, Optional.empty()));
    assertEquals(
        Optional.of(Code.ABANDONED),
        waits(Turnover.next(Samples.parent(Cut.by(SHARED)), seats, Optional.of(other), card())));
  }

  @Test
  void whatItsHostKeepsForALostClaimStaysUntilThatIsWrittenDown() {
    Unit dirty = seat(1, UnitState.DIRTY).unit();
    Unit kept = dirty.with(Samples.keptForAnother());
    List<Seat> seats = List.of(new Seat(kept, Optional.empty()));
    assertEquals(Optional.of(Code.UNEXPLAINED), waits(next(CUT.beingEmptied(), seats)));
  }

  @Test
  void aParentIsEmptiedWhenItsProjectsLastClaimEnds() {
    Cut served = CUT.serving(P1);
    for (UnitState state : UnitState.values()) {
      if (state == UnitState.SLICED) {
        continue;
      }
      Step step = next(served, seats(UnitState.CLEAN, state));
      assertEquals(!state.isClaimed(), step instanceof Step.Empty, state + " " + step);
    }
    assertEquals(
        Optional.empty(),
        waits(
            Turnover.next(
                Samples.parent(Cut.by(SHARED)),
                seats(UnitState.CLEAN, UnitState.CLEAN),
                Optional.of(SHARED),
                card())));
  }

  @Test
  void aParentIsEmptiedWhenItIsToBeWholeOrCutOtherwise() {
    List<Seat> free = seats(UnitState.CLEAN, UnitState.CLEAN);
    assertInstanceOf(
        Step.Empty.class, Turnover.next(Samples.parent(CUT), free, Optional.empty(), card()));
    assertInstanceOf(
        Step.Empty.class, Turnover.next(Samples.parent(CUT), free, Optional.of(SHARED), card()));
    assertInstanceOf(
        Step.Empty.class,
        Turnover.next(Samples.parent(CUT), List.of(), Optional.of(FUNCTIONS), card()));
  }

  @Test
  void aParentIsWholeAgainOnlyWhenNoSliceIsLeft() {
    Cut emptying = CUT.serving(P1).beingEmptied();
    assertInstanceOf(Step.Uncut.class, next(emptying, List.of()));
    assertInstanceOf(Step.Uncut.class, next(emptying, seats(UnitState.UNMANAGED)));
    Step back = next(emptying, seats(UnitState.CLEAN, UnitState.CLEANING, UnitState.DIRTY));
    assertEquals(3, assertInstanceOf(Step.GiveBack.class, back).slices().size());
    Unit leaving = Samples.leaving(seat(1, UnitState.DIRTY).unit());
    assertEquals(
        Optional.of(Code.LEAVING),
        waits(next(emptying, List.of(new Seat(leaving, Optional.empty())))));
    for (UnitState state : UnitState.values()) {
      if (state.isClaimed()) {
        assertEquals(Optional.of(Code.LAYOUT_IN_USE), waits(next(emptying, seats(state))));
      }
    }
  }

  @Test
  void aSliceThatWasTakenByForceKeepsItsParentFromBeingTurnedOver() {
    Unit dirty = seat(1, UnitState.DIRTY).unit();
    Unit abandoned = dirty.with(dirty.standing().with(new Abandoned(Optional.of(Samples.BOOT))));
    List<Seat> seats = List.of(new Seat(abandoned, Optional.empty()));
    assertInstanceOf(Step.Empty.class, next(CUT.serving(P1), seats));
    assertEquals(Optional.of(Code.ABANDONED), waits(next(CUT.serving(P1).beingEmptied(), seats)));
  }

  @Test
  void aSliceIsCleanedOnlyOnAParentThatIsCutAndStaysSo() {
    Unit slice = Samples.slice(UnitState.DIRTY);
    assertTrue(Turnover.isServed(slice, Samples.parent(CUT)));
    assertEquals(false, Turnover.isServed(slice, Samples.parent(CUT.beingEmptied())));
    assertEquals(false, Turnover.isServed(Samples.leaving(slice), Samples.parent(CUT)));
    assertEquals(false, Turnover.isServed(slice, Samples.parent(CUT).with(Samples.RESTING)));
    assertEquals(false, Turnover.isServed(slice, Samples.in(UnitState.DIRTY)));
  }

  @Test
  void parentsAreCleanedAsTheirLayoutSaysAndSlicesAreMadeAnew() {
    Unit whole = Samples.in(UnitState.DIRTY);
    assertEquals(WipeLevel.L3, Turnover.levelOf(whole, Optional.empty(), WipeLevel.L3));
    assertEquals(WipeLevel.L1, Turnover.levelOf(whole, Optional.of(FUNCTIONS), WipeLevel.L3));
    assertEquals(
        WipeLevel.VENDOR,
        Turnover.levelOf(Samples.slice(UnitState.DIRTY), Optional.empty(), WipeLevel.L3));
  }
}
