package ostler.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesTest {

  private static final Duration SOON = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir private Path folder;
  private Path socket;

  @BeforeEach
  void name() {
    socket = folder.resolve("s");
  }

  @Test
  void aServerThatIsNotListeningYetIsWaitedFor() throws Exception {
    Files.createFile(socket);
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      AtomicInteger asked = new AtomicInteger();
      try (JsonLines lines =
          JsonLines.whenListening(
              socket, () -> asked.incrementAndGet() < 3 || bind(server), LONG)) {
        assertEquals(Optional.empty(), lines.receive(SOON));
      }
      assertEquals(3, asked.get());
    }
  }

  @Test
  void aServerThatIsGoneIsNotWaitedFor() {
    assertThrows(IOException.class, () -> JsonLines.whenListening(socket, () -> false, LONG));
  }

  @Test
  void anAnswerInPiecesIsOneObjectAndTwoInOneAreTwo() throws Exception {
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      assertTrue(bind(server));
      try (JsonLines lines = new JsonLines(socket);
          SocketChannel other = server.accept()) {
        send(other, "{\"return\":");
        assertEquals(Optional.empty(), lines.receive(SOON));
        send(other, "1}\n{\"return\":2}\n");
        assertEquals(1, lines.receive(LONG).orElseThrow().path("return").asInt());
        assertEquals(2, lines.receive(LONG).orElseThrow().path("return").asInt());
        other.shutdownOutput();
        assertThrows(IOException.class, () -> lines.receive(LONG));
      }
    }
  }

  private boolean bind(ServerSocketChannel server) {
    try {
      Files.deleteIfExists(socket);
      server.bind(UnixDomainSocketAddress.of(socket));
      return true;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void send(SocketChannel channel, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      assertTrue(channel.write(bytes) > 0);
    }
  }
}
