package ostler.allocator.onetimeuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import ostler.allocator.FakeAgent;
import ostler.allocator.Machine;
import ostler.allocator.TestClock;
import ostler.allocator.engine.ClaimRequest;
import ostler.allocator.engine.Origin;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.UnitState;
import ostler.allocator.quota.Limit;
import ostler.allocator.quota.ResourceKey;
import ostler.allocator.quota.Wish;
import ostler.allocator.store.AdmissionDesk;
import ostler.allocator.store.AliasDesk;
import ostler.allocator.store.ClaimDesk;
import ostler.allocator.store.Database;
import ostler.allocator.store.Desk;
import ostler.allocator.store.HostDesk;
import ostler.allocator.store.OneTimeUseDesk;
import ostler.allocator.store.Policy;
import ostler.allocator.store.ReportDesk;
import ostler.allocator.store.RevisionSignal;
import ostler.allocator.store.Secrets;
import ostler.allocator.store.TreeDesk;
import ostler.flavor.Alias;
import ostler.flavor.AliasName;
import ostler.flavor.AliasRule;
import ostler.flavor.PciNumber;
import ostler.inventory.ClaimId;
import ostler.inventory.Consumer;
import ostler.inventory.DesiredState;
import ostler.inventory.HostName;
import ostler.inventory.ProjectId;
import ostler.inventory.ReportAnswer;
import ostler.inventory.WipeLevel;
import tools.jackson.databind.JsonNode;

/** What becomes of devices of one-time use, with a real database and a Placement over HTTP. */
final class OneTimeUseRoundTest {

