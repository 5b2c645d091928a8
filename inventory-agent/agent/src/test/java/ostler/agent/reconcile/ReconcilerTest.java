package ostler.agent.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import ostler.agent.host.Story;
import ostler.agent.journal.CleanMark;
import ostler.agent.journal.Cut;
import ostler.agent.journal.UnitMemory;
import ostler.agent.journal.WipeEnd;
import ostler.agent.privileged.GuardView;
import ostler.inventory.BootId;
import ostler.inventory.ChainHash;
import ostler.inventory.DeviceIdentity;
import ostler.inventory.Fence;
import ostler.inventory.Goal;
import ostler.inventory.Holder;
import ostler.inventory.ResetChoice;
import ostler.inventory.SignedWipe;
import ostler.inventory.Tenant;
import ostler.inventory.UnitMember;
import ostler.inventory.UnitMembers;
import ostler.inventory.UnitOrder;
import ostler.inventory.UnitPhase;
import ostler.inventory.WipeId;
import ostler.inventory.WipeLevel;
import ostler.inventory.WipeOrder;
import ostler.pci.DriverName;
import ostler.pci.PciAddress;
import ostler.pci.PciId;

final class ReconcilerTest {

  private static final BootId BOOT = BootId.parse("00000000-0000-0000-0000-0000000000b1");
  private static final BootId BEFORE = BootId.parse("00000000-0000-0000-0000-0000000000b0");
  private static final WipeId WIPE = WipeId.parse("00000000-0000-0000-0000-0000000000f1");
  private static final PciAddress ADDRESS = PciAddress.parse("0000:01:00.0");
  private static final Tenant ONE = Story.tenant(1);
  private static final Tenant TWO = Story.tenant(2);
  private static final Holder QEMU = new Holder(Holder.Kind.PROCESS, "42", "qemu-system-x86");
  private static final Holder VM_1 = new Holder(Holder.Kind.DOMAIN, "0b4e", "vm-1");

  private static final Card CARD = new Card(ADDRESS, Optional.empty(), false, 0, 0);

  private static final Goal REST = new Goal.Rest();
  private static final Goal CLEAN =
      new Goal.Clean(new WipeOrder(WIPE, WipeLevel.L3, ResetChoice.AUTO, Optional.empty()));
  private static final Goal READY = new Goal.Ready(ONE);
  private static final Goal RELEASE = new Goal.Release(ONE);
  private static final Goal GIVE_BACK = new Goal.GiveBack();
  private static final List<Goal> ALL = List.of(REST, CLEAN, READY, RELEASE, GIVE_BACK);

  private static UnitMemory memory(Goal goal) {
    return memory(goal, ChainHash.START);
  }

  private static UnitMemory memory(Goal goal, ChainHash head) {
    UnitMembers members =
        new UnitMembers(
            List.of(new UnitMember(ADDRESS, DeviceIdentity.ofModel(PciId.parse("1002:5046")))));
    return UnitMemory.of(UnitOrder.whole(Story.UNIT, members, new Fence(1, 5), goal, head));
  }

  private static SignedWipe record(ChainHash after) {
    return new SignedWipe(
        "{}", after, after.followedBy("{}"), "A".repeat(SignedWipe.SIGNATURE_CHARS));
  }

  /** A unit that was bound and has been wiped clean in that boot. */
  private static UnitMemory cleaned(Goal goal, BootId boot) {
    return memory(goal)
        .bound()
        .wiped(record(ChainHash.START), new WipeEnd(WIPE, Optional.empty()), boot);
  }

