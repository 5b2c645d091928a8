package ostler.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ostler.inventory.Consumer;
import ostler.inventory.HostName;
import ostler.inventory.ProjectId;
import ostler.wire.JsonWriter;

/** What claims, holds and moves say alike: how much of what, where, and for whom. */
final class AskedFor {

  static final Argument.Option<ProjectId> PROJECT =
      Argument.Option.of("--project", "PROJECT", ProjectId::new, "the project it is charged to");
  static final Argument.Option<String> STATE =
      Argument.Option.of("--state", "STATE", Parsers::name, "in this state");
  static final Argument.Option<String> ALIAS =
      Argument.Option.of("--alias", "ALIAS", Parsers::name, "what kind of unit");
  static final Argument.Option<Integer> COUNT =
      Argument.Option.of(
          "--count", "N", Parsers::positive, "how many units, all on one host; else 1");
  static final Argument.Option<More> WITH =
      Argument.Option.of(
              "--with", "ALIAS[=N]", More::parse, "so many of that too, on the same host")
          .repeated();
  static final Argument.Option<HostName> ONE_OF =
      Argument.Option.of("--one-of", "HOST", HostName::new, "on one of these hosts; repeated")
          .repeated();

  private AskedFor() {}

  /** Another part of what is asked for. */
  record More(String alias, int count) {

    private static final Pattern FORM = Pattern.compile("([^=]+)(?:=(.*))?");

    static More parse(String text) {
      Matcher form = FORM.matcher(text);
      if (!form.matches()) {
        throw new IllegalArgumentException("is ALIAS or ALIAS=N, for example nic=2");
      }
      return new More(
          Parsers.name(form.group(1)), form.group(2) == null ? 1 : Parsers.positive(form.group(2)));
    }
  }

  /** One alias in the short form, several as parts. */
  static void writeParts(Arguments said, JsonWriter out) {
    List<More> more = said.all(WITH);
    int count = said.get(COUNT).orElse(1);
    if (more.isEmpty()) {
      said.get(ALIAS).ifPresent(alias -> out.text("alias", alias).integer("count", count));
      return;
    }
    List<More> parts = new ArrayList<>();
    said.get(ALIAS).ifPresent(alias -> parts.add(new More(alias, count)));
    parts.addAll(more);
    out.list(
        "parts",
        parts,
        (part, inner) -> inner.text("alias", part.alias()).integer("count", part.count()));
  }

  static void writeHosts(Arguments said, JsonWriter out) {
    List<HostName> some = said.all(ONE_OF);
    if (some.isEmpty()) {
      out.text("host", said.get(Verb.HOST));
    } else {
      out.texts("hosts", some);
    }
  }

  static void writeConsumer(Consumer consumer, JsonWriter out) {
    out.object(
        "consumer",
        inner ->
            inner
                .text("source", consumer.source())
                .text("type", consumer.type())
                .text("id", consumer.id()));
  }
}
