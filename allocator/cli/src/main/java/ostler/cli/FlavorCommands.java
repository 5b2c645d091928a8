package ostler.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ostler.cli.print.Column;
import ostler.cli.print.DisplayText;
import ostler.cli.print.Node;
import ostler.flavor.nova.Cloud;
import ostler.flavor.nova.Comparison;
import ostler.flavor.nova.Difference;
import ostler.flavor.nova.NovaConfig;
import ostler.flavor.nova.NovaFlavor;
import ostler.flavor.nova.NovaText;
import ostler.inventory.HostName;
import picocli.CommandLine.Model.CommandSpec;

/** {@code ostler flavor}: Nova's configuration and flavors beside Ostler's aliases. */
final class FlavorCommands {

  private static final Argument.Option<HostName> HOST =
      Argument.Option.of("--host", "HOST", HostName::new, "as seen from this compute host alone");
  private static final Argument.Option<Path> CONFIG_FILE =
      Argument.Option.of(
          "--write-conf", "FILE", Path::of, "write the part of nova.conf to this file");
  private static final Argument.Option<Path> COMMANDS_FILE =
      Argument.Option.of(
          "--write-commands", "FILE", Path::of, "write the openstack commands to this file");

  private static final List<Column> LIST =
      List.of(
          Column.of("CODE", "code"),
          Column.of("ABOUT", "about"),
          Column.of("DIFFERENCE", "message"),
          Column.of("NEXT", "next"));

  private FlavorCommands() {}

  static CommandSpec noun() {
    return Verb.noun(
        "flavor",
        "Nova's flavors, aliases and device_specs beside Ostler's aliases",
        Verb.of(
            "diff",
            "say in what Nova's configuration and flavors differ from Ostler; 11 if in anything",
            FlavorCommands::diff,
            NovaFiles.CONFIG.needed(),
            NovaFiles.FLAVORS,
            HOST),
        Verb.of(
            "sync",
            "write Nova's side from Ostler's aliases: lines for nova.conf, openstack commands",
            FlavorCommands::sync,
            NovaFiles.CONFIG,
            NovaFiles.FLAVORS,
            HOST,
            Verb.DRY_RUN,
            CONFIG_FILE,
            COMMANDS_FILE,
            OutputFile.OVERWRITE));
  }

  private static void diff(Session session, Arguments said) throws Failure {
    NovaConfig config = NovaFiles.config(said);
    List<NovaFlavor> flavors = NovaFiles.flavors(said);
    Optional<HostName> host = said.get(HOST);
    if (host.isPresent() && said.get(NovaFiles.FLAVORS).isPresent()) {
      throw Failure.usage(
          "BAD_REQUEST", "A flavor is for all hosts: leave --host or --flavors out.");
    }
    Cloud whole = NovaCloud.read(session);
    Cloud cloud = host.map(whole::on).orElse(whole);
    requireKnown(host, cloud);
    List<Difference> differences = Comparison.of(config, flavors, cloud);
    print(session, differences);
    if (session.isTable()) {
      session.terminal().print(summary(config, flavors, cloud));
    }
    if (!differences.isEmpty()) {
      throw Failure.of(
          ExitCode.WARNING,
          "DIFFERENT",
          differences.size() + (differences.size() == 1 ? " difference" : " differences"));
    }
  }

  private static void requireKnown(Optional<HostName> host, Cloud cloud) throws Failure {
    if (host.isPresent() && cloud.devices().isEmpty()) {
      throw Failure.of(
              ExitCode.NOT_FOUND, "NO_DEVICE", "Host " + host.get() + " has reported no device.")
          .andTry("see how it is: ostler host show " + host.get());
    }
  }

  private static void print(Session session, List<Difference> differences) throws Failure {
    if (session.isTable()) {
      for (Difference found : differences) {
        for (String line : told(found)) {
          session.terminal().print(DisplayText.safe(line) + "\n");
        }
      }
      return;
    }
    List<Node> items = new ArrayList<>();
    for (Difference found : differences) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("code", found.code().name());
      fields.put("about", found.about());
      fields.put("message", found.sentence());
      fields.put("next", found.next());
      items.add(new Node(fields));
    }
    session.terminal().print(session.printer().list(items, LIST, List.of()));
  }

  /** A difference has sentences, for which a table has no room. */
  private static List<String> told(Difference found) {
    return List.of(
        found.code() + " " + found.about() + ": " + found.sentence(), "  next: " + found.next());
  }

  private static String summary(NovaConfig config, List<NovaFlavor> flavors, Cloud cloud) {
    return "Compared: device_specs "
        + config.deviceSpecs().size()
        + ", Nova's aliases "
        + config.aliases().size()
        + ", flavors "
        + flavors.size()
        + " with devices "
        + cloud.devices().size()
        + ", units "
        + cloud.units().size()
        + ", Ostler's aliases "
        + cloud.aliases().size()
        + ".\n";
  }

  private static void sync(Session session, Arguments said) throws Failure {
    Optional<OutputFile> output = file(said, CONFIG_FILE);
    Optional<OutputFile> commands = file(said, COMMANDS_FILE);
    boolean dryRun = said.has(Verb.DRY_RUN);
    if (dryRun == (output.isPresent() || commands.isPresent())) {
      throw Failure.usage(
          "BAD_REQUEST",
          "Say either --dry-run, or where to write: --write-conf FILE, --write-commands FILE.");
    }
    NovaConfig present = NovaFiles.config(said);
    List<NovaFlavor> flavors = NovaFiles.flavors(said);
    Optional<HostName> host = said.get(HOST);
    Cloud cloud = NovaCloud.read(session);
    requireKnown(host, host.map(cloud::on).orElse(cloud));
    NovaText.Written written = NovaText.of(cloud, host, present, flavors);
    if (dryRun) {
      show(session, written);
    } else {
      write(session, output, commands, written);
    }
    List<Difference> unwritten = written.unwritten();
    for (Difference alias : unwritten) {
      told(alias).forEach(session.terminal()::say);
    }
    if (!unwritten.isEmpty()) {
      throw Failure.of(
          ExitCode.PARTIAL,
          "SOME_FAILED",
          unwritten.size() + " of " + cloud.aliases().size() + " aliases left out, as told above.");
    }
  }

  private static Optional<OutputFile> file(Arguments said, Argument.Option<Path> option) {
    return said.get(option).map(path -> new OutputFile(path, said.has(OutputFile.OVERWRITE)));
  }

  private static void show(Session session, NovaText.Written written) throws Failure {
    if (session.isTree()) {
      Map<String, Object> both = new LinkedHashMap<>();
      both.put("config", written.config());
      both.put("commands", written.commands());
      session.show(new Node(both), List.of());
    } else {
      session.terminal().print(written.config() + "\n" + written.commands());
    }
  }

  /** Both files are judged before either is written. */
  private static void write(
      Session session,
      Optional<OutputFile> output,
      Optional<OutputFile> commands,
      NovaText.Written written)
      throws Failure {
    if (output.isPresent()) {
      output.get().requireOurs(NovaText.FIRST_LINE);
    }
    if (commands.isPresent()) {
      commands.get().requireOurs(NovaText.FIRST_LINE);
      commands.get().write(written.commands());
      session.terminal().say("Wrote " + commands.get().file() + '.');
    }
    if (output.isPresent()) {
      output.get().write(written.config());
      session.terminal().say("Wrote " + output.get().file() + '.');
    }
  }
}
