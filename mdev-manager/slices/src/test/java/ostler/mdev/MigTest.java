package ostler.mdev;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ostler.inventory.MdevTypeId;
import ostler.inventory.SlicePlacement;
import ostler.nvml.FakeNvml;
import ostler.nvml.NvmlLibrary;
import ostler.root.Answers;
import ostler.root.Code;
import ostler.root.OpId;
import ostler.root.Outcome;
import ostler.wire.Json;
import ostler.wire.WireException;

/** MIG by a fake of NVML; the lab's scenario mig does the same by a library in C. */
final class MigTest {

  private static final OpId OP = new OpId(new UUID(1, 2));

  @TempDir Path root;
  @TempDir Path nvml;

  private FakeCard card;
  private Caller caller;
  private NvmlLibrary library;

  @BeforeEach
  void begin() throws Exception {
    library = FakeNvml.library(nvml);
    card = new FakeCard(root, false);
    caller = new Caller(card);
    card.process(4711, "python3", "/dev/nvidia0");
    file("devices", FakeCard.CARD + " GPU-1 1320220000001 40960 mig\n");
  }

  private void file(String name, String text) throws Exception {
    Files.writeString(nvml.resolve(name), text);
  }

  private String ok(Request request) {
    return Answers.ok(new Program(card.outside(), library).run(request));
  }

  private String refused(Code code, Request request) {
    return Answers.refused(code, new Program(card.outside(), library).run(request));
  }

  private static ModeOrder mode(String to) {
    String[] words = {"mig-mode", FakeCard.CARD, to, "--offline", "--reason", "a test"};
    return ModeOrder.of(words, OP);
  }

  private void on() {
    Answers.ok(new Program(card.outside(), library).run(mode("on")));
  }

  private static Wish wish(String type) {
    return new Wish(
        SliceKind.MIG,
        Optional.empty(),
        Optional.of(new MdevTypeId(type)),
        Optional.empty(),
        false);
  }

  private static Wish wish(String type, int start, int size) {
    return wish(type).at(new SlicePlacement(start, size));
  }

  private List<String> instances() throws Exception {
    return Files.readAllLines(nvml.resolve("state")).stream()
        .filter(line -> line.startsWith("i"))
        .toList();
  }

  @Test
  void nvmlIsNotAskedOfACardThatNoOperatorGaveToIt() throws Exception {
    file("faults", "nvmlInit_v2 rc 999 0\n");
    assertFalse(ok(caller.list()).contains("\"mig\""));
  }

  @Test
  void aCardIsCutWhereItIsAskedToBe() throws Exception {
    on();
    assertTrue(ok(caller.list()).contains("\"type\":\"1g.5gb+me\""));
    SliceId id = caller.draw();
    String made = ok(caller.create(id, wish("3g.20gb", 4, 4)));
    assertTrue(made.contains("\"placement\":{\"start\":4,\"size\":4}"), made);
    assertTrue(ok(caller.list()).contains("\"handle\":\"MIG-00000000-"));
    assertTrue(ok(caller.create(caller.draw(), wish("1g.5gb"))).contains("\"size\":1"));
    refused(Code.SLICE_EXISTS, caller.create(caller.draw(), wish("1g.5gb", 6, 1)));
    refused(Code.NO_INSTANCE, caller.create(caller.draw(), wish("7g.40gb")));
    assertEquals(2, instances().size());
    ok(caller.remove(id));
    assertEquals(1, instances().size());
  }

  @Test
  void theSameOrderAgainGoesOnWithAnInstanceThatIsHalfMade() throws Exception {
    on();
    SliceId id = caller.draw();
    file("faults", "nvmlGpuInstanceCreateComputeInstance rc 999 0\n");
    refused(Code.CREATE_FAILED, caller.create(id, wish("3g.20gb")));
    assertTrue(ok(caller.list()).contains("\"seen\":\"half\""));
    file("faults", "");
    String made = ok(caller.create(id, wish("3g.20gb")));
    assertTrue(made.contains("\"phase\":\"live\""), made);
    assertEquals(1, instances().size());
  }

  @Test
  void anInstanceThatIsHalfMadeCanBeRemoved() throws Exception {
    on();
    SliceId id = caller.draw();
    file("faults", "nvmlGpuInstanceCreateComputeInstance rc 999 0\n");
    refused(Code.CREATE_FAILED, caller.create(id, wish("3g.20gb")));
    ok(caller.remove(id));
    assertEquals(List.of(), instances());
  }

