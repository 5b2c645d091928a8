package ostler.allocator.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import ostler.allocator.FakeAgent;
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.ClaimState;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Reason;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.UnitState;
import ostler.inventory.ClaimId;
import ostler.inventory.HostName;
import ostler.inventory.Tenant;
import ostler.inventory.UnitId;
import ostler.inventory.WipeLevel;

/**
 * What happens when the database goes back to what it was at its backup, while the hosts went on.
 */
abstract class RestoreContract {

  private static final int SEEDS = 6;
  private static final HostName HOST = new HostName("gpu-1");

  private CopiedDatabase database;
  private Fleet fleet;
  private FakeAgent agent;

  /** A database that can be copied. */
  abstract CopiedDatabase database();

  @BeforeEach
  void begin() throws IOException, SQLException {
    database = database();
    open();
  }

  private void open() throws IOException, SQLException {
    fleet = new Fleet(database.empty()).withProject(100);
    agent = fleet.withHost(HOST.value(), 8).careful();
    // Each is wiped once more, so that the careful agent has seen it.
    fleet
        .units()
        .forEach(u -> fleet.unitDesk.clean(u.id(), WipeLevel.L3, Fleet.TEST).orElseThrow());
    fleet.converge(agent);
  }

  @AfterEach
  void close() {
    fleet.assertSound();
    fleet.close();
  }

  /** Goes back to the backup; the clock goes on, and the agent is the same. */
  private void restore(boolean marked) throws IOException, SQLException {
    fleet = database.goBack(fleet, agent);
    if (marked) {
      new RestoreDesk(fleet.desk).mark(0, Fleet.TEST).orElseThrow();
    }
  }

  private Claim claimed() {
    Claim claim = fleet.claim(1).orElseThrow();
    fleet.converge(agent);
    return claim;
  }

  private Claim running(String domain) {
    Claim claim = claimed();
    agent.held(unitOf(claim), domain);
    fleet.converge(agent);
    assertEquals(UnitState.IN_USE, fleet.unit(unitOf(claim)).state());
    return claim;
  }

  private UnitId unitOf(Claim claim) {
    return fleet.desk.units.ofClaim(claim.id()).get(0).id();
  }

  private void givenBack(Claim claim) {
    agent.letGo(unitOf(claim));
    fleet.release(claim.id());
    fleet.converge(agent);
    assertEquals(UnitState.CLEAN, fleet.unit(unitOf(claim)).state());
  }

  private List<String> alarms() {
    return fleet.desk.trail.eventsAfter(0, 1000).stream()
        .filter(event -> event.kind().equals("alarm"))
        .map(Trail.Event::detail)
        .toList();
  }

  private Optional<Code> quarantine(UnitId unit) {
    return fleet.unit(unit).standing().quarantine().map(q -> q.code());
  }

  /** No unit is free for others, or given to a claim, while its host has it given to somebody. */
  private void nothingIsBookedTwice(String when) {
    for (Unit unit : fleet.units()) {
      Optional<ClaimId> given = agent.tenantOf(unit.id()).map(Tenant::claim);
      if (given.isPresent()) {
        assertFalse(unit.state() == UnitState.CLEAN, when + ": " + unit);
      }
      if (unit.state() == UnitState.READY && unit.standing().quarantine().isEmpty()) {
        assertEquals(unit.claim(), given.or(unit::claim), when + ": " + unit);
      }
    }
  }

  /** Claims whatever can be had, and sees that nobody had it. */
  private List<UnitId> claimAll() {
    List<UnitId> got = new ArrayList<>();
    Set<UnitId> given =
        Set.copyOf(
            fleet.units().stream()
                .map(Unit::id)
                .filter(unit -> agent.tenantOf(unit).isPresent())
                .toList());
    while (fleet.claim(1) instanceof Outcome.Done<Claim> done) {
      UnitId unit = unitOf(done.value());
      assertFalse(given.contains(unit), "unit " + unit + " is in somebody's hands");
      got.add(unit);
    }
    return got;
  }

