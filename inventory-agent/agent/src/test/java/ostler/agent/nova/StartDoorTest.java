package ostler.agent.nova;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ostler.agent.link.LinkException;
import ostler.inventory.Consumer;
import ostler.inventory.ProjectId;
import ostler.inventory.StartRequest;
import ostler.pci.PciAddress;
import ostler.wire.LineChannel;

/** What libvirt's hook says to the agent, and hears. */
class StartDoorTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final StartRequest START =
      new StartRequest(
          new Consumer("nova", "instance", new UUID(1, 1).toString()),
          new ProjectId("p1"),
          List.of(PciAddress.parse("0000:01:00.0")));

  @TempDir Path folder;
  private final List<StartRequest> asked = new ArrayList<>();
  private boolean refuses;
  private Path socket;
  private Thread thread;

  @BeforeEach
  void anOpenDoor() throws InterruptedException {
    socket = folder.resolve("starts.sock");
    StartDoor door = new StartDoor(socket, this::ask, Runnable::run, sentence -> {});
    thread =
        new Thread(
            () -> {
              try {
                door.run();
              } catch (ClosedByInterruptException e) {
                Thread.currentThread().interrupt();
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            },
            "door");
    thread.setDaemon(true);
    thread.start();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!isOpen()) {
      assertTrue(System.nanoTime() < end && thread.isAlive(), "the door opens");
      Thread.sleep(5);
    }
  }

  private boolean isOpen() {
    try {
      LineChannel.to(socket, PATIENCE).close();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @AfterEach
  void close() throws InterruptedException {
    thread.interrupt();
    thread.join(PATIENCE.toMillis());
  }

  private void ask(StartRequest request) throws LinkException {
    asked.add(request);
    if (refuses) {
      throw new LinkException(409, "DIRTY", "unit x is dirty");
    }
  }

  private String say(String sentence) throws IOException {
    try (LineChannel line = LineChannel.to(socket, PATIENCE)) {
      line.write(sentence);
      return new String(line.read(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aStartIsPassedOnAndAnswered() throws IOException {
    assertEquals("{\"ok\":true}", say(START.toJson()));
    assertEquals(List.of(START), asked);
  }

  @Test
  void whyItMayNotIsTold() throws IOException {
    refuses = true;
    assertEquals(
        "{\"ok\":false,\"code\":\"DIRTY\",\"message\":\"unit x is dirty\"}", say(START.toJson()));
  }

  @Test
  void whatIsNoStartIsRefusedAndTheNextOneHeard() throws IOException {
    assertTrue(say("gibberish").contains("BAD_REQUEST"));
    assertTrue(
        say(START.toJson().replace("0000:01:00.0", "one")).contains("devices[0]: is not a PCI"));
    LineChannel.to(socket, PATIENCE).close();
    assertEquals("{\"ok\":true}", say(START.toJson()));
  }

  @Test
  void onlyTheAgentAndRootComeIn() throws IOException {
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
  }
}
