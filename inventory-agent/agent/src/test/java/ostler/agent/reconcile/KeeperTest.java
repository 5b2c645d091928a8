package ostler.agent.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ostler.agent.host.AgentInTest;
import ostler.agent.host.FakeHost;
import ostler.agent.host.Story;
import ostler.agent.journal.UnitMemory;
import ostler.agent.journal.WipeEnd;
import ostler.agent.libvirt.DomainView;
import ostler.inventory.ChainHash;
import ostler.inventory.DesiredState;
import ostler.inventory.Fence;
import ostler.inventory.Goal;
import ostler.inventory.Holder;
import ostler.inventory.ReportAnswer;
import ostler.inventory.ResetChoice;
import ostler.inventory.SignedWipe;
import ostler.inventory.Tenant;
import ostler.inventory.UnitId;
import ostler.inventory.UnitOrder;
import ostler.inventory.UnitPhase;
import ostler.inventory.UnitReport;
import ostler.inventory.WipeId;
import ostler.inventory.WipeLevel;
import ostler.inventory.WipeOrder;
import ostler.inventory.WipeRecord;
import ostler.inventory.WipeStep;

/** What an agent does with orders, faults and boots, on a host that is not there. */
final class KeeperTest {

  private static final UnitId OTHER = UnitId.parse("00000000-0000-0000-0000-0000000000ab");
  private static final WipeId WIPE = WipeId.parse("00000000-0000-0000-0000-0000000000f1");
  private static final Tenant ONE = Story.tenant(1);

  @TempDir Path folder;
  private Story story;

  @BeforeEach
  void begin() throws Exception {
    story = new Story(folder);
  }

  @AfterEach
  void end() throws Exception {
    story.close();
  }

  private static Goal clean(WipeId wipe, WipeLevel level) {
    return new Goal.Clean(new WipeOrder(wipe, level, ResetChoice.AUTO, Optional.empty()));
  }

  private void rest() throws Exception {
    story.give(new Goal.Rest());
    story.await(UnitPhase.RESTING);
  }

  private void readyForOne() throws Exception {
    rest();
    story.clean();
    story.give(new Goal.Ready(ONE));
    story.await(UnitPhase.READY);
  }

  private UnitReport failing(Goal goal) throws Exception {
    story.give(goal);
    return story.await(UnitPhase.FAILED);
  }

  private static String code(UnitReport report) {
    return report.problem().orElseThrow().code();
  }

  private WipeRecord lastRecord() throws Exception {
    return WipeRecord.parse(story.accepted().get(story.accepted().size() - 1).body());
  }

  @Test
  void aHostWhereNothingIsOrderedIsNeverTouched() throws Exception {
    String before = listing();
    Status status = story.agent().rest();
    assertEquals(List.of(), story.root().verbs());
    assertEquals(before, listing());
    assertEquals(List.of(), status.units());
    assertEquals(3, status.inventory().functions().size());
  }

  private String listing() throws Exception {
    try (Stream<Path> files = Files.walk(story.host().root().resolve("sys"))) {
      return files.sorted().map(Path::toString).toList().toString();
    }
  }

  @Test
  void anOrderOlderThanWhatTheHostHasSeenIsRefusedAndSaid() throws Exception {
    UnitOrder old = story.orderFor(new Goal.GiveBack());
    rest();
    AgentInTest agent = story.agent();
    agent.keeper().desire(story.desired(List.of(old)));
    agent.rest();
    UnitReport report = agent.report(Story.UNIT);
    assertEquals(UnitPhase.RESTING, report.phase());
    assertEquals("STALE_FENCE", code(report));
    assertFalse(story.root().verbs().contains("release"));
  }

  private void strangerHolds(String domain) throws Exception {
    story.root().stranger(story.members().addresses(), "qemu");
    Holder machine = new Holder(Holder.Kind.DOMAIN, "7", domain);
    story
        .agent()
        .domains(
            new DomainView.Known(
                List.of(
                    new DomainView.HoldingDomain(
                        machine, Set.copyOf(story.members().addresses()), Set.of())),
                Set.of()));
  }

  private void strangerEnds() throws Exception {
    story.root().tenantEnds(story.members().addresses());
    story.agent().domains(new DomainView.Known(List.of(), Set.of()));
  }

  @Test
  void aMachineThatWasThereBeforeIsAdoptedKeepsItsUnitAndGivesItBackDirty() throws Exception {
    strangerHolds(ONE.consumer().id());
    story.give(new Goal.Rest());
    assertEquals("HELD", code(story.await(UnitPhase.BOUND)));
    story.give(new Goal.Ready(ONE));
    story.await(UnitPhase.IN_USE);
    assertFalse(story.root().verbs().contains("permit"), story.root().verbs().toString());
    story.kill();
    strangerHolds(ONE.consumer().id());
    story.await(UnitPhase.IN_USE);
    story.give(new Goal.Release(ONE));
    assertEquals("HELD", code(story.await(UnitPhase.RELEASING)));
    strangerEnds();
    story.await(UnitPhase.RELEASED);
    assertEquals("NOT_CLEAN", code(failing(new Goal.Ready(Story.tenant(2)))));
    story.clean();
    story.check();
  }

