package ostler.vfio;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import ostler.root.Code;
import ostler.root.Deadline;
import ostler.root.KernelError;
import ostler.root.Layout;
import ostler.root.Refusal;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.WireException;

/** Asks the guard to look again at what it is to guard. */
final class GuardClient {

  private static final Duration LIMIT = Duration.ofSeconds(15);

  private final Layout layout;
  private final Deadline deadline;

  GuardClient(Layout layout, Deadline deadline) {
    this.layout = layout;
    this.deadline = deadline;
  }

  /**
   * What the guard made of it.
   *
   * @param guarded whether it holds the group now
   * @param problem why it does not, where it should
   */
  record Answer(boolean guarded, Optional<Refusal> problem) {}

  /**
   * Has the guard take the group or let go of it, by what stands in the unit's file.
   *
   * @throws Refusal GUARD_ABSENT
   */
  Answer sync(Members members) throws Refusal {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(layout.guardSocket().toString()));
      try (LineChannel line = new LineChannel(channel, deadline.paced(LIMIT))) {
        line.write(GuardJson.sync(members));
        return Json.read(line.read(), JsonLimits.MESSAGE, GuardJson::answer);
      }
    } catch (IOException e) {
      throw absent(KernelError.wordsOf(e));
    } catch (WireException e) {
      throw absent(e.getMessage());
    }
  }

  /**
   * Makes sure that there is a guard, before anything is changed.
   *
   * @throws Refusal GUARD_ABSENT
   */
  void requirePresent(Members members) throws Refusal {
    sync(members);
  }

  /**
   * Has the guard take the group.
   *
   * @throws Refusal GUARD_ABSENT, or why it does not take it
   */
  void take(Members members) throws Refusal {
    Answer answer = sync(members);
    if (answer.problem().isPresent()) {
      throw answer.problem().get();
    }
    if (!answer.guarded()) {
      throw absent("it does not take " + members);
    }
  }

  /**
   * Has the guard do what the unit's file says now, if there is a guard: one that comes later does
   * it by itself.
   */
  void tell(Members members) throws Refusal {
    try {
      sync(members);
    } catch (Refusal e) {
      if (e.code() != Code.GUARD_ABSENT) {
        throw e;
      }
    }
  }

  private static Refusal absent(String why) {
    return new Refusal(
        Code.GUARD_ABSENT,
        "The guard does not do its work: %s. Start it (systemctl start ostler-guard) and try again."
            .formatted(why),
        Map.of("why", why));
  }
}
