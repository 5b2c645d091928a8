package ostler.agent.host;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import ostler.agent.privileged.Exchange;

/**
 * Lets a {@link FakeRoot} in a test be asked by a real process, as root's program is: {@link #main}
 * is what an agent in a process of its own starts.
 */
public final class RootRelay implements AutoCloseable {

  private static final int MAX_REQUEST_BYTES = 64 * 1024;

  private final FakeRoot root;
  private final ServerSocketChannel server;

  public RootRelay(Path socket, FakeRoot root) throws IOException {
    this.root = root;
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    Thread thread = new Thread(this::serve, "root-relay");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Passes standard input on, and prints what comes back.
   *
   * @param arguments the socket
   */
  public static void main(String[] arguments) throws IOException {
    byte[] request = System.in.readAllBytes();
    try (SocketChannel channel =
        SocketChannel.open(UnixDomainSocketAddress.of(Path.of(arguments[0])))) {
      channel.write(ByteBuffer.wrap(request));
      channel.shutdownOutput();
      System.out.write(Channels.newInputStream(channel).readAllBytes());
      System.out.flush();
    }
  }

  private void serve() {
    boolean open = true;
    while (open) {
      open = answerOne();
    }
  }

  private boolean answerOne() {
    try (SocketChannel channel = server.accept()) {
      byte[] request = Channels.newInputStream(channel).readNBytes(MAX_REQUEST_BYTES);
      String text = new String(request, StandardCharsets.UTF_8).strip();
      if (root.ask(text, Duration.ofMinutes(1)) instanceof Exchange.Ending.Line line) {
        channel.write(ByteBuffer.wrap((line.text() + "\n").getBytes(StandardCharsets.UTF_8)));
      }
      return true;
    } catch (AsynchronousCloseException e) {
      return false;
    } catch (IOException e) {
      // An agent that was killed while it asked has nobody to hear the answer.
      return server.isOpen();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
