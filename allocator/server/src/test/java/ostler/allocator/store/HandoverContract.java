package ostler.allocator.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ostler.allocator.Together.atOnce;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import ostler.allocator.FakeAgent;
import ostler.allocator.Machine;
import ostler.allocator.Together;
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.ClaimPicture;
import ostler.allocator.engine.ClaimRequest;
import ostler.allocator.engine.ClaimState;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Hold;
import ostler.allocator.engine.HoldId;
import ostler.allocator.engine.HoldRequest;
import ostler.allocator.engine.HoldState;
import ostler.allocator.engine.Host;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Part;
import ostler.allocator.engine.Presence;
import ostler.allocator.engine.Reason;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.UnitState;
import ostler.allocator.engine.Where;
import ostler.allocator.quota.Limit;
import ostler.allocator.quota.Quota;
import ostler.allocator.quota.ResourceKey;
import ostler.allocator.quota.Wish;
import ostler.allocator.store.Trail.Event;
import ostler.flavor.Alias;
import ostler.flavor.AliasName;
import ostler.flavor.AliasRule;
import ostler.flavor.PciNumber;
import ostler.flavor.ReleaseAt;
import ostler.inventory.ClaimId;
import ostler.inventory.Consumer;
import ostler.inventory.HostName;
import ostler.inventory.UnitId;
import ostler.inventory.WipeLevel;
import ostler.pci.PciClass;
import ostler.pci.PciId;
import ostler.pci.ResetMethod;

/**
 * What every database must do for claims of several aliases, holds, moves, and claims and hosts
 * that come to a bad end.
 */
abstract class HandoverContract {

  private static final AliasName FAST = new AliasName("fast");
  private static final HostName GPU_1 = new HostName("gpu-1");
  private static final HostName GPU_2 = new HostName("gpu-2");
  private static final HostName GPU_3 = new HostName("gpu-3");

  private Fleet fleet;

  abstract Database.Settings empty() throws SQLException;

  @BeforeEach
  void open() throws IOException, SQLException {
    fleet = new Fleet(empty());
    fleet.withProject(100);
    fleet
        .aliasDesk
        .save(new Alias(FAST, rule(Optional.of("9999")), WipeLevel.L3), Fleet.TEST)
        .orElseThrow();
    limit("alias:fast", 100);
    limit("total", 100);
    limit("cleaning", 100);
  }

  @AfterEach
  void soundToTheEnd() {
    fleet.assertSound();
    fleet.close();
  }

  private static AliasRule rule(Optional<String> product) {
    return new AliasRule(
        Optional.of(PciNumber.parse("1002")),
        product.map(PciNumber::parse),
        Optional.empty(),
        Optional.empty());
  }

  private void limit(String key, long limit) {
    Wish wish = Wish.of(Fleet.P1).limited(new ResourceKey(key), new Limit(limit));
    fleet.treeDesk.apply(List.of(wish), Fleet.TEST).orElseThrow();
  }

  private long used(String key) {
    return fleet.quotaDesk.show(Fleet.P1).orElseThrow().stream()
        .map(QuotaDesk.Line::own)
        .filter(quota -> quota.key().value().equals(key))
        .mapToLong(Quota::used)
        .sum();
  }

  /** A GPU that both aliases mean; the others only the first one does. */
  private FakeAgent withFastHost(String name, int plain, int fast) {
    Machine machine = Machine.withGpus(name, plain);
    for (int i = 1; i <= fast; i++) {
      int slot = plain + i;
      machine.plug(
          Machine.function(
                  Machine.gpu(slot), PciId.parse("1002:9999"), PciClass.parse("0x030000"), slot)
              .resetMethods(List.of(ResetMethod.BUS))
              .build());
    }
    return fleet.withHost(machine);
  }

  private static ClaimId newId() {
    return new ClaimId(UUID.randomUUID());
  }

  private static ClaimRequest request(ClaimId id, Where where, Part... parts) {
    return new ClaimRequest(id, Fleet.P1, List.of(parts), where, Fleet.VM, Optional.empty());
  }

