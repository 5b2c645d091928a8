package ostler.vfio;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ostler.inventory.Fence;
import ostler.inventory.ResetChoice;
import ostler.pci.PciAddress;
import ostler.root.Authority;
import ostler.root.OpId;
import ostler.root.Reason;
import ostler.root.RequestParts;
import ostler.root.Word;

/**
 * A request made by hand: {@code ostler-vfio VERB ADDRESS... [--offline --reason TEXT | --fence
 * E.N] [--method M]}.
 */
final class CommandLine {

  static final String USAGE =
      "ostler-vfio VERB ADDRESS... [--offline --reason TEXT | --fence EPOCH.NUMBER] [--method METHOD]; verbs: holders, bind, release, forbid, reset, scrub, state";

  private final Verb verb;
  private final List<PciAddress> addresses = new ArrayList<>();
  private boolean offline;
  private Optional<Reason> reason = Optional.empty();
  private Optional<Fence> fence = Optional.empty();
  private Optional<ResetChoice> method = Optional.empty();

  /**
   * Reads the arguments.
   *
   * @throws IllegalArgumentException saying which is wrong
   */
  CommandLine(String[] arguments) {
    this.verb =
        Verb.of(new Word(arguments[0]))
            .orElseThrow(() -> new IllegalArgumentException("unknown verb " + arguments[0]));
    for (int at = 1; at < arguments.length; at++) {
      switch (arguments[at]) {
        case "--offline" -> offline = true;
        case "--reason" -> reason = Optional.of(new Reason(value(arguments, ++at)));
        case "--fence" -> fence = Optional.of(RequestParts.fence(new Word(value(arguments, ++at))));
        case "--method" -> method = Optional.of(method(value(arguments, ++at)));
        default -> addresses.add(PciAddress.parse(arguments[at]));
      }
    }
  }

  /**
   * The request.
   *
   * @throws IllegalArgumentException if the arguments do not make one together
   */
  Request request(OpId op) {
    if (offline != reason.isPresent() || (offline && fence.isPresent())) {
      throw new IllegalArgumentException("either --fence, or --offline together with --reason");
    }
    return new Request(
        verb,
        op,
        verb == Verb.STATE ? Optional.empty() : Optional.of(new Members(addresses)),
        fence.<Authority>map(Authority.Fenced::new).or(() -> reason.map(Authority.Offline::new)),
        Optional.empty(),
        method,
        Optional.empty());
  }

  private static String value(String[] arguments, int at) {
    if (at >= arguments.length) {
      throw new IllegalArgumentException(arguments[at - 1] + " needs a value");
    }
    return arguments[at];
  }

  private static ResetChoice method(String text) {
    return ResetChoice.tryParse(text)
        .orElseThrow(() -> new IllegalArgumentException("unknown reset method " + text));
  }
}
