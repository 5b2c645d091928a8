package ostler.allocator.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import ostler.allocator.FakeAgent;
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.ClaimPicture;
import ostler.allocator.engine.ClaimState;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Device;
import ostler.allocator.engine.HoldState;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Part;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.UnitState;
import ostler.allocator.engine.Where;
import ostler.allocator.engine.nova.NovaIntent;
import ostler.allocator.engine.nova.NovaRequest;
import ostler.inventory.ClaimId;
import ostler.inventory.Consumer;
import ostler.inventory.HostName;
import ostler.inventory.StartRequest;
import ostler.inventory.UnitId;
import ostler.inventory.WipeLevel;
import ostler.pci.PciAddress;

/** Claims that hosts ask for at the start of Nova's instances, and give back at their end. */
abstract class StartContract {

  private static final HostName CN1 = new HostName("cn1");
  private static final HostName CN2 = new HostName("cn2");
  private static final HostName CN3 = new HostName("cn3");
  private static final UUID INSTANCE = new UUID(7, 1);
  private static final UUID ANOTHER = new UUID(7, 2);

  private Fleet fleet;
  private StartDesk startDesk;

  abstract Database.Settings empty() throws SQLException, IOException;

  @BeforeEach
  void open() throws SQLException, IOException {
    fleet = new Fleet(empty()).withProject(100);
    for (HostName host : List.of(CN1, CN2, CN3)) {
      fleet.withHost(host.value(), 4);
    }
    startDesk = new StartDesk(fleet.desk, fleet.claimDesk);
  }

  @AfterEach
  void close() {
    fleet.assertSound();
    fleet.close();
  }

  private List<Unit> on(HostName host) {
    return fleet.desk.units.ofHost(host);
  }

  private PciAddress[] addresses(Unit... units) {
    return Arrays.stream(units)
        .flatMap(unit -> fleet.desk.devices.membersOf(List.of(unit.id())).get(unit.id()).stream())
        .map(Device::address)
        .toArray(PciAddress[]::new);
  }

  private static Consumer nova(UUID instance) {
    return new Consumer("nova", "instance", instance.toString());
  }

  private Outcome<Claim> tryStart(UUID instance, HostName host, PciAddress... devices) {
    return startDesk
        .start(host, new StartRequest(nova(instance), Fleet.P1, List.of(devices)), Fleet.TEST)
        .map(ClaimPicture::claim);
  }

  private Claim start(HostName host, Unit... units) {
    Claim claim = tryStart(INSTANCE, host, addresses(units)).orElseThrow();
    fleet.convergeAll();
    return claim(claim.id());
  }

  private Claim claim(ClaimId id) {
    return fleet.desk.claims.find(id).orElseThrow();
  }

  private List<UnitId> unitsOf(Claim claim) {
    return fleet.desk.units.ofClaim(claim.id()).stream().map(Unit::id).sorted().toList();
  }

  private List<ClaimId> gone(HostName host, Claim... claims) {
    List<ClaimId> gone =
        startDesk.gone(host, Arrays.stream(claims).map(Claim::id).toList(), Fleet.TEST);
    fleet.convergeAll();
    return gone;
  }

  private long used() {
    return fleet.quota().used();
  }

  @Test
  void aMachineGetsTheVeryUnitThatNovaChose() {
    Unit third = on(CN1).get(2);
    Claim claim = start(CN1, third);
    assertEquals(List.of(third.id()), unitsOf(claim));
    assertEquals(ClaimState.READY, claim.state());
    assertEquals(nova(INSTANCE), claim.consumer());
    assertEquals(List.of(new Part(Fleet.GPU, 1)), claim.parts());
    assertEquals(1, used());
  }

  @Test
  void devicesThatAreNobodysUnitsAreNotAskedAbout() {
    Unit first = on(CN1).get(0);
    PciAddress nic = PciAddress.parse("0000:f0:00.0");
    Claim claim = tryStart(INSTANCE, CN1, addresses(first)[0], nic).orElseThrow();
    assertEquals(List.of(first.id()), unitsOf(claim));
    assertEquals(Code.UNKNOWN_DEVICE, Fleet.refusal(tryStart(ANOTHER, CN1, nic)));
  }

  @Test
  void askedAgainItAnswersWithTheSameClaim() {
    Unit one = on(CN1).get(1);
    Claim claim = start(CN1, one);
    assertEquals(claim.id(), tryStart(INSTANCE, CN1, addresses(one)).orElseThrow().id());
    assertEquals(1, fleet.count("claim"));
  }

  @Test
  void aStoppedMachineKeepsItsClaimAndStartsAgainUnderIt() {
    FakeAgent agent = fleet.withHost("cn4", 1);
    Unit one = on(new HostName("cn4")).get(0);
    Claim claim = start(new HostName("cn4"), one);
    agent.held(one.id(), INSTANCE.toString());
    fleet.convergeAll();
    assertEquals(ClaimState.IN_USE, claim(claim.id()).state());
    agent.letGo(one.id());
    fleet.convergeAll();
    assertEquals(ClaimState.READY, claim(claim.id()).state());
    assertEquals(claim.id(), start(new HostName("cn4"), one).id());
  }

