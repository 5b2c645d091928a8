package ostler.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import ostler.lab.DebianPrograms;
import ostler.lab.LabException;
import ostler.lab.LabImage;
import ostler.lab.Progress;
import ostler.lab.TiedProcess;

/**
 * Debian's Placement behind uwsgi with two workers and without authentication, as fast as it was
 * seen to be on two cores, on a database of the same PostgreSQL.
 */
final class BenchPlacement {

  private static final List<String> PACKAGES =
      List.of(
          "placement-api",
          "python3-placement",
          "uwsgi-core",
          "uwsgi-plugin-python3",
          "python3-psycopg2");

  private static final Duration READY_DEADLINE = Duration.ofMinutes(2);
  private static final int POLL_MILLIS = 250;
  private static final int MEMORY_MIB = 1_000_000;
  private static final int CPUS = 128;

  private final int port;
  private final TiedProcess process;
  private final Path log;
  private final String version;

  private BenchPlacement(int port, TiedProcess process, Path log, String version) {
    this.port = port;
    this.process = process;
    this.log = log;
    this.version = version;
  }

  /** Starts it with an empty database, which it makes its tables in. */
  static BenchPlacement start(BenchPostgres postgres, Path folder, Progress progress)
      throws IOException, InterruptedException, LabException, SQLException {
    DebianPrograms programs =
        DebianPrograms.prepare(
            LabImage.cache(System.getenv()), "placement-bookworm-1", PACKAGES, progress);
    postgres.create("placement");
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("placement.conf"), configuration(postgres));
    int port = freePort();
    Path root = programs.root();
    List<String> words =
        programs.command(
            "usr/bin/uwsgi-core",
            "--plugins-dir",
            root.resolve("usr/lib/uwsgi/plugins").toString(),
            "--plugin",
            "python311",
            "--http-socket",
            "127.0.0.1:" + port,
            "--processes",
            "2",
            "--threads",
            "1",
            "--master",
            "--die-on-term",
            "--disable-logging",
            "--wsgi-file",
            root.resolve("usr/bin/placement-api").toString());
    Path log = folder.resolve("placement.log");
    TiedProcess process =
        TiedProcess.start(
            "Placement",
            words,
            Map.of(
                "PYTHONHOME", root.resolve("usr").toString(),
                "PYTHONPATH", root.resolve("usr/lib/python3/dist-packages").toString(),
                "PYTHONDONTWRITEBYTECODE", "1",
                "OS_PLACEMENT_CONFIG_DIR", folder.toString()),
            folder.resolve("placement.pid"),
            log);
    BenchPlacement placement = new BenchPlacement(port, process, log, version(root));
    placement.awaitReady();
    return placement;
  }

  private static String configuration(BenchPostgres postgres) {
    return String.join(
        "\n",
        "[DEFAULT]",
        "log_file = /dev/null",
        "[api]",
        "auth_strategy = noauth2",
        "[placement_database]",
        "connection = postgresql+psycopg2://"
            + BenchPostgres.USER
            + "@127.0.0.1:"
            + postgres.port()
            + "/placement",
        "sync_on_startup = True",
        "");
  }

  /** The version of the unpacked package. */
  private static String version(Path root) throws IOException, LabException {
    try (var files = Files.list(root.resolve("usr/lib/python3/dist-packages"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("openstack_placement-"))
          .map(name -> name.replaceAll("openstack_placement-|\\.(egg|dist)-info", ""))
          .findFirst()
          .orElseThrow(() -> new LabException("Placement was not unpacked into " + root));
    }
  }

  private void awaitReady() throws IOException, InterruptedException, LabException {
    long end = System.nanoTime() + READY_DEADLINE.toNanos();
    while (System.nanoTime() < end && process.isAlive()) {
      try (HttpLine line = line()) {
        if (line.call("GET", "/resource_providers?name=none", "").status() == 200) {
          return;
        }
      } catch (IOException e) {
        // It does not listen yet.
      }
      Thread.sleep(POLL_MILLIS);
    }
    throw new LabException("Placement does not answer; its log says:\n" + Files.readString(log));
  }

  /**
   * Makes hosts with a provider for each GPU, as Nova does.
   *
   * @return the GPUs' providers
   */
  List<String> load(BenchPostgres postgres, int hosts) throws IOException, SQLException {
    try (HttpLine line = line()) {
      expect(line.call("PUT", "/resource_classes/CUSTOM_GPU", ""), 201);
      for (int host = 0; host < hosts; host++) {
        String root = provider(line, "host-" + host, "");
        inventory(
            line,
            root,
            "\"VCPU\":{\"total\":" + CPUS + "},\"MEMORY_MB\":{\"total\":" + MEMORY_MIB + "}");
        for (int gpu = 0; gpu < BenchFleet.UNITS_PER_HOST; gpu++) {
          String child =
              provider(
                  line,
                  "host-" + host + "-gpu-" + gpu,
                  ",\"parent_provider_uuid\":\"" + root + "\"");
          inventory(line, child, "\"CUSTOM_GPU\":{\"total\":1}");
        }
      }
    }
    return postgres.texts(
        "placement", "SELECT uuid FROM resource_providers WHERE name LIKE '%-gpu-%' ORDER BY name");
  }

  private static String provider(HttpLine line, String name, String parent) throws IOException {
    String uuid = UUID.randomUUID().toString();
    expect(
        line.call(
            "POST",
            "/resource_providers",
            "{\"name\":\"" + name + "\",\"uuid\":\"" + uuid + "\"" + parent + "}"),
        200);
    return uuid;
  }

  private static void inventory(HttpLine line, String provider, String inventories)
      throws IOException {
    expect(
        line.call(
            "PUT",
            "/resource_providers/" + provider + "/inventories",
            "{\"resource_provider_generation\":0,\"inventories\":{" + inventories + "}}"),
        200);
  }

  private static void expect(HttpLine.Answer answer, int status) throws IOException {
    if (answer.status() != status) {
      throw new IOException("Placement answered " + answer.status() + ": " + answer.body());
    }
  }

  private HttpLine line() {
    return new HttpLine(
        port, Map.of("X-Auth-Token", "admin", "OpenStack-API-Version", "placement 1.38"), false);
  }

  int port() {
    return port;
  }

  String version() {
    return version;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  void stop() throws IOException, InterruptedException, LabException {
    process.kill();
  }
}
