package ostler.mdev;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ostler.inventory.MdevTypeId;
import ostler.inventory.SlicePlacement;
import ostler.nvml.NvmlLibrary;
import ostler.nvml.StubLibrary;
import ostler.root.Answers;
import ostler.root.Code;
import ostler.root.OpId;

/** MIG where there is a compiler for the stub library; the lab's scenario mig proves it too. */
final class MigTest {

  private static final OpId OP = new OpId(new UUID(1, 2));

  @TempDir Path root;
  @TempDir Path nvml;

  private FakeCard card;
  private Caller caller;
  private NvmlLibrary library;

  @BeforeEach
  void begin() throws Exception {
    assumeTrue(StubLibrary.isPossible(), "no compiler here: the lab's mig proves it");
    library = new NvmlLibrary(StubLibrary.compile(nvml, "libnvidia-ml.so.1").toString());
    card = new FakeCard(root, false);
    caller = new Caller(card);
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
    file("processes", FakeCard.CARD + " 4711\n");
    String held = Answers.refused(Code.HELD, program().run(mode("on")));
    assertTrue(held.contains("4711"), held);
    file("processes", "");
    on();
    ok(caller.create(caller.draw(), wish("1g.5gb")));
    Answers.refused(Code.SLICED, program().run(mode("off")));
    on();
  }

  @Test
  void whoIsNotSeenMayBeAnybody() throws Exception {
    file("faults", "nvmlDeviceGetComputeRunningProcesses_v3 rc 4 0\n");
    Answers.refused(Code.CANNOT_LOOK, program().run(mode("on")));
  }

  private Program program() {
    return new Program(card.outside(), library);
  }

  @Test
  void aSliceThatSomethingWorksOnStays() throws Exception {
    on();
    SliceId id = caller.draw();
    ok(caller.create(id, wish("1g.5gb")));
    file("processes", FakeCard.CARD + " 4711\n");
    assertTrue(ok(caller.list()).contains("\"used\":true"));
    refused(Code.HELD, caller.remove(id));
    file("processes", "");
    ok(caller.remove(id));
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
