package ostler.allocator.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ostler.allocator.Together.atOnce;
import static ostler.allocator.Together.get;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataIntegrityViolationException;
import ostler.allocator.FakeAgent;
import ostler.allocator.Machine;
import ostler.allocator.engine.AdminState;
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.ClaimRequest;
import ostler.allocator.engine.ClaimState;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Host;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Reason;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.UnitState;
import ostler.allocator.quota.Limit;
import ostler.allocator.quota.Quota;
import ostler.allocator.quota.Wish;
import ostler.flavor.Topology;
import ostler.inventory.Bar;
import ostler.inventory.ClaimId;
import ostler.inventory.HostName;
import ostler.inventory.NumaNode;
import ostler.inventory.ProjectId;
import ostler.inventory.UnitId;
import ostler.pci.PciAddress;
import ostler.pci.PciClass;

/** What every database must do for the promises to hold. */
abstract class StoreContract {

  private static final int CALLERS = 32;

  private Fleet fleet;

  /** A new and empty database. */
  abstract Database.Settings empty() throws SQLException;

  /** Lets the rest of a transaction wait for locks no longer than that. */
  abstract String waitForLocksOnly(int millis);

  final Fleet fleet() {
    return fleet;
  }

  @BeforeEach
  void open() throws IOException, SQLException {
    fleet = new Fleet(empty());
  }

  @AfterEach
  void soundToTheEnd() {
    fleet.assertSound();
    fleet.close();
  }

  @Test
  void ofManyCallersForTheLastUnitExactlyOneWins() throws InterruptedException {
    fleet.withProject(100);
    fleet.withHost("gpu-1", 1);
    List<Outcome<Claim>> outcomes = atOnce(CALLERS, i -> fleet.claim(1));
    assertEquals(1, won(outcomes));
    assertEquals(CALLERS - 1, refused(outcomes, Code.NO_CAPACITY));
    assertEquals(1, fleet.quota().used());
  }

  @Test
  void manyCallersGetAllThatThereIsAndNoMore() throws InterruptedException {
    fleet.withProject(100);
    fleet.withHost("gpu-1", 3);
    fleet.withHost("gpu-2", 3);
    fleet.withHost("gpu-3", 3);
    List<Outcome<Claim>> outcomes = atOnce(CALLERS, i -> fleet.claim(1));
    assertEquals(9, won(outcomes));
    assertEquals(CALLERS - 9, refused(outcomes, Code.NO_CAPACITY));
  }

  @Test
  void noGrantExceedsALimitHoweverManyAskAtOnce() throws InterruptedException {
    fleet.withProject(5);
    fleet.withHost("gpu-1", 10);
    fleet.withHost("gpu-2", 10);
    List<Outcome<Claim>> outcomes = atOnce(CALLERS, i -> fleet.claim(1));
    assertEquals(5, won(outcomes));
    assertEquals(CALLERS - 5, refused(outcomes, Code.QUOTA_EXCEEDED));
    assertEquals(new Quota(Fleet.P1, Fleet.KEY, Optional.of(new Limit(5)), 5), fleet.quota());
  }

  /** Pools let connections go by age; H2 then refused every write to a table with a check. */
  @Test
  void writingGoesOnAfterTheConnectionThatMadeTheSchemaIsGone() {
    fleet.withProject(100);
    fleet.database.renewConnections();
    fleet.withHost("gpu-1", 1);
    assertEquals(1, won(List.of(fleet.claim(1))));
  }

  @Test
  void whoLosesToADeadlockTriesAgain() throws InterruptedException {
    twoProjects();
    CyclicBarrier bothHoldOne = new CyclicBarrier(2);
    AtomicInteger tries = new AtomicInteger();
    List<Outcome<Integer>> outcomes =
        atOnce(
            2,
            caller ->
                fleet.desk.transactions.write(
                    () -> {
                      touch(caller == 0 ? "p1" : "p2");
                      if (tries.incrementAndGet() <= 2) {
                        pass(bothHoldOne);
                      }
                      return Outcome.done(touch(caller == 0 ? "p2" : "p1"));
                    }));
    outcomes.forEach(outcome -> assertEquals(1, outcome.orElseThrow()));
    assertTrue(tries.get() >= 3, tries + " tries: nobody lost to the deadlock");
  }

