package ostler.agent.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ostler.agent.host.FakeHost;
import ostler.agent.host.FakeMdev;
import ostler.agent.host.SliceStory;
import ostler.agent.host.Story;
import ostler.agent.libvirt.DomainView;
import ostler.inventory.Goal;
import ostler.inventory.Holder;
import ostler.inventory.ParentReport;
import ostler.inventory.SliceId;
import ostler.inventory.SliceOffer;
import ostler.inventory.Tenant;
import ostler.inventory.UnitId;
import ostler.inventory.UnitKind;
import ostler.inventory.UnitOrder;
import ostler.inventory.UnitPhase;
import ostler.inventory.UnitReport;
import ostler.inventory.UnorderedSlice;
import ostler.inventory.WipeCoverage;
import ostler.inventory.WipeLevel;
import ostler.inventory.WipeRecord;
import ostler.inventory.WipeStep;

/** What an agent does with cards that are cut into slices, on a host that is not there. */
final class SliceKeeperTest {

  private static final UnitId PARENT = SliceStory.PARENT;
  private static final UnitId ONE = SliceStory.ONE;
  private static final UnitId TWO = SliceStory.TWO;
  private static final Tenant TENANT = Story.tenant(1);

  @TempDir Path folder;
  private SliceStory story;

  @AfterEach
  void end() throws Exception {
    story.close();
  }

  private void begin(UnitKind kind) throws IOException {
    story = new SliceStory(folder, kind);
  }

  private String refused(UnitId unit) throws Exception {
    UnitReport report =
        story.await(unit, r -> r.problem().isPresent() && r.phase() != UnitPhase.BOUND, "refused");
    return report.problem().orElseThrow().code();
  }

  private static SliceOffer offer(ParentReport report, UnitKind kind) {
    return report.offers().stream().filter(one -> one.kind() == kind).findFirst().orElseThrow();
  }

  @Test
  void aCardIsGivenToItsOwnDriverBeforeItIsCut() throws Exception {
    begin(UnitKind.VENDOR_VF);
    story.cut();
    assertEquals("release", story.root().verbs().get(story.root().verbs().size() - 1));
    assertEquals(List.of("functions"), story.slices().verbs());
    UnitReport report = story.await(PARENT, UnitPhase.SLICED);
    assertFalse(report.bound());
    assertFalse(report.guarded());
    assertEquals(Optional.empty(), story.agent().journal().unit(PARENT).orElseThrow().clean());
  }

  @Test
  void fewerFunctionsThanAskedAreReportedAsTheyAreAndNotAskedForAgain() throws Exception {
    begin(UnitKind.VENDOR_VF);
    story.slices().makesAtMost(1);
    story.give(PARENT, new Goal.Rest());
    story.await(PARENT, UnitPhase.RESTING);
    story.give(PARENT, new Goal.Sliced(3));
    story.await(PARENT, UnitPhase.SLICED);
    assertEquals(FakeHost.possibleFunctions().subList(0, 1), story.awaitParent().functions());
    story.agent().rest();
    assertEquals(List.of("functions"), story.slices().verbs());
  }

  @Test
  void aCardWithoutADriverThatCouldCutItIsNotCut() throws Exception {
    begin(UnitKind.MDEV);
    story.host().setDriver(FakeHost.ACCELERATOR, Optional.empty());
    story.give(PARENT, new Goal.Sliced(0));
    assertEquals("NO_DRIVER", refused(PARENT));
    assertEquals(List.of(), story.slices().verbs());
  }

  @Test
  void aCardThatATenantHasIsNotCut() throws Exception {
    begin(UnitKind.MDEV);
    story.give(PARENT, new Goal.Rest());
    story.await(PARENT, UnitPhase.RESTING);
    story.clean(PARENT);
    story.give(PARENT, new Goal.Ready(TENANT));
    story.await(PARENT, UnitPhase.READY);
    story.give(PARENT, new Goal.Sliced(0));
    assertEquals("PERMITTED", refused(PARENT));
    assertFalse(story.root().verbs().contains("release"));
  }