  @Test
  void theModeStaysWhileSomethingRunsOrIsCut() throws Exception {
    for (String kind : List.of("compute", "graphics")) {
      works(kind);
      String held = Answers.refused(Code.HELD, program().run(mode("on")));
      assertTrue(held.contains("python3 (process 4711"), held);
    }
    nothingWorks();
    on();
    SliceId id = caller.draw();
    ok(caller.create(id, wish("1g.5gb")));
    Answers.refused(Code.SLICED, program().run(mode("off")));
    on();
    ok(caller.remove(id));
    works("graphics");
    Answers.refused(Code.HELD, program().run(mode("off")));
    nothingWorks();
    Answers.ok(program().run(mode("off")));
  }

  @Test
  void theModeOfACardThatAStrangerHasCutStays() throws Exception {
    file("state", "m 0 1 0 0 0\ni 0 3 9 4 3\n");
    Answers.refused(Code.SLICED, program().run(mode("off")));
    assertEquals(1, instances().size());
  }

  @Test
  void theModeThatARebootTookIsNotSetAgainWhileSomethingRuns() throws Exception {
    on();
    ok(caller.create(caller.draw(), wish("1g.5gb")));
    Files.delete(nvml.resolve("state"));
    works("compute");
    refused(Code.HELD, caller.restore());
    file("faults", "nvmlDeviceGetGraphicsRunningProcesses_v3 rc 999 0\n");
    nothingWorks();
    refused(Code.CANNOT_LOOK, caller.restore());
    file("faults", "");
    ok(caller.restore());
    assertEquals(1, instances().size());
  }

  @Test
  void whoIsNotSeenMayBeAnybody() throws Exception {
    for (String kind : List.of("Compute", "Graphics")) {
      file("faults", "nvmlDeviceGet" + kind + "RunningProcesses_v3 rc 4 0\n");
      Answers.refused(Code.CANNOT_LOOK, program().run(mode("on")));
    }
  }

  /** Somebody works on the card, and NVML does not say on which instance. */
  private void works(String kind) throws Exception {
    file("processes", FakeCard.CARD + " 4711 " + kind + "\n");
  }

  private void worksOn(int instance) throws Exception {
    file("processes", FakeCard.CARD + " 4711 compute " + instance + "\n");
  }

  private void nothingWorks() throws Exception {
    file("processes", "");
  }

  private Program program() {
    return new Program(card.outside(), library);
  }

  @Test
  void aSliceThatSomethingWorksOnStays() throws Exception {
    on();
    SliceId id = caller.draw();
    ok(caller.create(id, wish("1g.5gb")));
    for (String kind : List.of("compute", "graphics")) {
      works(kind);
      assertTrue(ok(caller.list()).contains("\"holders\":[{\"pid\":4711,\"command\":\"python3\""));
      String held = refused(Code.HELD, caller.remove(id));
      assertTrue(held.contains("python3 (process 4711"), held);
      refused(Code.HELD, caller.permit(id, Caller.tenant("pod-1")));
    }
    nothingWorks();
    ok(caller.remove(id));
    assertEquals(List.of(), instances());
  }

  @Test
  void aPermitIsTakenBackOnlyWhenNothingWorksOnTheInstance() throws Exception {
    on();
    SliceId id = caller.draw();
    ok(caller.create(id, wish("1g.5gb")));
    ok(caller.permit(id, Caller.tenant("pod-1")));
    worksOn(0);
    String held = refused(Code.HELD, caller.forbid(id));
    assertTrue(held.contains("python3 (process 4711"), held);
    refused(Code.PERMITTED, caller.remove(id));
    nothingWorks();
    for (String kind : List.of("Compute", "Graphics")) {
      file("faults", "nvmlDeviceGet" + kind + "RunningProcesses_v3 rc 4 0\n");
      refused(Code.CANNOT_LOOK, caller.forbid(id));
      assertTrue(ok(caller.list()).contains("\"holders\":[],\"holders_known\":false"));
    }
    file("faults", "nvmlInit_v2 rc 9 0\n");
    refused(Code.CANNOT_LOOK, caller.forbid(id));
    file("faults", "");
    refused(Code.PERMITTED, caller.remove(id));
    ok(caller.forbid(id));
    ok(caller.remove(id));
    assertEquals(List.of(), instances());
  }

