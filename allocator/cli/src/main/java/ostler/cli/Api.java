package ostler.cli;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import ostler.cli.print.Node;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.JsonObject;
import ostler.wire.WireException;

/**
 * One allocator's HTTP interface: one call at a time, with a bound on its answer and its time. By
 * {@link HttpURLConnection}, since the JDK's newer client takes three times as long to start.
 *
 * <p>Redirects are not followed and no proxy is used: the token goes to the named address alone.
 */
final class Api {

  /** A page of a thousand wipe records with their evidence is a few megabytes. */
  static final JsonLimits ANSWER = new JsonLimits(64 << 20, 32, 4 << 20);

  private static final int READ_BYTES = 16 * 1024;
  private static final String REQUEST_ID = "X-Request-Id";

  private final Endpoint endpoint;
  private final Token token;
  private final Optional<SSLSocketFactory> trust;
  private final Duration timeout;
  private final Clock clock;
  private final Consumer<String> trace;

  /**
   * @param trust whom to believe instead of the JDK's authorities
   * @param timeout for one call as a whole; the connection alone may take as long again
   * @param trace is told one line for each call
   */
  Api(
      Endpoint endpoint,
      Token token,
      Optional<SSLSocketFactory> trust,
      Duration timeout,
      Clock clock,
      Consumer<String> trace) {
    this.endpoint = endpoint;
    this.token = token;
    this.trust = trust;
    this.timeout = timeout;
    this.clock = clock;
    this.trace = trace;
  }

  Node get(ApiPath path) throws Failure {
    return call("GET", path, Optional.empty());
  }

  Node post(ApiPath path, String body) throws Failure {
    return call("POST", path, Optional.of(body));
  }

  Node put(ApiPath path, String body) throws Failure {
    return call("PUT", path, Optional.of(body));
  }

  Node delete(ApiPath path) throws Failure {
    return call("DELETE", path, Optional.empty());
  }

  Node delete(ApiPath path, String body) throws Failure {
    return call("DELETE", path, Optional.of(body));
  }

  /**
   * Opens a stream of events, which the caller reads and closes.
   *
   * @param silence how long nothing at all may come before the stream counts as broken
   * @param lastEvent continues behind this event
   */
  InputStream events(ApiPath path, Duration silence, Optional<String> lastEvent) throws Failure {
    try {
      HttpURLConnection connection = connection("GET", path);
      connection.setReadTimeout(Math.toIntExact(silence.toMillis()));
      connection.setRequestProperty("Accept", "text/event-stream");
      lastEvent.ifPresent(id -> connection.setRequestProperty("Last-Event-ID", id));
      int status = connection.getResponseCode();
      traced(connection, "GET", path, status);
      if (status != HttpURLConnection.HTTP_OK) {
        throw refusal(connection, status, body(connection, status));
      }
      return connection.getInputStream();
    } catch (IOException e) {
      throw unreachable(e, false);
    }
  }

  private Node call(String method, ApiPath path, Optional<String> body) throws Failure {
    try {
      HttpURLConnection connection = connection(method, path);
      connection.setRequestProperty("Accept", "application/json, application/problem+json");
      if (body.isPresent()) {
        send(connection, body.get());
      }
      int status = connection.getResponseCode();
      Node answer = body(connection, status);
      traced(connection, method, path, status);
      if (status < 200 || status > 299) {
        throw refusal(connection, status, answer);
      }
      if (answer.isAbsent() && status != HttpURLConnection.HTTP_NO_CONTENT) {
        throw notAnAllocator(status, "nothing at all");
      }
      return answer;
    } catch (IOException e) {
      throw unreachable(e, !method.equals("GET"));
    }
  }