  @Test
  void anAdoptionThatRootRefusesChangesNothingAndIsSaid() throws Exception {
    strangerHolds(ONE.consumer().id());
    story.root().refuse("adopt", "PROTECTED");
    assertEquals("PROTECTED", code(failing(new Goal.Ready(ONE))));
    UnitMemory unit = story.agent().journal().unit(Story.UNIT).orElseThrow();
    assertFalse(unit.managed());
    assertEquals(Optional.empty(), unit.tenant());
  }

  @Test
  void anAdoptedTenantThatLeftBeforeItWasAdoptedDoesNotHoldUpTheRelease() throws Exception {
    strangerHolds(ONE.consumer().id());
    story.root().refuse("adopt", "GUARD_ABSENT");
    story.give(new Goal.Ready(ONE));
    story.await(UnitPhase.BOUND);
    strangerEnds();
    story.give(new Goal.Release(ONE));
    story.await(UnitPhase.RELEASED);
    story.check();
  }

  @Test
  void aRecordThatCannotBeReadIsSaidAndDoesNotHoldUpTheNextWipe() throws Exception {
    rest();
    UnitMemory unit = story.agent().journal().unit(Story.UNIT).orElseThrow();
    SignedWipe spoilt =
        new SignedWipe(
            "{\"v\":7}",
            unit.head(),
            unit.head().followedBy("{\"v\":7}"),
            "A".repeat(SignedWipe.SIGNATURE_CHARS));
    story
        .agent()
        .journal()
        .keep(
            unit.wiped(spoilt, new WipeEnd(WIPE, Optional.empty()), story.host().boot()),
            "wiped by another version");
    assertEquals("RECORD_UNREADABLE", code(failing(clean(WIPE, WipeLevel.L3))));
    assertTrue(story.agent().turn().wipes().isEmpty());
    story.clean();
    story.check();
  }

  @Test
  void anOrderGivenTwiceIsCarriedOutOnce() throws Exception {
    rest();
    story.clean();
    int verbs = story.root().verbs().size();
    AgentInTest agent = story.agent();
    UnitOrder order = agent.journal().unit(Story.UNIT).orElseThrow().order();
    agent.keeper().desire(story.desired(List.of(order)));
    agent.rest();
    assertEquals(UnitPhase.CLEANED, agent.report(Story.UNIT).phase());
    assertEquals(verbs, story.root().verbs().size());
    assertEquals(1, story.accepted().size());
  }

  @Test
  void aUnitThatIsNoLongerOrderedIsLeftAlone() throws Exception {
    readyForOne();
    int verbs = story.root().verbs().size();
    AgentInTest agent = story.agent();
    agent.keeper().desire(story.desired(List.of()));
    Status status = agent.rest();
    assertEquals(UnitPhase.READY, agent.report(Story.UNIT).phase());
    assertEquals(verbs, story.root().verbs().size());
    assertTrue(status.appliedRevision() > 0);
  }

  @Test
  void aUnitThatWasGivenBackAndIsNoLongerOrderedIsForgotten() throws Exception {
    rest();
    story.give(new Goal.GiveBack());
    story.await(UnitPhase.GIVEN_BACK);
    AgentInTest agent = story.agent();
    agent.keeper().desire(story.desired(List.of()));
    assertEquals(List.of(), agent.rest().units());
  }

  @Test
  void aDeviceThatVanishesIsMissingAndItsOrderIsKept() throws Exception {
    readyForOne();
    story.host().setPresent(FakeHost.AUDIO, false);
    assertEquals(UnitPhase.MISSING, story.await(UnitPhase.MISSING).phase());
    story.host().setPresent(FakeHost.AUDIO, true);
    assertEquals(UnitPhase.READY, story.await(UnitPhase.READY).phase());
    story.check();
  }

  @Test
  void anotherCardInTheSlotIsNotTheUnit() throws Exception {
    rest();
    story.host().setPresent(FakeHost.GPU, false);
    story.await(UnitPhase.MISSING);
    story.host().swap(FakeHost.AUDIO);
    story.host().setPresent(FakeHost.GPU, true);
    assertEquals("IDENTITY_CHANGED", code(story.await(UnitPhase.FAILED)));
  }

