package ostler.vfio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ostler.vfio.Caller.GPU;
import static ostler.vfio.Caller.MEMORY;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ostler.inventory.ResetChoice;
import ostler.root.Code;
import ostler.root.FakeKernel;

/**
 * The program is killed before each single change that it makes to the disk or to the kernel, one
 * after the other, and then run again: what it was told to do gets done, or can be undone, and a
 * unit never is in two hands nor forgotten.
 */
class PowerCutTest {

  @TempDir Path folder;

  /** What is to be true of a host when the verb was repeated after a kill. */
  private interface Afterwards {
    void check(FakeHost host, Caller caller) throws IOException;
  }

  /** What somebody else did to a host before this program was there. */
  private interface Scene {
    void set(FakeHost host) throws IOException;
  }

  private void killEverywhere(
      List<Function<Caller, Request>> before,
      Function<Caller, Request> verb,
      Function<Caller, Request> next,
      Afterwards afterwards)
      throws IOException, InterruptedException {
    killEverywhere(host -> {}, before, verb, next, afterwards);
  }

  /** Runs the verb with a kill before its first change, then its second, until it is not killed. */
  private void killEverywhere(
      Scene scene,
      List<Function<Caller, Request>> before,
      Function<Caller, Request> verb,
      Function<Caller, Request> next,
      Afterwards afterwards)
      throws IOException, InterruptedException {
    for (int change = 0; ; change++) {
      FakeHost host = new FakeHost(Files.createDirectory(folder.resolve("k" + change)));
      host.gpu();
      host.memory(64 << 10);
      scene.set(host);
      Caller caller = new Caller(host);
      try (RunningGuard guard = host.guard()) {
        before.forEach(step -> caller.ok(step.apply(caller)));
        host.cutPowerAfter(change);
        boolean killed = dies(caller, verb.apply(caller));
        assertEquals(killed, host.powerReturns());
        String where = "killed before change " + change;
        assertTrue(guard.ask("{\"v\":1,\"ask\":\"status\"}").contains("groups"), where);
        caller.ok(next.apply(caller));
        afterwards.check(host, caller);
        if (!killed) {
          assertTrue(change > 3, "the verb makes more changes than " + change);
          return;
        }
      }
    }
  }

  private static boolean dies(Caller caller, Request request) {
    try {
      caller.ok(request);
      return false;
    } catch (FakeKernel.PowerCut e) {
      return true;
    }
  }

  private static Function<Caller, Request> order(Verb verb, Members members) {
    return caller -> caller.order(verb, members);
  }

  private static void isBound(FakeHost host, Caller caller) throws IOException {
    assertEquals("vfio-pci", host.driverOf("0000:01:00.0"));
    assertEquals("vfio-pci", host.driverOf("0000:01:00.1"));
    assertTrue(caller.ok(caller.state()).contains("\"driver_ok\":true,\"guarded\":true"));
    assertEquals("0000:01:00.0\n0000:01:00.1\n", managed(host));
  }

  private static void isAsInTheBeginning(FakeHost host, Caller caller) throws IOException {
    assertEquals("radeon", host.driverOf("0000:01:00.0"));
    assertEquals("snd_hda_intel", host.driverOf("0000:01:00.1"));
    for (String device : List.of("0000:01:00.0", "0000:01:00.1")) {
      assertEquals("(null)", host.attributeText(device, "driver_override"));
      assertEquals("auto", host.attributeText(device, "power/control"));
      assertEquals("1", host.attributeText(device, "d3cold_allowed"));
    }
    assertTrue(caller.ok(caller.state()).contains("\"managed\":[]"));
    assertEquals("", managed(host));
  }

  private static String managed(FakeHost host) throws IOException {
    Path list = host.root.resolve("var/lib/ostler/vfio-managed");
    return Files.exists(list) ? Files.readString(list) : "";
  }

  @Test
  void bindIsRepeated() throws Exception {
    killEverywhere(List.of(), order(Verb.BIND, GPU), order(Verb.BIND, GPU), PowerCutTest::isBound);
  }

  @Test
  void bindIsFollowedByRelease() throws Exception {
    killEverywhere(
        List.of(),
        order(Verb.BIND, GPU),
        order(Verb.RELEASE, GPU),
        PowerCutTest::isAsInTheBeginning);
  }

  @Test
  void releaseIsRepeated() throws Exception {
    killEverywhere(
        List.of(order(Verb.BIND, GPU)),
        order(Verb.RELEASE, GPU),
        order(Verb.RELEASE, GPU),
        PowerCutTest::isAsInTheBeginning);
  }

