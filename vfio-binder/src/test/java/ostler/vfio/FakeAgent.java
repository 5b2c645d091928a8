package ostler.vfio;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import ostler.wire.LineChannel;

/** Listens where the agent does, and answers every start alike. */
final class FakeAgent implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ServerSocketChannel server;
  private final Path socket;
  private final List<String> heard = new CopyOnWriteArrayList<>();

  private FakeAgent(ServerSocketChannel server, Path socket) {
    this.server = server;
    this.socket = socket;
  }

  static FakeAgent at(Path socket, Supplier<String> answer) throws IOException {
    Files.createDirectories(socket.getParent());
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket.toString()));
    FakeAgent agent = new FakeAgent(server, socket);
    Thread thread = new Thread(() -> agent.serve(answer), "agent");
    thread.setDaemon(true);
    thread.start();
    return agent;
  }

  private void serve(Supplier<String> answer) {
    try {
      while (true) {
        try (LineChannel line = new LineChannel(server.accept(), PATIENCE)) {
          heard.add(new String(line.read(), StandardCharsets.UTF_8));
          line.write(answer.get());
        }
      }
    } catch (AsynchronousCloseException e) {
      // So a test ends it.
      return;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What it was asked. */
  List<String> heard() {
    return List.copyOf(heard);
  }

  @Override
  public void close() throws IOException {
    server.close();
    Files.delete(socket);
  }
}
