package ostler.vfio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ostler.vfio.Caller.GPU;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ostler.root.Code;
import ostler.root.Outcome;
import ostler.wire.Json;

/** A kernel that does not come back costs one answer, and the device its further use. */
class DeadlineTest {

  private static final Duration SHORT = Duration.ofSeconds(2);

  @TempDir Path root;
  private FakeHost host;
  private Caller caller;
  private RunningGuard guard;

  @BeforeEach
  void aHostWithAGpu() throws IOException, InterruptedException {
    host = new FakeHost(root);
    host.gpu();
    caller = new Caller(host);
    guard = host.guard();
  }

  @AfterEach
  void theGuardGoes() throws IOException {
    guard.close();
  }

  private Outcome hurried(Request request) {
    return new Program(host.outside(limit -> limit.compareTo(SHORT) < 0 ? limit : SHORT))
        .run(request);
  }

  @Test
  void anUnbindThatHangsIsAnsweredInTimeAndKeepsTheGroupLocked() {
    host.hang("sys/bus/pci/drivers/snd_hda_intel/unbind");
    Outcome outcome = hurried(caller.order(Verb.BIND, GPU));
    String answer = Json.write(outcome.answer());
    assertTrue(outcome.stuck(), answer);
    assertEquals(Code.DEADLINE.exitCode(), outcome.exitCode());
    assertTrue(answer.contains("unbinding 0000:01:00.1: the device is wedged"), answer);
    caller.refused(Code.LOCKED, caller.order(Verb.RELEASE, GPU));
  }

  @Test
  void afterAHangNothingMoreIsAskedOfTheKernel() {
    host.hang("sys/bus/pci/drivers/snd_hda_intel/unbind");
    assertTrue(hurried(caller.order(Verb.BIND, GPU)).stuck());
    assertTrue(
        host.kernelWrites.stream().noneMatch(write -> write.contains("driver_override=\n")),
        "nothing is rolled back on a device that hangs");
    assertEquals("radeon", host.driverOf("0000:01:00.0"));
  }

  @Test
  void aFifoInPlaceOfAFileHangsLikeTheKernel() throws IOException, InterruptedException {
    Path unbind = root.resolve("sys/bus/pci/drivers/snd_hda_intel/unbind");
    Files.delete(unbind);
    int made = new ProcessBuilder("mkfifo", unbind.toString()).start().waitFor();
    assertEquals(0, made);
    Outcome outcome = hurried(caller.order(Verb.BIND, GPU));
    assertTrue(outcome.stuck(), Json.write(outcome.answer()));
  }

  @Test
  void otherGroupsGoOn() throws IOException {
    host.memory(1 << 20);
    host.hang("sys/bus/pci/drivers/snd_hda_intel/unbind");
    assertTrue(hurried(caller.order(Verb.BIND, GPU)).stuck());
    caller.ok(caller.order(Verb.BIND, Caller.MEMORY));
    assertFalse(caller.ok(caller.state()).isEmpty());
  }
}