  @Test
  void aHeldCardIsNotCut() throws Exception {
    begin(UnitKind.MDEV);
    story.give(PARENT, new Goal.Rest());
    story.await(PARENT, UnitPhase.RESTING);
    story.root().hold(List.of(FakeHost.ACCELERATOR), "stranger");
    story.give(PARENT, new Goal.Sliced(0));
    assertEquals("HELD", refused(PARENT));
    assertFalse(story.root().verbs().contains("release"));
  }

  @Test
  void aCardIsNotMadeWholeWhileASliceOfItIsLeft() throws Exception {
    begin(UnitKind.VENDOR_VF);
    story.cut();
    story.clean(ONE);
    story.give(PARENT, new Goal.Rest());
    assertEquals("SLICED", refused(PARENT));
    assertEquals(SliceStory.FUNCTIONS, story.host().functions().size());
    story.give(ONE, new Goal.GiveBack());
    story.await(ONE, UnitPhase.GIVEN_BACK);
    story.await(PARENT, r -> r.problem().isPresent(), "refused by its older fence");
    story.give(PARENT, new Goal.Rest());
    story.await(PARENT, UnitPhase.RESTING);
    assertEquals(List.of(), story.host().functions());
  }

  @Test
  void aSliceThatItsAllocatorLostGoesOnceItsCardIsOrderedToBeWhole() throws Exception {
    begin(UnitKind.VENDOR_VF);
    story.cut();
    story.clean(ONE);
    story.orderNothing(ONE);
    story.agent().rest();
    assertEquals(1, story.slices().slices().size(), "no order, and nothing happens to it");
    story.give(PARENT, new Goal.Rest());
    story.await(PARENT, UnitPhase.RESTING);
    assertEquals(List.of(), story.slices().slices());
    assertEquals(List.of(), story.host().functions());
  }

  @Test
  void aSliceThatItsAllocatorLostAndSomebodyMayHaveKeepsItsCardCut() throws Exception {
    begin(UnitKind.VENDOR_VF);
    story.cut();
    story.clean(ONE);
    story.give(ONE, new Goal.Ready(TENANT));
    story.await(ONE, UnitPhase.READY);
    story.orderNothing(ONE);
    story.give(PARENT, new Goal.Rest());
    assertEquals("SLICED", refused(PARENT));
    assertEquals(1, story.slices().slices().size());
    assertFalse(story.slices().verbs().contains("remove"));
  }

  @Test
  void aSliceThatWasNeverMadeRestsWithoutBeingThere() throws Exception {
    begin(UnitKind.MDEV);
    story.cut();
    story.give(ONE, new Goal.Rest());
    UnitReport report = story.await(ONE, UnitPhase.RESTING);
    assertFalse(report.bound());
    assertEquals(Optional.empty(), report.handle());
    assertEquals(List.of(), story.slices().slices());
  }

  @Test
  void theFirstWipeMakesTheSliceAndSaysWhatItDoesNotKnow() throws Exception {
    begin(UnitKind.MDEV);
    story.cut();
    story.clean(ONE);
    UnitReport report = story.await(ONE, UnitPhase.CLEANED);
    assertTrue(report.bound());
    assertTrue(report.guarded());
    assertEquals(
        story.sliceOf(ONE).orElseThrow().toString(), report.handle().orElseThrow().value());
    WipeRecord record = story.lastRecord(ONE);
    assertEquals(WipeLevel.VENDOR, record.level());
    assertEquals(new WipeCoverage(0, 0, 0), record.coverage());
    assertTrue(record.gaps().toString().contains("the vendor's word"), record.body());
    assertEquals(
        List.of(WipeStep.Kind.DESTROY, WipeStep.Kind.CREATE),
        record.steps().stream().map(WipeStep::kind).toList());
    assertEquals(WipeStep.Result.SKIPPED, record.steps().get(0).result());
    assertEquals("there was none", record.steps().get(0).detail().get("why"));
    assertEquals(FakeHost.ACCELERATOR, record.steps().get(1).address());
  }

  @Test
  void eachWipeMakesAnotherSliceAndDestroysTheOneBefore() throws Exception {
    begin(UnitKind.VENDOR_VF);
    story.cut();
    story.clean(ONE);
    SliceId first = story.sliceOf(ONE).orElseThrow();
    story.clean(ONE);
    SliceId second = story.sliceOf(ONE).orElseThrow();
    assertNotEquals(first, second);
    assertEquals(List.of(second), story.slices().slices());
    WipeStep destroyed = story.lastRecord(ONE).steps().get(0);
    assertEquals(WipeStep.Result.OK, destroyed.result());
    assertEquals(first.toString(), destroyed.detail().get("slice"));
    assertEquals(FakeHost.possibleFunctions().get(0), destroyed.address());
  }

