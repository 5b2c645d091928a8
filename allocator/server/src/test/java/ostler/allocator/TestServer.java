package ostler.allocator;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A real allocator on a random port. */
public final class TestServer implements AutoCloseable {

  private final Main.Running running;
  private final Http http;

  private TestServer(Main.Running running) throws IOException {
    this.running = running;
    this.http = new Http(running.url(), Files.readString(running.tokenFile()).strip());
  }

  public static TestServer start(Path data) throws IOException {
    return start(data, true);
  }

  static TestServer start(Path data, boolean autoClean) throws IOException {
    return new TestServer(
        Main.start(
            new Options(
                0,
                InetAddress.getLoopbackAddress(),
                data,
                Optional.empty(),
                Optional.empty(),
                autoClean,
                Optional.empty())));
  }

  public Http http() {
    return http;
  }

  public String url() {
    return running.url();
  }

  @Override
  public void close() {
    running.close();
  }
}