  @Test
  void aVerbThatNeverComesBackWedgesThatUnitAndNoOther() throws Exception {
    rest();
    story.root().hang("reset");
    story.give(clean(WIPE, WipeLevel.L3));
    assertEquals("WEDGED", code(story.await(UnitPhase.WEDGED)));
    int verbs = story.root().verbs().size();
    AgentInTest agent = story.agent();
    UnitOrder wedged = agent.journal().unit(Story.UNIT).orElseThrow().order();
    UnitOrder other =
        UnitOrder.whole(
            OTHER,
            story.host().unitOf(FakeHost.ACCELERATOR),
            new Fence(1, 1),
            new Goal.Rest(),
            ChainHash.START);
    agent.keeper().desire(story.desired(List.of(wedged, other)));
    agent.rest();
    assertEquals(UnitPhase.WEDGED, agent.report(Story.UNIT).phase());
    assertEquals(UnitPhase.RESTING, agent.report(OTHER).phase());
    assertEquals(List.of("bind"), story.root().verbs().subList(verbs, verbs + 1));
    assertEquals(verbs + 1, story.root().verbs().size());
  }

  @Test
  void aWedgedUnitStaysSoWhenTheAgentStartsAgainAndIsFreeAfterABoot() throws Exception {
    rest();
    story.root().refuse("reset", "DEADLINE");
    story.give(clean(WIPE, WipeLevel.L3));
    story.await(UnitPhase.WEDGED);
    assertEquals(Optional.of("DEADLINE"), lastRecord().code());
    story.kill();
    int verbs = story.root().verbs().size();
    story.await(UnitPhase.WEDGED);
    assertEquals(verbs, story.root().verbs().size());
    story.root().refuse("reset", "");
    story.reboot();
    story.clean();
    story.check();
  }

  @Test
  void residueIsAFailedRecordAndTheUnitIsNotClean() throws Exception {
    rest();
    story.root().refuse("scrub", "RESIDUE");
    UnitReport report = failing(clean(WIPE, WipeLevel.L3));
    assertEquals("RESIDUE", code(report));
    WipeRecord record = lastRecord();
    assertEquals(WipeRecord.Result.FAILED, record.result());
    assertEquals(WipeLevel.L0, record.level());
    assertEquals(Optional.of("RESIDUE"), record.code());
    assertTrue(record.steps().stream().anyMatch(step -> step.result() == WipeStep.Result.FAILED));
    assertEquals("NOT_CLEAN", code(failing(new Goal.Ready(ONE))));
    story.check();
  }

  @Test
  void aRefusalBeforeAnythingWasDoneMakesNoRecordAndIsTriedAgain() throws Exception {
    rest();
    story.root().refuse("reset", "LOCKED");
    story.give(clean(WIPE, WipeLevel.L3));
    story.agent().rest();
    UnitReport report = story.agent().report(Story.UNIT);
    assertEquals("LOCKED", code(report));
    assertEquals(UnitPhase.CLEANING, report.phase());
    assertTrue(report.problem().orElseThrow().attempts() > 2, report.toString());
    assertEquals(List.of(), story.accepted());
    story.root().refuse("reset", "");
    assertEquals(UnitPhase.CLEANED, story.await(UnitPhase.CLEANED).phase());
    assertTrue(
        lastRecord().gaps().stream().anyMatch(gap -> gap.contains("interrupted after 2 steps")));
  }

  @Test
  void aUnitWithoutAResetInCommonFailsAndSaysSo() throws Exception {
    rest();
    story.root().refuse("reset", "RESET_UNSUPPORTED");
    assertEquals("RESET_UNSUPPORTED", code(failing(clean(WIPE, WipeLevel.L3))));
  }

  @Test
  void aWipeToL1ResetsAndDoesNotScrub() throws Exception {
    rest();
    story.give(clean(WIPE, WipeLevel.L1));
    AgentInTest agent = story.agent();
    agent.rest();
    assertEquals(UnitPhase.CLEANED, agent.report(Story.UNIT).phase());
    assertFalse(story.root().verbs().contains("scrub"));
  }

  @Test
  void aDeadDeviceIsNotResetAndNotCalledClean() throws Exception {
    rest();
    story.host().kill(FakeHost.AUDIO);
    assertEquals("DEVICE_DEAD", code(failing(clean(WIPE, WipeLevel.L3))));
    assertFalse(story.root().verbs().contains("reset"));
  }