  @Test
  void aWipeThatAHolderOrASilentGuardKeepsFromBeginningLeavesTheSliceAlone() throws Exception {
    begin(UnitKind.MDEV);
    story.cut();
    story.clean(ONE);
    SliceId slice = story.sliceOf(ONE).orElseThrow();
    story.root().setGuardIsUp(false);
    story.giveClean(ONE);
    assertEquals(
        "GUARD_ABSENT",
        story.await(ONE, r -> r.problem().isPresent(), "refused").problem().orElseThrow().code());
    story.root().setGuardIsUp(true);
    Holder machine = new Holder(Holder.Kind.DOMAIN, "7", "vm");
    DomainView.HoldingDomain holding =
        new DomainView.HoldingDomain(machine, Set.of(), Set.of(slice));
    story.agent().domains(new DomainView.Known(List.of(holding), Set.of()));
    story.giveClean(ONE);
    assertEquals("HELD", refused(ONE));
    assertEquals(List.of(slice), story.slices().slices());
    story.agent().domains(new DomainView.Known(List.of(), Set.of()));
    story.await(ONE, UnitPhase.CLEANED);
    assertNotEquals(slice, story.sliceOf(ONE).orElseThrow());
  }

  @Test
  void onlyACleanSliceIsPermittedAndATenancyMakesItDirty() throws Exception {
    begin(UnitKind.VENDOR_VF);
    story.cut();
    story.give(ONE, new Goal.Ready(TENANT));
    assertEquals("NOT_CLEAN", refused(ONE));
    story.clean(ONE);
    story.handOut(ONE, TENANT);
    story.takeBack(ONE, TENANT);
    story.give(ONE, new Goal.Ready(Story.tenant(2)));
    assertEquals("NOT_CLEAN", refused(ONE));
    story.check();
  }

  @Test
  void aSliceInUseIsNeitherReleasedNorDestroyed() throws Exception {
    begin(UnitKind.MDEV);
    story.cut();
    story.clean(ONE);
    story.handOut(ONE, TENANT);
    SliceId slice = story.sliceOf(ONE).orElseThrow();
    for (Goal goal : List.of(new Goal.GiveBack(), new Goal.Rest())) {
      story.give(ONE, goal);
      assertEquals("PERMITTED", refused(ONE));
    }
    story.giveClean(ONE);
    assertEquals("PERMITTED", refused(ONE));
    story.give(ONE, new Goal.Release(TENANT));
    assertEquals("HELD", refused(ONE));
    assertEquals(List.of(slice), story.slices().slices());
    assertFalse(story.slices().verbs().contains("remove"));
  }

  @Test
  void aSliceWithoutAnOrderIsLeftAlone() throws Exception {
    begin(UnitKind.MDEV);
    story.cut();
    story.clean(ONE);
    story.handOut(ONE, TENANT);
    int verbs = story.slices().verbs().size();
    story.orderNothing(ONE);
    story.agent().rest();
    assertEquals(UnitPhase.IN_USE, story.agent().report(ONE).phase());
    assertEquals(verbs, story.slices().verbs().size());
  }

  @Test
  void aSliceThatWentAwayBehindOurBackIsDirty() throws Exception {
    begin(UnitKind.MDEV);
    story.cut();
    story.clean(ONE);
    story.slices().lose(story.sliceOf(ONE).orElseThrow());
    story.give(ONE, new Goal.Ready(TENANT));
    assertEquals("NOT_CLEAN", refused(ONE));
    assertFalse(story.slices().verbs().contains("permit"));
  }

