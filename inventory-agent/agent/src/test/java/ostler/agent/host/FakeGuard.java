package ostler.agent.host;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;

/** The guard's socket in front of a {@link FakeRoot}. */
public final class FakeGuard implements AutoCloseable {

  private final FakeRoot root;
  private final ServerSocketChannel server;

  public FakeGuard(FakeHost host, FakeRoot root) throws IOException {
    this.root = root;
    Files.deleteIfExists(host.guardSocket());
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(host.guardSocket()));
    Thread thread = new Thread(this::serve, "fake-guard");
    thread.setDaemon(true);
    thread.start();
  }

  private void serve() {
    boolean open = true;
    while (open) {
      open = answerOne();
    }
  }

  private boolean answerOne() {
    try (SocketChannel channel = server.accept()) {
      channel.read(ByteBuffer.allocate(1024));
      if (root.guardIsUp()) {
        String line = root.guardStatus() + "\n";
        channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
      }
      return true;
    } catch (AsynchronousCloseException e) {
      return false;
    } catch (IOException e) {
      // An agent that dies in the middle of a question must not cost the next one its answer.
      return server.isOpen();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
