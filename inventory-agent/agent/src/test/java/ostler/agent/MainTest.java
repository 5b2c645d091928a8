package ostler.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ostler.agent.host.FakeGuard;
import ostler.agent.host.FakeHost;
import ostler.agent.host.FakeRoot;
import ostler.agent.host.RootRelay;
import ostler.agent.host.Story;
import ostler.agent.link.AllocatorPeer;
import ostler.inventory.ChainHash;
import ostler.inventory.Fence;
import ostler.inventory.Goal;
import ostler.inventory.HostInventory;
import ostler.inventory.HostReport;
import ostler.inventory.Problem;
import ostler.inventory.UnitOrder;
import ostler.inventory.UnitPhase;
import ostler.pci.PciAddress;

/** The agent as a process, with real processes below it and real HTTP above. */
final class MainTest {

  @TempDir Path folder;
  private FakeHost host;
  private FakeRoot root;
  private FakeGuard guard;
  private RootRelay relay;
  private AllocatorPeer allocator;
  private final List<Process> started = new ArrayList<>();

  @BeforeEach
  void begin() throws IOException {
    host = new FakeHost(Files.createDirectories(folder.resolve("h")));
    root = new FakeRoot(host);
    guard = new FakeGuard(host, root);
    relay = new RootRelay(folder.resolve("root.sock"), root);
    allocator = new AllocatorPeer();
    Files.createDirectories(folder.resolve("state"));
    Files.writeString(folder.resolve("token"), AllocatorPeer.TOKEN + "\n");
    configure("");
  }

  @AfterEach
  void end() throws Exception {
    for (Process process : started) {
      process.destroyForcibly().waitFor();
    }
    allocator.close();
    relay.close();
    guard.close();
  }