  @Test
  void aRestingSliceThatIsLostIsMadeAgainSinceItsCardOffersNothingWithoutIt() throws Exception {
    begin(UnitKind.MDEV);
    story.cut();
    story.clean(ONE);
    SliceId slice = story.sliceOf(ONE).orElseThrow();
    story.give(ONE, new Goal.Rest());
    story.slices().lose(slice);
    story.slices().refuse("restore", "GUARD_ABSENT");
    assertFalse(story.await(ONE, r -> r.problem().isPresent(), "failing").bound());
    story.slices().refuse("restore", "");
    assertTrue(story.await(ONE, UnitPhase.RESTING).bound());
    assertEquals(List.of(slice), story.slices().slices());
    story.clean(TWO);
    story.give(ONE, new Goal.Ready(TENANT));
    assertEquals("NOT_CLEAN", refused(ONE));
  }

  @Test
  void whatCouldNotBeMadeLeavesNoRecordAndIsTriedAgainUnderTheSameId() throws Exception {
    begin(UnitKind.VENDOR_VF);
    story.cut();
    story.slices().refuse("create", "NO_INSTANCE");
    story.giveClean(ONE);
    assertEquals("NO_INSTANCE", refused(ONE));
    SliceId drawn = story.sliceOf(ONE).orElseThrow();
    story.slices().refuse("create", "");
    story.await(ONE, UnitPhase.CLEANED);
    assertEquals(List.of(drawn), story.slices().slices());
    assertEquals(1, story.accepted(ONE).size());
  }

  @Test
  void aDriverThatFailsToMakeASliceIsAFindingAndTheNextWipeBeginsAnew() throws Exception {
    begin(UnitKind.VENDOR_VF);
    story.cut();
    story.slices().refuse("create", "CREATE_FAILED");
    story.giveClean(ONE);
    assertEquals("CREATE_FAILED", refused(ONE));
    assertEquals(WipeRecord.Result.FAILED, story.lastRecord(ONE).result());
    story.slices().refuse("create", "");
    story.clean(ONE);
    assertEquals(WipeRecord.Result.CLEAN, story.lastRecord(ONE).result());
    assertEquals(1, story.slices().slices().size());
  }

  @Test
  void aTypeGoesByItsNameWhateverTheHostCallsIt() throws Exception {
    begin(UnitKind.MDEV);
    story.cut();
    story.clean(ONE);
    story.slices().callTheTypeOnTheHost("lab-77");
    story.clean(ONE);
    assertEquals("lab-77", story.lastRecord(ONE).steps().get(1).detail().get("host_type"));
  }

  @Test
  void theHostSaysWhatMoreCouldBeMadeAndWhatAnEmptyCardHolds() throws Exception {
    begin(UnitKind.MDEV);
    story.cut();
    ParentReport empty = story.awaitParent();
    assertEquals(FakeHost.TOTAL_FUNCTIONS, empty.totalFunctions());
    SliceOffer all = offer(empty, UnitKind.MDEV);
    assertEquals(FakeMdev.TYPE, all.type().value());
    assertEquals(OptionalLong.of(4096), all.memoryMib());
    assertEquals(4, all.available());
    assertEquals(OptionalInt.of(4), all.most());
    story.clean(ONE);
    story.agent().rest();
    SliceOffer rest = offer(story.awaitParent(), UnitKind.MDEV);
    assertEquals(3, rest.available());
    assertEquals(OptionalInt.of(4), rest.most());
  }

  @Test
  void aParentIsAskedAboutAfterAChangeAndNotAtEachLook() throws Exception {
    begin(UnitKind.MDEV);
    story.cut();
    int before = story.slices().looks();
    // Twelve turns of two minutes each.
    story.agent().rest();
    int looks = story.slices().looks();
    assertTrue(looks - before <= 2, looks + " looks, " + before + " before");
    story.clean(ONE);
    assertTrue(story.slices().looks() > looks);
  }

  @Test
  void aParentThatCannotBeAskedAboutSaysWhyAndKeepsWhatWasKnown() throws Exception {
    begin(UnitKind.VENDOR_VF);
    story.cut();
    story.agent().rest();
    story.slices().refuse("list", "CANNOT_LOOK");
    for (int i = 0; i < 8; i++) {
      story.turn();
    }
    ParentReport report = story.awaitParent();
    assertEquals("CANNOT_LOOK", report.problem().orElseThrow().code());
    assertEquals(SliceStory.FUNCTIONS, report.functions().size());
    assertEquals(0, offer(report, UnitKind.VENDOR_VF).available());
  }