  @Test
  void whoWaitsForALockInVainTriesAgainAndThenSaysThatItIsBusy() throws InterruptedException {
    twoProjects();
    CyclicBarrier held = new CyclicBarrier(2);
    CyclicBarrier over = new CyclicBarrier(2);
    AtomicInteger tries = new AtomicInteger();
    List<Outcome<Integer>> outcomes =
        atOnce(
            2,
            caller -> {
              if (caller == 0) {
                return fleet.desk.transactions.write(
                    () -> {
                      int touched = touch("p1");
                      pass(held);
                      pass(over);
                      return Outcome.done(touched);
                    });
              }
              pass(held);
              Outcome<Integer> outcome =
                  fleet.desk.transactions.write(
                      () -> {
                        tries.incrementAndGet();
                        fleet.sql.sql(waitForLocksOnly(50)).update();
                        return Outcome.done(touch("p1"));
                      });
              pass(over);
              return outcome;
            });
    assertEquals(1, outcomes.get(0).orElseThrow());
    assertEquals(Code.BUSY, Fleet.refusal(outcomes.get(1)));
    assertEquals(3, tries.get());
  }

  @Test
  void aChoreIsDoneByOneAndNotAgainBeforeItIsDue() throws InterruptedException {
    Chores chores = new Chores(fleet.sql, fleet.desk);
    CyclicBarrier working = new CyclicBarrier(2);
    CyclicBarrier passedBy = new CyclicBarrier(2);
    AtomicInteger done = new AtomicInteger();
    List<Boolean> mine =
        atOnce(
            2,
            caller -> {
              if (caller == 0) {
                return doChore(
                    chores,
                    () -> {
                      done.incrementAndGet();
                      pass(working);
                      pass(passedBy);
                    });
              }
              pass(working);
              boolean did = doChore(chores, done::incrementAndGet);
              pass(passedBy);
              return did;
            });
    assertEquals(List.of(true, false), mine);
    assertFalse(doChore(chores, done::incrementAndGet), "it was done a moment ago");
    fleet.clock.pass(Duration.ofHours(1));
    assertTrue(doChore(chores, done::incrementAndGet));
    assertEquals(2, done.get());
  }

  @Test
  void aChoreForWhichOthersAreAlwaysFirstIsStillDue() {
    Chores chores = new Chores(fleet.sql, fleet.desk);
    boolean did =
        doChore(
            chores,
            () -> {
              throw new Contended("somebody was first");
            });
    assertFalse(did);
    assertTrue(doChore(chores, () -> {}));
  }

  private static boolean doChore(Chores chores, Runnable work) {
    return chores.doIfDue(Chores.Chore.FORGET_EVENTS, Duration.ofHours(1), work);
  }

  private void twoProjects() {
    fleet.withProject(1);
    fleet.treeDesk.apply(List.of(Wish.of(new ProjectId("p2"))), Fleet.TEST).orElseThrow();
  }

  private int touch(String project) {
    return fleet.sql.sql("UPDATE project SET name = name WHERE id = ?").param(project).update();
  }

  @Test
  void aClaimOfSeveralUnitsIsAllOrNothing() {
    fleet.withProject(100);
    fleet.withHost("gpu-1", 2);
    fleet.withHost("gpu-2", 2);
    Outcome<Claim> three = fleet.claim(3);
    assertEquals(Code.NO_CAPACITY, Fleet.refusal(three));
    assertEquals(
        List.of(new Reason(Code.TOO_FEW_ON_ONE_HOST, "4 units")),
        ((Outcome.Refused<Claim>) three).refusal().reasons());
    assertEquals(0, fleet.quota().used());
    assertEquals(0, fleet.count("claim"));
    fleet.units().forEach(unit -> assertEquals(UnitState.CLEAN, unit.state()));

    Claim two = fleet.claim(2).orElseThrow();
    List<Unit> units = fleet.desk.units.ofClaim(two.id());
    assertEquals(2, units.size());
    units.forEach(unit -> assertEquals(two.host(), unit.host()));
  }

