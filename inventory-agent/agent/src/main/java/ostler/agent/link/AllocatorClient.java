package ostler.agent.link;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import ostler.inventory.DesiredJson;
import ostler.inventory.DesiredState;
import ostler.inventory.HostName;
import ostler.inventory.JoinAnswer;
import ostler.inventory.JoinRequest;
import ostler.inventory.ReportAnswer;
import ostler.inventory.ReportJson;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.WireException;

/** The calls that an agent makes to its allocator. For several threads. */
public final class AllocatorClient {

  private static final Duration CONNECT_DEADLINE = Duration.ofSeconds(10);
  private static final Duration ANSWER_DEADLINE = Duration.ofSeconds(60);

  /** What a slow network may add to the wait that the allocator was asked for. */
  private static final Duration POLL_MARGIN = Duration.ofSeconds(30);

  private static final int NOT_MODIFIED = 304;
  private static final String NO_ANSWER = "NO_ANSWER";

  private final URI base;
  private final String host;
  private final Optional<SSLSocketFactory> trust;

  /**
   * @param base of the allocator, without the path
   * @param trust whose certificates are believed; absent for those that the JVM believes
   */
  public AllocatorClient(URI base, HostName host, Optional<SSLSocketFactory> trust) {
    this.base = base;
    this.host = URLEncoder.encode(host.value(), StandardCharsets.UTF_8);
    this.trust = trust;
  }

  /** Exchanges a join token for a credential. */
  public JoinAnswer join(JoinRequest request) throws LinkException {
    byte[] answer = call("POST", "join", Optional.empty(), request.toJson(), ANSWER_DEADLINE);
    return read(answer, JoinAnswer::read);
  }

  /** Sends a report. */
  ReportAnswer report(String credential, String report) throws LinkException {
    byte[] answer = call("PUT", "observed", Optional.of(credential), report, ANSWER_DEADLINE);
    return read(answer, ReportJson::readAnswer);
  }

  /** Waits for a desired state of another revision; empty if none came in time. */
  Optional<DesiredState> desired(String credential, long after, Duration wait)
      throws LinkException {
    String path = "desired?after=" + after + "&wait=" + wait.toSeconds();
    Duration deadline = wait.plus(POLL_MARGIN);
    byte[] answer = call("GET", path, Optional.of(credential), "", deadline);
    return answer.length == 0 ? Optional.empty() : Optional.of(read(answer, DesiredJson::read));
  }

  @FunctionalInterface
  private interface Reader<T> {
    T read(byte[] document) throws WireException;
  }

  private <T> T read(byte[] answer, Reader<T> reader) throws LinkException {
    try {
      return reader.read(answer);
    } catch (WireException e) {
      throw new LinkException(
          0, "BAD_ANSWER", base + " gave an answer that is none: " + e.getMessage());
    }
  }

  private byte[] call(
      String method, String path, Optional<String> credential, String body, Duration deadline)
      throws LinkException {
    try {
      URI uri = base.resolve("/v1/hosts/" + host + '/' + path);
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      connection.setRequestMethod(method);
      connection.setInstanceFollowRedirects(false);
      connection.setConnectTimeout((int) CONNECT_DEADLINE.toMillis());
      connection.setReadTimeout((int) deadline.toMillis());
      credential.ifPresent(c -> connection.setRequestProperty("Authorization", "Bearer " + c));
      if (connection instanceof HttpsURLConnection https) {
        trust.ifPresent(https::setSSLSocketFactory);
      }
      if (!body.isEmpty()) {
        send(connection, body.getBytes(StandardCharsets.UTF_8));
      }
      return answer(connection);
    } catch (IOException e) {
      throw new LinkException(
          0, NO_ANSWER, "no answer from " + base + ": " + e.getMessage() + "; is it running?");
    }
  }

  /** Not in streaming mode: the JDK then throws the body of a 401 away, which says what to do. */
  private static void send(HttpURLConnection connection, byte[] body) throws IOException {
    connection.setDoOutput(true);
    connection.setRequestProperty("Content-Type", "application/json");
    try (OutputStream out = connection.getOutputStream()) {
      out.write(body);
    }
  }

  private byte[] answer(HttpURLConnection connection) throws IOException, LinkException {
    int status = connection.getResponseCode();
    if (status == NOT_MODIFIED) {
      return new byte[0];
    }
    if (status / 100 == 2) {
      try (InputStream in = connection.getInputStream()) {
        return in.readNBytes(DesiredJson.LIMITS.maxBytes() + 1);
      }
    }
    throw refusal(status, connection);
  }

  private LinkException refusal(int status, HttpURLConnection connection) throws IOException {
    byte[] problem = new byte[0];
    try (InputStream in = connection.getErrorStream()) {
      if (in != null) {
        problem = in.readNBytes(JsonLimits.MESSAGE.maxBytes());
      }
    }
    try {
      return Json.read(
          problem,
          JsonLimits.MESSAGE,
          in ->
              new LinkException(
                  status,
                  in.optionalText("code").orElse("HTTP_" + status),
                  in.optionalText("detail").orElse("the allocator answered " + status)));
    } catch (WireException e) {
      return new LinkException(status, "HTTP_" + status, base + " answered with status " + status);
    }
  }
}
