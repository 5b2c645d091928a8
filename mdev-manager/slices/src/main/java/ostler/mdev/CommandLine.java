package ostler.mdev;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ostler.inventory.Fence;
import ostler.inventory.MdevTypeId;
import ostler.inventory.SlicePlacement;
import ostler.pci.PciAddress;
import ostler.root.Authority;
import ostler.root.OpId;
import ostler.root.Reason;
import ostler.root.RequestParts;
import ostler.root.Word;

/** A request made by hand: {@code ostler-mdev VERB [PARENT] [options]}. */
final class CommandLine {

  static final String USAGE =
      "ostler-mdev VERB [PARENT] [--slice UUID] [--kind KIND] [--function ADDRESS] [--type TYPE] [--placement START:SIZE] [--count N] [--define] [--offline --reason TEXT | --fence EPOCH.NUMBER]; verbs: create, remove, forbid, functions, restore, list; kinds: mdev, vendor-vf, sriov-vf, mig; or ostler-mdev mig-mode PARENT on|off --offline --reason TEXT";

  private static final Pattern PLACEMENT = Pattern.compile("(\\d{1,3}):(\\d{1,3})");

  private final Verb verb;
  private Optional<PciAddress> parent = Optional.empty();
  private Optional<SliceId> slice = Optional.empty();
  private Optional<SliceKind> kind = Optional.empty();
  private Optional<PciAddress> function = Optional.empty();
  private Optional<MdevTypeId> type = Optional.empty();
  private Optional<SlicePlacement> placement = Optional.empty();
  private OptionalInt count = OptionalInt.empty();
  private Optional<Reason> reason = Optional.empty();
  private Optional<Fence> fence = Optional.empty();
  private boolean define;
  private boolean offline;

  /**
   * Reads the arguments.
   *
   * @throws IllegalArgumentException saying which is wrong
   */
  CommandLine(String[] arguments) {
    this.verb = known("verb", arguments[0], Verb.of(new Word(arguments[0])));
    for (int at = 1; at < arguments.length; at++) {
      switch (arguments[at]) {
        case "--define" -> define = true;
        case "--offline" -> offline = true;
        case "--reason" -> reason = Optional.of(new Reason(value(arguments, ++at)));
        default -> {
          if (arguments[at].startsWith("--")) {
            option(arguments[at], value(arguments, ++at));
          } else if (parent.isEmpty()) {
            parent = Optional.of(PciAddress.parse(arguments[at]));
          } else {
            throw new IllegalArgumentException("there is one parent, not also " + arguments[at]);
          }
        }
      }
    }
  }

  private void option(String name, String value) {
    switch (name) {
      case "--slice" -> slice = Optional.of(known("UUID", value, SliceId.of(new Word(value))));
      case "--kind" -> kind = Optional.of(known("kind", value, SliceKind.of(new Word(value))));
      case "--function" -> function = Optional.of(PciAddress.parse(value));
      case "--type" -> type = Optional.of(known("type", value, MdevTypeId.tryParse(value)));
      case "--placement" -> placement = Optional.of(placement(value));
      case "--count" -> count = OptionalInt.of(number(value));
      case "--fence" -> fence = Optional.of(RequestParts.fence(new Word(value)));
      default -> throw new IllegalArgumentException("unknown option " + name);
    }
  }

  /**
   * The request.
   *
   * @param drawn the id of a slice to be created, where none was given
   * @throws IllegalArgumentException if the arguments do not make one together
   */
  Request request(OpId op, SliceId drawn) {
    if (offline != reason.isPresent() || (offline && fence.isPresent())) {
      throw new IllegalArgumentException("either --fence, or --offline together with --reason");
    }
    boolean create = verb == Verb.CREATE;
    Optional<Wish> wish =
        create
            ? Optional.of(
                new Wish(
                    kind.orElseThrow(() -> new IllegalArgumentException("create needs --kind")),
                    function,
                    type,
                    Optional.empty(),
                    define,
                    placement))
            : Optional.empty();
    return new Request(
        verb,
        op,
        parent,
        fence.<Authority>map(Authority.Fenced::new).or(() -> reason.map(Authority.Offline::new)),
        create ? slice.or(() -> Optional.of(drawn)) : slice,
        wish,
        Optional.empty(),
        count);
  }

  private static <T> T known(String what, String text, Optional<T> value) {
    return value.orElseThrow(() -> new IllegalArgumentException("unknown " + what + " " + text));
  }

  private static SlicePlacement placement(String text) {
    Matcher parts = PLACEMENT.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException("a placement is START:SIZE, for example 4:4");
    }
    return new SlicePlacement(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)));
  }

  private static int number(String text) {
    if (!text.matches("\\d{1,5}") || Integer.parseInt(text) > Request.MAX_FUNCTIONS) {
      throw new IllegalArgumentException("a count is 0 to " + Request.MAX_FUNCTIONS);
    }
    return Integer.parseInt(text);
  }

  private static String value(String[] arguments, int at) {
    if (at >= arguments.length) {
      throw new IllegalArgumentException(arguments[at - 1] + " needs a value");
    }
    return arguments[at];
  }
}
