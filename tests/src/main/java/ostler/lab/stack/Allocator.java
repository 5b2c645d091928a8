package ostler.lab.stack;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import ostler.lab.LabException;
import ostler.lab.TiedProcess;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An allocator in a process of its own on this machine's loopback, with its data in a folder. */
public final class Allocator implements AutoCloseable {

  /**
   * It is started often and lives for minutes, so it starts lean: the second compiler, which an
   * allocator in earnest needs, costs more than half of a start's processor time.
   */
  private static final List<String> JVM_FLAGS =
      List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private static final String MAIN = "ostler.allocator.Main";
  private static final Duration READY_DEADLINE = Duration.ofMinutes(2);
  private static final JsonMapper JSON = new JsonMapper();
  private static final int CALL_MILLIS = 2_000;
  private static final int LOG_TAIL_CHARS = 4_000;

  private final SourceTree tree;
  private final Path folder;
  private final int port;
  private final List<String> jvmFlags;
  private final List<String> options;
  private TiedProcess process;

  private Allocator(
      SourceTree tree, Path folder, int port, List<String> jvmFlags, List<String> options) {
    this.tree = tree;
    this.folder = folder;
    this.port = port;
    this.jvmFlags = List.copyOf(jvmFlags);
    this.options = List.copyOf(options);
  }

  /**
   * Starts one on a free port; it answers some seconds later, see {@link #awaitReady}.
   *
   * @param folder for its data, its log and its process id
   * @param options more words behind {@code ostler up}
   */
  public static Allocator start(SourceTree tree, Path folder, List<String> options)
      throws IOException, LabException {
    return start(tree, folder, JVM_FLAGS, options);
  }

  /** The same in a JVM with flags of the caller's, none to run it as {@code ostler up} does. */
  public static Allocator start(
      SourceTree tree, Path folder, List<String> jvmFlags, List<String> options)
      throws IOException, LabException {
    Files.createDirectories(folder);
    Allocator allocator = new Allocator(tree, folder, freePort(), jvmFlags, options);
    allocator.start();
    return allocator;
  }

  /** The words that start one; its options come behind them. */
  public static List<String> words(SourceTree tree) throws LabException {
    return tree.command("allocator/server", JVM_FLAGS, MAIN);
  }

  /** Starts it again after {@link #kill}: the same port, the same data. */
  public void start() throws IOException, LabException {
    List<String> words = tree.command("allocator/server", jvmFlags, MAIN);
    words.addAll(List.of("--port", port + "", "--data", folder.resolve("data").toString()));
    words.addAll(options);
    process = TiedProcess.start("the allocator", words, Map.of(), pidFile(), log());
  }

  /** Returns when it answers. */
  public void awaitReady() throws IOException, InterruptedException, LabException {
    try {
      Waiting.until("the allocator answers", READY_DEADLINE, this::isReady);
    } catch (LabException e) {
      process.kill();
      throw new LabException(e.getMessage() + "\nIts log ends with:\n" + logTail(), e);
    }
  }

  /** SIGKILL. */
  public void kill() throws IOException, InterruptedException, LabException {
    process.kill();
  }

  /** Where it answers on this machine. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Its port on this machine's loopback. */
  public int port() {
    return port;
  }

  /** The file with the operator's token. */
  public Path tokenFile() {
    return folder.resolve("data/admin.token");
  }

  /** The operator's command, set up for this allocator. */
  public OperatorCommand command() {
    return new OperatorCommand(
        tree,
        Map.of(
            "OSTLER_URL", url().toString(),
            "OSTLER_TOKEN_FILE", tokenFile().toString(),
            "NO_COLOR", "1"));
  }

  /** Its process. */
  public ProcessHandle process() throws IOException, LabException {
    long pid = Long.parseLong(Files.readString(pidFile()).strip());
    return ProcessHandle.of(pid)
        .orElseThrow(() -> new LabException("the allocator is gone; its log is in " + log()));
  }

  private Path pidFile() {
    return folder.resolve("allocator.pid");
  }

  /** Everything it printed. */
  public Path log() {
    return folder.resolve("allocator.log");
  }

  /** One reading call of the API, as the operator; what it answered. */
  public JsonNode get(String path) throws IOException, LabException {
    HttpURLConnection call = open("GET", path, token());
    if (call.getResponseCode() != HttpURLConnection.HTTP_OK) {
      throw new LabException("GET " + path + " was answered " + call.getResponseCode());
    }
    try (InputStream in = call.getInputStream()) {
      return JSON.readTree(in);
    }
  }

  /** One call of the API, as the operator; the status it was answered with. */
  public int call(String method, String path, String body) throws IOException {
    return call(method, path, token(), body).status();
  }

  /** One call of the API with a token of the caller's. */
  public Reply call(String method, String path, String token, String body) throws IOException {
    HttpURLConnection call = open(method, path, token);
    if (!body.isEmpty()) {
      call.setDoOutput(true);
      call.setRequestProperty("Content-Type", "application/json");
      call.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
    }
    int status = call.getResponseCode();
    InputStream in =
        status < HttpURLConnection.HTTP_BAD_REQUEST ? call.getInputStream() : call.getErrorStream();
    try (in) {
      return new Reply(
          status, in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  /**
   * What a call was answered with.
   *
   * @param status HTTP's number
   */
  public record Reply(int status, String body) {}

  private String token() throws IOException {
    return Files.readString(tokenFile()).strip();
  }

  private HttpURLConnection open(String method, String path, String token) throws IOException {
    HttpURLConnection call = (HttpURLConnection) url().resolve(path).toURL().openConnection();
    call.setRequestMethod(method);
    call.setConnectTimeout(CALL_MILLIS);
    call.setReadTimeout(CALL_MILLIS);
    call.setRequestProperty("Authorization", "Bearer " + token);
    return call;
  }

  private boolean isReady() throws IOException, LabException {
    if (!process.isAlive()) {
      throw new LabException("the allocator ended while it was starting");
    }
    HttpURLConnection call =
        (HttpURLConnection) url().resolve("/actuator/health").toURL().openConnection();
    call.setConnectTimeout(CALL_MILLIS);
    call.setReadTimeout(CALL_MILLIS);
    try {
      return call.getResponseCode() == HttpURLConnection.HTTP_OK && Files.exists(tokenFile());
    } catch (java.net.ConnectException | java.net.SocketTimeoutException e) {
      return false;
    } finally {
      call.disconnect();
    }
  }

  private String logTail() throws IOException {
    String text = Files.readString(log(), StandardCharsets.UTF_8);
    return text.substring(Math.max(0, text.length() - LOG_TAIL_CHARS));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() throws IOException, LabException {
    try {
      kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted while the allocator was ending", e);
    }
  }
}
