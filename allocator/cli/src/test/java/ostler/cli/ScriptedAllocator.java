package ostler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import ostler.cli.Conversation.Exchange;
import ostler.cli.print.Node;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.JsonObject;
import ostler.wire.WireException;

/** A real HTTP server that expects exactly the calls of a script, in order, and answers them. */
final class ScriptedAllocator implements AutoCloseable {

  static final String TOKEN = "the-operators-token";

  private final HttpServer server;
  private final List<Exchange> script;
  private final List<String> surprises = new CopyOnWriteArrayList<>();
  private int next;

  ScriptedAllocator(List<Exchange> script) throws IOException {
    this.script = List.copyOf(script);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Fails unless exactly the script was asked for. */
  void assertDone() {
    List<String> left = new ArrayList<>();
    script.subList(next, script.size()).forEach(e -> left.add(e.method() + ' ' + e.path()));
    assertEquals(List.of(), surprises, "calls that the script does not have");
    assertEquals(List.of(), left, "calls that were never made");
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private synchronized void handle(HttpExchange call) throws IOException {
    String body = new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String asked = call.getRequestMethod() + ' ' + call.getRequestURI();
    if (next == script.size()) {
      surprise(call, asked + " after the script's end");
      return;
    }
    Exchange expected = script.get(next);
    next++;
    String difference = difference(expected, asked, body, call);
    if (difference.isEmpty()) {
      String type =
          expected.path().startsWith("/v1/events") ? "text/event-stream" : "application/json";
      answer(call, expected.status(), type, expected.answer());
    } else {
      surprise(call, difference);
    }
  }

  private static String difference(
      Exchange expected, String asked, String body, HttpExchange call) {
    String wanted = expected.method() + ' ' + expected.path();
    if (!asked.equals(wanted)) {
      return asked + " instead of " + wanted;
    }
    if (!("Bearer " + TOKEN).equals(call.getRequestHeaders().getFirst("Authorization"))) {
      return asked + " without the token";
    }
    return tree(body).equals(tree(expected.body()))
        ? ""
        : asked + " with " + body + " instead of " + expected.body();
  }

  private void surprise(HttpExchange call, String surprise) throws IOException {
    surprises.add(surprise);
    answer(call, 500, "application/json", "{\"code\":\"SURPRISE\",\"detail\":\"off the script\"}");
  }

  private static void answer(HttpExchange call, int status, String type, String text)
      throws IOException {
    byte[] bytes = text.isEmpty() ? new byte[0] : (text + '\n').getBytes(StandardCharsets.UTF_8);
    call.getResponseHeaders().set("Content-Type", type);
    call.getResponseHeaders().set("X-Request-Id", "req-" + status);
    call.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    call.getResponseBody().write(bytes);
    call.close();
  }

  private static Node tree(String json) {
    try {
      return json.isBlank()
          ? Node.ABSENT
          : new Node(Json.read(json, JsonLimits.REPORT, JsonObject::tree));
    } catch (WireException e) {
      throw new IllegalArgumentException("the script or the command wrote no JSON: " + json, e);
    }
  }
}
