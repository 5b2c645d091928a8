package ostler.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Speaks HTTP to an allocator, as anybody would. */
public final class Http {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration DEADLINE = Duration.ofSeconds(90);

  private final HttpClient client = HttpClient.newHttpClient();
  private final String url;
  private final String adminToken;

  public Http(String url, String adminToken) {
    this.url = url;
    this.adminToken = adminToken;
  }

  public String url() {
    return url;
  }

  public String adminToken() {
    return adminToken;
  }

  /** Whose token a call shows. */
  public record As(String token) {
    public static final As NOBODY = new As("");
    public static final As ADMIN = new As("the admin's");
  }

  /** What came back. */
  public record Answer(int status, String body, HttpResponse<byte[]> response) {
    public byte[] bytes() {
      return response.body();
    }

    public JsonNode json() {
      return JSON.readTree(body);
    }

    public String text(String field) {
      return json().get(field).asString();
    }

    public String code() {
      return text("code");
    }

    /** A field of each of the items. */
    public List<String> items(String field) {
      List<String> texts = new ArrayList<>();
      json().get("items").forEach(item -> texts.add(item.get(field).asString()));
      return texts;
    }
  }

  public Answer get(String path) {
    return ok("GET", path, "", As.ADMIN, 200);
  }

  public Answer ok(String method, String path, String body, As who, int status) {
    Answer answer = call(method, path, body, who);
    assertEquals(status, answer.status(), method + " " + path + " " + answer.body());
    return answer;
  }

  public Answer call(String method, String path, String body, As who) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(DEADLINE)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (!who.equals(As.NOBODY)) {
      request.header(
          "Authorization", "Bearer " + (who.equals(As.ADMIN) ? adminToken : who.token()));
    }
    try {
      HttpResponse<byte[]> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      return new Answer(
          response.statusCode(), new String(response.body(), StandardCharsets.UTF_8), response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