  @Test
  void askingAgainWithTheSameIdAnswersTheSame() throws InterruptedException {
    fleet.withProject(100);
    fleet.withHost("gpu-1", 4);
    ClaimId id = new ClaimId(UUID.randomUUID());
    List<Outcome<Claim>> outcomes =
        atOnce(16, i -> fleet.claimDesk.claim(Fleet.request(id, 1), Fleet.TEST));
    assertEquals(16, won(outcomes));
    assertEquals(1, fleet.count("claim"));
    assertEquals(1, fleet.quota().used());
    assertEquals(
        Code.CLAIM_DIFFERS, Fleet.refusal(fleet.claimDesk.claim(Fleet.request(id, 2), Fleet.TEST)));
  }

  @Test
  void aRefusedClaimLeavesNothingBehindButItsLineInTheAudit() {
    fleet.withProject(1);
    fleet.withHost("gpu-1", 2);
    fleet.claim(1).orElseThrow();
    long claims = fleet.count("claim");
    long charges = fleet.count("claim_charge");
    List<Unit> units = fleet.units();
    assertEquals(Code.QUOTA_EXCEEDED, Fleet.refusal(fleet.claim(1)));
    assertEquals(claims, fleet.count("claim"));
    assertEquals(charges, fleet.count("claim_charge"));
    assertEquals(units, fleet.units());
    Trail.Entry last = fleet.desk.trail.entriesBefore(Long.MAX_VALUE, 1).get(0);
    assertEquals("claim.create", last.action());
    assertEquals("QUOTA_EXCEEDED", last.outcome());
  }

  @Test
  void aClaimKeepsItsQuotaUntilItsHostHasTakenTheUnitBack() {
    fleet.withProject(1);
    FakeAgent agent = fleet.withHost("gpu-1", 1);
    Claim claim = fleet.claim(1).orElseThrow();
    UnitId unit = fleet.desk.units.ofClaim(claim.id()).get(0).id();
    agent.held(unit, "vm-1");
    fleet.converge(agent);
    assertEquals(UnitState.IN_USE, fleet.unit(unit).state());
    assertEquals(ClaimState.RELEASING, fleet.release(claim.id()).state());
    fleet.converge(agent);
    assertEquals(UnitState.RELEASING, fleet.unit(unit).state());
    assertEquals(1, fleet.quota().used());
    assertEquals(Code.QUOTA_EXCEEDED, Fleet.refusal(fleet.claim(1)));
    agent.letGo(unit);
    fleet.converge(agent);
    assertEquals(0, fleet.quota().used());
    assertEquals(ClaimState.RELEASED, fleet.desk.claims.find(claim.id()).orElseThrow().state());
    assertEquals(UnitState.CLEAN, fleet.unit(unit).state());
  }

  @Test
  void releasingTwiceIsReleasingOnce() {
    fleet.withProject(1);
    FakeAgent agent = fleet.withHost("gpu-1", 1);
    Claim claim = fleet.claim(1).orElseThrow();
    fleet.converge(agent);
    fleet.release(claim.id());
    Unit releasing = fleet.units().get(0);
    fleet.release(claim.id());
    assertEquals(releasing, fleet.units().get(0));
    fleet.converge(agent);
    assertEquals(ClaimState.RELEASED, fleet.release(claim.id()).state());
    assertEquals(0, fleet.quota().used());
  }