  private Outcome<Claim> claim(Where where, Part... parts) {
    return fleet.claimDesk.claim(request(newId(), where, parts), Fleet.TEST);
  }

  private static Part gpus(int count) {
    return new Part(Fleet.GPU, count);
  }

  private static Part fast(int count) {
    return new Part(FAST, count);
  }

  private static List<Reason> reasons(Outcome<?> outcome) {
    return ((Outcome.Refused<?>) outcome).refusal().reasons();
  }

  private UnitId onlyUnit(Claim claim) {
    return fleet.desk.units.ofClaim(claim.id()).get(0).id();
  }

  @Test
  void severalAliasesComeFromOneHostTogetherOrNotAtAll() {
    withFastHost("gpu-1", 2, 0);
    withFastHost("gpu-2", 0, 1);
    assertEquals(Code.NO_CAPACITY, Fleet.refusal(claim(Where.ANYWHERE, gpus(1), fast(1))));
    assertEquals(0, used("total"));
    withFastHost("gpu-3", 1, 1);
    ClaimRequest both = request(newId(), Where.ANYWHERE, gpus(1), fast(1));
    Claim claim = fleet.claimDesk.claim(both, Fleet.TEST).orElseThrow();
    assertEquals(GPU_3, claim.host());
    assertEquals(List.of(gpus(1), fast(1)), claim.parts());
    assertEquals(2, used("total"));
    assertEquals(1, used("alias:gpu"));
    assertEquals(1, used("alias:fast"));
    assertEquals(claim, fleet.claimDesk.claim(both, Fleet.TEST).orElseThrow());
    assertEquals(
        Set.of("gpu", "fast"),
        Set.copyOf(
            fleet
                .sql
                .sql("SELECT alias FROM usage_current WHERE claim_id = ?")
                .param(claim.id().value())
                .query(String.class)
                .list()));
  }

  /** The first part could take the only unit that the second one can have. */
  @Test
  void partsThatWantTheSameUnitsAreServedWhereBothCanBe() {
    withFastHost("gpu-1", 1, 1);
    Claim claim = claim(Where.ANYWHERE, gpus(1), fast(1)).orElseThrow();
    Map<UnitId, Integer> parts = fleet.desk.claims.partOf(claim);
    assertEquals(Set.of(0, 1), Set.copyOf(parts.values()));
    Unit second =
        fleet.desk.units.ofClaim(claim.id()).stream()
            .filter(unit -> parts.get(unit.id()) == 1)
            .findFirst()
            .orElseThrow();
    assertTrue(second.model().toString().startsWith("1002:9999"), second.model().toString());
  }

  @Test
  void oneOfASetOfHostsIsTakenAndForEachThatCannotThereIsACodeAndASentence() {
    fleet.withHost("gpu-1", 1);
    fleet.withHost("gpu-2", 1);
    fleet.withHost("gpu-3", 2);
    fleet.hostDesk.cordon(GPU_1, true, Fleet.TEST).orElseThrow();
    Where some = new Where(List.of(GPU_1, GPU_2));
    assertEquals(GPU_2, claim(some, gpus(1)).orElseThrow().host());
    HostName nowhere = new HostName("gpu-9");
    Outcome<Claim> none = claim(new Where(List.of(GPU_1, GPU_2, GPU_3, nowhere)), gpus(3));
    assertEquals(Code.NO_CAPACITY, Fleet.refusal(none));
    assertEquals(
        List.of(Code.HOST_CORDONED, Code.CLAIMED, Code.TOO_FEW_ON_ONE_HOST, Code.UNKNOWN_HOST),
        reasons(none).stream().map(Reason::code).toList());
    assertTrue(reasons(none).get(2).message().contains("host gpu-3 has 2 units"));
    String said = ((Outcome.Refused<Claim>) none).refusal().message();
    assertTrue(said.contains("no host has as many left"), said);
  }