  @Test
  void whatTheSchedulerWasPromisedIsUsedUp() {
    fleet.limit(1);
    NovaRequest request =
        new NovaRequest(
            INSTANCE,
            Fleet.P1,
            NovaIntent.CREATE,
            List.of(new NovaRequest.Devices(Optional.of(Fleet.GPU), 1, List.of())),
            List.of(CN1.value()),
            List.of());
    fleet
        .holdDesk
        .holdFor(
            new HoldDesk.Found(request, List.of(new Part(Fleet.GPU, 1)), Where.on(CN1), List.of(4)),
            Fleet.TEST)
        .orElseThrow();
    assertEquals(
        Code.QUOTA_EXCEEDED, Fleet.refusal(tryStart(ANOTHER, CN1, addresses(on(CN1).get(0)))));
    Claim claim = start(CN1, on(CN1).get(3));
    assertEquals(1, used());
    assertEquals(
        HoldState.USED, fleet.desk.holds.find(claim.hold().orElseThrow()).orElseThrow().state());
  }

  @Test
  void aDirtyUnitIsRefusedByItsOwnReasonThoughOthersAreClean() {
    Unit one = on(CN1).get(0);
    fleet.unitDesk.clean(one.id(), WipeLevel.L3, Fleet.TEST).orElseThrow();
    assertEquals(Code.CLEANING, Fleet.refusal(tryStart(INSTANCE, CN1, addresses(one))));
    assertEquals(0, used());
    assertEquals(0, fleet.count("claim"));
  }

  @Test
  void aUnitOfAnotherMachineIsRefused() {
    Unit one = on(CN1).get(0);
    start(CN1, one);
    assertEquals(
        Code.CLAIMED, Fleet.refusal(tryStart(ANOTHER, CN1, addresses(one, on(CN1).get(1)))));
    assertEquals(1, used());
  }

  @Test
  void overItsQuotaItDoesNotStart() {
    fleet.limit(1);
    assertEquals(
        Code.QUOTA_EXCEEDED,
        Fleet.refusal(tryStart(INSTANCE, CN1, addresses(on(CN1).get(0), on(CN1).get(1)))));
    fleet.units().forEach(unit -> assertEquals(UnitState.CLEAN, unit.state()));
  }

  @Test
  void onAnotherHostItMovesAndIsChargedOnce() {
    fleet.limit(1);
    Claim old = start(CN1, on(CN1).get(0));
    Claim moved = start(CN2, on(CN2).get(3));
    assertEquals(Optional.of(old.id()), moved.moveOf());
    assertEquals(ClaimState.READY, claim(old.id()).state());
    assertEquals(1, used());
    assertEquals(List.of(old.id()), gone(CN1, old));
    assertEquals(ClaimState.RELEASED, claim(old.id()).state());
    assertEquals(ClaimState.READY, claim(moved.id()).state());
    assertEquals(1, used());
  }

  @Test
  void goneFromWhereItMovedToItIsBackWhereItWas() {
    Claim old = start(CN1, on(CN1).get(0));
    Claim moved = start(CN2, on(CN2).get(0), on(CN2).get(1));
    assertEquals(2, used());
    gone(CN2, moved);
    assertEquals(ClaimState.RELEASED, claim(moved.id()).state());
    assertEquals(ClaimState.READY, claim(old.id()).state());
    assertEquals(1, used());
    assertEquals(old.id(), start(CN1, on(CN1).get(0)).id());
  }

  @Test
  void itMovesOnBeforeAnybodySaidThatItHadMoved() {
    Claim first = start(CN1, on(CN1).get(0));
    Claim second = start(CN2, on(CN2).get(0));
    Claim third = start(CN3, on(CN3).get(0));
    assertEquals(Optional.of(second.id()), third.moveOf());
    assertEquals(ClaimState.RELEASED, claim(first.id()).state());
    gone(CN2, second);
    assertEquals(ClaimState.RELEASED, claim(second.id()).state());
    assertEquals(ClaimState.READY, claim(third.id()).state());
    assertEquals(1, used());
  }

  @Test
  void resizedOnItsHostItHasBothUntilItIsGone() {
    Claim old = start(CN1, on(CN1).get(0));
    Claim resized = start(CN1, on(CN1).get(1), on(CN1).get(2));
    assertEquals(Optional.of(old.id()), resized.moveOf());
    assertEquals(2, used());
    assertEquals(2, gone(CN1, old, resized).size());
    assertEquals(ClaimState.RELEASED, claim(old.id()).state());
    assertEquals(ClaimState.RELEASED, claim(resized.id()).state());
    assertEquals(0, used());
  }

  @Test
  void goneForGoodItGivesAllBackAndTheNextOneFindsItClean() {
    Unit one = on(CN1).get(0);
    Claim claim = start(CN1, one);
    gone(CN1, claim);
    assertEquals(ClaimState.RELEASED, claim(claim.id()).state());
    assertEquals(UnitState.CLEAN, fleet.unit(one.id()).state());
    Claim next = tryStart(ANOTHER, CN1, addresses(one)).orElseThrow();
    assertEquals(List.of(one.id()), unitsOf(next));
  }

  @Test
  void newsThatComeLateChangeNothing() {
    Unit one = on(CN1).get(0);
    Claim first = start(CN1, one);
    gone(CN1, first);
    Claim second = start(CN1, one);
    assertTrue(!first.id().equals(second.id()), "a later start is another claim");
    Claim others = fleet.claim(1).orElseThrow();
    assertEquals(List.of(), gone(CN1, first));
    assertEquals(List.of(), gone(CN2, second), "it is no claim of that host's");
    assertEquals(List.of(), gone(others.host(), others), "it is none of Nova's");
    assertEquals(ClaimState.READY, claim(second.id()).state());
  }
}
