package ostler.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * One line in or out of a socket, of a bounded length and within a bounded time: whoever is at the
 * other end cannot make this program wait for ever or run out of memory.
 */
public final class LineChannel implements AutoCloseable {

  /** What a guard says of all groups of the largest host is shorter. */
  public static final int MAX_BYTES = 4 << 20;

  private final SocketChannel channel;
  private final Selector selector;
  private final Duration limit;

  /**
   * Wraps a socket.
   *
   * @param limit for the whole of a line, each
   */
  public LineChannel(SocketChannel channel, Duration limit) throws IOException {
    this.channel = channel;
    channel.configureBlocking(false);
    this.selector = Selector.open();
    channel.register(selector, 0);
    this.limit = limit;
  }

  /**
   * Connects to who listens at a socket.
   *
   * @throws IOException if nobody does
   */
  public static LineChannel to(Path socket, Duration limit) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket.toString()));
      return new LineChannel(channel, limit);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Reads up to the first line's end, which is left out.
   *
   * @throws IOException if the other end closes before, or sends too much, or not in time
   */
  public byte[] read() throws IOException {
    long endNanos = System.nanoTime() + limit.toNanos();
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    ByteBuffer some = ByteBuffer.allocate(4096);
    while (line.size() <= MAX_BYTES) {
      await(SelectionKey.OP_READ, endNanos);
      if (channel.read(some) < 0) {
        throw new IOException("the other end closed before its line's end");
      }
      for (some.flip(); some.hasRemaining(); ) {
        byte next = some.get();
        if (next == '\n') {
          return line.toByteArray();
        }
        line.write(next);
      }
      some.clear();
    }
    throw new IOException("the other end sent more than " + MAX_BYTES + " bytes");
  }

  /** Writes a line, whose end is added here. */
  public void write(Object line) throws IOException {
    long endNanos = System.nanoTime() + limit.toNanos();
    ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      await(SelectionKey.OP_WRITE, endNanos);
      channel.write(bytes);
    }
  }

  @Override
  public void close() throws IOException {
    selector.close();
    channel.close();
  }

  private void await(int interest, long endNanos) throws IOException {
    channel.keyFor(selector).interestOps(interest);
    long leftMillis = (endNanos - System.nanoTime()) / 1_000_000;
    if (leftMillis <= 0 || selector.select(leftMillis) == 0) {
      throw new SocketTimeoutException("the other end is too slow");
    }
    selector.selectedKeys().clear();
  }
}
