package ostler.lab;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** QEMU's control channel: commands with answers, and events in between. */
final class Qmp implements AutoCloseable {

  private static final Duration ANSWER_DEADLINE = Duration.ofSeconds(20);
  private static final int EVENTS_KEPT = 256;

  private final JsonLines lines;
  private final Deque<JsonNode> events = new ArrayDeque<>();

  Qmp(JsonLines lines) throws IOException, LabException {
    this.lines = lines;
    Optional<JsonNode> greeting = lines.receive(ANSWER_DEADLINE);
    if (greeting.isEmpty() || !greeting.get().has("QMP")) {
      throw new LabException("QEMU did not greet on its control socket");
    }
    command("qmp_capabilities", Map.of());
  }

  /** Runs one command and returns what it returned; an error is an exception with QEMU's words. */
  synchronized JsonNode command(String name, Map<String, ?> arguments)
      throws IOException, LabException {
    ObjectNode message = JsonLines.json().createObjectNode().put("execute", name);
    message.set("arguments", JsonLines.json().valueToTree(arguments));
    lines.send(message);
    long end = System.nanoTime() + ANSWER_DEADLINE.toNanos();
    while (true) {
      JsonNode answer =
          lines
              .receive(Duration.ofNanos(end - System.nanoTime()))
              .orElseThrow(() -> new LabException("QEMU did not answer " + name));
      if (answer.has("error")) {
        throw new LabException(name + ": " + answer.path("error").path("desc").asString(""));
      }
      if (answer.has("return")) {
        return answer.get("return");
      }
      remember(answer);
    }
  }

  /** Waits for an event, or finds it among those that came since the last wait. */
  synchronized JsonNode await(String event, Predicate<JsonNode> data, Duration deadline)
      throws IOException, LabException {
    long end = System.nanoTime() + deadline.toNanos();
    while (true) {
      while (!events.isEmpty()) {
        JsonNode next = events.poll();
        if (next.path("event").asString("").equals(event) && data.test(next.path("data"))) {
          return next;
        }
      }
      Optional<JsonNode> next = lines.receive(Duration.ofNanos(end - System.nanoTime()));
      if (next.isEmpty()) {
        throw new LabException(
            "QEMU did not report " + event + " in " + Progress.seconds(deadline));
      }
      remember(next.get());
    }
  }

  synchronized void forgetEvents() {
    events.clear();
  }

  private void remember(JsonNode event) {
    if (events.size() == EVENTS_KEPT) {
      events.poll();
    }
    events.add(event);
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