  @Test
  void manyCallersAtOnceEachGetAllOrNothing() throws InterruptedException {
    fleet.withHost("gpu-1", 4);
    fleet.withHost("gpu-2", 3);
    limit("total", 6);
    List<Outcome<Claim>> outcomes = atOnce(24, i -> claim(Where.ANYWHERE, gpus(2)));
    assertEquals(
        3, outcomes.stream().filter(outcome -> outcome instanceof Outcome.Done<Claim>).count());
    assertEquals(6, used("total"));
    List<Outcome<Claim>> released =
        atOnce(
            24,
            i ->
                fleet.claimDesk.release(
                    ((Outcome.Done<Claim>)
                            outcomes.stream()
                                .filter(o -> o instanceof Outcome.Done<Claim>)
                                .findFirst()
                                .orElseThrow())
                        .value()
                        .id(),
                    Fleet.TEST));
    released.forEach(outcome -> assertEquals(ClaimState.RELEASING, outcome.orElseThrow().state()));
  }

  private HoldRequest promise(Where where, Part... parts) {
    return new HoldRequest(
        new HoldId(UUID.randomUUID()),
        Fleet.P1,
        List.of(parts),
        where,
        Fleet.VM,
        Duration.ofSeconds(60));
  }

  private Hold hold(Where where, Part... parts) {
    return fleet.holdDesk.hold(promise(where, parts), Fleet.TEST).orElseThrow();
  }

  private static ClaimRequest using(Hold hold) {
    return new ClaimRequest(
        newId(),
        Fleet.P1,
        hold.request().parts(),
        hold.request().where(),
        Fleet.VM,
        Optional.of(hold.id()));
  }

  @Test
  void aHoldIsChargedOnceAndItsChargeMovesIntoTheClaim() {
    FakeAgent agent = fleet.withHost("gpu-1", 2);
    limit("total", 2);
    HoldRequest asked = promise(Where.ANYWHERE, gpus(2));
    Hold hold = fleet.holdDesk.hold(asked, Fleet.TEST).orElseThrow();
    assertEquals(hold, fleet.holdDesk.hold(asked, Fleet.TEST).orElseThrow());
    assertEquals(2, used("total"));
    assertEquals(Code.QUOTA_EXCEEDED, Fleet.refusal(claim(Where.ANYWHERE, gpus(1))));
    fleet.assertSound();

    ClaimRequest request = using(hold);
    Claim claim = fleet.claimDesk.claim(request, Fleet.TEST).orElseThrow();
    assertEquals(claim, fleet.claimDesk.claim(request, Fleet.TEST).orElseThrow());
    assertEquals(2, used("total"));
    Hold used = fleet.desk.holds.find(hold.id()).orElseThrow();
    assertEquals(HoldState.USED, used.state());
    assertEquals(Optional.of(claim.id()), used.claim());
    assertEquals(0, fleet.count("hold_charge"));

    fleet.release(claim.id());
    fleet.converge(agent);
    assertEquals(0, used("total"));
  }

  @Test
  void aHoldPinsNoUnitButOthersLookElsewhereFirst() {
    fleet.withHost("gpu-1", 1);
    fleet.withHost("gpu-2", 1);
    Hold hold = hold(Where.on(GPU_1), gpus(1));
    assertEquals(GPU_2, fleet.claim(1).orElseThrow().host());
    assertEquals(GPU_1, fleet.claim(1).orElseThrow().host(), "a hold is no claim");
    Outcome<Claim> late = fleet.claimDesk.claim(using(hold), Fleet.TEST);
    assertEquals(Code.NO_CAPACITY, Fleet.refusal(late));
    assertEquals(HoldState.HELD, fleet.desk.holds.find(hold.id()).orElseThrow().state());
  }

  @Test
  void whatIsPromisedToOneIsNotPromisedToAnother() {
    fleet.withHost("gpu-1", 1);
    fleet.withHost("gpu-2", 1);
    hold(new Where(List.of(GPU_1, GPU_2)), gpus(1));
    hold(Where.ANYWHERE, gpus(1));
    Outcome<Hold> third = fleet.holdDesk.hold(promise(Where.ANYWHERE, gpus(1)), Fleet.TEST);
    assertEquals(Code.NO_CAPACITY, Fleet.refusal(third));
    assertEquals(List.of(Code.PROMISED), reasons(third).stream().map(Reason::code).toList());
    assertEquals(2, used("total"));
  }