  @Test
  void everySecondOfAUnitIsInExactlyOneSegment() {
    fleet.withProject(1);
    FakeAgent agent = fleet.withHost("gpu-1", 1);
    UnitId unit = fleet.units().get(0).id();
    for (int i = 0; i < 3; i++) {
      Claim claim = fleet.claim(1).orElseThrow();
      fleet.clock.pass(Duration.ofSeconds(7));
      fleet.converge(agent);
      fleet.clock.pass(Duration.ofSeconds(11));
      fleet.release(claim.id());
      fleet.converge(agent);
      fleet.clock.pass(Duration.ofSeconds(13));
    }
    List<Instant[]> segments =
        fleet
            .sql
            .sql("SELECT * FROM usage_segment WHERE unit_id = ? ORDER BY started_at")
            .param(unit.value())
            .query(
                (rs, n) -> {
                  Columns row = new Columns(rs);
                  return new Instant[] {row.time("started_at"), row.time("ended_at")};
                })
            .list();
    assertTrue(segments.size() > 15, segments.size() + " segments");
    for (int i = 1; i < segments.size(); i++) {
      assertEquals(segments.get(i - 1)[1], segments.get(i)[0]);
    }
    assertEquals(
        segments.get(segments.size() - 1)[1], fleet.desk.ledger.current(fleet.unit(unit)).since());
    long tenantSegments =
        fleet
            .sql
            .sql("SELECT COUNT(*) FROM usage_segment WHERE project_id = 'p1'")
            .query(Long.class)
            .single();
    assertEquals(9, tenantSegments, "preparing, ready and releasing, three times");
  }

  @Test
  void aChangeBasedOnAnOldReadingIsRefused() {
    fleet.withProject(1);
    fleet.withHost("gpu-1", 1);
    Unit read = fleet.units().get(0);
    fleet.claim(1).orElseThrow();
    Unit late = read.with(read.standing().with(AdminState.RETIRED, "too late"));
    assertThrows(Contended.class, () -> fleet.desk.units.save(read, late));
    assertEquals(AdminState.ENABLED, fleet.units().get(0).standing().admin());
  }

  @Test
  void theDatabaseItselfRefusesWhatMustNeverBe() {
    fleet.withProject(1);
    fleet.withHost("gpu-1", 1);
    for (String wrong :
        List.of(
            "UPDATE unit SET state = 'READY'",
            "UPDATE unit SET state = 'CLEANING'",
            "UPDATE unit SET cert_wipe = NULL",
            "UPDATE unit SET state = 'SOLD'",
            "UPDATE quota SET used_count = -1",
            "UPDATE quota SET limit_count = -1",
            "UPDATE device SET seat = NULL",
            "UPDATE device SET seat = 'gpu-1/0000:01:00.0'",
            "INSERT INTO claim_unit (claim_id, unit_id) SELECT id, id FROM unit",
            "DELETE FROM unit",
            "INSERT INTO usage_current SELECT * FROM usage_current")) {
      assertThrows(
          DataIntegrityViolationException.class, () -> fleet.sql.sql(wrong).update(), wrong);
    }
  }

  @Test
  void fencesOfAHostOnlyEverGrowAndNoTwoOrdersShareOne() throws InterruptedException {
    fleet.withProject(100);
    FakeAgent agent = fleet.withHost("gpu-1", 6);
    Set<Long> fences = new HashSet<>();
    long highest = 0;
    for (int round = 0; round < 3; round++) {
      List<Outcome<Claim>> claims = atOnce(6, i -> fleet.claim(1));
      for (Unit unit : fleet.units()) {
        assertTrue(fences.add(unit.fence().number()), "fence " + unit.fence() + " was used before");
        assertTrue(unit.fence().number() > highest);
      }
      highest = Collections.max(fences);
      fleet.converge(agent);
      claims.forEach(claim -> fleet.release(claim.orElseThrow().id()));
      fleet.converge(agent);
    }
    Host host = fleet.desk.hosts.find(new HostName("gpu-1")).orElseThrow();
    assertTrue(host.fenceCounter() >= highest);
    assertEquals(host.fenceCounter(), host.revision());
  }

