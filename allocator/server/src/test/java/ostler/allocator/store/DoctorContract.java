package ostler.allocator.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import ostler.allocator.FakeAgent;
import ostler.allocator.Machine;
import ostler.allocator.engine.Ailment;
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.Finding;
import ostler.allocator.engine.HoldId;
import ostler.allocator.engine.HoldRequest;
import ostler.allocator.engine.Part;
import ostler.allocator.engine.Where;
import ostler.allocator.store.Doctor.Diagnosis;
import ostler.inventory.ClaimId;
import ostler.inventory.HostName;
import ostler.inventory.UnitId;

/** What a look at the whole installation finds, on every database. */
abstract class DoctorContract {

  private Fleet fleet;
  private FakeAgent agent;

  /** A new and empty database. */
  abstract Database.Settings empty() throws SQLException;

  /** Two cards, of which a tenant has one; each was cleaned, one of them twice. */
  @BeforeEach
  void open() throws IOException, SQLException {
    fleet = new Fleet(empty()).withProject(100);
    agent = fleet.withHost("gpu-1", 2);
    Claim first = fleet.claim(1).orElseThrow();
    fleet.converge(agent);
    fleet.release(first.id());
    fleet.converge(agent);
    Claim second = fleet.claim(1).orElseThrow();
    agent.held(claimed(second), "vm-1");
    fleet.converge(agent);
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  private UnitId claimed(Claim claim) {
    return fleet.desk.units.ofClaim(claim.id()).get(0).id();
  }

  private UnitId claimedUnit() {
    return fleet.units().stream()
        .filter(unit -> unit.claim().isPresent())
        .findFirst()
        .orElseThrow()
        .id();
  }

  private Set<Ailment> found() {
    return fleet.desk.doctor().examine().findings().stream()
        .map(Finding::ailment)
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Ailment.class)));
  }

  private void assertFinds(Ailment expected, String... statements) {
    assertEquals(Set.of(), found());
    for (String statement : statements) {
      assertTrue(fleet.sql.sql(statement).update() > 0, statement);
    }
    assertEquals(Set.of(expected), found());
  }

  @Test
  void aSoundInstallationHasNoFindings() {
    Diagnosis diagnosis = fleet.desk.doctor().examine();
    assertEquals(List.of(), diagnosis.findings());
    assertEquals(1, diagnosis.hosts());
    assertEquals(2, diagnosis.units());
    assertEquals(1, diagnosis.claims());
    assertEquals(1, diagnosis.counters());
    assertEquals(0, diagnosis.untold());
  }

  @Test
  void aSchemaThatIsNotThisReleasesIsFound() {
    assertFinds(Ailment.SCHEMA_BEHIND, "DELETE FROM databasechangelog WHERE id = '1-hosts'");
    fleet.sql.sql("UPDATE databasechangelog SET id = '9-future' WHERE id = '1-units'").update();
    assertEquals(Set.of(Ailment.SCHEMA_BEHIND, Ailment.SCHEMA_AHEAD), found());
  }

  @Test
  void aCounterThatIsNotWhatWasChargedIsFound() {
    assertFinds(Ailment.QUOTA_DRIFT, "UPDATE quota SET used_count = used_count + 1");
  }

  @Test
  void whatIsPromisedOrMovesIsCountedToo() {
    fleet.withHost("gpu-2", 3);
    fleet
        .holdDesk
        .hold(
            new HoldRequest(
                new HoldId(UUID.randomUUID()),
                Fleet.P1,
                List.of(new Part(Fleet.GPU, 1)),
                Where.ANYWHERE,
                Fleet.VM,
                Duration.ofMinutes(1)),
            Fleet.TEST)
        .orElseThrow();
    assertEquals(2, fleet.quota().used());
    assertEquals(Set.of(), found());
    ClaimId old = fleet.unit(claimedUnit()).claim().orElseThrow();
    ClaimId next = new ClaimId(UUID.randomUUID());
    fleet
        .claimDesk
        .move(
            old,
            new ClaimDesk.MoveRequest(
                next,
                Optional.of(List.of(new Part(Fleet.GPU, 2))),
                Where.on(new HostName("gpu-2"))),
            project -> true,
            Fleet.TEST)
        .orElseThrow();
    assertEquals(3, fleet.quota().used());
    assertEquals(Set.of(), found());
    assertFinds(Ailment.QUOTA_DRIFT, "UPDATE quota SET used_count = used_count - 1");
    fleet.quotaDesk.fix(Fleet.TEST).orElseThrow();
    assertEquals(3, fleet.quota().used());
    fleet.claimDesk.confirm(next, project -> true, Fleet.TEST).orElseThrow();
    assertEquals(Set.of(), found());
    assertFinds(Ailment.QUOTA_DRIFT, "DELETE FROM hold_charge");
  }

  @Test
  void anAbandonedClaimIsNoFindingOnceNobodyHoldsItsUnit() {
    UnitId unit = claimedUnit();
    ClaimId claim = fleet.unit(unit).claim().orElseThrow();
    fleet.claimDesk.abandon(claim, Fleet.TEST).orElseThrow();
    fleet.report(agent);
    assertEquals(Set.of(Ailment.HELD_WITHOUT_CLAIM), found());
    agent.letGo(unit);
    agent.reboot();
    fleet.converge(agent);
    assertEquals(Set.of(), found());
  }

  @Test
  void aUnitTakenForAClaimThatDoesNotHaveItIsFound() {
    assertFinds(
        Ailment.UNIT_WITHOUT_CLAIM,
        "DELETE FROM claim_unit WHERE unit_id = (SELECT id FROM unit WHERE claim_id IS NOT NULL)");
  }

  @Test
  void aClaimThatHasNothingIsFound() {
    assertFinds(
        Ailment.CLAIM_WITHOUT_UNIT,
        "UPDATE claim SET state = 'READY', released_at = NULL WHERE state = 'RELEASED'");
  }

  @Test
  void aClaimInAnotherStateThanItsUnitsIsFound() {
    assertFinds(
        Ailment.CLAIM_STATE_WRONG, "UPDATE claim SET state = 'READY' WHERE state = 'IN_USE'");
  }

  @Test
  void aHoldThatNobodyEndedIsFound() {
    assertFinds(
        Ailment.HOLD_OVERDUE,
        "INSERT INTO hold (id, project_id, consumer_source, consumer_type, consumer_id, state,"
            + " ttl_s, created_by, created_at, expires_at) SELECT id, project_id, consumer_source,"
            + " consumer_type, consumer_id, 'HELD', 60, 'test', created_at,"
            + " created_at - INTERVAL '1' DAY FROM claim WHERE state <> 'RELEASED'");
  }

  @Test
  void aUnitWhoseTimeNobodyCountsIsFound() {
    assertFinds(Ailment.LEDGER_MISSING, "DELETE FROM usage_current WHERE claim_id IS NULL");
  }

  @Test
  void timeThatGoesToAnotherStateThanTheUnitsIsFound() {
    assertFinds(
        Ailment.LEDGER_STATE_WRONG,
        "UPDATE usage_current SET state = 'CLEANING' WHERE claim_id IS NULL");
  }

  @Test
  void aGapInTheLedgerIsFoundWhereverItIs() {
    String from = " FROM usage_segment WHERE started_at = (SELECT ";
    assertFinds(Ailment.LEDGER_BROKEN, "DELETE" + from + "MIN(started_at) FROM usage_segment)");
    fleet.sql.sql("DELETE" + from + "MAX(started_at) FROM usage_segment)").update();
    assertEquals(Set.of(Ailment.LEDGER_BROKEN), found());
    assertEquals(
        2,
        fleet.desk.doctor().examine().findings().stream().map(Finding::message).distinct().count());
  }

  @Test
  void timeCountedTwiceIsFound() {
    assertFinds(
        Ailment.LEDGER_BROKEN,
        "UPDATE usage_segment SET ended_at = ended_at + INTERVAL '1' SECOND WHERE started_at ="
            + " (SELECT MIN(started_at) FROM usage_segment)");
  }

  @Test
  void aHeadThatNoRecordHasIsFound() {
    assertFinds(
        Ailment.CHAIN_HEAD_WRONG,
        "UPDATE unit SET chain_head = '" + "ab".repeat(32) + "' WHERE claim_id IS NULL");
  }

  @Test
  void aHeadThatWentBackToTheStartIsFound() {
    assertFinds(
        Ailment.CHAIN_HEAD_WRONG,
        "UPDATE unit SET chain_head = '" + "0".repeat(64) + "' WHERE claim_id IS NULL");
  }

  @Test
  void aRecordThatFollowsNoneIsFound() {
    assertFinds(
        Ailment.CHAIN_BROKEN,
        "UPDATE wipe_record SET prev_hash = '"
            + "ab".repeat(32)
            + "' WHERE prev_hash <> '"
            + "0".repeat(64)
            + "'");
  }

  @Test
  void twoRecordsThatFollowTheSameAreFound() {
    assertFinds(
        Ailment.CHAIN_BROKEN,
        "UPDATE wipe_record SET prev_hash = '"
            + "0".repeat(64)
            + "' WHERE prev_hash <> '"
            + "0".repeat(64)
            + "'");
  }

  @Test
  void aCertificateWithoutItsRecordIsFound() {
    assertFinds(
        Ailment.CERTIFICATE_UNPROVEN,
        "UPDATE unit SET cert_wipe = claim_id WHERE claim_id IS NOT NULL");
  }

  @Test
  void aSilentHostAndOneThatNeverSpokeAreFound() {
    fleet.clock.pass(Duration.ofSeconds(50));
    assertEquals(Set.of(Ailment.HOST_SILENT), found());
    fleet.hostDesk.enroll(new FakeAgent(new Machine("gpu-9")).machine().name(), Fleet.TEST);
    assertEquals(Set.of(Ailment.HOST_SILENT, Ailment.HOST_NEVER_HEARD), found());
  }

  @Test
  void aHostThatDoesNotTakeUpItsOrdersIsFoundOnceItHadTheTime() {
    fleet.release(fleet.desk.units.find(claimedUnit()).orElseThrow().claim().orElseThrow());
    fleet.report(agent);
    assertEquals(Set.of(), found());
    fleet.clock.pass(Duration.ofSeconds(130));
    fleet.report(agent);
    assertEquals(Set.of(Ailment.HOST_BEHIND), found());
  }

  @Test
  void whatAHostWarnsOfAndSeesOtherwiseThanWasClaimedIsFound() {
    agent.held(claimedUnit(), "vm-2");
    fleet.converge(agent);
    assertEquals(Set.of(Ailment.HELD_BY_ANOTHER), found());
    agent.held(claimedUnit(), "vm-1");
    UnitId idle =
        fleet.units().stream().filter(u -> u.claim().isEmpty()).findFirst().orElseThrow().id();
    agent.held(idle, "vm-3");
    fleet.converge(agent);
    assertEquals(Set.of(Ailment.HELD_WITHOUT_CLAIM), found());
  }

  @Test
  void aClaimedCardThatIsGoneAndOneInQuarantineAreFound() {
    UnitId claimed = claimedUnit();
    agent.machine().pull(Machine.gpu(1)).pull(Machine.gpu(2));
    fleet.report(agent);
    assertEquals(Set.of(Ailment.CLAIMED_AND_GONE), found());
    fleet.unitDesk.quarantine(claimed, Fleet.TEST).orElseThrow();
    assertEquals(Set.of(Ailment.CLAIMED_AND_GONE, Ailment.QUARANTINED), found());
  }

  @Test
  void ofManyFindingsOfOneKindSomeAreToldAndTheRestIsCounted() {
    for (int i = 0; i < Doctor.MAX_FINDINGS + 5; i++) {
      fleet.hostDesk.enroll(new Machine("idle-" + i).name(), Fleet.TEST).orElseThrow();
    }
    Diagnosis diagnosis = fleet.desk.doctor().examine();
    assertEquals(Doctor.MAX_FINDINGS, diagnosis.findings().size());
    assertEquals(5, diagnosis.untold());
  }

  @Test
  void theWorstIsToldFirst() {
    fleet.clock.pass(Duration.ofSeconds(50));
    fleet.hostDesk.enroll(new Machine("gpu-9").name(), Fleet.TEST).orElseThrow();
    fleet.sql.sql("UPDATE quota SET used_count = used_count + 1").update();
    assertEquals(
        List.of(Ailment.QUOTA_DRIFT, Ailment.HOST_SILENT, Ailment.HOST_NEVER_HEARD),
        fleet.desk.doctor().examine().findings().stream().map(Finding::ailment).toList());
  }
}
