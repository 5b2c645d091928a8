package ostler.agent.privileged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ostler.agent.host.Story;
import ostler.agent.privileged.Exchange.Ending;
import ostler.agent.privileged.RootProgram.Kept;
import ostler.agent.privileged.RootProgram.Stamp;
import ostler.inventory.DeviceIdentity;
import ostler.inventory.Fence;
import ostler.inventory.Holder;
import ostler.inventory.ResetChoice;
import ostler.inventory.UnitMember;
import ostler.inventory.UnitMembers;
import ostler.pci.PciAddress;
import ostler.pci.PciId;

/** Real processes, as small as a shell can make them, that answer as root's might. */
final class ProgramTest {

  private static final Duration LONG = Duration.ofSeconds(30);
  private static final UUID OPERATION = UUID.fromString("00000000-0000-0000-0000-0000000000e1");
  private static final UnitMembers MEMBERS =
      new UnitMembers(
          List.of(
              new UnitMember(
                  PciAddress.parse("0000:01:00.0"),
                  DeviceIdentity.ofModel(PciId.parse("1002:5046")))));
  private static final Stamp STAMP = new Stamp(OPERATION, new Fence(1, 17));

  @TempDir Path folder;

  private static Program shell(String script) {
    return new Program(List.of("sh", "-c", script), System.err);
  }

  private static Ending ask(String script, Duration deadline) throws InterruptedException {
    return shell(script).ask("{\"v\":1}", deadline);
  }

  private static RootProgram answering(String line) {
    return new RootProgram((request, deadline) -> new Ending.Line(line));
  }

  @Test
  void theRequestGoesInAndTheFirstLineComesOut() throws Exception {
    assertEquals(new Ending.Line("got {\"v\":1}"), ask("read r; echo \"got $r\"; echo more", LONG));
  }

  @Test
  void aProgramThatNeverAnswersIsLateAndIsLeftAlone() throws Exception {
    Path alive = folder.resolve("alive");
    Ending ending = ask("sleep 1; echo yes > " + alive, Duration.ofMillis(200));
    assertInstanceOf(Ending.Late.class, ending);
    for (int i = 0; i < 300 && !Files.exists(alive); i++) {
      Thread.sleep(20);
    }
    assertTrue(Files.exists(alive), "it was killed");
  }

  @Test
  void aProgramThatHasAnsweredAndDoesNotEndCostsNoMoreThanTheGrace() throws Exception {
    long begun = System.nanoTime();
    assertEquals(new Ending.Line("{}"), ask("echo '{}'; exec sleep 60", LONG));
    assertTrue(System.nanoTime() - begun < Duration.ofSeconds(20).toNanos());
  }

  @Test
  void whatEndsWithoutALineOrCannotBeStartedGivesNothing() throws Exception {
    assertEquals(
        new Ending.Nothing("it ended without an answer"), ask("cat >/dev/null; exit 3", LONG));
    Ending ending = new Program(List.of("/nowhere/ostler-vfio"), System.err).ask("{}", LONG);
    assertTrue(((Ending.Nothing) ending).why().startsWith("cannot start /nowhere/ostler-vfio"));
  }

  @Test
  void anAnswerWithoutEndIsNotReadForEver() throws Exception {
    assertEquals(
        new Ending.Nothing("its answer is longer than 1048576 bytes"),
        ask("exec tr '\\0' x < /dev/zero", LONG));
  }

  /** In a process of its own, so that its standard error can be seen to end. */
  static final class Caller {

    private Caller() {}

    public static void main(String[] args) throws InterruptedException {
      List<String> hung = List.of("sh", "-c", "echo words >&2; sleep 60; exit");
      if (args[0].equals("probe")) {
        new ProbeProgram(hung).read(List.of(PciAddress.parse("0000:01:00.0")));
      } else {
        new Program(hung, System.err).ask("{}", Duration.ofSeconds(2));
      }
      System.exit(0);
    }
  }

  /** A child that nobody can kill is made of one that has a child of its own. */
  @Test
  void whoWaitsForTheEndOfTheAgentsWordsDoesNotWaitForAProgramThatHangs() throws Exception {
    for (String which : List.of("probe", "root program")) {
      Process caller =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Caller.class.getName(),
                  which)
              .start();
      long begun = System.nanoTime();
      String words = new String(caller.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(System.nanoTime() - begun < LONG.toNanos(), which + " kept it open: " + words);
      assertEquals(which.equals("probe") ? "" : "words\n", words);
    }
  }

