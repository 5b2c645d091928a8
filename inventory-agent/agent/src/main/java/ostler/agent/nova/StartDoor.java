package ostler.agent.nova;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import ostler.agent.link.LinkException;
import ostler.inventory.StartRequest;
import ostler.wire.Json;
import ostler.wire.LineChannel;
import ostler.wire.WireException;

/**
 * Where libvirt's hook asks for a claim when an instance is about to start: one line each way. Only
 * root and the agent's own user can come here. What is answered permits nothing; the orders that
 * follow from a claim do.
 */
public final class StartDoor {

  private static final Duration LINE_LIMIT = Duration.ofSeconds(5);

  private final Path socket;
  private final Allocator allocator;
  private final Executor hands;
  private final Consumer<String> log;

  /** Asks the allocator for a claim. */
  @FunctionalInterface
  public interface Allocator {
    void start(StartRequest request) throws LinkException;
  }

  /**
   * @param socket below a folder that is the agent's alone
   * @param hands answer several at once, and refuse more than they can
   */
  public StartDoor(Path socket, Allocator allocator, Executor hands, Consumer<String> log) {
    this.socket = socket;
    this.allocator = allocator;
    this.hands = hands;
    this.log = log;
  }

  /**
   * Answers until the program ends.
   *
   * @throws IOException if nobody can be let in
   */
  public void run() throws IOException {
    Files.deleteIfExists(socket);
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
      while (true) {
        serve(server.accept());
      }
    }
  }

  private void serve(SocketChannel caller) throws IOException {
    try {
      hands.execute(() -> answer(caller));
    } catch (RejectedExecutionException e) {
      log.accept("a start was not heard, since too many came at once");
      caller.close();
    }
  }

  /** A caller that misbehaves costs itself. */
  private void answer(SocketChannel caller) {
    try (LineChannel line = new LineChannel(caller, LINE_LIMIT)) {
      line.write(answer(line.read()));
    } catch (IOException e) {
      log.accept("libvirt's hook went away: " + e.getMessage());
    }
  }

  private String answer(byte[] question) {
    try {
      StartRequest request = StartRequest.read(question);
      allocator.start(request);
      return Json.write(out -> out.bool("ok", true));
    } catch (WireException e) {
      return refused("BAD_REQUEST", e.getMessage());
    } catch (LinkException e) {
      log.accept("a start was refused: " + e.code() + ": " + e.getMessage());
      return refused(e.code(), e.getMessage());
    }
  }

  private static String refused(String code, String message) {
    return Json.write(out -> out.bool("ok", false).text("code", code).text("message", message));
  }
}