  /** What a look may show; each part can be changed. */
  private record Sight(
      Presence presence,
      boolean bound,
      boolean guardKnown,
      boolean managed,
      boolean guarded,
      Optional<Tenant> permit,
      List<Holder> holders,
      Optional<String> unknown) {

    static final Sight UNBOUND =
        new Sight(
            Presence.HERE,
            false,
            true,
            false,
            false,
            Optional.empty(),
            List.of(),
            Optional.empty());

    static final Sight GUARDED =
        new Sight(
            Presence.HERE, true, true, true, true, Optional.empty(), List.of(), Optional.empty());

    static final Sight NO_GUARD =
        new Sight(
            Presence.HERE,
            true,
            false,
            false,
            false,
            Optional.empty(),
            List.of(),
            Optional.of("the guard does not answer"));

    Sight with(Presence now) {
      return new Sight(now, bound, guardKnown, managed, guarded, permit, holders, unknown);
    }

    Sight permittedTo(Tenant tenant) {
      return new Sight(
          presence, bound, guardKnown, managed, false, Optional.of(tenant), holders, unknown);
    }

    Sight heldBy(Holder... who) {
      return new Sight(
          presence, bound, guardKnown, managed, guarded, permit, List.of(who), unknown);
    }

    Sight unseen() {
      return new Sight(
          presence,
          bound,
          guardKnown,
          managed,
          guarded,
          permit,
          holders,
          Optional.of("libvirt is silent"));
    }

    UnitSight sight() {
      Optional<GuardView.Group> group =
          managed
              ? Optional.of(
                  new GuardView.Group(
                      List.of(ADDRESS), guarded, permit, holders, true, Optional.empty()))
              : Optional.empty();
      return new UnitSight(
          presence,
          bound,
          guardKnown,
          group,
          holders,
          unknown,
          Optional.of(CARD),
          Optional.empty());
    }
  }

  private static Action decide(UnitMemory memory, Sight sight) {
    return Reconciler.decide(memory, sight.sight(), BOOT);
  }

  private static void assertSettled(UnitPhase phase, UnitMemory memory, Sight sight) {
    assertEquals(new Action.Settled(phase), decide(memory, sight));
  }

  private static void assertBlocked(UnitPhase phase, String code, UnitMemory memory, Sight sight) {
    Action.Blocked blocked = assertInstanceOf(Action.Blocked.class, decide(memory, sight));
    assertEquals(code, blocked.problem().code(), blocked.problem().message());
    assertEquals(phase, blocked.phase(), blocked.problem().message());
  }

  @Test
  void aUnitAtRestIsBoundAndGuarded() {
    assertEquals(new Action.Bind(), decide(memory(REST), Sight.UNBOUND));
    assertSettled(UnitPhase.RESTING, memory(REST).bound(), Sight.GUARDED);
  }

  @Test
  void whatIsNotWhereItShouldBeIsLeftAloneWhateverIsOrdered() {
    for (Goal goal : ALL) {
      UnitMemory unit = memory(goal).bound();
      assertBlocked(UnitPhase.MISSING, "DEVICE_GONE", unit, Sight.UNBOUND.with(Presence.MISSING));
      assertBlocked(UnitPhase.FAILED, "CANNOT_LOOK", unit, Sight.UNBOUND.with(Presence.NOT_SEEN));
      assertBlocked(
          UnitPhase.FAILED, "IDENTITY_CHANGED", unit, Sight.UNBOUND.with(Presence.OTHER_DEVICE));
      assertBlocked(
          UnitPhase.FAILED, "GROUP_CHANGED", unit, Sight.UNBOUND.with(Presence.OTHER_GROUP));
      assertBlocked(UnitPhase.FAILED, "NO_IOMMU", unit, Sight.UNBOUND.with(Presence.NO_GROUP));
    }
  }

  @Test
  void aWedgedUnitIsLeftAloneInThatBootAndTakenUpInTheNext() {
    for (Goal goal : ALL) {
      UnitMemory unit = memory(goal).bound();
      assertBlocked(UnitPhase.WEDGED, "WEDGED", unit.wedgedIn(BOOT), Sight.GUARDED);
      assertEquals(decide(unit, Sight.GUARDED), decide(unit.wedgedIn(BEFORE), Sight.GUARDED));
    }
  }

  @Test
  void aWipeWaitsForHoldersAndForWhoCannotBeSeen() {
    UnitMemory unit = memory(CLEAN).bound();
    assertInstanceOf(Action.Wipe.class, decide(unit, Sight.GUARDED));
    assertBlocked(UnitPhase.CLEANING, "HELD", unit, Sight.GUARDED.heldBy(VM_1));
    assertBlocked(UnitPhase.CLEANING, "CANNOT_LOOK", unit, Sight.GUARDED.unseen());
    assertBlocked(UnitPhase.BOUND, "GUARD_ABSENT", unit, Sight.NO_GUARD);
  }