  @Test
  void afterABootCardsAreCutAgainBeforeAnythingElse() throws Exception {
    begin(UnitKind.SRIOV_VF);
    story.cut();
    story.give(ONE, new Goal.Rest());
    story.give(TWO, new Goal.Rest());
    story.await(ONE, UnitPhase.RESTING);
    story.await(TWO, UnitPhase.RESTING);
    story.reboot();
    List<String> verbs = new ArrayList<>();
    story.afterEach(verbs::add);
    story.agent().turn();
    story.agent().turn();
    story.agent().turn();
    assertEquals(List.of("restore", "bind", "bind"), verbs);
    assertTrue(story.agent().keeper().awaitRestored(Duration.ZERO));
    story.await(ONE, UnitPhase.RESTING);
    story.await(PARENT, UnitPhase.SLICED);
  }

  @Test
  void afterABootATenantFindsItsSliceAndNobodyElsesIsCalledClean() throws Exception {
    begin(UnitKind.MDEV);
    story.cut();
    story.clean(TWO);
    story.clean(ONE);
    story.handOut(ONE, TENANT);
    SliceId slice = story.sliceOf(ONE).orElseThrow();
    story.reboot();
    assertFalse(story.slices().tenantStarts(slice, TENANT));
    story.await(ONE, UnitPhase.READY);
    assertTrue(story.slices().tenantStarts(slice, TENANT));
    story.give(TWO, new Goal.Ready(Story.tenant(2)));
    assertEquals("NOT_CLEAN", refused(TWO));
    story.check();
  }

  @Test
  void aPlainVirtualFunctionIsAnOrdinaryUnitAndGoesWithItsCard() throws Exception {
    begin(UnitKind.SRIOV_VF);
    story.cut();
    story.give(ONE, new Goal.Rest());
    UnitReport rests = story.await(ONE, UnitPhase.RESTING);
    assertTrue(rests.bound() && rests.guarded());
    story.clean(ONE);
    assertEquals(WipeLevel.L3, story.lastRecord(ONE).level());
    story.give(PARENT, new Goal.Rest());
    assertEquals("HELD", refused(PARENT));
    story.give(ONE, new Goal.GiveBack());
    story.await(ONE, UnitPhase.GIVEN_BACK);
    story.give(PARENT, new Goal.Rest());
    story.await(PARENT, UnitPhase.RESTING);
    story.await(ONE, UnitPhase.GIVEN_BACK);
    story.give(ONE, new Goal.Rest());
    story.await(ONE, UnitPhase.MISSING);
  }

  @Test
  void aMigInstanceIsAttachedByItsDriversNameAndNobodyClaimsToGuardIt() throws Exception {
    begin(UnitKind.MIG);
    story.cut();
    story.clean(ONE);
    UnitReport report = story.await(ONE, UnitPhase.CLEANED);
    assertTrue(report.bound());
    assertFalse(report.guarded());
    assertEquals("MIG-" + story.sliceOf(ONE).orElseThrow(), report.handle().orElseThrow().value());
  }

  @Test
  void aMigInstanceGoesFromTenantToTenantOnlyDestroyedAndMadeAnew() throws Exception {
    begin(UnitKind.MIG);
    story.cut();
    story.clean(ONE);
    SliceId first = story.sliceOf(ONE).orElseThrow();
    story.handOut(ONE, TENANT);
    List<Holder> holders = story.await(ONE, UnitPhase.IN_USE).holders();
    assertEquals(List.of(new Holder(Holder.Kind.PROCESS, "4242", "vm-1")), holders);
    story.give(ONE, new Goal.Release(TENANT));
    assertEquals("HELD", refused(ONE));
    story.slices().tenantEnds(first);
    story.await(ONE, UnitPhase.RELEASED);
    story.clean(ONE);
    assertEquals(
        List.of("create", "permit", "forbid", "remove", "create"),
        story
            .slices()
            .verbs()
            .subList(story.slices().verbs().size() - 5, story.slices().verbs().size()));
    assertNotEquals(first, story.sliceOf(ONE).orElseThrow());
    assertTrue(story.lastRecord(ONE).gaps().stream().anyMatch(gap -> gap.contains("device nodes")));
    story.handOut(ONE, Story.tenant(2));
    story.check();
  }

