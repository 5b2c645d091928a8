package ostler.lab;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One JSON object a line over a unix socket, each way, and no wait without a deadline. */
final class JsonLines implements AutoCloseable {

  private static final JsonMapper JSON = new JsonMapper();
  private static final int LINE_LIMIT_BYTES = 64 << 20;
  private static final long POLL_MILLIS = 20;

  private final SocketChannel channel;
  private final Selector selector;
  private final ByteBuffer chunk = ByteBuffer.allocate(64 << 10).flip();
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  JsonLines(Path socket) throws IOException {
    channel = connected(socket);
    channel.configureBlocking(false);
    selector = Selector.open();
    channel.register(selector, SelectionKey.OP_READ);
  }

  /**
   * Connects to a server that is about to listen, while {@code wanted} says so.
   *
   * <p>A socket's file is there a moment before its server listens on it, so neither a missing file
   * nor a refusal is final before the deadline.
   */
  static JsonLines whenListening(Path socket, BooleanSupplier wanted, Duration deadline)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + deadline.toNanos();
    while (true) {
      try {
        return new JsonLines(socket);
      } catch (SocketException e) {
        if (!wanted.getAsBoolean() || System.nanoTime() > end) {
          throw new IOException("nobody listens on " + socket + ": " + e.getMessage(), e);
        }
        Thread.sleep(POLL_MILLIS);
      }
    }
  }

  private static SocketChannel connected(Path socket) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  static JsonMapper json() {
    return JSON;
  }

  void send(JsonNode message) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((message + "\n").getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      if (channel.write(bytes) == 0) {
        Thread.onSpinWait();
      }
    }
  }

  /** The next object, or empty when none came in time. */
  Optional<JsonNode> receive(Duration deadline) throws IOException {
    long end = System.nanoTime() + deadline.toNanos();
    while (true) {
      while (chunk.hasRemaining()) {
        byte next = chunk.get();
        if (next == '\n') {
          String text = line.toString(StandardCharsets.UTF_8);
          line.reset();
          return Optional.of(JSON.readTree(text));
        }
        line.write(next);
      }
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return Optional.empty();
      }
      if (line.size() > LINE_LIMIT_BYTES) {
        throw new IOException("a line of more than " + LINE_LIMIT_BYTES + " bytes");
      }
      fill(left);
    }
  }

  private void fill(long millis) throws IOException {
    selector.select(millis);
    selector.selectedKeys().clear();
    chunk.clear();
    int count = channel.read(chunk);
    chunk.flip();
    if (count < 0) {
      throw new IOException("the other end closed the socket");
    }
  }

  @Override
  public void close() throws IOException {
    selector.close();
    channel.close();
  }
}