  @Test
  void aRecordThatTheAllocatorRefusesMakesNothingClean() throws Exception {
    rest();
    story.give(clean(WIPE, WipeLevel.L3));
    AgentInTest agent = story.agent();
    List<SignedWipe> wipes = agent.rest().wipes();
    assertEquals(1, wipes.size());
    agent
        .keeper()
        .answer(
            new ReportAnswer(
                1,
                false,
                List.of(),
                List.of(new ReportAnswer.WipeRefusal(WIPE, "BAD_SIGNATURE", "Not ours.")),
                List.of(),
                30));
    assertEquals(List.of(), agent.rest().wipes());
    assertEquals("BAD_SIGNATURE", code(agent.report(Story.UNIT)));
    assertEquals("NOT_CLEAN", code(failing(new Goal.Ready(ONE))));
    story.check();
  }

  @Test
  void aRecordIsReportedUntilItIsAnswered() throws Exception {
    rest();
    story.give(clean(WIPE, WipeLevel.L3));
    assertEquals(1, story.agent().rest().wipes().size());
    story.kill();
    assertEquals(1, story.agent().rest().wipes().size());
  }

  @Test
  void afterABootWhatWasBoundIsBoundAgainWithoutTheAllocator() throws Exception {
    readyForOne();
    assertTrue(story.root().tenantStarts(story.members().addresses(), ONE));
    story.reboot();
    int verbs = story.root().verbs().size();
    AgentInTest agent = story.agent();
    agent.turn();
    assertEquals(List.of("bind"), story.root().verbs().subList(verbs, verbs + 1));
    agent.rest();
    assertEquals(UnitPhase.READY, agent.report(Story.UNIT).phase());
    assertTrue(story.root().tenantStarts(story.members().addresses(), ONE));
    assertEquals(1, story.accepted().size());
    story.check();
  }

  @Test
  void aBootMakesACleanUnitDirty() throws Exception {
    rest();
    story.clean();
    story.reboot();
    assertEquals("NOT_CLEAN", code(failing(new Goal.Ready(ONE))));
    story.check();
  }

  @Test
  void withoutTheGuardNothingIsDoneAndNothingIsThoughtFree() throws Exception {
    readyForOne();
    story.root().setGuardIsUp(false);
    story.give(new Goal.Release(ONE));
    UnitReport report = story.await(UnitPhase.RELEASING);
    assertEquals("GUARD_ABSENT", code(report));
    assertFalse(report.holdersKnown());
    assertFalse(story.root().verbs().contains("forbid"));
    story.root().setGuardIsUp(true);
    story.await(UnitPhase.RELEASED);
  }

  @Test
  void anAgentThatIsNotTheHostsAgentBeginsNothing() throws Exception {
    story.agent().keeper().pause();
    story.give(new Goal.Rest());
    AgentInTest agent = story.agent();
    agent.rest();
    assertEquals(List.of(), story.root().verbs());
    agent.keeper().answer(new ReportAnswer(1, false, List.of(), List.of(), List.of(), 30));
    agent.rest();
    assertEquals(List.of("bind"), story.root().verbs());
  }

  @Test
  void aDamagedJournalMeansThatNothingIsDoneAndEveryUnitSaysWhy() throws Exception {
    readyForOne();
    story.kill();
    Path journal = folder.resolve("state/journal");
    byte[] bytes = Files.readAllBytes(journal);
    bytes[bytes.length / 2] ^= 1;
    Files.write(journal, bytes);
    int verbs = story.root().verbs().size();
    story.give(new Goal.Release(ONE));
    AgentInTest agent = story.agent();
    Status status = agent.rest();
    assertEquals("JOURNAL_CORRUPT", code(agent.report(Story.UNIT)));
    assertEquals(UnitPhase.FAILED, agent.report(Story.UNIT).phase());
    assertEquals(0, status.appliedRevision());
    assertEquals(verbs, story.root().verbs().size());
  }

  @Test
  void aHolderThatOstlerDidNotLetInBlocksTheWipe() throws Exception {
    rest();
    story.root().hold(story.members().addresses(), "stranger");
    story.give(clean(WIPE, WipeLevel.L3));
    AgentInTest agent = story.agent();
    agent.rest();
    assertEquals("HELD", code(agent.report(Story.UNIT)));
    assertFalse(story.root().verbs().contains("reset"));
  }

  @Test
  void ordersThatComeLateInAWrongOrderEndWithTheNewest() throws Exception {
    UnitOrder rest = story.orderFor(new Goal.Rest());
    UnitOrder back = story.orderFor(new Goal.GiveBack());
    UnitOrder again = story.orderFor(new Goal.Rest());
    AgentInTest agent = story.agent();
    for (UnitOrder order : List.of(rest, again, back, rest, again)) {
      agent.keeper().desire(new DesiredState(FakeHost.NAME, 1, 1, List.of(order)));
      agent.rest();
    }
    assertEquals(UnitPhase.RESTING, agent.report(Story.UNIT).phase());
    assertEquals(again.fence(), agent.report(Story.UNIT).fence());
    assertEquals(List.of("bind"), story.root().verbs());
  }
}
