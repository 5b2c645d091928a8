package ostler.agent.link;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import ostler.inventory.DesiredJson;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.WireException;

/** The way to an allocator over HTTP. For several threads. */
final class HttpWire implements Wire {

  private static final Duration CONNECT_DEADLINE = Duration.ofSeconds(10);
  private static final int NOT_MODIFIED = 304;
  private static final String NO_ANSWER = "NO_ANSWER";

  private final URI base;
  private final Optional<SSLSocketFactory> trust;

  HttpWire(URI base, Optional<SSLSocketFactory> trust) {
    this.base = base;
    this.trust = trust;
  }

  @Override
  public byte[] call(
      String method, String path, Optional<String> credential, String body, Duration deadline)
      throws LinkException {
    try {
      URI uri = base.resolve(path);
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