  @Test
  void aWipeIsDoneOnceAndItsEndReportedEachTime() {
    assertSettled(UnitPhase.CLEANED, cleaned(CLEAN, BOOT), Sight.GUARDED);
    UnitMemory failed =
        memory(CLEAN)
            .bound()
            .wiped(
                record(ChainHash.START),
                new WipeEnd(WIPE, Optional.of(new WipeEnd.Failure("RESIDUE", "There is some."))),
                BOOT);
    assertBlocked(UnitPhase.FAILED, "RESIDUE", failed, Sight.GUARDED);
  }

  @Test
  void aWipeOfAnEarlierBootOrOneThatSomebodyCameAfterDoesNotCount() {
    assertBlocked(UnitPhase.FAILED, "NOT_CLEAN", cleaned(CLEAN, BEFORE), Sight.GUARDED);
    assertBlocked(
        UnitPhase.FAILED, "NOT_CLEAN", cleaned(CLEAN, BOOT).noLongerClean(), Sight.GUARDED);
    assertBlocked(UnitPhase.FAILED, "NOT_CLEAN", cleaned(READY, BEFORE), Sight.GUARDED);
  }

  @Test
  void aWipeFollowsTheRecordBeforeItAndNoOther() {
    ChainHash other = ChainHash.of("another chain");
    assertBlocked(
        UnitPhase.FAILED,
        "CHAIN_DISAGREES",
        memory(CLEAN, other).bound().taking(memory(CLEAN).order()),
        Sight.GUARDED);
    UnitMemory pending =
        memory(CLEAN)
            .bound()
            .wiped(
                record(ChainHash.START),
                new WipeEnd(new WipeId(ONE.claim().value()), Optional.empty()),
                BOOT);
    assertBlocked(UnitPhase.CLEANING, "RECORD_PENDING", pending, Sight.GUARDED);
    UnitMemory answered =
        pending.taking(memory(CLEAN, record(ChainHash.START).hash()).order()).accepted();
    assertInstanceOf(Action.Wipe.class, decide(answered, Sight.GUARDED));
  }

  @Test
  void onlyACleanUnitIsPermitted() {
    assertBlocked(UnitPhase.FAILED, "NOT_CLEAN", memory(READY).bound(), Sight.GUARDED);
    assertBlocked(UnitPhase.FAILED, "NOT_CLEAN", memory(READY), Sight.UNBOUND);
    assertEquals(new Action.Permit(ONE), decide(cleaned(READY, BOOT), Sight.GUARDED));
  }

  @Test
  void aPermittedUnitIsReadyUntilItIsHeldAndAgainAfterwards() {
    UnitMemory unit = cleaned(READY, BOOT).permitting(ONE);
    Sight permitted = Sight.GUARDED.permittedTo(ONE);
    assertSettled(UnitPhase.READY, unit, permitted);
    assertSettled(UnitPhase.IN_USE, unit, permitted.heldBy(QEMU));
    assertSettled(UnitPhase.READY, unit, permitted);
  }

  @Test
  void aPermitWhoseAnswerWasLostIsGivenAgainToTheSameTenant() {
    UnitMemory unit = cleaned(READY, BOOT).permitting(ONE);
    assertEquals(new Action.Permit(ONE), decide(unit, Sight.GUARDED));
  }

  @Test
  void aTenantKeepsItsUnitOverABootWithoutAWipe() {
    UnitMemory unit = memory(READY).bound().permitting(ONE);
    assertEquals(new Action.Bind(), decide(unit, Sight.UNBOUND));
    assertSettled(UnitPhase.READY, unit, Sight.GUARDED.permittedTo(ONE));
  }

  @Test
  void nobodysUnitIsTakenByAnOrderForAnother() {
    Sight permittedToTwo = Sight.GUARDED.permittedTo(TWO);
    for (Goal goal : ALL) {
      assertBlocked(
          UnitPhase.READY, "PERMITTED", memory(goal).bound().permitting(TWO), permittedToTwo);
      assertBlocked(
          UnitPhase.IN_USE, "PERMITTED", memory(goal).bound(), permittedToTwo.heldBy(QEMU));
    }
  }

