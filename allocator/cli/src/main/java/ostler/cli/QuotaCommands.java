package ostler.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ostler.cli.print.Column;
import ostler.cli.print.Column.Kind;
import ostler.cli.print.JsonText;
import ostler.cli.print.Node;
import ostler.inventory.ProjectId;
import ostler.wire.Json;
import ostler.wire.Yaml;
import picocli.CommandLine.Model.CommandSpec;

/** {@code ostler quota}. */
final class QuotaCommands {

  private static final long UNLIMITED = -1;

  /**
   * The most of one key that a project may hold.
   *
   * @param units empty to take the limit away, which leaves it to the projects above
   */
  private record Limit(String key, Optional<Long> units) {

    private static final Pattern FORM =
        Pattern.compile("([A-Za-z0-9._:@+ -]{1,200})=(none|unlimited|-1|[0-9]{1,16})");

    static Limit parse(String text) {
      Matcher form = FORM.matcher(text);
      if (!form.matches()) {
        throw new IllegalArgumentException(
            "a limit is KEY=NUMBER, KEY=unlimited or KEY=none, for example alias:gpu=2");
      }
      return new Limit(
          form.group(1),
          switch (form.group(2)) {
            case "none" -> Optional.empty();
            case "unlimited" -> Optional.of(UNLIMITED);
            default -> Optional.of(Long.parseLong(form.group(2)));
          });
    }

    static Limit amount(String text) {
      Limit amount = parse(text);
      if (amount.units().filter(units -> units > 0).isEmpty()) {
        throw new IllegalArgumentException("an amount is KEY=NUMBER, for example total=2");
      }
      return amount;
    }
  }

  private static final Argument.Operand<Limit> LIMITS =
      Argument.Operand.several(
          "KEY=NUMBER",
          Limit::parse,
          "limits, as alias:gpu=2 or \"slice:GRID T4-4Q=8\"; none takes one away");

  private static final Argument.Operand<Path> FILE =
      Argument.Operand.one("FILE", Path::of, "a tree in YAML, as quota export writes it");

  private static final Argument.Option<String> ALIAS =
      Argument.Option.of("--alias", "ALIAS", Parsers::name, "units of this alias");

  private static final Argument.Option<Integer> COUNT =
      Argument.Option.of("--count", "N", Parsers::positive, "how many units; else 1");

  private static final Argument.Option<Limit> AMOUNT =
      Argument.Option.of(
              "--amount", "KEY=NUMBER", Limit::amount, "so much of a key; may be repeated")
          .repeated();

  private static final Argument.Flag FIX =
      Argument.Flag.of("--fix", "set right the counters that drifted; needs --reason");

  private static final List<Column> LIST =
      List.of(
          Column.of("KEY", "key"),
          Column.of("LIMIT", "limit", Kind.NUMBER),
          Column.of("USED", "used", Kind.NUMBER),
          new Column("FREE", QuotaCommands::free, Kind.NUMBER),
          Column.of("CLEANING", "cleaning", Kind.NUMBER),
          Column.made("BOUND_BY", QuotaCommands::bound),
          Column.made("NOTE", QuotaCommands::note));

  private static final List<Column> LEVELS =
      List.of(
          Column.of("KEY", "key"),
          Column.of("LEVEL", "level"),
          Column.of("PROJECT", "project"),
          Column.of("LIMIT", "limit", Kind.NUMBER),
          Column.of("USED", "used", Kind.NUMBER),
          Column.of("ASKED", "asked", Kind.NUMBER),
          Column.of("AFTER", "after", Kind.NUMBER),
          Column.of("VERDICT", "verdict"));

  private static final List<Column> DRIFT =
      List.of(
          Column.of("PROJECT", "project"),
          Column.of("KEY", "key"),
          Column.of("USED", "used", Kind.NUMBER),
          Column.of("COUNTED", "counted", Kind.NUMBER));

  private QuotaCommands() {}

  static CommandSpec noun() {
    return Verb.noun(
        "quota",
        "how much a project may hold at a time",
        Verb.of(
            "set",
            "set a project's limits",
            QuotaCommands::set,
            ProjectCommands.PROJECT,
            LIMITS,
            Verb.REASON),
        Verb.of(
            "show",
            "show a project's limits and use",
            (session, said) -> print(session, session.api().get(path(said))),
            ProjectCommands.PROJECT),
        Verb.of(
            "explain",
            "say level by level whether so much would be granted",
            QuotaCommands::explain,
            ProjectCommands.PROJECT,
            ALIAS,
            COUNT,
            AMOUNT),
        Verb.of(
            "verify",
            "compare every counter with what is charged",
            QuotaCommands::verify,
            FIX,
            Verb.REASON),
        Verb.of("export", "print the tree of projects with all limits", QuotaCommands::export),
        Verb.of(
            "diff",
            "say what applying a tree would change",
            (session, said) -> apply(session, said, true),
            FILE),
        Verb.of(
            "apply",
            "make the tree as a file has it, all at once; what it leaves out stays",
            (session, said) -> apply(session, said, said.has(Verb.DRY_RUN)),
            FILE,
            Verb.DRY_RUN,
            Verb.REASON));
  }

