package ostler.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** More callers than anybody expects, and callers who leave without a word. */
final class CrowdTest {

  private static final int CROWD = 10_000;
  private static final Duration ALL_ANSWERED_WITHIN = Duration.ofSeconds(90);
  private static final int STATUS_BYTES = "HTTP/1.1 200".length();

  @TempDir private Path folder;

  /** The allocator is a process of its own, since each side needs a descriptor for each caller. */
  @Test
  void tenThousandCallersAtOnceAreAllAnsweredAndNoneIsLeftHanging()
      throws IOException, InterruptedException {
    Path data = folder.resolve("data");
    Process process = AllocatorProcess.start(data);
    List<SocketChannel> crowd = new ArrayList<>();
    try {
      Http http = AllocatorProcess.http(process, data);
      int port = URI.create(http.url()).getPort();
      byte[] request =
          ("PUT /v1/projects/crowded HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
                  + "Content-Length: 2\r\nAuthorization: Bearer "
                  + http.adminToken()
                  + "\r\n\r\n{}")
              .getBytes(StandardCharsets.ISO_8859_1);
      long begun = System.nanoTime();
      for (int i = 0; i < CROWD; i++) {
        SocketChannel caller =
            SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        crowd.add(caller);
        caller.write(ByteBuffer.wrap(request));
      }
      Map<String, Integer> answers = new TreeMap<>();
      for (SocketChannel caller : crowd) {
        answers.merge(statusOf(caller), 1, Integer::sum);
      }
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      assertTrue(took.compareTo(ALL_ANSWERED_WITHIN) < 0, answers + " after " + took);
      assertTrue(Set.of("200", "503").containsAll(answers.keySet()), answers.toString());
      assertTrue(answers.getOrDefault("200", 0) > 0, answers.toString());
      assertEquals(200, http.get("/v1/projects/crowded").status());
    } finally {
      process.destroyForcibly().waitFor();
      for (SocketChannel caller : crowd) {
        caller.close();
      }
    }
  }

  private static String statusOf(SocketChannel caller) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(STATUS_BYTES);
    while (head.hasRemaining()) {
      if (caller.read(head) < 0) {
        return "hung up";
      }
    }
    return new String(head.array(), StandardCharsets.ISO_8859_1).substring(9);
  }

  @Test
  void aListenerWhoLeavesWithoutAWordIsNoError() throws IOException, InterruptedException {
    noTroubleIsLogged(
        server -> {
          for (boolean abruptly : new boolean[] {true, false}) {
            listenAndLeave(server, abruptly);
            for (int i = 0; i < 10; i++) {
              AgentOverHttp.joined(server.http(), Machine.withGpus("h" + abruptly + i, 1));
              Thread.sleep(150);
            }
          }
        });
  }

  @Test
  void aCallerWhoLeavesInTheMiddleOfAnAnswerIsNoError() throws IOException, InterruptedException {
    noTroubleIsLogged(
        server -> {
          for (int i = 0; i < 1000; i++) {
            server.http().call("PUT", "/v1/projects/p" + i, "{}", Http.As.ADMIN);
          }
          for (int i = 0; i < 30; i++) {
            try (Socket caller = socket(server)) {
              caller.setReceiveBufferSize(1024);
              ask(caller, server, "/v1/audit?limit=1000");
              caller.getInputStream().read();
              caller.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
          }
          Thread.sleep(500);
        });
  }

  private interface Trouble {
    void make(TestServer server) throws IOException, InterruptedException;
  }

  private void noTroubleIsLogged(Trouble trouble) throws IOException, InterruptedException {
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    root.addAppender(logged);
    try (TestServer server = TestServer.start(folder.resolve("data"))) {
      trouble.make(server);
    } finally {
      root.detachAppender(logged);
    }
    List<String> errors =
        List.copyOf(logged.list).stream()
            .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
            .map(ILoggingEvent::getFormattedMessage)
            .toList();
    assertEquals(List.of(), errors);
  }

  private static Socket socket(TestServer server) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), URI.create(server.url()).getPort());
  }

  private static void ask(Socket caller, TestServer server, String path) throws IOException {
    caller
        .getOutputStream()
        .write(
            ("GET "
                    + path
                    + " HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer "
                    + server.http().adminToken()
                    + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void listenAndLeave(TestServer server, boolean abruptly) throws IOException {
    try (Socket listener = socket(server)) {
      ask(listener, server, "/v1/events");
      AgentOverHttp.joined(server.http(), Machine.withGpus("first" + abruptly, 1));
      byte[] head = listener.getInputStream().readNBytes("HTTP/1.1 200".length());
      assertEquals("HTTP/1.1 200", new String(head, StandardCharsets.ISO_8859_1));
      if (abruptly) {
        listener.setOption(StandardSocketOptions.SO_LINGER, 0);
      }
    }
  }
}