  /** Whoever looks at it in a transaction finds that somebody else was first. */
  private static final class ClockOfOneBeaten extends Clock {
    @Override
    public Instant instant() {
      throw new Contended("somebody was first");
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @Test
  void whereOthersAreAlwaysFirstAPromiseEndsTheNextTime() {
    fleet.withHost("gpu-1", 1);
    Hold hold = hold(Where.ANYWHERE, gpus(1));
    fleet.clock.pass(Duration.ofMinutes(2));
    Desk desk =
        new Desk(
            fleet.sql,
            fleet.database.transactions(),
            new RevisionSignal(),
            new ClockOfOneBeaten(),
            UUID::randomUUID);
    assertEquals(0, new HoldDesk(desk).expire());
    assertEquals(HoldState.HELD, fleet.desk.holds.find(hold.id()).orElseThrow().state());
    assertEquals(1, fleet.holdDesk.expire());
  }

  @Test
  void anExpiredHoldGivesItsQuotaBackAndItsClaimIsJudgedAgain() {
    fleet.withHost("gpu-1", 2);
    limit("total", 1);
    Hold hold = hold(Where.ANYWHERE, gpus(1));
    fleet.clock.pass(Duration.ofSeconds(59));
    assertEquals(0, fleet.holdDesk.expire());
    fleet.clock.pass(Duration.ofSeconds(2));
    fleet.convergeAll();
    assertEquals(1, fleet.holdDesk.expire());
    assertEquals(0, fleet.holdDesk.expire());
    assertEquals(HoldState.EXPIRED, fleet.desk.holds.find(hold.id()).orElseThrow().state());
    assertEquals(0, used("total"));
    assertEquals(0, fleet.count("hold_charge"));

    Claim claim = fleet.claimDesk.claim(using(hold), Fleet.TEST).orElseThrow();
    assertEquals(1, used("total"));
    assertEquals(Optional.of(hold.id()), claim.hold());
    assertEquals(
        Code.QUOTA_EXCEEDED, Fleet.refusal(fleet.claimDesk.claim(using(hold), Fleet.TEST)));
  }

  @Test
  void anotherRequestReplacesAHoldButNotOneThatAClaimUsed() {
    fleet.withHost("gpu-1", 3);
    HoldRequest two = promise(Where.ANYWHERE, gpus(2));
    fleet.holdDesk.hold(two, Fleet.TEST).orElseThrow();
    HoldRequest one =
        new HoldRequest(two.id(), Fleet.P1, List.of(gpus(1)), Where.on(GPU_1), Fleet.VM, two.ttl());
    Hold hold = fleet.holdDesk.hold(one, Fleet.TEST).orElseThrow();
    assertEquals(one, hold.request());
    assertEquals(1, used("total"));
    fleet.claimDesk.claim(using(hold), Fleet.TEST).orElseThrow();
    assertEquals(Code.HOLD_DIFFERS, Fleet.refusal(fleet.holdDesk.hold(two, Fleet.TEST)));
    assertEquals(HoldState.USED, fleet.holdDesk.hold(one, Fleet.TEST).orElseThrow().state());
  }

  @Test
  void aHoldThatIsLetGoIsLetGoOnce() {
    fleet.withHost("gpu-1", 1);
    Hold hold = hold(Where.ANYWHERE, gpus(1));
    for (int i = 0; i < 2; i++) {
      assertEquals(
          HoldState.RELEASED,
          fleet.holdDesk.release(hold.id(), p -> true, Fleet.TEST).orElseThrow().state());
      assertEquals(0, used("total"));
    }
    assertEquals(
        Code.UNKNOWN_HOLD,
        Fleet.refusal(fleet.holdDesk.release(hold.id(), p -> false, Fleet.TEST)));
  }

  @Test
  void aPromiseToOneConsumerIsNotAnothers() {
    fleet.withHost("gpu-1", 1);
    Hold hold = hold(Where.ANYWHERE, gpus(1));
    ClaimRequest other =
        new ClaimRequest(
            newId(),
            Fleet.P1,
            List.of(gpus(1)),
            Where.ANYWHERE,
            new Consumer("libvirt", "domain", "vm-2"),
            Optional.of(hold.id()));
    assertEquals(Code.HOLD_DIFFERS, Fleet.refusal(fleet.claimDesk.claim(other, Fleet.TEST)));
  }

  private Outcome<ClaimPicture> move(Claim from, ClaimId to, Part... parts) {
    return fleet.claimDesk.move(
        from.id(),
        new ClaimDesk.MoveRequest(
            to, parts.length == 0 ? Optional.empty() : Optional.of(List.of(parts)), Where.ANYWHERE),
        project -> true,
        Fleet.TEST);
  }

  private ClaimPicture confirm(ClaimId id) {
    return fleet.claimDesk.confirm(id, project -> true, Fleet.TEST).orElseThrow();
  }

  private ClaimPicture revert(ClaimId id) {
    return fleet.claimDesk.revert(id, project -> true, Fleet.TEST).orElseThrow();
  }

  @Test
  void aMoveHoldsBothSidesAndIsChargedTheLargerOfBothForEachKey() {
    // Fast ones are gpus too: whichever three go first, two fast ones and one more are left.
    withFastHost("gpu-1", 3, 5);
    limit("total", 3);
    Claim old = claim(Where.ANYWHERE, gpus(3)).orElseThrow();
    ClaimId id = newId();
    Claim next = move(old, id, gpus(1), fast(2)).orElseThrow().claim();
    assertEquals(Optional.of(old.id()), next.moveOf());
    assertEquals(old.consumer(), next.consumer());
    assertEquals(3, used("total"), "3 here and 3 there are 3");
    assertEquals(3, used("alias:gpu"), "the larger of 3 and 1");
    assertEquals(2, used("alias:fast"), "the larger of 0 and 2");
    assertEquals(next, move(old, id, gpus(1), fast(2)).orElseThrow().claim());
    assertEquals(Code.CLAIM_MOVES, Fleet.refusal(move(old, newId(), gpus(1))));
    assertEquals(Code.CLAIM_DIFFERS, Fleet.refusal(move(old, id, gpus(2))));
    fleet.convergeAll();

    for (int i = 0; i < 2; i++) {
      assertEquals(next.id(), confirm(i == 0 ? id : old.id()).claim().id());
      assertEquals(ClaimState.RELEASING, fleet.desk.claims.find(old.id()).orElseThrow().state());
      assertEquals(3, used("alias:gpu"), "until the host has taken the old ones back");
      fleet.assertSound();
    }
    assertEquals(Code.MOVE_ENDED, Fleet.refusal(fleet.claimDesk.revert(id, p -> true, Fleet.TEST)));
    fleet.convergeAll();
    assertEquals(ClaimState.RELEASED, fleet.desk.claims.find(old.id()).orElseThrow().state());
    assertEquals(3, used("total"));
    assertEquals(1, used("alias:gpu"));
    assertEquals(2, used("alias:fast"));
    fleet.release(id);
    fleet.convergeAll();
    assertEquals(0, used("total") + used("alias:gpu") + used("alias:fast"));
  }

  @Test
  void aMoveForWhichThereIsNoRoomSaysSoAndBlamesNoQuota() {
    withFastHost("gpu-1", 3, 1);
    limit("total", 3);
    Claim old = claim(Where.ANYWHERE, gpus(3)).orElseThrow();
    assertEquals(Code.NO_CAPACITY, Fleet.refusal(move(old, newId(), fast(2))));
    assertEquals(3, used("total"));
  }

  @Test
  void aRevertedMoveLeavesTheOldClaimAsItWas() {
    withFastHost("gpu-1", 1, 3);
    Claim old = claim(Where.ANYWHERE, gpus(1)).orElseThrow();
    ClaimId id = newId();
    move(old, id, fast(2)).orElseThrow();
    assertEquals(2, used("total"));
    for (int i = 0; i < 2; i++) {
      assertEquals(old.id(), revert(id).claim().id());
    }
    fleet.convergeAll();
    assertEquals(1, used("total"));
    assertEquals(0, used("alias:fast"));
    assertEquals(ClaimState.READY, fleet.desk.claims.find(old.id()).orElseThrow().state());
    move(old, newId(), fast(2)).orElseThrow();
  }

  @Test
  void releasingTheOldSideOfAMoveReleasesBothAndTheNewSideOnlyThat() {
    fleet.withHost("gpu-1", 4);
    Claim old = fleet.claim(1).orElseThrow();
    ClaimId first = newId();
    move(old, first).orElseThrow();
    fleet.release(first);
    fleet.convergeAll();
    assertEquals(ClaimState.READY, fleet.desk.claims.find(old.id()).orElseThrow().state());
    assertEquals(1, used("total"));
    ClaimId second = newId();
    move(old, second).orElseThrow();
    fleet.release(old.id());
    fleet.convergeAll();
    assertEquals(ClaimState.RELEASED, fleet.desk.claims.find(old.id()).orElseThrow().state());
    assertEquals(ClaimState.RELEASED, fleet.desk.claims.find(second).orElseThrow().state());
    assertEquals(0, used("total"));
  }

  @Test
  void whicheverSideOfAMoveEndsLastIsChargedForAllThatItHolds() {
    FakeAgent agent = fleet.withHost("gpu-1", 8);
    for (int from = 1; from <= 3; from++) {
      for (boolean confirmed : List.of(true, false)) {
        Claim old = fleet.claim(from).orElseThrow();
        ClaimId id = newId();
        move(old, id, gpus(2)).orElseThrow();
        fleet.converge(agent);
        ClaimId late = confirmed ? old.id() : id;
        fleet.desk.units.ofClaim(late).forEach(unit -> agent.held(unit.id(), "vm-1"));
        fleet.converge(agent);
        ClaimPicture stays = confirmed ? confirm(id) : revert(id);
        assertEquals(confirmed ? id : old.id(), stays.claim().id());
        fleet.release(confirmed ? id : old.id());
        fleet.converge(agent);
        String when = from + " to 2, " + (confirmed ? "confirmed" : "reverted");
        assertEquals(ClaimState.RELEASING, fleet.desk.claims.find(late).orElseThrow().state());
        assertEquals(Math.max(from, 2), used("total"), when);
        fleet.desk.units.ofClaim(late).forEach(unit -> agent.letGo(unit.id()));
        fleet.converge(agent);
        assertEquals(0, used("total"), when);
      }
    }
  }

  @Test
  void bothSidesOfAMoveMayEndAtOnce() throws InterruptedException {
    FakeAgent one = fleet.withHost("gpu-1", 1);
    FakeAgent two = fleet.withHost("gpu-2", 2);
    for (int round = 0; round < 20; round++) {
      Claim old = claim(Where.on(GPU_1), gpus(1)).orElseThrow();
      move(old, newId(), gpus(2)).orElseThrow();
      fleet.convergeAll();
      fleet.release(old.id());
      Together.atOnce(2, host -> fleet.takesUpAndReports(host == 0 ? one : two));
      fleet.convergeAll();
      assertEquals(0, used("total"), "round " + round);
      fleet.assertSound();
    }
  }

  @Test
  void aMoveAwayFromAHostThatIsFencedStandsAlone() {
    fleet.withHost("gpu-1", 1);
    fleet.withHost("gpu-2", 2);
    Claim old = claim(Where.on(GPU_1), gpus(1)).orElseThrow();
    ClaimId id = newId();
    move(old, id, gpus(2)).orElseThrow();
    assertEquals(2, used("total"));
    fleet.hostDesk.fence(GPU_1, Fleet.TEST).orElseThrow();
    assertEquals(ClaimState.ABANDONED, fleet.desk.claims.find(old.id()).orElseThrow().state());
    assertEquals(2, used("total"), "what it moved to is charged whole");
    fleet.release(id);
    fleet.convergeAll();
    assertEquals(0, used("total"));
  }

  @Test
  void aClaimReleasedByForceFreesItsQuotaAndItsUnitWaitsForTheNextBoot() {
    FakeAgent agent = fleet.withHost("gpu-1", 1);
    Claim claim = fleet.claim(1).orElseThrow();
    UnitId unit = onlyUnit(claim);
    fleet.converge(agent);
    Claim ended = fleet.claimDesk.abandon(claim.id(), Fleet.TEST).orElseThrow();
    assertEquals(ClaimState.ABANDONED, ended.state());
    assertEquals(ended, fleet.claimDesk.abandon(claim.id(), Fleet.TEST).orElseThrow());
    assertEquals(ended, fleet.release(claim.id()));
    assertEquals(0, used("total"));
    assertEquals(0, used("cleaning"));
    for (int i = 0; i < 3; i++) {
      fleet.takesUpAndReports(agent);
      assertEquals(UnitState.DIRTY, fleet.unit(unit).state());
      assertEquals(Presence.MISSING, fleet.unit(unit).standing().presence());
    }
    assertEquals(Code.NO_CAPACITY, Fleet.refusal(fleet.claim(1)));
    agent.reboot();
    fleet.converge(agent);
    assertEquals(UnitState.CLEAN, fleet.unit(unit).state());
    assertNotEquals(claim.id(), fleet.claim(1).orElseThrow().id());
  }

  @Test
  void aUnitReleasedByForceIsTakenFromItsTenantInTheNextBootAndThenCleaned() {
    FakeAgent agent = fleet.withHost("gpu-1", 1).careful();
    UnitId unit = fleet.units().get(0).id();
    fleet.unitDesk.clean(unit, WipeLevel.L3, Fleet.TEST).orElseThrow();
    fleet.converge(agent);
    Claim claim = fleet.claim(1).orElseThrow();
    fleet.converge(agent);
    fleet.claimDesk.abandon(claim.id(), Fleet.TEST).orElseThrow();
    fleet.converge(agent);
    assertEquals(claim.id(), agent.tenantOf(unit).orElseThrow().claim(), "not in the same boot");
    agent.reboot();
    agent.held(unit, "vm-1");
    fleet.converge(agent);
    assertEquals(claim.id(), agent.tenantOf(unit).orElseThrow().claim(), "who holds it keeps it");
    assertEquals(UnitState.DIRTY, fleet.unit(unit).state());
    agent.letGo(unit);
    fleet.converge(agent);
    assertEquals(Optional.empty(), agent.tenantOf(unit));
    assertEquals(UnitState.CLEAN, fleet.unit(unit).state());
  }

  @Test
  void aHostThatGoesOnWithAnAbandonedClaimIsCordonedWithAnAlarm() {
    FakeAgent agent = fleet.withHost("gpu-1", 1);
    Claim claim = fleet.claim(1).orElseThrow();
    fleet.converge(agent);
    agent.held(onlyUnit(claim), "vm-1");
    fleet.converge(agent);
    long before = fleet.desk.trail.newestEvent();
    fleet.claimDesk.abandon(claim.id(), Fleet.TEST).orElseThrow();
    fleet.report(agent);
    fleet.report(agent);
    Host host = fleet.desk.hosts.find(GPU_1).orElseThrow();
    assertTrue(host.admin().cordoned());
    List<Event> alarms =
        fleet.desk.trail.eventsAfter(before, 100).stream()
            .filter(event -> event.kind().equals("alarm"))
            .toList();
    assertEquals(1, alarms.size());
    assertTrue(alarms.get(0).detail().contains(claim.id().toString()));
  }

  @Test
  void aFencedHostGivesNothingOutUntilItReportsFromAnotherBoot() {
    FakeAgent agent = fleet.withHost("gpu-1", 3);
    fleet.claim(1).orElseThrow();
    Claim second = fleet.claim(1).orElseThrow();
    fleet.converge(agent);
    Host fenced = fleet.hostDesk.fence(GPU_1, Fleet.TEST).orElseThrow();
    assertEquals("a test", fenced.admin().fenced().orElseThrow().evidence());
    assertEquals(ClaimState.ABANDONED, fleet.desk.claims.find(second.id()).orElseThrow().state());
    assertEquals(0, used("total"));
    assertEquals(List.of(Code.HOST_FENCED), reasonsOfOne(Where.on(GPU_1)));
    fleet.takesUpAndReports(agent);
    assertTrue(fleet.desk.hosts.find(GPU_1).orElseThrow().admin().fenced().isPresent());
    agent.reboot();
    fleet.converge(agent);
    assertTrue(fleet.desk.hosts.find(GPU_1).orElseThrow().admin().fenced().isEmpty());
    fleet.units().forEach(unit -> assertEquals(UnitState.CLEAN, unit.state()));
  }

  private List<Code> reasonsOfOne(Where where) {
    return reasons(claim(where, gpus(1))).stream().map(Reason::code).toList();
  }

  @Test
  void aHostIsDrainedAndThenRemovedButNotWhileItHasClaims() {
    FakeAgent agent = fleet.withHost("gpu-1", 2);
    Claim claim = fleet.claim(1).orElseThrow();
    fleet.hostDesk.drain(GPU_1, Fleet.TEST).orElseThrow();
    assertEquals(List.of(Code.HOST_DRAINING), reasonsOfOne(Where.on(GPU_1)));
    assertEquals(Code.HOST_IN_USE, Fleet.refusal(fleet.hostDesk.remove(GPU_1, Fleet.TEST)));
    fleet.release(claim.id());
    fleet.converge(agent);
    fleet.hostDesk.remove(GPU_1, Fleet.TEST).orElseThrow();
    assertEquals(List.of(Code.HOST_REMOVED), reasonsOfOne(Where.on(GPU_1)));
    String token = fleet.hostDesk.enroll(GPU_1, Fleet.TEST).orElseThrow().joinToken();
    fleet.hostDesk.join(GPU_1, agent.joinRequest(token), Fleet.TEST).orElseThrow();
    fleet.hostDesk.cordon(GPU_1, false, Fleet.TEST).orElseThrow();
    fleet.converge(agent);
    assertEquals(GPU_1, fleet.claim(1).orElseThrow().host());
  }

  @Test
  void whatWasGivenBackCountsAsBeingCleanedUntilItIsClean() {
    FakeAgent agent = fleet.withHost("gpu-1", 3);
    limit("cleaning", 2);
    Claim two = claim(Where.ANYWHERE, gpus(2)).orElseThrow();
    fleet.converge(agent);
    fleet.release(two.id());
    fleet.takesUpAndReports(agent);
    assertEquals(ClaimState.RELEASED, fleet.desk.claims.find(two.id()).orElseThrow().state());
    assertEquals(0, used("total"));
    assertEquals(2, used("cleaning"));
    assertEquals(Code.QUOTA_EXCEEDED, Fleet.refusal(fleet.claim(1)));
    fleet.assertSound();
    fleet.converge(agent);
    assertEquals(0, used("cleaning"));
    fleet.claim(1).orElseThrow();
  }

  @Test
  void anAliasMayKeepItsQuotaUntilTheUnitIsClean() {
    FakeAgent agent = fleet.withHost(Machine.withMemory("gpu-1", Machine.GPU, 2, 1024));
    Alias alias = fleet.desk.aliases.find(Fleet.GPU).orElseThrow();
    fleet
        .aliasDesk
        .save(
            new Alias(alias.name(), alias.rules(), alias.level(), alias.wishes(), ReleaseAt.CLEAN),
            Fleet.TEST)
        .orElseThrow();
    Claim claim = fleet.claim(2).orElseThrow();
    fleet.converge(agent);
    fleet.release(claim.id());
    fleet.takesUpAndReports(agent);
    assertEquals(ClaimState.RELEASED, fleet.desk.claims.find(claim.id()).orElseThrow().state());
    assertEquals(2, used("total"));
    assertEquals(2, used("alias:gpu"));
    assertEquals(2048, used("memory_mib"));
    assertEquals(2, used("cleaning"));
    fleet.converge(agent);
    assertEquals(0, used("total") + used("alias:gpu") + used("memory_mib") + used("cleaning"));
    assertEquals(0, fleet.count("claim_charge"));
  }
}
