package ostler.root;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.JsonObject;
import ostler.wire.JsonWriter;
import ostler.wire.LineChannel;
import ostler.wire.WireException;

/** Asks the guard, over its socket, to look again at one thing that it may have to hold. */
public final class GuardCall {

  private static final int VERSION = 1;
  private static final Duration LIMIT = Duration.ofSeconds(15);

  private final Layout layout;
  private final Deadline deadline;

  public GuardCall(Layout layout, Deadline deadline) {
    this.layout = layout;
    this.deadline = deadline;
  }

  /**
   * What the guard made of it.
   *
   * @param guarded whether it holds the group now
   * @param problem why it does not, where it should
   */
  public record Answer(boolean guarded, Optional<Refusal> problem) {}

  /**
   * Has the guard take the group or let go of it, by what stands on disk.
   *
   * @param subject the fields that say which
   * @throws Refusal GUARD_ABSENT
   */
  public Answer sync(Consumer<JsonWriter> subject) throws Refusal {
    try (LineChannel line = LineChannel.to(layout.guardSocket(), deadline.paced(LIMIT))) {
      line.write(Json.write(out -> question(subject, out)));
      return Json.read(line.read(), JsonLimits.MESSAGE, GuardCall::answer);
    } catch (IOException e) {
      throw absent(KernelError.wordsOf(e));
    } catch (WireException e) {
      throw absent(e.getMessage());
    }
  }

  /** The refusal of whoever needs something in the hands of a guard that does not take it. */
  public static Refusal notTaken(Object subject) {
    return absent("it does not take " + subject + ", look at its log");
  }

  private static Refusal absent(String why) {
    return new Refusal(
        Code.GUARD_ABSENT,
        "The guard does not do its work: %s. Start it (systemctl start ostler-guard) and try again."
            .formatted(why),
        Map.of("why", why));
  }

  private static void question(Consumer<JsonWriter> subject, JsonWriter out) {
    out.integer("v", VERSION).text("ask", "sync");
    subject.accept(out);
  }

  private static Answer answer(JsonObject in) throws WireException {
    in.integer("v", VERSION, VERSION);
    return new Answer(in.bool("guarded"), in.optionalObject("problem", GuardCall::problem));
  }

  private static Refusal problem(JsonObject in) throws WireException {
    return new Refusal(Code.valueOf(in.text("code")), in.text("message"));
  }
}
