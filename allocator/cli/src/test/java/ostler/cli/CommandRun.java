package ostler.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Runs the command in this JVM with everything around it under the test's control. */
final class CommandRun {

  /** What the first id that the command makes will be. */
  static final UUID NEW_ID = UUID.fromString("99999999-0000-4000-8000-000000000001");

  private final Path home;
  private final Map<String, String> environment = new HashMap<>();
  private Set<Terminal.Stream> terminals = Set.of();
  private String answers = "";
  private OutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final SteppingClock clock = new SteppingClock();

  /**
   * @param home gets the token file where the command looks for it
   */
  CommandRun(Path home, String url) throws IOException {
    this.home = home;
    environment.put("OSTLER_URL", url);
    Path token = home.resolve(".local/share/ostler/admin.token");
    Files.createDirectories(token.getParent());
    Files.writeString(token, ScriptedAllocator.TOKEN + "\n");
  }

  CommandRun with(Map<String, String> variables) {
    environment.putAll(variables);
    return this;
  }

  CommandRun at(Set<Terminal.Stream> streams, String typed) {
    terminals = streams;
    answers = typed;
    return this;
  }

  CommandRun printingTo(OutputStream other) {
    out = other;
    return this;
  }

  Conversation.Seen run(String... words) {
    Terminal terminal =
        new Terminal(
            new ByteArrayInputStream(answers.getBytes(StandardCharsets.UTF_8)),
            out,
            new PrintStream(err, true, StandardCharsets.UTF_8),
            terminals);
    Surroundings around =
        new Surroundings(
            environment, home, terminal, clock, ZoneOffset.ofHours(2), clock::pass, () -> NEW_ID);
    int exit = new Cli(around).run(words);
    return new Conversation.Seen(exit, text(out), text(err));
  }

  Conversation.Seen run(List<String> words) {
    return run(words.toArray(String[]::new));
  }

  private static String text(OutputStream stream) {
    return stream instanceof ByteArrayOutputStream bytes
        ? bytes.toString(StandardCharsets.UTF_8)
        : "";
  }

  /** A clock that stands still but while somebody waits. */
  private static final class SteppingClock extends Clock {
    private Instant now = Instant.parse("2026-03-04T05:06:07Z");

    void pass(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
