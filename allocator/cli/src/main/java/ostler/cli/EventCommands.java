package ostler.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import ostler.cli.print.Column;
import ostler.cli.print.Column.Kind;
import ostler.cli.print.Node;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.JsonObject;
import ostler.wire.WireException;
import picocli.CommandLine.Model.CommandSpec;

/** {@code ostler event}. */
final class EventCommands {

  private static final Argument.Option<Integer> COUNT =
      Argument.Option.of("--count", "N", Parsers::positive, "end after N events");

  private static final JsonLimits EVENT = new JsonLimits(1 << 20, 32, 1 << 20);

  /** The allocator shows that it is alive more often than this. */
  private static final Duration SILENCE = Duration.ofSeconds(90);

  private static final Duration BEFORE_RECONNECT = Duration.ofSeconds(2);
  private static final int MAX_RECONNECTS = 30;

  private static final List<Column> NEXT =
      List.of(
          Column.of("AT", "at", Kind.TIME),
          Column.of("KIND", "kind"),
          Column.of("OBJECT", "object"),
          Column.of("PROJECT", "project"),
          Column.of("DETAIL", "detail"));

  private final Session session;
  private final int wanted;
  private int seen;
  private Optional<String> last = Optional.empty();

  private EventCommands(Session session, int wanted) {
    this.session = session;
    this.wanted = wanted;
  }

  static CommandSpec noun() {
    return Verb.noun(
        "event",
        "what happens, as it happens",
        Verb.of(
            "tail",
            "print events as they come; -o json gives one line each",
            (session, said) ->
                new EventCommands(session, said.get(COUNT).orElse(Integer.MAX_VALUE)).tail(),
            COUNT));
  }

  /** Prints events until there are enough; a stream that breaks is continued where it broke. */
  private void tail() throws Failure {
    int broken = 0;
    while (seen < wanted) {
      int before = seen;
      try {
        printOneStream();
      } catch (Failure e) {
        if (e.exitCode() != ExitCode.UNREACHABLE || last.isEmpty() || broken == MAX_RECONNECTS) {
          throw e;
        }
      }
      if (seen < wanted) {
        broken = seen > before ? 1 : broken + 1;
        session.terminal().say("the stream of events broke; connecting again");
        session.pause(BEFORE_RECONNECT);
      }
    }
  }

  private void printOneStream() throws Failure {
    try (EventStream stream =
        new EventStream(session.api().events(ApiPath.of("events"), SILENCE, last))) {
      Optional<EventStream.Event> event = stream.next();
      while (event.isPresent()) {
        print(event.get());
        if (seen == wanted) {
          return;
        }
        event = stream.next();
      }
    } catch (IOException e) {
      session.terminal().say("the stream of events broke: " + e.getMessage());
    }
  }

  private void print(EventStream.Event event) throws Failure {
    try {
      Node data = new Node(Json.read(event.data(), EVENT, JsonObject::tree));
      session.terminal().print(session.printer().next(data, NEXT));
    } catch (WireException e) {
      session.terminal().say("an event that is not JSON was left out: " + e.getMessage());
    }
    last = event.id().or(() -> last);
    seen++;
  }
}
