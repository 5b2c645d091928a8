package ostler.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import ostler.cli.Terminal.Stream;
import ostler.cli.print.Column;
import ostler.cli.print.Format;
import ostler.cli.print.Node;
import ostler.cli.print.Printer;

/** One run of the command: where it asks, and where it prints. */
final class Session {

  /** So that a list of everything ends, in items; more are asked for by {@code --marker}. */
  private static final int MAX_LISTED = 100_000;

  /** The allocator's own bound. */
  private static final int PAGE_ITEMS = 1000;

  static final Argument.Flag YES = Argument.Flag.of("--yes", "do it without asking");

  private final Surroundings around;
  private final Globals globals;
  private Optional<Api> api = Optional.empty();

  Session(Surroundings around, Globals globals) {
    this.around = around;
    this.globals = globals;
  }

  Terminal terminal() {
    return around.terminal();
  }

  Printer printer() {
    return globals.printer();
  }

  boolean isTable() {
    return printer().format() == Format.TABLE;
  }

  /** Whether things are printed whole, with lists in them, rather than as rows. */
  boolean isTree() {
    return printer().format() == Format.JSON || printer().format() == Format.YAML;
  }

  UUID newId() {
    return around.ids().get();
  }

  long nowMillis() {
    return around.clock().millis();
  }

  /** The allocator, with a token that was read at the first use: not every verb needs one. */
  Api api() throws Failure {
    if (api.isEmpty()) {
      api = Optional.of(connect());
    }
    return api.get();
  }

  private Api connect() throws Failure {
    Endpoint endpoint = globals.endpoint();
    if (!endpoint.isEncrypted() && !endpoint.isLoopback() && !globals.plainHttp()) {
      throw Failure.usage(
              "TOKEN_IN_THE_CLEAR",
              "the token would cross the network to " + endpoint + " without encryption")
          .andTry("use https, or add --plain-http where the network itself is trusted");
    }
    return new Api(
        endpoint,
        Token.read(globals.tokenFile()),
        globals.caFile().isPresent()
            ? Optional.of(Trust.inFile(globals.caFile().get()))
            : Optional.empty(),
        globals.timeout(),
        around.clock(),
        line -> {
          if (globals.verbose()) {
            terminal().say(line);
          }
        });
  }

  /** Prints one thing. */
  void show(Node item, List<Column> columns) throws Failure {
    terminal().print(printer().item(item, columns));
  }

  /** Prints an answer whole, or where rows are printed the items in it. */
  void showWith(Node answer, List<Node> items, List<Column> columns) throws Failure {
    terminal()
        .print(
            isTree() ? printer().item(answer, columns) : printer().list(items, columns, List.of()));
  }

  /** Fetches a list as the list options say, and prints it in the allocator's order. */
  void list(ApiPath path, List<Column> columns, Arguments arguments) throws Failure {
    list(path, columns, arguments, UnaryOperator.identity());
  }

  /**
   * Fetches a list as the list options say, and prints it.
   *
   * @param order puts rows in order; what is printed whole, and what is only a part of the list,
   *     stays in the allocator's order
   */
  void list(
      ApiPath path, List<Column> columns, Arguments arguments, UnaryOperator<List<Node>> order)
      throws Failure {
    Optional<Integer> limit = arguments.get(Verb.LIMIT);
    Optional<String> from = arguments.get(Verb.MARKER);
    Api.Part listed = fetch(path, limit, from);
    boolean ordered = !isTree() && limit.isEmpty() && from.isEmpty();
    List<Node> items = ordered ? order.apply(listed.items()) : listed.items();
    try {
      terminal().print(printer().list(items, columns, arguments.all(Verb.COLUMN)));
    } catch (IllegalArgumentException e) {
      throw Failure.usage("UNKNOWN_COLUMN", e.getMessage());
    }
    listed
        .next()
        .ifPresent(marker -> terminal().say("there may be more; go on with: --marker " + marker));
  }

  /** All items of a list; half a list would be taken for the whole. */
  List<Node> all(ApiPath path) throws Failure {
    Api.Part listed = fetch(path, Optional.empty(), Optional.empty());
    if (listed.next().isPresent()) {
      throw Failure.of(
              ExitCode.ERROR, "TOO_MANY", "there are more than " + MAX_LISTED + " to look through")
          .andTry("name one by its whole id");
    }
    return listed.items();
  }

  private Api.Part fetch(ApiPath path, Optional<Integer> limit, Optional<String> from)
      throws Failure {
    int wanted = Math.min(limit.orElse(MAX_LISTED), MAX_LISTED);
    List<Node> items = new ArrayList<>();
    Optional<String> marker = from;
    boolean more;
    do {
      int page = Math.min(PAGE_ITEMS, wanted - items.size());
      Api.Part part = api().list(path.with("limit", page).with("marker", marker));
      items.addAll(part.items());
      marker = part.next();
      more = marker.isPresent() && !part.items().isEmpty() && items.size() < wanted;
    } while (more);
    return new Api.Part(items.subList(0, Math.min(wanted, items.size())), marker);
  }

  /** Finds out what would happen to whom, in lines. */
  @FunctionalInterface
  interface Impact {
    List<String> tell() throws Failure;
  }

  /**
   * Has somebody at a terminal agree to what would happen, unless the command line already does.
   */
  void confirm(Arguments arguments, Impact of) throws Failure {
    if (arguments.has(YES)) {
      return;
    }
    List<String> impact = of.tell();
    if (!terminal().isTerminal(Stream.IN) || !terminal().isTerminal(Stream.ERR)) {
      throw Failure.usage("NOT_CONFIRMED", String.join(" ", impact) + " Nobody is here to agree.")
          .andTry("add --yes");
    }
    impact.forEach(terminal()::say);
    String answer = terminal().ask("Go on? [y/N] ");
    if (!answer.equalsIgnoreCase("y") && !answer.equalsIgnoreCase("yes")) {
      throw Failure.of(ExitCode.ERROR, "NOT_CONFIRMED", "Nothing was done.");
    }
  }

  /** Something done for one of the things that the command line named. */
  @FunctionalInterface
  interface Step<T> {
    Node doFor(T named) throws Failure;
  }

  /**
   * Does a step for each, tells of those that failed, and prints those that did not.
   *
   * @throws Failure that of the only one, or one for all if any failed
   */
  <T> void each(List<T> named, Step<T> step, List<Column> lines, List<Column> columns)
      throws Failure {
    if (named.size() == 1) {
      show(step.doFor(named.get(0)), lines);
      return;
    }
    List<Node> done = new ArrayList<>();
    List<Failure> failed = new ArrayList<>();
    for (T one : named) {
      try {
        done.add(step.doFor(one));
      } catch (Failure e) {
        failed.add(e);
        FailureText.of(one + ": ", e).forEach(terminal()::say);
      }
    }
    if (!isTable() || !done.isEmpty()) {
      terminal().print(printer().list(done, columns, List.of()));
    }
    if (!failed.isEmpty()) {
      throw together(failed, named.size());
    }
  }

  private static Failure together(List<Failure> failed, int all) {
    boolean sameEnd =
        failed.size() == all
            && failed.stream().map(Failure::exitCode).collect(Collectors.toSet()).size() == 1;
    return Failure.of(
        sameEnd ? failed.get(0).exitCode() : ExitCode.PARTIAL,
        "SOME_FAILED",
        failed.size() + " of " + all + " failed, as told above.");
  }

  /** Lets time pass. */
  void pause(Duration time) throws Failure {
    try {
      around.pause().of(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.of(ExitCode.ERROR, "INTERRUPTED", "The wait was interrupted.");
    }
  }
}
