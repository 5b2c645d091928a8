package ostler.allocator;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import ostler.allocator.engine.nova.NovaMode;
import ostler.allocator.store.TreePolicy;

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
    return start(data, autoClean, TreePolicy.SHIPPED);
  }

  static TestServer start(Path data, boolean autoClean, TreePolicy treePolicy) throws IOException {
    return start(data, autoClean, treePolicy, NovaMode.ENFORCE, Optional.empty());
  }

  /** One of several allocators that share a PostgreSQL database. */
  static TestServer sharing(Path data, String jdbcUrl) throws IOException {
    return start(data, true, TreePolicy.SHIPPED, NovaMode.ENFORCE, Optional.of(jdbcUrl));
  }

  /** One whose answers to Nova are only recorded. */
  static TestServer shadow(Path data) throws IOException {
    return start(data, true, TreePolicy.SHIPPED, NovaMode.SHADOW, Optional.empty());
  }

  private static TestServer start(
      Path data,
      boolean autoClean,
      TreePolicy treePolicy,
      NovaMode novaMode,
      Optional<String> jdbcUrl)
      throws IOException {
    return new TestServer(
        Main.start(
            new Options(
                0,
                InetAddress.getLoopbackAddress(),
                data,
                jdbcUrl,
                jdbcUrl.map(url -> TestPostgres.USER),
                autoClean,
                treePolicy,
                novaMode,
                Optional.empty(),
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
