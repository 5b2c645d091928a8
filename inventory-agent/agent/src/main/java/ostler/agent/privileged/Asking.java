package ostler.agent.privileged;

import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.JsonObject;
import ostler.wire.JsonReader;
import ostler.wire.JsonWriter;
import ostler.wire.WireException;

/** How all root programs are asked: one line with a verb, one line that says ok or why not. */
final class Asking {

  private static final int VERSION = 1;
  private static final JsonLimits LIMITS = new JsonLimits(1024 * 1024, 16, 64 * 1024);

  private final Exchange exchange;
  private final String program;

  /**
   * @param program its name, for messages
   */
  Asking(Exchange exchange, String program) {
    this.exchange = exchange;
    this.program = program;
  }

  <T> Answer<T> ask(
      String verb, Duration deadline, Consumer<JsonWriter> fields, JsonReader<T> reader)
      throws InterruptedException {
    String request =
        Json.write(
            out -> {
              out.integer("v", VERSION).text("verb", verb);
              fields.accept(out);
            });
    Exchange.Ending ending = exchange.ask(request, deadline);
    if (ending instanceof Exchange.Ending.Line line) {
      return parse(verb, line.text(), reader);
    }
    String run = program + ' ' + verb;
    return ending instanceof Exchange.Ending.Nothing nothing
        ? new Answer.Broken<>(run + ": " + nothing.why())
        : new Answer.Late<>(run + " has not answered within " + deadline.toSeconds() + " s");
  }

  private <T> Answer<T> parse(String verb, String line, JsonReader<T> reader) {
    try {
      return Json.read(
          line, LIMITS, in -> in.bool("ok") ? new Answer.Done<>(reader.read(in)) : readRefusal(in));
    } catch (WireException e) {
      return new Answer.Broken<>(
          program + ' ' + verb + " gave an answer that is none: " + e.getMessage());
    }
  }

  private static <T> Answer<T> readRefusal(JsonObject in) throws WireException {
    return new Answer.Refused<>(
        in.text("code"), in.text("message"), in.has("detail") ? in.scalars("detail") : Map.of());
  }
}