  @Test
  void aMachineThatWasThereBeforeMayBeAdoptedByItsOwnClaimOnly() {
    Sight running =
        new Sight(
            Presence.HERE,
            true,
            true,
            false,
            false,
            Optional.empty(),
            List.of(VM_1, QEMU),
            Optional.empty());
    assertEquals(new Action.Adopt(ONE), decide(memory(READY), running));
    assertEquals(new Action.Adopt(ONE), decide(memory(READY).bound().permitting(ONE), running));
    assertBlocked(UnitPhase.FAILED, "NOT_CLEAN", memory(new Goal.Ready(TWO)), running);
    assertBlocked(UnitPhase.FAILED, "NOT_CLEAN", memory(READY), running.unseen());
  }

  @Test
  void aGuardedUnitIsNeverAdopted() {
    assertBlocked(UnitPhase.FAILED, "NOT_CLEAN", memory(READY).bound(), Sight.GUARDED.heldBy(VM_1));
  }

  @Test
  void aHeldUnitIsNotReleasedAndNorIsOneThatNobodyCouldLookAt() {
    UnitMemory unit = memory(RELEASE).bound().permitting(ONE);
    Sight permitted = Sight.GUARDED.permittedTo(ONE);
    assertBlocked(UnitPhase.RELEASING, "HELD", unit, permitted.heldBy(QEMU));
    assertBlocked(UnitPhase.RELEASING, "CANNOT_LOOK", unit, permitted.unseen());
    assertBlocked(UnitPhase.RELEASING, "GUARD_ABSENT", unit, Sight.NO_GUARD);
    assertEquals(new Action.Forbid(ONE), decide(unit, permitted));
    assertEquals(new Action.Forbid(ONE), decide(unit, Sight.GUARDED));
    assertSettled(UnitPhase.RELEASED, unit.forbidden(), Sight.GUARDED);
  }

  @Test
  void aReleasedUnitIsDirty() {
    UnitMemory released = cleaned(READY, BOOT).permitting(ONE).forbidden();
    assertBlocked(UnitPhase.FAILED, "NOT_CLEAN", released, Sight.GUARDED);
  }

  @Test
  void aUnitIsGivenBackWhenNobodyHoldsIt() {
    UnitMemory unit = memory(GIVE_BACK).bound();
    assertEquals(new Action.GiveBack(), decide(unit, Sight.GUARDED));
    assertBlocked(UnitPhase.RELEASING, "HELD", unit, Sight.GUARDED.heldBy(QEMU));
    assertBlocked(UnitPhase.RELEASING, "CANNOT_LOOK", unit, Sight.GUARDED.unseen());
    assertSettled(UnitPhase.GIVEN_BACK, unit.givenBack(), Sight.UNBOUND);
    assertSettled(UnitPhase.GIVEN_BACK, memory(GIVE_BACK), Sight.UNBOUND);
  }

  @Test
  void aCleanUnitThatSomebodyUnboundOrHeldIsDirtyFromThenOn() {
    assertInstanceOf(Action.Taint.class, decide(cleaned(READY, BOOT), Sight.UNBOUND));
    Sight open =
        new Sight(
            Presence.HERE,
            true,
            true,
            true,
            false,
            Optional.empty(),
            List.of(QEMU),
            Optional.empty());
    assertInstanceOf(Action.Taint.class, decide(cleaned(CLEAN, BOOT), open));
  }

  @Test
  void aDomainThatTriesInVainDoesNotMakeAGuardedUnitDirty() {
    assertEquals(new Action.Permit(ONE), decide(cleaned(READY, BOOT), Sight.GUARDED.heldBy(VM_1)));
  }

  @Test
  void aUnitWithoutAnOrderIsOnlyLookedAt() {
    UnitMemory unit = memory(REST).bound().noLongerOrdered();
    assertSettled(UnitPhase.RESTING, unit, Sight.GUARDED);
    assertSettled(UnitPhase.GIVEN_BACK, unit, Sight.UNBOUND);
    assertSettled(UnitPhase.IN_USE, unit, Sight.GUARDED.permittedTo(ONE).heldBy(QEMU));
    assertSettled(UnitPhase.BOUND, unit, Sight.NO_GUARD);
  }