  @Test
  void aMigInstanceIsNotTakenBackNorMadeAnewWhereNobodyCanSayWhoUsesIt() throws Exception {
    begin(UnitKind.MIG);
    story.cut();
    story.clean(ONE);
    story.handOut(ONE, TENANT);
    SliceId slice = story.sliceOf(ONE).orElseThrow();
    story.slices().tenantEnds(slice);
    story.slices().showsUsers(false);
    story.give(ONE, new Goal.Release(TENANT));
    awaitNobodyCanLook();
    assertFalse(story.slices().verbs().contains("forbid"));
    story.slices().showsUsers(true);
    story.await(ONE, UnitPhase.RELEASED);
    story.slices().showsUsers(false);
    story.giveClean(ONE);
    awaitNobodyCanLook();
    assertEquals(List.of(slice), story.slices().slices());
    story.slices().showsUsers(true);
    story.await(ONE, UnitPhase.CLEANED);
    assertFalse(story.slices().slices().contains(slice));
    story.check();
  }

  private void awaitNobodyCanLook() throws Exception {
    story.await(
        ONE,
        report -> report.problem().filter(p -> p.code().equals("CANNOT_LOOK")).isPresent(),
        "blocked");
  }

  /** As after a restore of the allocator's database, which knows them by nothing else. */
  @Test
  void slicesThatNoOrderNamesAreToldWithTheirLastOrderAndWhoMayHaveThem() throws Exception {
    begin(UnitKind.MDEV);
    story.cut();
    story.clean(ONE);
    story.clean(TWO);
    story.give(ONE, new Goal.Ready(TENANT));
    story.await(ONE, UnitPhase.READY);
    assertEquals(List.of(), story.turn().orElseThrow().unordered());
    UnitOrder one = story.agent().journal().unit(ONE).orElseThrow().order();
    UnitOrder two = story.agent().journal().unit(TWO).orElseThrow().order();
    story.orderNothing(ONE);
    story.orderNothing(TWO);
    assertEquals(
        Set.of(
            new UnorderedSlice(one, Optional.of(TENANT)),
            new UnorderedSlice(two, Optional.empty())),
        Set.copyOf(story.turn().orElseThrow().unordered()));
    story.give(PARENT, new Goal.Rest());
    story.await(PARENT, r -> r.problem().isPresent(), "still cut");
    story.agent().rest();
    List<UnorderedSlice> left = story.turn().orElseThrow().unordered();
    assertEquals(List.of(ONE), left.stream().map(slice -> slice.order().unit()).toList());
    assertEquals(Optional.of(TENANT), left.get(0).tenant());
  }

  @Test
  void aMigInstanceThatIsUsedWithoutAPermitIsDirty() throws Exception {
    begin(UnitKind.MIG);
    story.cut();
    story.clean(ONE);
    story.slices().strangerStarts(story.sliceOf(ONE).orElseThrow());
    UnitReport report = story.await(ONE, r -> !r.holders().isEmpty(), "held");
    assertFalse(report.guarded());
    story.give(ONE, new Goal.Ready(TENANT));
    assertEquals("NOT_CLEAN", refused(ONE));
    assertFalse(story.slices().verbs().contains("permit"));
  }

  @Test
  void aMigInstanceThatWasJustMadeIsNeverReportedAsMissing() throws Exception {
    begin(UnitKind.MIG);
    story.cut();
    for (UnitId unit : List.of(ONE, TWO)) {
      story.giveClean(unit);
      for (int turn = 0; turn < 12; turn++) {
        story.turn();
        if (story.agent().journal().unit(unit).orElseThrow().clean().isPresent()) {
          UnitReport report = story.agent().report(unit);
          assertTrue(report.bound() && report.holdersKnown(), "turn " + turn + ": " + report);
          assertFalse(report.guarded());
        }
      }
      story.await(unit, UnitPhase.CLEANED);
    }
  }

  @Test
  void anAgentThatStartsAgainSaysNothingBeforeItHasAskedOfItsMigInstances() throws Exception {
    begin(UnitKind.MIG);
    story.cut();
    story.clean(ONE);
    story.kill();
    story.turn();
    UnitReport first = story.agent().report(ONE);
    assertEquals(UnitPhase.CLEANED, first.phase());
    assertTrue(first.bound() && first.holdersKnown(), first.toString());
  }
}