  private static final Origin TEST = new Origin("test", "request-1", "a test");
  private static final String NAME = "h1_" + Machine.gpu(1);
  private static final HostName HOST = new HostName("h1");
  private static final AliasRule GPUS =
      new AliasRule(
          Optional.of(PciNumber.parse("1002")),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  private final TestClock clock = new TestClock();
  private final FakeAgent agent = new FakeAgent(Machine.withGpus("h1", 1));
  private Database database;
  private Desk desk;
  private HostDesk hostDesk;
  private ReportDesk reportDesk;
  private OneTimeUseDesk oneTimeUse;
  private PlacementPeer placement;
  private OneTimeUseRound round;

  @BeforeEach
  void cleanHost() throws Exception {
    database = Database.open(Database.Settings.inMemory(UUID.randomUUID().toString()));
    desk =
        new Desk(
            database.client(),
            database.transactions(),
            new RevisionSignal(),
            clock,
            UUID::randomUUID);
    hostDesk = new HostDesk(desk, new Secrets(new SecureRandom()));
    reportDesk = new ReportDesk(desk, new Policy(true, WipeLevel.L3));
    oneTimeUse = new OneTimeUseDesk(database.client(), desk);
    placement = new PlacementPeer();
    round = anotherRound();
    String token = hostDesk.enroll(HOST, TEST).orElseThrow().joinToken();
    hostDesk.join(HOST, agent.joinRequest(token), TEST).orElseThrow();
    report();
    new AdmissionDesk(desk).byRule(Optional.of(HOST), GPUS, false, TEST).orElseThrow();
    converge();
    assertEquals(UnitState.CLEAN, unit().state());
  }

  @AfterEach
  void close() {
    placement.close();
    database.close();
  }

  /** What another allocator, or this one after a crash, has. */
  private OneTimeUseRound anotherRound() {
    PlacementApi api = new PlacementApi(placement.url(), new PlacementCredentials.Token("fixed"));
    return new OneTimeUseRound(api, oneTimeUse);
  }

  private ReportAnswer report() {
    ReportAnswer answer =
        reportDesk
            .take(
                HOST, new ReportDesk.Delivery(agent.document(), List.of(), Optional.empty()), TEST)
            .orElseThrow();
    agent.hear(answer);
    return answer;
  }

  private void converge() {
    clock.pass(Duration.ofSeconds(1));
    for (int i = 0; i < 20; i++) {
      DesiredState desired = hostDesk.desired(HOST).orElseThrow();
      agent.takeUp(desired);
      if (report().revision() == desired.revision()) {
        return;
      }
    }
    throw new AssertionError("the allocator and the agent go round in circles");
  }

  private Unit unit() {
    return desk.units().ofHost(HOST).get(0);
  }

  private int wipes() {
    return desk.wipes().list(Optional.empty(), Optional.empty(), 1000).size();
  }

  private List<String> audited() {
    return desk.trail().entriesBefore(Long.MAX_VALUE, 1000).stream()
        .map(entry -> entry.action())
        .filter(action -> action.startsWith("one-time-use"))
        .toList();
  }

  @Test
  void aDeviceThatIsUsedNoMoreIsWipedAndOnlyThenGivenBack() throws Exception {
    PlacementPeer.Device device = placement.device(NAME).use(0);
    int before = wipes();
    round.run();
    assertEquals(UnitState.DIRTY, unit().state());
    round.run();
    assertEquals(1, device.reserved, "it is not wiped yet");
    converge();
    assertEquals(UnitState.CLEAN, unit().state());
    round.run();
    assertEquals(0, device.reserved);
    assertEquals(before + 1, wipes());
    round.run();
    JsonNode only = placement.puts.get(0);
    assertEquals(1, placement.puts.size());
    assertEquals(0, only.get("reserved").asInt());
    for (String untouched : List.of("total", "min_unit", "max_unit", "step_size")) {
      assertEquals(1, only.get(untouched).asInt(), untouched);
    }
    assertEquals(
        List.of("one-time-use.spent", "one-time-use.return"),
        audited().stream().sorted(java.util.Comparator.reverseOrder()).toList());
    assertEquals(0, oneTimeUse.begun().size());
  }

  @Test
  void eachUseIsWipedAnew() throws Exception {
    PlacementPeer.Device device = placement.device(NAME);
    int before = wipes();
    for (int use = 1; use <= 3; use++) {
      device.use(1);
      round.run();
      device.use(0);
      round.run();
      converge();
      round.run();
      assertEquals(0, device.reserved);
      assertEquals(before + use, wipes());
    }
  }

  @Test
  void aDeviceInUseAndOneThatIsFreeAreLeftAlone() throws Exception {
    PlacementPeer.Device used = placement.device(NAME).use(1);
    round.run();
    assertEquals(UnitState.CLEAN, unit().state());
    used.reserved = 0;
    used.touch();
    round.run();
    used.used = 0;
    used.touch();
    round.run();
    assertEquals(UnitState.CLEAN, unit().state());
    assertEquals(List.of(), placement.puts);
    assertEquals(List.of(), audited());
  }

  @Test
  void aDeviceThatAClaimHasIsLeftToIt() throws Exception {
    PlacementPeer.Device device = placement.device(NAME).use(0);
    claim();
    round.run();
    assertEquals(UnitState.PREPARING, unit().state());
    assertEquals(1, device.reserved);
    assertEquals(0, oneTimeUse.begun().size());
  }

  private void claim() {
    AliasName gpu = new AliasName("gpu");
    ProjectId project = new ProjectId("p1");
    new AliasDesk(desk).save(new Alias(gpu, GPUS, WipeLevel.L3), TEST).orElseThrow();
    new TreeDesk(desk)
        .apply(List.of(Wish.of(project).limited(ResourceKey.of(gpu), new Limit(1))), TEST)
        .orElseThrow();
    desk.fleet().look();
    ClaimRequest request =
        new ClaimRequest(
            new ClaimId(UUID.randomUUID()),
            project,
            gpu,
            1,
            Optional.empty(),
            new Consumer("libvirt", "domain", "vm-1"));
    new ClaimDesk(desk).claim(request, TEST).orElseThrow();
  }

  @Test
  void whatNobodyKnowsStaysReserved() throws Exception {
    List<PlacementPeer.Device> strange =
        List.of(
            placement.device("a provider of somebody's").use(0),
            placement.device("nobody_" + Machine.gpu(1)).use(0),
            placement.device("h1_" + Machine.gpu(9)).use(0),
            placement.device("h1_nowhere").use(0));
    round.run();
    round.run();
    assertEquals(List.of(), placement.puts);
    strange.forEach(device -> assertEquals(1, device.reserved, device.name));
    assertEquals(UnitState.CLEAN, unit().state());
  }

  @Test
  void aConflictIsSurvivedByReadingAnew() throws Exception {
    PlacementPeer.Device device = spentAndClean();
    placement.beforePut(
        () -> {
          if (placement.puts.size() == 1) {
            device.touch();
          }
        });
    round.run();
    assertEquals(2, placement.puts.size());
    assertEquals(0, device.reserved);
  }

  @Test
  void aDeviceThatIsUsedAgainDuringAConflictIsNotGivenBack() throws Exception {
    PlacementPeer.Device device = spentAndClean();
    placement.beforePut(() -> device.use(1));
    round.run();
    assertEquals(1, placement.puts.size());
    assertEquals(1, device.reserved);
    assertEquals(0, oneTimeUse.begun().size());
    int before = wipes();
    placement.beforePut(() -> {});
    device.use(0);
    round.run();
    converge();
    round.run();
    assertEquals(0, device.reserved);
    assertEquals(before + 1, wipes(), "it was used again");
  }

  @Test
  void conflictsWithoutEndAreLeftToTheNextRoundAndCostNoWipe() throws Exception {
    PlacementPeer.Device device = spentAndClean();
    int before = wipes();
    placement.beforePut(device::touch);
    round.run();
    assertEquals(OneTimeUseRound.MAX_TRIES, placement.puts.size());
    placement.beforePut(() -> {});
    anotherRound().run();
    assertEquals(0, device.reserved);
    assertEquals(before, wipes());
  }

  @Test
  void whatOneAllocatorBeganAnotherOneEndsWithoutAWipe() throws Exception {
    PlacementPeer.Device device = spentAndClean();
    int before = wipes();
    anotherRound().run();
    assertEquals(0, device.reserved);
    assertEquals(before, wipes());
  }

  @Test
  void aDeviceThatWasUsedAgainWhileNobodyLookedIsWipedAnew() throws Exception {
    PlacementPeer.Device device = spentAndClean();
    device.use(1);
    device.use(0);
    round.run();
    assertEquals(UnitState.DIRTY, unit().state());
    assertEquals(List.of(), placement.puts);
    converge();
    round.run();
    assertEquals(0, device.reserved);
  }

  @Test
  void whoseAnswerWasLostHasTheNextUseWipedAnew() throws Exception {
    PlacementPeer.Device device = spentAndClean();
    int before = wipes();
    placement.loseAnswers(true);
    assertThrows(PlacementAway.class, round::run);
    assertEquals(0, device.reserved, "Placement did it and could not say so");
    placement.loseAnswers(false);
    device.use(1);
    device.use(0);
    anotherRound().run();
    assertEquals(1, device.reserved);
    assertEquals(UnitState.DIRTY, unit().state());
    converge();
    anotherRound().run();
    assertEquals(0, device.reserved);
    assertEquals(before + 1, wipes());
  }

  @Test
  void whatIsNoProviderAnyMoreIsForgotten() throws Exception {
    PlacementPeer.Device device = spentAndClean();
    placement.remove(device);
    round.run();
    assertEquals(0, oneTimeUse.begun().size());
    assertEquals(List.of(), placement.puts);
  }

  @Test
  void aPlacementThatFailsIsToldAndAskedAgain() throws Exception {
    PlacementPeer.Device device = spentAndClean();
    placement.breakDown(1);
    PlacementAway away = assertThrows(PlacementAway.class, round::run);
    assertTrue(away.getMessage().contains("500"), away.getMessage());
    round.run();
    assertEquals(0, device.reserved);
  }

  @Test
  void devicesThatStayReservedDoNotKeepOthersWaiting() throws Exception {
    for (int i = 0; i < OneTimeUseRound.MAX_LOOKS; i++) {
      placement.device("stranger " + i).use(0);
    }
    PlacementPeer.Device device = placement.device(NAME).use(0);
    round.run();
    round.run();
    converge();
    round.run();
    round.run();
    assertEquals(0, device.reserved);
  }

  @Test
  void ofSeveralAllocatorsOneLooksAtATime() {
    OneTimeUseDesk other = new OneTimeUseDesk(database.client(), desk);
    assertTrue(oneTimeUse.isOurTurn(OneTimeUseWatch.EVERY));
    assertFalse(other.isOurTurn(OneTimeUseWatch.EVERY));
    clock.pass(OneTimeUseWatch.EVERY);
    assertTrue(other.isOurTurn(OneTimeUseWatch.EVERY));
  }

  /** A device that was used once, is used no more, and was wiped since. */
  private PlacementPeer.Device spentAndClean() throws Exception {
    PlacementPeer.Device device = placement.device(NAME).use(0);
    round.run();
    converge();
    assertEquals(UnitState.CLEAN, unit().state());
    return device;
  }
}
