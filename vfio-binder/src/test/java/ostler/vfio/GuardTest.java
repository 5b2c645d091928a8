package ostler.vfio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ostler.vfio.Caller.MEMORY;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ostler.pci.IommuGroup;
import ostler.root.Grip;
import ostler.root.Layout;

/**
 * The guard with plain files in place of vfio's nodes. That the kernel lets nobody else open a
 * group that is open cannot be faked: the lab shows it.
 */
class GuardTest {

  private static final String STATUS = "{\"v\":1,\"ask\":\"status\"}";

  @TempDir Path root;
  private FakeHost host;
  private Caller caller;
  private RunningGuard guard;

  @BeforeEach
  void aHostWithAUnit() throws IOException, InterruptedException {
    host = new FakeHost(root);
    host.memory(1 << 20);
    caller = new Caller(host);
    guard = host.guard();
  }

  @AfterEach
  void theGuardGoes() throws IOException {
    guard.close();
  }

  @Test
  void onlyTheAgentsGroupMayAsk() throws IOException {
    assertEquals(
        "rw-rw----",
        PosixFilePermissions.toString(
            Files.getPosixFilePermissions(root.resolve("run/ostler/guard.sock"))));
  }

  @Test
  void whatIsNoQuestionIsRefused() throws IOException {
    for (String line :
        List.of("gibberish", "{\"v\":1,\"ask\":\"open\"}", "{\"v\":1,\"ask\":\"sync\"}")) {
      assertTrue(guard.ask(line).contains("\"ok\":false,\"code\":\"BAD_REQUEST\""), line);
    }
    assertEquals("{\"v\":1,\"groups\":[],\"slices\":[]}", guard.ask(STATUS));
  }

  @Test
  void askingAboutAUnitThatIsNotManagedDoesNothing() throws IOException {
    String answer = guard.ask("{\"v\":1,\"ask\":\"sync\",\"members\":[\"0000:03:00.0\"]}");
    assertEquals("{\"v\":1,\"ok\":true,\"guarded\":false}", answer);
  }

  @Test
  void aNodeThatWasReplacedIsTakenAgain() throws IOException {
    caller.ok(caller.order(Verb.BIND, MEMORY));
    Path node = root.resolve("dev/vfio/7");
    Grip before = Grip.of(new IommuGroup(7), new Layout(root));
    Path aside = Files.createFile(root.resolve("dev/vfio/other"));
    Files.move(aside, node, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertFalse(before.isFirm());
    before.close();
    assertTrue(guard.ask(STATUS).contains("\"guarded\":true"));
  }

  @Test
  void aUnitThatIsNotBoundAfterARebootIsReported() throws IOException {
    caller.ok(caller.order(Verb.BIND, MEMORY));
    Files.delete(host.attribute("0000:03:00.0", "driver"));
    Files.delete(root.resolve("dev/vfio/7"));
    String status = guard.ask(STATUS);
    assertTrue(status.contains("\"guarded\":false"), status);
    assertTrue(status.contains("\"problem\":{\"code\":\"NOT_BOUND\""), status);
  }

  @Test
  void theTenantOfAPermittedUnitIsNamed() throws IOException {
    caller.ok(caller.order(Verb.BIND, MEMORY));
    caller.ok(caller.permit(MEMORY, Caller.tenant("vm1")));
    host.process(4242, "qemu-system-x86", "/dev/vfio/7");
    String status = guard.ask(STATUS);
    assertTrue(status.contains("\"pid\":4242"), status);
    assertTrue(status.contains("\"holders_known\":true"), status);
    assertTrue(status.contains("\"id\":\"vm1\""), status);
  }

  @Test
  void aSpoiltUnitCostsNoOtherItsGuard() throws IOException, InterruptedException {
    caller.ok(caller.order(Verb.BIND, MEMORY));
    host.write("var/lib/ostler/vfio/units/0000:00:01.0.json", "gibberish");
    guard.close();
    guard = host.guard();
    String answer = guard.ask("{\"v\":1,\"ask\":\"sync\",\"members\":[\"0000:03:00.0\"]}");
    assertEquals("{\"v\":1,\"ok\":true,\"guarded\":true}", answer);
    assertTrue(guard.ask(STATUS).contains("\"code\":\"JOURNAL_FAILED\""));
  }
}