  @Test
  void nothingIsGrantedBeforeItsHostHasReportedAndThenWhatIsTrueIs()
      throws IOException, SQLException {
    database.backUp(fleet);
    restore(true);
    Outcome.Refused<Claim> none = (Outcome.Refused<Claim>) fleet.claim(1);
    assertEquals(List.of(new Reason(Code.HOST_SILENT, "8 units")), none.refusal().reasons());
    fleet.takesUpAndReports(agent);
    fleet.units().forEach(unit -> assertEquals(UnitState.CLEAN, unit.state()));
    assertEquals(8, claimAll().size());
    assertEquals(List.of(), alarms());
  }

  @Test
  void noAllocatorWhoseClockIsBehindGrantsAnythingBeforeItsHostHasReported()
      throws IOException, SQLException {
    database.backUp(fleet);
    restore(true);
    Clock behind = Clock.offset(fleet.clock, Duration.ofMinutes(-2));
    Desk desk =
        new Desk(
            fleet.sql,
            fleet.database.transactions(),
            new RevisionSignal(),
            behind,
            UUID::randomUUID);
    Outcome<Claim> none = new ClaimDesk(desk).claim(Fleet.request(1), Fleet.TEST);
    assertEquals(Code.NO_CAPACITY, Fleet.refusal(none));
  }

  /** It may be about to do what it was ordered by the database that is gone. */
  @Test
  void aHostCountsAsHeardOnlyOnceItHasTakenUpOrdersFromAfterTheRestore()
      throws IOException, SQLException {
    database.backUp(fleet);
    restore(true);
    fleet.report(agent);
    assertEquals(Code.NO_CAPACITY, Fleet.refusal(fleet.claim(1)));
    fleet.takesUpAndReports(agent);
    fleet.claim(1).orElseThrow();
  }

  @Test
  void aUnitThatSomebodyGotAfterTheBackupIsKeptFromEverybodyElse()
      throws IOException, SQLException {
    database.backUp(fleet);
    UnitId held = unitOf(running("vm-after"));
    restore(true);
    assertEquals(UnitState.CLEAN, fleet.unit(held).state());
    fleet.converge(agent);
    assertEquals(UnitState.DIRTY, fleet.unit(held).state());
    assertEquals(Optional.of(Code.UNEXPLAINED), quarantine(held));
    assertTrue(alarms().get(0).contains(held.toString()), alarms().toString());
    assertEquals(7, claimAll().size());
    nothingIsBookedTwice("after");
  }

  /** Once it has new orders its fences say nothing any more of what it was ordered before. */
  @Test
  void whatAHostSaysBeforeItHasNewOrdersSetsAUnitAsideToo() throws IOException, SQLException {
    database.backUp(fleet);
    UnitId held = unitOf(running("vm-after"));
    restore(true);
    fleet.report(agent);
    assertEquals(Optional.of(Code.UNEXPLAINED), quarantine(held));
    assertTrue(alarms().get(0).contains(held.toString()), alarms().toString());
    fleet.converge(agent);
    assertEquals(UnitState.DIRTY, fleet.unit(held).state());
    assertEquals(7, claimAll().size());
    nothingIsBookedTwice("after");
  }

  @Test
  void longAfterARestoreAnAgentIsHeardThatHasTakenUpNothingSinceItsStart()
      throws IOException, SQLException {
    database.backUp(fleet);
    restore(true);
    fleet.converge(agent);
    fleet.clock.pass(Duration.ofHours(1));
    assertEquals(Code.NO_CAPACITY, Fleet.refusal(fleet.claim(1)));
    agent.restart();
    fleet.report(agent);
    fleet.claim(1).orElseThrow();
  }

