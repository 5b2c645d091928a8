package ostler.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The command channel into the guest: qemu-guest-agent over a virtio-serial port.
 *
 * <p>Requests are short and one at a time; the commands they start run side by side, so any number
 * of threads may execute at once.
 */
final class GuestAgent implements AutoCloseable {

  private static final Duration ANSWER_DEADLINE = Duration.ofSeconds(20);
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final long FIRST_POLL_MILLIS = 10;
  private static final long LAST_POLL_MILLIS = 100;
  private static final int SCRIPT_LIMIT_CHARS = 100_000;

  private final JsonLines lines;

  /** Connects to an agent that has its port open. */
  GuestAgent(Path socket) throws IOException, LabException {
    lines = new JsonLines(socket);
    int token = (int) (System.nanoTime() & 0x7fffffff);
    lines.send(request("guest-sync", Map.of("id", token)));
    long end = System.nanoTime() + ANSWER_DEADLINE.toNanos();
    JsonNode answer;
    do { // Answers to a connection before this one may still be in the pipe.
      answer = answer("guest-sync", end);
    } while (answer.path("return").asInt(-1) != token);
  }

  /** Runs a bash script as root; the guest kills it at the deadline. */
  GuestResult execute(String script, Duration deadline)
      throws IOException, InterruptedException, LabException {
    if (script.length() > SCRIPT_LIMIT_CHARS) {
      throw new IllegalArgumentException(
          "a script is at most " + SCRIPT_LIMIT_CHARS + " characters: " + script.length());
    }
    String seconds = Math.max(1, deadline.toSeconds()) + "";
    Map<String, Object> arguments =
        Map.of(
            "path",
            "/usr/bin/timeout",
            "arg",
            List.of("-s", "KILL", seconds, "/bin/bash", "-c", script),
            "env",
            List.of("PATH=/usr/sbin:/usr/bin", "HOME=/root", "LC_ALL=C"),
            "capture-output",
            true);
    long end = System.nanoTime() + deadline.plus(GRACE).toNanos();
    int pid = call("guest-exec", arguments).path("pid").asInt();
    long pause = FIRST_POLL_MILLIS;
    while (true) {
      JsonNode status = call("guest-exec-status", Map.of("pid", pid));
      if (status.path("exited").asBoolean()) {
        return result(status);
      }
      if (System.nanoTime() > end) {
        throw new LabException(
            "the guest did not end a command "
                + Progress.seconds(GRACE)
                + " after its deadline of "
                + seconds
                + " s: "
                + script);
      }
      Thread.sleep(pause);
      pause = Math.min(LAST_POLL_MILLIS, pause * 2);
    }
  }

  private static GuestResult result(JsonNode status) {
    int code = status.has("signal") ? 128 + status.get("signal").asInt() : 0;
    return new GuestResult(
        status.path("exitcode").asInt(code), text(status, "out-data"), text(status, "err-data"));
  }

  private static String text(JsonNode status, String field) {
    return new String(
        Base64.getDecoder().decode(status.path(field).asString("")), StandardCharsets.UTF_8);
  }

  private synchronized JsonNode call(String name, Map<String, ?> arguments)
      throws IOException, LabException {
    lines.send(request(name, arguments));
    JsonNode answer = answer(name, System.nanoTime() + ANSWER_DEADLINE.toNanos());
    if (answer.has("error")) {
      throw new LabException(
          name + " in the guest: " + answer.path("error").path("desc").asString(""));
    }
    return answer.path("return");
  }

  private JsonNode answer(String name, long endNanos) throws IOException, LabException {
    Optional<JsonNode> answer = lines.receive(Duration.ofNanos(endNanos - System.nanoTime()));
    return answer.orElseThrow(() -> new LabException("the guest's agent did not answer " + name));
  }

  private static JsonNode request(String name, Map<String, ?> arguments) {
    ObjectNode message = JsonLines.json().createObjectNode().put("execute", name);
    message.set("arguments", JsonLines.json().valueToTree(arguments));
    return message;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