  @Test
  void aRequestThatAPipeDoesNotHoldIsNotSent() throws Exception {
    Ending ending = shell("cat").ask("x".repeat(70_000), LONG);
    assertEquals(new Ending.Nothing("the request is longer than 65536 bytes"), ending);
  }

  @Test
  void eachVerbAsksAsAgreed() throws Exception {
    String members = "\"op\":\"" + OPERATION + "\",\"members\":[\"0000:01:00.0\"]";
    String fenced = members + ",\"fence\":{\"epoch\":1,\"number\":17}";
    assertAsks("\"holders\"," + members, root -> root.holders(OPERATION, MEMBERS));
    assertAsks("\"bind\"," + fenced, root -> root.bind(STAMP, MEMBERS));
    assertAsks("\"release\"," + fenced, root -> root.release(STAMP, MEMBERS));
    assertAsks("\"forbid\"," + fenced, root -> root.forbid(STAMP, MEMBERS));
    assertAsks("\"scrub\"," + fenced, root -> root.scrub(STAMP, MEMBERS));
    assertAsks(
        "\"reset\"," + fenced + ",\"method\":\"flr\"",
        root -> root.reset(STAMP, MEMBERS, ResetChoice.FLR));
    assertAsks(
        "\"permit\","
            + fenced
            + ",\"claim\":{\"id\":\"00000000-0000-0000-0000-0000000000c1\",\"project\":\"p1\","
            + "\"consumer\":{\"source\":\"libvirt\",\"type\":\"domain\",\"id\":\"vm-1\"}}",
        root -> root.permit(STAMP, MEMBERS, Story.tenant(1)));
  }

  private interface Verb {
    Answer<?> call(RootProgram root) throws InterruptedException;
  }

  private static void assertAsks(String expected, Verb verb) throws InterruptedException {
    StringBuilder asked = new StringBuilder();
    Consumer<String> keep = asked::append;
    Exchange exchange =
        (request, deadline) -> {
          keep.accept(request);
          return new Ending.Nothing("enough");
        };
    assertInstanceOf(Answer.Broken.class, verb.call(new RootProgram(exchange)));
    assertEquals("{\"v\":1,\"verb\":" + expected + "}", asked.toString());
  }

  @Test
  void anAnswerIsReadIntoItsType() throws Exception {
    assertEquals(
        new Answer.Done<>(new Kept(true)),
        answering(
                "{\"v\":1,\"ok\":true,\"verb\":\"bind\",\"op\":\"x\",\"group\":5,\"guarded\":true}")
            .bind(STAMP, MEMBERS));
    assertEquals(
        new Answer.Done<>(
            new RootProgram.Held(
                false, List.of(new Holder(Holder.Kind.PROCESS, "7", "qemu-system-x86")))),
        answering(
                "{\"v\":1,\"ok\":true,\"guarded\":false,\"holders\":[{\"pid\":7,"
                    + "\"command\":\"qemu-system-x86\",\"file\":\"/dev/vfio/5\"}]}")
            .holders(OPERATION, MEMBERS));
  }

  @Test
  void aRefusalKeepsItsCodeItsWordsAndWhatWasSeen() throws Exception {
    Answer<Kept> answer =
        answering(
                "{\"v\":1,\"ok\":false,\"code\":\"HELD\",\"message\":\"Held.\","
                    + "\"detail\":{\"byte\":4096}}")
            .bind(STAMP, MEMBERS);
    Answer.Refused<Kept> refused = (Answer.Refused<Kept>) answer;
    assertEquals("HELD", refused.code());
    assertEquals("Held.", refused.message());
    assertEquals(4096L, refused.detail().get("byte"));
  }

  @Test
  void anAnswerThatIsNoneIsBrokenAndNeverSuccess() throws Exception {
    for (String line :
        List.of("", "{", "{}", "[]", "{\"ok\":true}", "{\"ok\":\"true\",\"guarded\":true}")) {
      assertInstanceOf(Answer.Broken.class, answering(line).bind(STAMP, MEMBERS), "for " + line);
    }
  }

  @Test
  void aSilentGuardIsUnknownAndNeverNobody() throws IOException {
    Guard absent = new Guard(folder.resolve("none.sock"));
    assertInstanceOf(GuardView.Unknown.class, absent.status());
  }
}