  private static ApiPath path(Arguments said) {
    return ApiPath.of("projects", said.need(ProjectCommands.PROJECT), "quota");
  }

  private static void set(Session session, Arguments said) throws Failure {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("limits", amounts(said.all(LIMITS)));
    said.get(Verb.REASON).ifPresent(reason -> body.put("reason", reason));
    print(session, session.api().put(path(said), JsonText.line(new Node(body))));
  }

  private static Map<String, Object> amounts(List<Limit> limits) {
    Map<String, Object> amounts = new LinkedHashMap<>();
    limits.forEach(limit -> amounts.put(limit.key(), limit.units().orElse(null)));
    return amounts;
  }

  private static void print(Session session, Node quota) throws Failure {
    session.showWith(quota, quota.at("limits").items(), LIST);
    if (session.isTable() && !quota.at("held").isAbsent()) {
      session
          .terminal()
          .say(
              quota.textAt("held")
                  + " units held, "
                  + quota.textAt("cleaning")
                  + " given back and not clean yet");
    }
  }

  private static Node free(Node limit) {
    if (limit.fields().containsKey("room")) {
      return limit.at("room");
    }
    return limit.at("limit").value() instanceof Long most
            && limit.at("used").value() instanceof Long used
        ? new Node(Math.max(0, most - used))
        : Node.ABSENT;
  }

  private static String bound(Node limit) {
    return limit.at("bound_above").isTrue() ? "a project above" : limit.textAt("bound_by");
  }

  private static String note(Node limit) {
    return limit.at("over").value() instanceof Long over && over > 0 ? "OVER by " + over : "";
  }

  private static void explain(Session session, Arguments said) throws Failure {
    Map<String, Object> body = new LinkedHashMap<>();
    said.get(ALIAS).ifPresent(alias -> body.put("alias", alias));
    said.get(COUNT).ifPresent(count -> body.put("count", (long) count));
    if (!said.all(AMOUNT).isEmpty()) {
      body.put("amounts", amounts(said.all(AMOUNT)));
    }
    if (said.get(ALIAS).isPresent() == body.containsKey("amounts")) {
      throw Failure.usage(
          "BAD_REQUEST", "Either --alias or --amount says what would be asked for.");
    }
    ProjectId project = said.need(ProjectCommands.PROJECT);
    Node answer =
        session
            .api()
            .post(
                ApiPath.of("projects", project, "quota", "explain"), JsonText.line(new Node(body)));
    session.showWith(answer, answer.at("levels").items(), LEVELS);
    Node binding = answer.at("binding");
    if (session.isTable() && !binding.isAbsent()) {
      session
          .terminal()
          .say(
              "binding: project "
                  + binding.textAt("project")
                  + " uses "
                  + binding.textAt("used")
                  + " of "
                  + binding.textAt("limit")
                  + " for "
                  + binding.textAt("key"));
    }
    if (!answer.at("allowed").isTrue()) {
      throw Failure.refused(
          ExitCode.QUOTA,
          "QUOTA_EXCEEDED",
          "so much would not be granted to project " + project,
          answer.at("reasons").items().stream()
              .map(reason -> new Failure.Reason("QUOTA_EXCEEDED", reason.text().orElse("")))
              .toList(),
          null);
    }
  }

  private static void verify(Session session, Arguments said) throws Failure {
    boolean fix = said.has(FIX);
    Optional<String> reason = said.get(Verb.REASON);
    if (fix && reason.isEmpty()) {
      throw Failure.usage("NO_REASON", "Setting counters right needs a --reason for the audit.");
    }
    Node answer =
        fix
            ? session
                .api()
                .post(ApiPath.of("quota", "fix"), Json.write(out -> out.text("reason", reason)))
            : session.api().get(ApiPath.of("quota", "verify"));
    List<Node> drift = answer.at("drift").items();
    if (!drift.isEmpty() || !session.isTable()) {
      session.showWith(answer, drift, DRIFT);
    }
    String found =
        answer.textAt("counters") + " counters compared, " + drift.size() + " had drifted";
    if (!drift.isEmpty() && !fix) {
      throw Failure.of(ExitCode.CONFLICT, "QUOTA_DRIFT", found)
          .andTry("ostler quota verify --fix --reason TEXT");
    }
    session.terminal().say(found);
  }

  private static void export(Session session, Arguments said) throws Failure {
    Node tree = session.api().get(ApiPath.of("quota", "tree"));
    if (session.isTree()) {
      session.show(tree, List.of());
    } else {
      session.terminal().print(Yaml.of(tree.value()) + "\n");
    }
  }

  private static void apply(Session session, Arguments said, boolean dryRun) throws Failure {
    TreeFile file = TreeFile.read(said.need(FILE));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("projects", file.projects());
    body.put("dry_run", dryRun);
    said.get(Verb.REASON).ifPresent(reason -> body.put("reason", reason));
    try {
      TreeChanges.print(
          session, session.api().post(ApiPath.of("quota", "tree"), JsonText.line(new Node(body))));
    } catch (Failure refusal) {
      throw file.located(refusal);
    }
  }
}