  private HttpURLConnection connection(String method, ApiPath path) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) endpoint.url(path).openConnection(Proxy.NO_PROXY);
    if (connection instanceof HttpsURLConnection encrypted && trust.isPresent()) {
      encrypted.setSSLSocketFactory(trust.get());
    }
    connection.setRequestMethod(method);
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    connection.setConnectTimeout(Math.toIntExact(timeout.toMillis()));
    connection.setReadTimeout(Math.toIntExact(timeout.toMillis()));
    connection.setRequestProperty("Authorization", "Bearer " + token.value());
    connection.setRequestProperty("User-Agent", "ostler-cli");
    return connection;
  }

  /** Not in streaming mode, in which the JDK loses the body of a 401. */
  private static void send(HttpURLConnection connection, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    connection.setRequestProperty("Content-Type", "application/json");
    connection.setDoOutput(true);
    connection.getOutputStream().write(bytes);
  }

  private void traced(HttpURLConnection connection, String method, ApiPath path, int status) {
    trace.accept(
        method
            + ' '
            + endpoint.url(path)
            + ' '
            + status
            + " request-id "
            + Optional.ofNullable(connection.getHeaderField(REQUEST_ID)).orElse("-"));
  }

  /** The answer's document; absent where there is none, or none that is JSON. */
  private Node body(HttpURLConnection connection, int status) throws IOException, Failure {
    try (InputStream in =
        status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      byte[] bytes = in == null ? new byte[0] : readBounded(in);
      requireWhole(connection, bytes);
      return bytes.length == 0 ? Node.ABSENT : new Node(Json.read(bytes, ANSWER, JsonObject::tree));
    } catch (WireException e) {
      throw notAnAllocator(status, "what is not Ostler's JSON: " + e.getMessage());
    }
  }

  private Failure notAnAllocator(int status, String with) {
    return Failure.of(
            ExitCode.ofRefusal(status, ""),
            "NOT_AN_ALLOCATOR",
            endpoint + " answered " + status + " with " + with)
        .andTry("check --url: ostler up listens on http://127.0.0.1:7878 unless told otherwise");
  }

  /**
   * One part of a list.
   *
   * @param next the marker of the part behind it, if there may be one
   */
  record Part(List<Node> items, Optional<String> next) {}

  /** Asks for one part of a list. */
  Part list(ApiPath path) throws Failure {
    Node answer = get(path);
    if (answer.at("items").isAbsent()) {
      throw notAnAllocator(HttpURLConnection.HTTP_OK, "what is not a list");
    }
    return new Part(answer.at("items").items(), answer.at("next").text());
  }

  /** The JDK gives the beginning of an answer that broke off as if it were all. */
  private static void requireWhole(HttpURLConnection connection, byte[] bytes) throws EOFException {
    long told = connection.getContentLengthLong();
    if (told > bytes.length && bytes.length <= ANSWER.maxBytes()) {
      throw new EOFException("the answer broke off");
    }
  }

  /** A timeout for one read alone would let a peer that trickles hold the command for ever. */
  private byte[] readBounded(InputStream in) throws IOException {
    long deadline = clock.millis() + timeout.toMillis();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] some = new byte[READ_BYTES];
    int count = in.read(some);
    while (count >= 0 && all.size() <= ANSWER.maxBytes()) {
      all.write(some, 0, count);
      if (clock.millis() > deadline) {
        throw new SocketTimeoutException("the answer trickles");
      }
      count = in.read(some);
    }
    return all.toByteArray();
  }

  private static Failure refusal(HttpURLConnection connection, int status, Node problem) {
    String code = problem.at("code").text().orElse("HTTP_" + status);
    String sentence =
        problem
            .at("detail")
            .text()
            .or(() -> problem.at("title").text())
            .orElse("the allocator answered with status " + status + " and no explanation");
    List<Failure.Reason> reasons = new ArrayList<>();
    for (Node reason : problem.at("reasons").items()) {
      reasons.add(new Failure.Reason(reason.textAt("code"), reason.textAt("message")));
    }
    Optional<String> requestId =
        problem
            .at("request_id")
            .text()
            .or(() -> Optional.ofNullable(connection.getHeaderField(REQUEST_ID)));
    return Advice.with(
        Failure.refused(
            ExitCode.ofRefusal(status, code), code, sentence, reasons, requestId.orElse(null)));
  }

  private Failure unreachable(IOException e, boolean mayHaveBeenDone) {
    String doubt = mayHaveBeenDone ? "; the call may have been carried out all the same" : "";
    if (e instanceof SSLException) {
      return Failure.of(
              ExitCode.UNREACHABLE,
              "TLS_FAILED",
              "no trusted connection to " + endpoint + ": " + e.getMessage())
          .andTry("name the authority that signed its certificate by --ca-file");
    }
    if (e instanceof SocketTimeoutException) {
      return Failure.of(
              ExitCode.UNREACHABLE,
              "ALLOCATOR_TIMED_OUT",
              endpoint + " gave no answer in " + timeout.toSeconds() + " s" + doubt)
          .andTry("ask again, with a longer --timeout if it is busy");
    }
    return Failure.of(
            ExitCode.UNREACHABLE,
            "ALLOCATOR_UNREACHABLE",
            "no connection to " + endpoint + ": " + e.getMessage() + doubt)
        .andTry("start the allocator by ostler up, or name its address by --url or OSTLER_URL");
  }
}