  private void configure(String more) throws IOException {
    String command =
        String.join(
            "\",\"",
            List.of(
                java(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                RootRelay.class.getName(),
                folder.resolve("root.sock").toString()));
    Files.writeString(
        folder.resolve("agent.json"),
        "{\"host\":\"%s\",\"allocator\":\"%s\",\"join_token_file\":\"%s\",\"root_program\":[\"%s\"]%s}"
            .formatted(FakeHost.NAME, allocator.uri(), folder.resolve("token"), command, more));
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private Process agent(String... words) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                java(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(List.of(words));
    command.addAll(
        List.of(
            "--config", folder.resolve("agent.json").toString(),
            "--root", host.root().toString(),
            "--state", folder.resolve("state").toString()));
    return start(command);
  }

  private Process start(List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log-" + started.size()).toFile())
            .start();
    started.add(process);
    return process;
  }

  private String end(Process process, int status) throws Exception {
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it still runs");
    String log = Files.readString(folder.resolve("log-" + started.indexOf(process)));
    assertEquals(status, process.exitValue(), log);
    return log;
  }

  private UnitOrder order(long fence, Goal goal) {
    return UnitOrder.whole(
        Story.UNIT, host.unitOf(FakeHost.GPU), new Fence(1, fence), goal, ChainHash.START);
  }

  private HostReport reportWith(UnitPhase phase) throws InterruptedException {
    HostReport report = allocator.nextReport();
    while (report.units().stream().noneMatch(unit -> unit.phase() == phase)) {
      report = allocator.nextReport();
    }
    return report;
  }

  @Test
  void anAgentJoinsReportsAndDoesWhatIsOrdered() throws Exception {
    agent();
    HostReport first = allocator.nextReport();
    assertEquals(3, first.inventory().orElseThrow().functions().size());
    assertTrue(first.scanComplete());
    assertTrue(first.facts().memoryMib().orElseThrow() > 0);
    assertEquals(List.of(), first.units());
    assertEquals(host.boot(), first.bootId());
    allocator.order(List.of(order(1, new Goal.Rest())));
    HostReport resting = reportWith(UnitPhase.RESTING);
    assertEquals(allocator.joins(), 1);
    assertTrue(resting.units().get(0).bound() && resting.units().get(0).guarded());
    assertEquals(List.of("bind"), root.verbs());
    assertEquals(List.of(), allocator.refusedParts());
  }

  @Test
  void anAgentBesideADeviceThatHangsStartsAndTheRestOfTheHostGoesOn() throws Exception {
    host.hang(FakeHost.ACCELERATOR);
    Process agent = agent();
    HostInventory seen = allocator.nextReport().inventory().orElseThrow();
    assertEquals(
        List.of(Problem.Code.ATTRIBUTE_TIMED_OUT),
        problems(seen, FakeHost.ACCELERATOR).stream().map(Problem::code).toList());
    assertEquals(List.of(), problems(seen, FakeHost.GPU));
    allocator.order(List.of(order(1, new Goal.Rest())));
    assertTrue(reportWith(UnitPhase.RESTING).units().get(0).bound());
    assertTrue(agent.isAlive());
  }

  private static List<Problem> problems(HostInventory seen, PciAddress function) {
    return seen.function(function).orElseThrow().locked().orElseThrow().problems();
  }

  @Test
  void anUnchangedInventoryIsNotSentAgainUnlessItIsAskedFor() throws Exception {
    agent();
    assertTrue(allocator.nextReport().inventory().isPresent());
    assertTrue(allocator.nextReport().inventory().isEmpty());
    allocator.forgetInventory();
    HostReport report = allocator.nextReport();
    while (report.inventory().isEmpty()) {
      report = allocator.nextReport();
    }
    assertEquals(3, report.inventory().orElseThrow().functions().size());
  }

  @Test
  void aKilledAgentIsFollowedByOneThatKnowsItAndGoesOn() throws Exception {
    Process first = agent();
    allocator.order(List.of(order(1, new Goal.Rest())));
    HostReport before = reportWith(UnitPhase.RESTING);
    first.destroyForcibly().waitFor();
    agent();
    HostReport after = reportWith(UnitPhase.RESTING);
    while (after.agent().instance().equals(before.agent().instance())) {
      after = allocator.nextReport();
    }
    assertEquals(Optional.of(before.agent().instance()), after.agent().previous());
    assertEquals(1, allocator.joins());
    assertEquals(List.of("bind"), root.verbs());
  }

  @Test
  void anAgentGoesOnWhileItsAllocatorIsAway() throws Exception {
    Process agent = agent();
    allocator.order(List.of(order(1, new Goal.Rest())));
    reportWith(UnitPhase.RESTING);
    allocator.close();
    host.setDriver(FakeHost.AUDIO, Optional.empty());
    for (int i = 0; i < 600 && root.verbs().size() < 2; i++) {
      Thread.sleep(100);
    }
    assertEquals(List.of("bind", "bind"), root.verbs());
    assertTrue(agent.isAlive());
  }

  @Test
  void aSecondAgentWithTheSameStateDoesNotStart() throws Exception {
    agent();
    allocator.nextReport();
    String log = end(agent(), 1);
    assertTrue(log.contains("another agent uses " + folder.resolve("state")), log);
  }

  @Test
  void anAgentThatTheAllocatorCallsSecondDoesNothing() throws Exception {
    allocator.refuseReports(Optional.of("AGENT_ALREADY_LIVE"));
    agent();
    allocator.nextReport();
    allocator.order(List.of(order(1, new Goal.Rest())));
    allocator.nextReport();
    allocator.nextReport();
    assertEquals(List.of(), root.verbs());
    allocator.refuseReports(Optional.empty());
    reportWith(UnitPhase.RESTING);
  }

  @Test
  void restoreBindsWhatABootUnboundAndEndsWithoutAnAllocator() throws Exception {
    Process agent = agent();
    allocator.order(List.of(order(1, new Goal.Rest())));
    reportWith(UnitPhase.RESTING);
    agent.destroyForcibly().waitFor();
    allocator.close();
    root.reboot();
    end(agent("restore"), 0);
    assertEquals(List.of("bind", "bind"), root.verbs());
    assertEquals("vfio-pci", host.driver(FakeHost.GPU).orElseThrow().name());
  }

  @Test
  void joiningByHandKeepsTheSecretToItsOwner() throws Exception {
    Path state = Files.createDirectories(folder.resolve("by-hand"));
    List<String> command =
        List.of(
            java(),
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "join",
            "--url",
            allocator.uri().toString(),
            "--host",
            FakeHost.NAME.toString(),
            "--token-file",
            folder.resolve("token").toString(),
            "--state",
            state.toString());
    end(start(command), 0);
    for (String file : List.of("credential", "key")) {
      assertEquals(
          "rw-------",
          PosixFilePermissions.toString(Files.getPosixFilePermissions(state.resolve(file))));
    }
    String again = end(start(command), 1);
    assertTrue(again.contains("JOIN_TOKEN_USED"), again);
  }

  @Test
  void whatCannotBeUnderstoodIsNamed() throws Exception {
    configure(",\"heartbeat\":5");
    assertTrue(end(agent(), 1).contains("heartbeat: is not a known field"));
    assertTrue(end(agent("dance"), 2).contains("dance is not a verb of the agent"));
    Files.delete(folder.resolve("agent.json"));
    assertTrue(end(agent(), 1).contains("there is no configuration"));
  }

  @Test
  void aHostThatHasNotJoinedSaysHow() throws Exception {
    Files.writeString(
        folder.resolve("agent.json"),
        "{\"host\":\"%s\",\"allocator\":\"%s\"}".formatted(FakeHost.NAME, allocator.uri()));
    String log = end(agent(), 1);
    assertTrue(log.contains("has not joined; run ostler agent join"), log);
    assertFalse(log.contains("Exception"), log);
  }
}