  @Test
  void aHostThatSomebodyIsBusyWithDoesNotHoldUpTheOthers() throws InterruptedException {
    fleet.withProject(100);
    fleet.withHost("gpu-1", 1);
    fleet.withHost("gpu-2", 1);
    CyclicBarrier locked = new CyclicBarrier(2);
    CyclicBarrier done = new CyclicBarrier(2);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<?> busy =
          thread.submit(
              () ->
                  fleet.desk.onHost(
                      new HostName("gpu-1"),
                      (host, now) -> {
                        pass(locked);
                        pass(done);
                        return Outcome.done(host);
                      }));
      pass(locked);
      assertEquals(new HostName("gpu-2"), fleet.claim(1).orElseThrow().host());
      pass(done);
      get(busy);
      assertEquals(new HostName("gpu-1"), fleet.claim(1).orElseThrow().host());
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void aJoinTokenWorksOnceForItsHostAndNotForEver() {
    HostName name = new HostName("gpu-1");
    FakeAgent agent = new FakeAgent(Machine.withGpus("gpu-1", 1));
    String token = fleet.hostDesk.enroll(name, Fleet.TEST).orElseThrow().joinToken();
    fleet.hostDesk.enroll(new HostName("gpu-2"), Fleet.TEST).orElseThrow();
    assertEquals(Code.JOIN_TOKEN_REFUSED, Fleet.refusal(join("gpu-2", agent, token)));
    assertEquals(Code.JOIN_TOKEN_REFUSED, Fleet.refusal(join("gpu-3", agent, token)));
    String credential = join("gpu-1", agent, token).orElseThrow().credential();
    assertEquals(Optional.of(name), fleet.desk.hosts.ofCredential(Secrets.hash(credential)));
    assertEquals(Code.JOIN_TOKEN_REFUSED, Fleet.refusal(join("gpu-1", agent, token)));

    String late = fleet.hostDesk.enroll(name, Fleet.TEST).orElseThrow().joinToken();
    fleet.clock.pass(Duration.ofHours(25));
    assertEquals(Code.JOIN_TOKEN_REFUSED, Fleet.refusal(join("gpu-1", agent, late)));

    String next = fleet.hostDesk.enroll(name, Fleet.TEST).orElseThrow().joinToken();
    String rotated = join("gpu-1", agent, next).orElseThrow().credential();
    assertNotEquals(credential, rotated);
    assertEquals(Optional.empty(), fleet.desk.hosts.ofCredential(Secrets.hash(credential)));
    fleet.hostDesk.revoke(name, Fleet.TEST).orElseThrow();
    assertEquals(Optional.empty(), fleet.desk.hosts.ofCredential(Secrets.hash(rotated)));
  }

  private Outcome<HostDesk.Joined> join(String host, FakeAgent agent, String token) {
    return fleet.hostDesk.join(new HostName(host), agent.joinRequest(token), Fleet.TEST);
  }

  @Test
  void loweringALimitTakesNothingAwayAndGrantsNothingMore() {
    fleet.withProject(3);
    fleet.withHost("gpu-1", 4);
    Claim first = fleet.claim(1).orElseThrow();
    fleet.claim(1).orElseThrow();
    fleet.limit(1);
    assertEquals(new Quota(Fleet.P1, Fleet.KEY, Optional.of(new Limit(1)), 2), fleet.quota());
    assertEquals(Code.QUOTA_EXCEEDED, Fleet.refusal(fleet.claim(1)));
    fleet.release(first.id());
    fleet.convergeAll();
    assertEquals(Code.QUOTA_EXCEEDED, Fleet.refusal(fleet.claim(1)));
    fleet.treeDesk.apply(List.of(Wish.of(Fleet.P1).unset(Fleet.KEY)), Fleet.TEST).orElseThrow();
    Outcome.Refused<Claim> none = (Outcome.Refused<Claim>) fleet.claim(1);
    assertEquals(Code.NO_LIMIT_SET, none.refusal().reasons().get(0).code());
  }

  @Test
  void whatEndsAChargeIsWhatWasChargedEvenIfTheAliasIsGone() {
    fleet.withProject(2);
    FakeAgent agent = fleet.withHost("gpu-1", 1);
    Claim claim = fleet.claim(1).orElseThrow();
    fleet.aliasDesk.delete(Fleet.GPU, Fleet.TEST).orElseThrow();
    fleet.release(claim.id());
    fleet.converge(agent);
    assertEquals(0, fleet.quota().used());
  }

  @Test
  void aRefusalCountsUnitsByReason() {
    fleet.withProject(100);
    fleet.withHost("gpu-1", 3);
    fleet.withHost("gpu-2", 1);
    Unit spoilt =
        fleet.units().stream()
            .filter(u -> u.host().value().equals("gpu-1"))
            .findFirst()
            .orElseThrow();
    fleet.unitDesk.quarantine(spoilt.id(), Fleet.TEST).orElseThrow();
    fleet.hostDesk.cordon(new HostName("gpu-2"), true, Fleet.TEST).orElseThrow();
    fleet.claim(2).orElseThrow();
    Outcome.Refused<Claim> none = (Outcome.Refused<Claim>) fleet.claim(1);
    assertEquals(
        Set.of(
            new Reason(Code.CLAIMED, "2 units"),
            new Reason(Code.QUARANTINED, "1 unit"),
            new Reason(Code.HOST_CORDONED, "1 unit")),
        Set.copyOf(none.refusal().reasons()));
  }

  @Test
  void aHostAskedForByNameIsTheOnlyOneLookedAt() {
    fleet.withProject(100);
    fleet.withHost("gpu-1", 1);
    fleet.withHost("gpu-2", 1);
    ClaimRequest second =
        new ClaimRequest(
            new ClaimId(UUID.randomUUID()),
            Fleet.P1,
            Fleet.GPU,
            1,
            Optional.of(new HostName("gpu-2")),
            Fleet.VM);
    assertEquals(
        new HostName("gpu-2"), fleet.claimDesk.claim(second, Fleet.TEST).orElseThrow().host());
    ClaimRequest again =
        new ClaimRequest(
            new ClaimId(UUID.randomUUID()),
            Fleet.P1,
            Fleet.GPU,
            1,
            Optional.of(new HostName("gpu-2")),
            Fleet.VM);
    assertEquals(Code.NO_CAPACITY, Fleet.refusal(fleet.claimDesk.claim(again, Fleet.TEST)));
  }

  @Test
  void aSilentHostsUnitsAreNotHandedOut() {
    fleet.withProject(1);
    fleet.withHost("gpu-1", 1);
    fleet.clock.pass(Host.SILENT_AFTER.plusSeconds(1));
    Outcome.Refused<Claim> none = (Outcome.Refused<Claim>) fleet.claim(1);
    assertEquals(List.of(new Reason(Code.HOST_SILENT, "1 unit")), none.refusal().reasons());
    fleet.convergeAll();
    fleet.claim(1).orElseThrow();
  }

  @Test
  void eventsAndAuditSayWhatHappenedInOrder() {
    fleet.withProject(1);
    FakeAgent agent = fleet.withHost("gpu-1", 1);
    long before = fleet.desk.trail.newestEvent();
    Claim claim = fleet.claim(1).orElseThrow();
    fleet.converge(agent);
    fleet.release(claim.id());
    fleet.converge(agent);
    assertEquals(
        List.of(
            "CLEAN -> PREPARING on CLAIM",
            "PREPARING -> READY on PREPARED",
            "READY -> RELEASING on RELEASE",
            "RELEASING -> DIRTY on RELEASED (RELEASED)",
            "DIRTY -> CLEANING on ORDER_CLEAN",
            "CLEANING -> CLEAN on WIPED"),
        fleet.desk.trail.eventsAfter(before, 100).stream()
            .filter(event -> event.kind().equals("unit"))
            .map(Trail.Event::detail)
            .toList());
    fleet.desk.forgetEventsOlderThan(Duration.ZERO);
    assertEquals(List.of(), fleet.desk.trail.eventsAfter(0, 100));
    assertTrue(fleet.count("audit") > 5);
  }

  /** Claims, releases, reports, limits and operators, all at once, for a while. */
  @Test
  void anythingAtOnceLeavesEverythingInOrder() throws InterruptedException {
    fleet.withProject(6);
    List<FakeAgent> agents =
        List.of(fleet.withHost("gpu-1", 3), fleet.withHost("gpu-2", 3), fleet.withHost("gpu-3", 3));
    long seed = new Random().nextLong();
    List<ClaimId> live = Collections.synchronizedList(new ArrayList<>());
    List<Outcome<Integer>> ended =
        atOnce(
            8,
            worker -> {
              Random random = new Random(seed + worker);
              int done = 0;
              for (int i = 0; i < 40; i++) {
                done +=
                    random.nextInt(4) == 0 && !live.isEmpty()
                        ? releaseOne(live, random)
                        : claimOne(live, random);
                if (worker < agents.size()) {
                  fleet.takesUpAndReports(agents.get(worker));
                } else if (worker == 7) {
                  fleet.limit(2 + random.nextInt(6));
                }
              }
              return Outcome.done(done);
            });
    int changes = ended.stream().mapToInt(Outcome::orElseThrow).sum();
    assertTrue(changes > 20, changes + " changes with seed " + seed);
    fleet.assertSound();
    fleet.limit(9);
    live.forEach(fleet::release);
    fleet.convergeAll();
    assertEquals(0, fleet.quota().used(), "seed " + seed);
    fleet.units().forEach(unit -> assertEquals(UnitState.CLEAN, unit.state(), "seed " + seed));
    assertEquals(9, won(atOnce(9, i -> fleet.claim(1))), "seed " + seed);
  }

  private int claimOne(List<ClaimId> live, Random random) {
    Outcome<Claim> outcome = fleet.claim(1 + random.nextInt(2));
    if (outcome instanceof Outcome.Done<Claim> done) {
      live.add(done.value().id());
      return 1;
    }
    assertTrue(
        Set.of(Code.NO_CAPACITY, Code.QUOTA_EXCEEDED).contains(Fleet.refusal(outcome)),
        Fleet.refusal(outcome).name());
    return 0;
  }

  private int releaseOne(List<ClaimId> live, Random random) {
    ClaimId id;
    synchronized (live) {
      if (live.isEmpty()) {
        return 0;
      }
      id = live.remove(random.nextInt(live.size()));
    }
    fleet.release(id);
    return 1;
  }

  private static void pass(CyclicBarrier barrier) {
    try {
      barrier.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  private static long won(List<Outcome<Claim>> outcomes) {
    return outcomes.stream().filter(outcome -> outcome instanceof Outcome.Done<Claim>).count();
  }

  private static long refused(List<Outcome<Claim>> outcomes, Code code) {
    assertFalse(outcomes.isEmpty());
    return outcomes.stream()
        .filter(outcome -> outcome instanceof Outcome.Refused<Claim>)
        .filter(outcome -> Fleet.refusal(outcome) == code)
        .count();
  }

  @Test
  void thePictureFollowsWhatAnotherAllocatorDoes() {
    fleet.withProject(100);
    FakeAgent agent = fleet.withHost("gpu-1", 2);
    Desk other = fleet.another();
    other.fleet.look();
    assertEquals(Optional.empty(), fleet.judged(other, "gpu-1", 2));
    Claim claim = fleet.claim(1).orElseThrow();
    other.fleet.look();
    assertEquals(Optional.of(Code.CLAIMED), fleet.judged(other, "gpu-1", 2));
    // Nothing is ordered by this, so only the row's own counter tells of it.
    UnitId left =
        fleet.units().stream().filter(u -> u.claim().isEmpty()).findFirst().orElseThrow().id();
    fleet.unitDesk.retire(left, Fleet.TEST).orElseThrow();
    other.fleet.look();
    assertEquals(Optional.of(Code.CLAIMED), fleet.judged(other, "gpu-1", 2));
    assertEquals(
        List.of(0),
        other.fleet.fleet().orElseThrow().hosts().stream().map(h -> h.available()).toList());
    fleet.unitDesk.putBack(left, Fleet.TEST).orElseThrow();
    fleet.release(claim.id());
    fleet.converge(agent);
    other.fleet.look();
    assertEquals(Optional.empty(), fleet.judged(other, "gpu-1", 2));
    fleet.withHost("gpu-2", 1);
    assertEquals(Optional.of(Code.UNKNOWN_HOST), fleet.judged(other, "gpu-2", 1));
    other.fleet.look();
    assertEquals(Optional.empty(), fleet.judged(other, "gpu-2", 1));
  }

  @Test
  void whatAnAllocatorDoesItselfIsInItsPictureAtOnce() {
    fleet.withProject(100);
    fleet.withHost("gpu-1", 1);
    fleet.desk.fleet.look();
    fleet.claim(1).orElseThrow();
    fleet.desk.fleet.refresh();
    assertEquals(Optional.of(Code.CLAIMED), fleet.judged(fleet.desk, "gpu-1", 1));
  }

  @Test
  void aPictureThatIsTooOldAnswersNobody() {
    fleet.withHost("gpu-1", 1);
    assertEquals(Code.FLEET_STALE, Fleet.refusal(fleet.desk.fleet.fleet()));
    fleet.desk.fleet.look();
    assertEquals(1, fleet.desk.fleet.fleet().orElseThrow().size());
    fleet.clock.pass(FleetFeed.MAX_AGE);
    assertEquals(Code.FLEET_STALE, Fleet.refusal(fleet.desk.fleet.fleet()));
    fleet.desk.fleet.look();
    assertEquals(1, fleet.desk.fleet.fleet().orElseThrow().size());
  }

  @Test
  void anOldPictureNeverGrantsAndNeverRefuses() {
    fleet.withProject(100);
    FakeAgent agent = fleet.withHost("gpu-1", 1);
    Desk other = fleet.another();
    ClaimDesk otherClaims = new ClaimDesk(other);
    other.fleet.look();
    Claim claim = fleet.claim(1).orElseThrow();
    // By its picture the unit is there.
    assertEquals(Optional.empty(), fleet.judged(other, "gpu-1", 1));
    assertEquals(Code.NO_CAPACITY, Fleet.refusal(otherClaims.claim(Fleet.request(1), Fleet.TEST)));
    other.fleet.look();
    fleet.release(claim.id());
    fleet.converge(agent);
    // By its picture the unit is gone.
    assertEquals(Optional.of(Code.CLAIMED), fleet.judged(other, "gpu-1", 1));
    assertEquals(1, won(List.of(otherClaims.claim(Fleet.request(1), Fleet.TEST))));
  }

  @Test
  void unitsLieWhereTheHostsInventoryShowsThem() {
    PciAddress root = new PciAddress(0, 0x20, 0, 0);
    PciAddress upper = new PciAddress(0, 0x21, 0, 0);
    Machine machine = new Machine("gpu-1");
    for (int slot = 1; slot <= 2; slot++) {
      PciAddress port = new PciAddress(0, 0x22, slot, 0);
      machine.plug(
          Machine.function(Machine.gpu(slot), Machine.GPU, PciClass.parse("0x030000"), slot)
              .numaNode(new NumaNode(1))
              .upstream(List.of(root, upper, port))
              .bars(List.of(new Bar(0, 1L << 30, Bar.Space.MEMORY, true)))
              .build());
    }
    fleet.withHost(machine);
    List<Placed> placed = fleet.desk.places.of(List.of(machine.name())).get(machine.name());
    assertEquals(2, placed.size());
    for (Placed unit : placed) {
      assertEquals(Optional.of(new NumaNode(1)), unit.place().numaNode());
      assertEquals(Optional.of(upper), unit.place().pcieSwitch());
      assertEquals(OptionalLong.of(1024), unit.place().memoryMib());
      assertEquals(unit.place().memoryMib(), unit.shape().memoryMib());
    }
  }

  @Test
  void unitsAreTakenAsTheAliasWishes() {
    fleet.withProject(100);
    FakeAgent agent = fleet.withHost("gpu-1", 4);
    // Two behind each of two switches.
    List<UnitId> ids =
        fleet.units().stream().map(Unit::id).sorted(Comparator.comparing(UnitId::value)).toList();
    for (int i = 0; i < 4; i++) {
      fleet
          .sql
          .sql("UPDATE unit SET generation = generation + 1, pcie_switch = ? WHERE id = ?")
          .params("0000:0" + i % 2 + ":00.0", ids.get(i).value())
          .update();
    }
    fleet.alias(Topology.SAME_SWITCH);
    assertEquals(Code.NO_CAPACITY, Fleet.refusal(fleet.claim(3)));
    Claim two = fleet.claim(2).orElseThrow();
    Set<Optional<PciAddress>> switches = new HashSet<>();
    fleet.desk.places.of(List.of(agent.machine().name())).get(agent.machine().name()).stream()
        .filter(unit -> unit.unit().claim().equals(Optional.of(two.id())))
        .forEach(unit -> switches.add(unit.place().pcieSwitch()));
    assertEquals(1, switches.size());
  }
}