  @Test
  void whoWorksOnOneInstanceDoesNotKeepAnother() throws Exception {
    on();
    SliceId first = caller.draw();
    SliceId second = caller.draw();
    ok(caller.create(first, wish("1g.5gb")));
    ok(caller.create(second, wish("1g.5gb")));
    worksOn(0);
    refused(Code.HELD, caller.remove(first));
    ok(caller.remove(second));
    assertEquals(1, instances().size());
  }

  @Test
  void anInstanceIsNeitherPermittedNorDestroyedWhereNobodyCanSayWhoWorksOnIt() throws Exception {
    on();
    SliceId id = caller.draw();
    ok(caller.create(id, wish("1g.5gb")));
    file("faults", "nvmlDeviceGetComputeRunningProcesses_v3 rc 15 0\n");
    refused(Code.CANNOT_LOOK, caller.permit(id, Caller.tenant("pod-1")));
    refused(Code.CANNOT_LOOK, caller.remove(id));
    assertEquals(1, instances().size());
  }

  @Test
  void anNvmlThatHangsCostsTheRunAndTakesNothingBack() throws Exception {
    on();
    SliceId id = caller.draw();
    ok(caller.create(id, wish("1g.5gb")));
    ok(caller.permit(id, Caller.tenant("pod-1")));
    file("faults", "nvmlDeviceGetGraphicsRunningProcesses_v3 hang 0 0\n");
    Duration quick = Duration.ofMillis(500);
    Outcome outcome =
        new Program(card.outside(limit -> limit.compareTo(quick) < 0 ? limit : quick), library)
            .run(caller.forbid(id));
    assertTrue(outcome.stuck(), Json.write(outcome.answer()));
    file("faults", "");
    library = FakeNvml.library(nvml);
    refused(Code.LOCKED, caller.remove(id));
    assertTrue(ok(caller.list()).contains("\"permit\":{\"claim\""));
  }

  @Test
  void aRequestFromTheAgentCannotSetTheMode() {
    String line =
        "{\"v\":1,\"verb\":\"mig-mode\",\"op\":\"%s\",\"parent\":\"%s\"}"
            .formatted(OP, FakeCard.CARD);
    assertThrows(
        WireException.class, () -> RequestJson.read(line.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void afterARebootInstancesLieWhereTheyLay() throws Exception {
    on();
    ok(caller.create(caller.draw(), wish("3g.20gb", 4, 4)));
    ok(caller.create(caller.draw(), wish("1g.5gb", 2, 1)));
    List<String> before = instances();
    Files.delete(nvml.resolve("state"));
    assertTrue(ok(caller.list()).contains("\"restore_needed\":true"));
    ok(caller.restore());
    assertEquals(before, instances());
  }

  @Test
  void aStrangersInstanceIsNamedAndLeftAlone() throws Exception {
    on();
    file("state", "m 0 1 0 0 0\ni 0 3 9 4 3\n");
    String listed = ok(caller.list());
    assertTrue(listed.contains("\"type\":\"3g.20gb\",\"placement\":{\"start\":4"), listed);
    refused(Code.SLICE_EXISTS, caller.create(caller.draw(), wish("3g.20gb", 4, 4)));
    assertEquals(1, instances().size());
  }

  @Test
  void anInstanceIsPermittedAndForbiddenWithoutAGuard() throws Exception {
    on();
    SliceId id = caller.draw();
    assertTrue(ok(caller.create(id, wish("1g.5gb"))).contains("\"guarded\":false"));
    ok(caller.permit(id, Caller.tenant("vm-1")));
    refused(Code.PERMITTED, caller.remove(id));
    ok(caller.forbid(id));
    ok(caller.remove(id));
    assertEquals(List.of(), instances());
  }

  @Test
  void theModeOfAnotherCardInTheSlotStays() throws Exception {
    on();
    ok(caller.create(caller.draw(), wish("1g.5gb")));
    card.attribute(FakeCard.CARD, "device", "0x1eb8\n");
    Answers.refused(Code.GROUP_CHANGED, program().run(mode("off")));
  }

  @Test
  void theModeIsSetByHandAlone() {
    assertThrows(
        IllegalArgumentException.class,
        () -> ModeOrder.of(new String[] {"mig-mode", FakeCard.CARD, "on"}, OP));
    String[] request = {"mig-mode", FakeCard.CARD, "--fence", "1.2"};
    assertThrows(
        IllegalArgumentException.class, () -> new CommandLine(request).request(OP, caller.draw()));
  }
}