  @Test
  void aClaimThatTheRestoreLostIsWrittenDownAgainUnderItsId() throws IOException, SQLException {
    database.backUp(fleet);
    Claim lost = running("vm-1");
    UnitId unit = unitOf(lost);
    restore(true);
    fleet.converge(agent);
    agent.letGo(unit);
    fleet.converge(agent);
    assertEquals(UnitState.DIRTY, fleet.unit(unit).state(), "its host keeps it for the claim");
    fleet.unitDesk.putBack(unit, Fleet.TEST).orElseThrow();
    ClaimDesk.Adoption again =
        new ClaimDesk.Adoption(Optional.of(lost.id()), unit, Fleet.P1, Fleet.GPU, lost.consumer());
    assertEquals(lost.id(), fleet.claimDesk.adopt(again, Fleet.TEST).orElseThrow().id());
    assertEquals(Code.CLAIM_DIFFERS, Fleet.refusal(fleet.claimDesk.adopt(again, Fleet.TEST)));
    fleet.converge(agent);
    assertEquals(UnitState.READY, fleet.unit(unit).state());
    fleet.release(lost.id());
    fleet.converge(agent);
    assertEquals(UnitState.CLEAN, fleet.unit(unit).state());
    assertEquals(8, claimAll().size());
  }

  @Test
  void aUnitThatWasUsedAndGivenBackSinceIsDirtyUntilItIsWipedAnew()
      throws IOException, SQLException {
    database.backUp(fleet);
    Claim since = running("vm-after");
    UnitId used = unitOf(since);
    givenBack(since);
    restore(true);
    fleet.takesUpAndReports(agent);
    assertFalse(fleet.unit(used).state() == UnitState.CLEAN, fleet.unit(used).toString());
    assertEquals(Optional.empty(), quarantine(used));
    fleet.converge(agent);
    assertEquals(UnitState.CLEAN, fleet.unit(used).state());
    assertEquals(8, claimAll().size());
  }

  @Test
  void whatAHostDoesNotConfirmIsNotClean() throws IOException, SQLException {
    database.backUp(fleet);
    agent.forget();
    restore(true);
    fleet.report(agent);
    fleet.takesUpAndReports(agent);
    fleet.units().forEach(unit -> assertFalse(unit.state() == UnitState.CLEAN, unit.toString()));
  }

  @Test
  void aClaimThatBothKnowGoesOn() throws IOException, SQLException {
    Claim claim = claimed();
    UnitId unit = unitOf(claim);
    database.backUp(fleet);
    agent.held(unit, "vm-1");
    fleet.converge(agent);
    restore(true);
    fleet.converge(agent);
    assertEquals(UnitState.IN_USE, fleet.unit(unit).state());
    assertEquals(List.of(), alarms());
    givenBack(claim);
    assertEquals(8, claimAll().size());
  }

  @Test
  void aClaimThatWasGivenBackSinceStaysUntilItIsReleased() throws IOException, SQLException {
    Claim claim = running("vm-1");
    UnitId unit = unitOf(claim);
    database.backUp(fleet);
    givenBack(claim);
    restore(true);
    fleet.converge(agent);
    assertEquals(Optional.of(claim.id()), fleet.unit(unit).claim());
    assertEquals(Optional.empty(), quarantine(unit));
    assertTrue(alarms().get(0).contains(claim.id().toString()), alarms().toString());
    assertEquals(7, claimAll().size());
    fleet.release(claim.id());
    fleet.converge(agent);
    assertEquals(UnitState.CLEAN, fleet.unit(unit).state());
    assertEquals(ClaimState.RELEASED, fleet.desk.claims.find(claim.id()).orElseThrow().state());
  }