  @Test
  void releaseIsFollowedByBind() throws Exception {
    killEverywhere(
        List.of(order(Verb.BIND, GPU)),
        order(Verb.RELEASE, GPU),
        order(Verb.BIND, GPU),
        PowerCutTest::isBound);
  }

  @Test
  void aBindThatFailsOnTheWayIsUndoneAllTheSame() throws Exception {
    for (int change = 0; ; change++) {
      FakeHost host = new FakeHost(Files.createDirectory(folder.resolve("f" + change)));
      host.gpu();
      Caller caller = new Caller(host);
      try (RunningGuard guard = host.guard()) {
        host.fault("probe 0000:01:00.1 vfio-pci", "");
        host.cutPowerAfter(change);
        boolean killed = false;
        try {
          caller.refused(Code.BIND_FAILED, caller.order(Verb.BIND, GPU));
        } catch (FakeKernel.PowerCut e) {
          killed = host.powerReturns();
        }
        host.powerReturns();
        caller.run(caller.order(Verb.RELEASE, GPU));
        isAsInTheBeginning(host, caller);
        assertTrue(guard.isAlive());
        if (!killed) {
          return;
        }
      }
    }
  }

  @Test
  void permitIsRepeated() throws Exception {
    killEverywhere(
        List.of(order(Verb.BIND, GPU)),
        caller -> caller.permit(GPU, Caller.tenant("vm1")),
        caller -> caller.permit(GPU, Caller.tenant("vm1")),
        (host, caller) ->
            assertTrue(caller.ok(caller.state()).contains("\"guarded\":false,\"permit\"")));
  }

  @Test
  void permitIsTakenBack() throws Exception {
    killEverywhere(
        List.of(order(Verb.BIND, GPU)),
        caller -> caller.permit(GPU, Caller.tenant("vm1")),
        order(Verb.FORBID, GPU),
        PowerCutTest::isBound);
  }

  @Test
  void forbidIsRepeated() throws Exception {
    killEverywhere(
        List.of(order(Verb.BIND, GPU), caller -> caller.permit(GPU, Caller.tenant("vm1"))),
        order(Verb.FORBID, GPU),
        order(Verb.FORBID, GPU),
        PowerCutTest::isBound);
  }

  @Test
  void adoptIsRepeatedAndTheTenantNeverLosesItsUnit() throws Exception {
    killEverywhere(
        host -> host.stranger(4242, "0000:01:00.0", "0000:01:00.1"),
        List.of(),
        caller -> caller.adopt(GPU, Caller.tenant("vm1")),
        caller -> caller.adopt(GPU, Caller.tenant("vm1")),
        (host, caller) -> {
          assertEquals("vfio-pci", host.driverOf("0000:01:00.0"));
          assertEquals("0000:01:00.0\n0000:01:00.1\n", managed(host));
          assertTrue(host.kernelWrites.stream().noneMatch(w -> w.matches(".*(unbind|probe).*")));
          String state = caller.ok(caller.state());
          assertTrue(state.contains("\"guarded\":false,\"permit\""), state);
        });
  }

  @Test
  void resetIsFollowedByAnyVerbAndThenTheMethodsAreBack() throws Exception {
    killEverywhere(
        List.of(order(Verb.BIND, MEMORY)),
        caller -> caller.reset(MEMORY, ResetChoice.BUS),
        order(Verb.BIND, MEMORY),
        (host, caller) -> assertEquals("bus", host.attributeText("0000:03:00.0", "reset_method")));
  }

  @Test
  void scrubIsFollowedByAnyVerbAndThenTheRegistersAreBack() throws Exception {
    killEverywhere(
        List.of(order(Verb.BIND, MEMORY)),
        order(Verb.SCRUB, MEMORY),
        order(Verb.BIND, MEMORY),
        (host, caller) -> {
          byte[] config = Files.readAllBytes(host.attribute("0000:03:00.0", "config"));
          assertEquals(0x06, config[4]);
        });
  }

  @Test
  void aLineThatWasTornInHalfWasNeverActedOn() throws Exception {
    FakeHost host = new FakeHost(folder);
    host.gpu();
    Caller caller = new Caller(host);
    try (RunningGuard guard = host.guard()) {
      host.cutPowerAfter(40);
      assertTrue(dies(caller, caller.order(Verb.BIND, GPU)));
      host.powerReturns();
      Path journal = folder.resolve("var/lib/ostler/vfio/journal/0000:01:00.0.json");
      Files.writeString(journal, Files.readString(journal) + "{\"step\":\"UNB");
      caller.ok(caller.order(Verb.RELEASE, GPU));
      isAsInTheBeginning(host, caller);
      assertTrue(guard.isAlive());
    }
  }
}