  @Test
  void afterABootWhatWasManagedIsBoundAgainAndNothingElse() {
    UnitMemory unordered = memory(REST).bound().noLongerOrdered();
    assertEquals(
        Optional.of(new Action.Bind()), Reconciler.restore(unordered, Sight.UNBOUND.sight(), BOOT));
    assertEquals(Optional.empty(), Reconciler.restore(memory(REST), Sight.UNBOUND.sight(), BOOT));
    assertEquals(Optional.empty(), Reconciler.restore(unordered, Sight.GUARDED.sight(), BOOT));
    assertEquals(
        Optional.empty(),
        Reconciler.restore(unordered, Sight.UNBOUND.with(Presence.MISSING).sight(), BOOT));
  }

  @Test
  void everyBlockSaysWhatAndWhatNextInASentence() {
    for (Presence presence : Presence.values()) {
      for (Goal goal : ALL) {
        Action action = decide(memory(goal).bound(), Sight.NO_GUARD.with(presence));
        if (action instanceof Action.Blocked blocked) {
          String message = blocked.problem().message();
          assertTrue(message.endsWith(".") && message.length() > 40, message);
        }
      }
    }
  }

  @Test
  void noUnitIsBothCleanAndATenants() {
    UnitMemory clean = cleaned(READY, BOOT);
    assertEquals(Optional.of(new CleanMark(WIPE, BOOT)), clean.clean());
    assertEquals(Optional.empty(), clean.permitting(ONE).clean());
  }

  private static Action cutting(UnitMemory unit, boolean bound, Card card) {
    UnitSight sight =
        new UnitSight(
            Presence.HERE,
            bound,
            true,
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.of(card),
            Optional.empty());
    return Reconciler.decide(unit, sight, BOOT);
  }

  private static Card card(int functions, int slices) {
    return new Card(ADDRESS, Optional.of(new DriverName("vgpu")), true, functions, slices);
  }

  @Test
  void aCardIsCutOnceAndAgainWhereABootOrSomebodyTookItsFunctions() {
    UnitMemory unit = memory(new Goal.Sliced(4));
    assertEquals(new Action.Cut(ADDRESS, 4, true), cutting(unit, false, card(0, 0)));
    UnitMemory begun = unit.cutting(Cut.begun(4));
    assertEquals(new Action.Cut(ADDRESS, 4, true), cutting(begun, false, card(0, 0)));
    UnitMemory done = unit.cutting(Cut.begun(4).done(3, BOOT));
    assertEquals(new Action.Settled(UnitPhase.SLICED), cutting(done, false, card(3, 0)));
    assertEquals(new Action.Restore(ADDRESS), cutting(done, false, card(0, 0)));
    UnitMemory before = unit.cutting(Cut.begun(4).done(3, BEFORE));
    assertEquals(new Action.Restore(ADDRESS), cutting(before, false, card(0, 2)));
    UnitMemory other = memory(new Goal.Sliced(2)).cutting(Cut.begun(4).done(4, BOOT));
    assertEquals(new Action.Cut(ADDRESS, 2, true), cutting(other, false, card(4, 0)));
  }

  @Test
  void aCardThatIsCutIsMadeWholeBeforeAnyOtherOrderIsCarriedOut() {
    for (Goal goal : ALL) {
      UnitMemory unit = memory(goal).cutting(Cut.begun(4).done(4, BOOT));
      assertEquals(new Action.Uncut(ADDRESS, true), cutting(unit, false, card(4, 0)));
      Action.Blocked blocked =
          assertInstanceOf(Action.Blocked.class, cutting(unit, false, card(4, 1)));
      assertEquals("SLICED", blocked.problem().code());
    }
  }

  @Test
  void aCardOnVfioOrWithoutADriverIsNotCut() {
    UnitMemory unit = memory(new Goal.Sliced(0));
    Card none = new Card(ADDRESS, Optional.empty(), false, 0, 0);
    for (Action action : List.of(cutting(unit, true, card(0, 0)), cutting(unit, false, none))) {
      Action.Blocked blocked = assertInstanceOf(Action.Blocked.class, action);
      assertEquals("NO_DRIVER", blocked.problem().code());
    }
    assertEquals(new Action.GiveBack(), decide(unit.bound(), Sight.GUARDED));
    assertBlocked(UnitPhase.RELEASING, "HELD", unit.bound(), Sight.GUARDED.heldBy(QEMU));
    assertBlocked(UnitPhase.RELEASING, "CANNOT_LOOK", unit.bound(), Sight.GUARDED.unseen());
  }
}
