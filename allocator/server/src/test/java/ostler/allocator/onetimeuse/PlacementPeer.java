package ostler.allocator.onetimeuse;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A small Placement on loopback, and a Keystone before it: providers of one-time use with one
 * inventory each, and generations as Placement keeps them.
 */
final class PlacementPeer implements AutoCloseable {

  static final String CLASS = "CUSTOM_PCI_1002_5046";

  private static final Pattern BELOW =
      Pattern.compile(
          "/resource_providers/([0-9a-f-]{36})/(inventories|usages)(?:/" + CLASS + ")?");
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpServer server;
  private final Map<UUID, Device> devices = new LinkedHashMap<>();

  /** What is sent to it to change something. */
  final List<JsonNode> puts = new ArrayList<>();

  /** Comes between a question and what it does. */
  private Runnable beforePut = () -> {};

  private boolean losesAnswers;
  private int broken;

  /** A token that is good; each question to Keystone makes another one the only good one. */
  private int tokens;

  private boolean expires;

  /** A provider with one device. */
  static final class Device {
    final UUID id = UUID.randomUUID();
    final String name;
    long generation = 7;
    int reserved;
    int used;

    private Device(String name) {
      this.name = name;
    }

    /** As Nova does for a guest, and at its end. */
    synchronized Device use(int now) {
      reserved = 1;
      used = now;
      generation++;
      return this;
    }

    synchronized void touch() {
      generation++;
    }
  }

  PlacementPeer() throws IOException {
    // The JDK's server sends head and body apart, and the second waits 40 ms for the first.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  PlacementUrl url() {
    return PlacementUrl.parse("http://127.0.0.1:" + server.getAddress().getPort());
  }

  Device device(String name) {
    Device device = new Device(name);
    devices.put(device.id, device);
    return device;
  }

  void remove(Device device) {
    devices.remove(device.id);
  }

  void beforePut(Runnable work) {
    beforePut = work;
  }

  /** Does what it is told from now on, and cuts the connection. */
  void loseAnswers(boolean now) {
    losesAnswers = now;
  }

  /** Answers so many questions with 500. */
  void breakDown(int answers) {
    broken = answers;
  }

  int tokens() {
    return tokens;
  }

  void expireToken() {
    expires = true;
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    byte[] body = exchange.getRequestBody().readAllBytes();
    String token = exchange.getRequestHeaders().getFirst("X-Auth-Token");
    if (broken > 0) {
      broken--;
      say(exchange, 500, "{}");
    } else if (path.equals("/v3/auth/tokens")) {
      authenticate(exchange, body);
    } else if (!"fixed".equals(token) && (expires || !("token-" + tokens).equals(token))) {
      expires = false;
      say(exchange, 401, "{}");
    } else if (path.equals("/resource_providers")) {
      list(exchange);
    } else {
      below(exchange, path, body);
    }
  }

  private void authenticate(HttpExchange exchange, byte[] body) throws IOException {
    JsonNode asked = JSON.readTree(body);
    boolean isRight = asked.toString().contains("the-secret");
    if (isRight) {
      exchange.getResponseHeaders().add("X-Subject-Token", "token-" + ++tokens);
    }
    say(exchange, isRight ? 201 : 401, "{}");
  }

  private void list(HttpExchange exchange) throws IOException {
    if (!"required=HW_PCI_ONE_TIME_USE".equals(exchange.getRequestURI().getQuery())) {
      say(exchange, 400, "{}");
      return;
    }
    ObjectNode answer = JSON.createObjectNode();
    var list = answer.putArray("resource_providers");
    for (Device device : devices.values()) {
      list.addObject()
          .put("uuid", device.id.toString())
          .put("name", device.name)
          .put("generation", device.generation);
    }
    say(exchange, 200, answer.toString());
  }

  private void below(HttpExchange exchange, String path, byte[] body) throws IOException {
    Matcher form = BELOW.matcher(path);
    Device device = form.matches() ? devices.get(UUID.fromString(form.group(1))) : null;
    if (device == null) {
      say(exchange, 404, "{}");
    } else if (exchange.getRequestMethod().equals("PUT")) {
      put(exchange, device, JSON.readTree(body));
    } else if (form.group(2).equals("usages")) {
      say(exchange, 200, "{\"usages\":{\"" + CLASS + "\":" + device.used + "}}");
    } else {
      ObjectNode answer = JSON.createObjectNode();
      answer.put("resource_provider_generation", device.generation);
      answer
          .putObject("inventories")
          .putObject(CLASS)
          .put("total", 1)
          .put("reserved", device.reserved)
          .put("min_unit", 1)
          .put("max_unit", 1)
          .put("step_size", 1)
          .put("allocation_ratio", 1.0);
      say(exchange, 200, answer.toString());
    }
  }

  private void put(HttpExchange exchange, Device device, JsonNode body) throws IOException {
    puts.add(body);
    beforePut.run();
    boolean isCurrent = body.path("resource_provider_generation").asLong() == device.generation;
    if (isCurrent) {
      device.reserved = body.path("reserved").asInt();
      device.generation++;
    }
    if (losesAnswers) {
      exchange.close();
      return;
    }
    say(exchange, isCurrent ? 200 : 409, "{}");
  }

  private static void say(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
