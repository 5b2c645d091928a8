package ostler.vfio;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import ostler.inventory.StartRequest;
import ostler.root.Code;
import ostler.root.KernelError;
import ostler.root.Outside;
import ostler.root.Refusal;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.LineChannel;
import ostler.wire.WireException;

/**
 * Asks the host's agent for a claim. The agent is not believed: a yes of its permits nothing, and a
 * no only says why.
 */
final class AgentDoor {

  /** The agent asks its allocator, and a database may be busy. */
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(20);

  private final Path socket;

  AgentDoor(Outside outside) {
    this.socket = outside.layout().startDoor();
  }

  /**
   * Asks, and returns where a claim was made.
   *
   * @throws Refusal NOT_BOUND with the reason why none was
   */
  void ask(StartRequest start) throws Refusal {
    try (LineChannel line = LineChannel.to(socket, ANSWER_LIMIT)) {
      line.write(start.toJson());
      judge(line.read());
    } catch (IOException e) {
      throw none(
          "the agent does not answer at %s (%s). Start ostler-agent."
              .formatted(socket, KernelError.wordsOf(e)));
    } catch (WireException e) {
      throw none("the agent's answer is none: %s.".formatted(e.getMessage()));
    }
  }

  private static void judge(byte[] answer) throws WireException, Refusal {
    String refusal =
        Json.read(
            answer,
            JsonLimits.MESSAGE,
            in -> in.bool("ok") ? "" : in.text("code") + ": " + in.text("message"));
    if (!refusal.isEmpty()) {
      throw none(refusal);
    }
  }

  private static Refusal none(String why) {
    return new Refusal(Code.NOT_BOUND, "There is no claim for this instance: " + why);
  }
}