  @Test
  void aClaimWhoseUnitAnotherGotSinceNeverComesToHaveIt() throws IOException, SQLException {
    List<Claim> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      all.add(claimed());
    }
    Claim first = all.get(0);
    UnitId unit = unitOf(first);
    database.backUp(fleet);
    givenBack(first);
    Claim second = running("vm-2");
    assertEquals(unit, unitOf(second));
    restore(true);
    fleet.converge(agent);
    assertEquals(Optional.of(first.id()), fleet.unit(unit).claim());
    assertEquals(Optional.of(Code.UNEXPLAINED), quarantine(unit));
    assertEquals(second.id(), agent.tenantOf(unit).orElseThrow().claim());
    fleet.release(first.id());
    fleet.converge(agent);
    assertEquals(ClaimState.RELEASED, state(first));
    assertEquals(UnitState.DIRTY, fleet.unit(unit).state(), "the second one still has it");
    assertEquals(List.of(), claimAll());
    fleet.unitDesk.putBack(unit, Fleet.TEST).orElseThrow();
    fleet.converge(agent);
    assertEquals(UnitState.DIRTY, fleet.unit(unit).state(), "nobody cleans what it has");
    assertEquals(List.of(), claimAll());
    assertEquals(second.id(), agent.tenantOf(unit).orElseThrow().claim());
    adoptAgain(second, unit).orElseThrow();
    agent.letGo(unit);
    fleet.release(second.id());
    fleet.converge(agent);
    assertEquals(List.of(unit), claimAll());
  }

  private ClaimState state(Claim claim) {
    return fleet.desk.claims.find(claim.id()).orElseThrow().state();
  }

  private Outcome<Claim> adoptAgain(Claim lost, UnitId unit) {
    return fleet.claimDesk.adopt(
        new ClaimDesk.Adoption(Optional.of(lost.id()), unit, Fleet.P1, Fleet.GPU, lost.consumer()),
        Fleet.TEST);
  }

  /** A claim of two units, which the database then knows nothing of; both are out of quarantine. */
  private Claim lostClaimOfTwo(List<UnitId> its) throws IOException, SQLException {
    database.backUp(fleet);
    Claim lost = fleet.claim(2).orElseThrow();
    fleet.desk.units.ofClaim(lost.id()).forEach(unit -> its.add(unit.id()));
    fleet.converge(agent);
    restore(true);
    fleet.converge(agent);
    its.forEach(unit -> fleet.unitDesk.putBack(unit, Fleet.TEST).orElseThrow());
    fleet.converge(agent);
    return lost;
  }

  @Test
  void aLostClaimOfSeveralUnitsIsWrittenDownAgainUnitByUnit() throws IOException, SQLException {
    List<UnitId> its = new ArrayList<>();
    Claim lost = lostClaimOfTwo(its);
    assertEquals(1, adoptAgain(lost, its.get(0)).orElseThrow().count());
    Claim whole = adoptAgain(lost, its.get(1)).orElseThrow();
    assertEquals(2, whole.count());
    assertEquals(2, fleet.quota().used());
    assertEquals(
        Code.CLAIM_DIFFERS, Fleet.refusal(adoptAgain(lost, its.get(1))), "it is there already");
    fleet.converge(agent);
    assertEquals(ClaimState.READY, state(lost));
    fleet.assertSound();
    fleet.release(lost.id());
    assertEquals(Code.CLAIM_DIFFERS, Fleet.refusal(adoptAgain(lost, its.get(0))));
    fleet.converge(agent);
    assertEquals(ClaimState.RELEASED, state(lost));
    assertEquals(0, fleet.quota().used());
    assertEquals(8, claimAll().size());
  }

  @Test
  void aLostClaimThatWasAskedForAgainIsWrittenDownForWhatItHadBefore()
      throws IOException, SQLException {
    List<UnitId> its = new ArrayList<>();
    Claim lost = lostClaimOfTwo(its);
    fleet.claimDesk.claim(Fleet.request(lost.id(), 1), Fleet.TEST).orElseThrow();
    fleet.converge(agent);
    assertEquals(2, adoptAgain(lost, its.get(0)).orElseThrow().count());
    fleet.assertSound();
    fleet.release(lost.id());
    fleet.converge(agent);
    assertEquals(1, adoptAgain(lost, its.get(1)).orElseThrow().count());
    fleet.release(lost.id());
    fleet.converge(agent);
    assertEquals(0, fleet.quota().used());
    assertEquals(8, claimAll().size());
  }

  @Test
  void whatIsLeftOfALostClaimIsWrittenDownAgainAfterTheRestOfItWasReleased()
      throws IOException, SQLException {
    List<UnitId> its = new ArrayList<>();
    Claim lost = lostClaimOfTwo(its);
    adoptAgain(lost, its.get(0)).orElseThrow();
    fleet.converge(agent);
    fleet.release(lost.id());
    assertEquals(Code.WRONG_STATE, Fleet.refusal(adoptAgain(lost, its.get(1))));
    fleet.converge(agent);
    assertEquals(ClaimState.RELEASED, state(lost));
    assertEquals(
        UnitState.DIRTY, fleet.unit(its.get(1)).state(), "its host keeps it for the claim");
    assertEquals(1, adoptAgain(lost, its.get(1)).orElseThrow().count());
    fleet.assertSound();
    fleet.release(lost.id());
    fleet.converge(agent);
    assertEquals(8, claimAll().size());
  }

  @Test
  void aReleaseThatEndedSinceEndsAgain() throws IOException, SQLException {
    Claim claim = running("vm-1");
    UnitId unit = unitOf(claim);
    fleet.release(claim.id());
    fleet.converge(agent);
    assertEquals(UnitState.RELEASING, fleet.unit(unit).state());
    database.backUp(fleet);
    agent.letGo(unit);
    fleet.converge(agent);
    assertEquals(UnitState.CLEAN, fleet.unit(unit).state());
    restore(true);
    fleet.converge(agent);
    assertEquals(UnitState.CLEAN, fleet.unit(unit).state());
    assertEquals(0, fleet.quota().used());
    assertEquals(List.of(), alarms());
  }

  @Test
  void aRestoreThatNobodyToldOfIsSeenFromWhatTheHostKnows() throws IOException, SQLException {
    database.backUp(fleet);
    UnitId held = unitOf(running("vm-after"));
    restore(false);
    fleet.converge(agent);
    assertEquals(2, fleet.desk.hosts.find(HOST).orElseThrow().epoch());
    assertEquals(Optional.of(Code.UNEXPLAINED), quarantine(held));
    assertEquals(7, claimAll().size());
    nothingIsBookedTwice("after");
  }

  @Test
  void ordersAfterTheRestoreWinOverAllThatWereGivenAfterTheBackup()
      throws IOException, SQLException {
    database.backUp(fleet);
    for (int i = 0; i < 3; i++) {
      givenBack(running("vm-" + i));
    }
    long seen = fleet.desk.hosts.find(HOST).orElseThrow().revision();
    restore(true);
    assertEquals(2, fleet.desk.hosts.find(HOST).orElseThrow().epoch());
    assertTrue(fleet.desk.hosts.revision(HOST).orElseThrow() > seen);
    fleet.converge(agent);
    assertEquals(8, claimAll().size());
    fleet.converge(agent);
    fleet.units().forEach(unit -> assertEquals(UnitState.READY, unit.state(), unit.toString()));
  }

  /** Anything before the backup, anything after it, and then all is asked for that can be had. */
  @Test
  void whateverHappenedNothingIsBookedTwice() throws IOException, SQLException {
    long first = new Random().nextLong();
    for (long seed = first; seed < first + SEEDS; seed++) {
      Random random = new Random(seed);
      List<Claim> live = new ArrayList<>();
      live(random, live, 12);
      database.backUp(fleet);
      live(random, live, 12);
      restore(random.nextInt(4) > 0);
      if (random.nextBoolean()) {
        fleet.claim(1);
      }
      fleet.converge(agent);
      nothingIsBookedTwice("seed " + seed);
      claimAll();
      fleet.converge(agent);
      nothingIsBookedTwice("seed " + seed);
      fleet.assertSound();
      afresh();
    }
  }

  private void afresh() throws IOException, SQLException {
    fleet.close();
    open();
  }

  private void live(Random random, List<Claim> live, int steps) {
    for (int i = 0; i < steps; i++) {
      switch (random.nextInt(4)) {
        case 0 -> {
          if (fleet.claim(1) instanceof Outcome.Done<Claim> done) {
            live.add(done.value());
          }
        }
        case 1 -> {
          if (!live.isEmpty()) {
            Claim claim = live.get(random.nextInt(live.size()));
            agent.letGo(unitOf(claim));
            fleet.release(claim.id());
          }
        }
        case 2 -> {
          if (!live.isEmpty()) {
            UnitId unit = unitOf(live.get(random.nextInt(live.size())));
            agent.tenantOf(unit).ifPresent(tenant -> agent.held(unit, "vm"));
          }
        }
        default -> fleet.takesUpAndReports(agent);
      }
    }
  }
}
