package ostler.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import ostler.cli.print.Column;
import ostler.cli.print.Column.Kind;
import ostler.cli.print.Node;
import ostler.inventory.HostName;
import ostler.pci.PciAddress;
import ostler.wire.Json;
import ostler.wire.JsonWriter;
import picocli.CommandLine.Model.CommandSpec;

/** {@code ostler device}. */
final class DeviceCommands {

  private static final Argument.Operand<Ref> DEVICE =
      Argument.Operand.one("DEVICE", Ref::parse, "host/address, id, or an id's beginning");
  private static final Argument.Option<PciAddress> ADDRESS =
      Argument.Option.of("--address", "ADDRESS", PciAddress::parse, "a device; may be repeated")
          .repeated();
  static final List<Column> LIST =
      List.of(
          Column.of("ID", "id", Kind.ID),
          Column.of("HOST", "host"),
          Column.of("ADDRESS", "address"),
          Column.made("MODEL", DeviceCommands::model),
          Column.of("CLASS", "class"),
          Column.made("NAME", DeviceCommands::name),
          Column.of("GROUP", "group", Kind.NUMBER),
          Column.of("NUMA", "numa_node", Kind.NUMBER),
          Column.of("DRIVER", "driver"),
          Column.of("PRESENCE", "presence", Kind.STATE),
          Column.of("ADMITTED", "admitted"),
          Column.of("UNIT", "unit", Kind.ID));

  private static final List<Column> SHOW =
      List.of(
          Column.of("ID", "id"),
          Column.of("HOST", "host"),
          Column.of("ADDRESS", "address"),
          Column.made("NAME", DeviceCommands::name),
          Column.made("MODEL", DeviceCommands::model),
          Column.of("SUBSYSTEM", "subsystem"),
          Column.of("CLASS", "class"),
          Column.of("SERIAL", "serial"),
          Column.of("GROUP", "group"),
          Column.of("NUMA", "numa_node"),
          Column.of("DRIVER", "driver"),
          Column.of("RESETS", "reset_methods"),
          Column.of("PRESENCE", "presence", Kind.STATE),
          Column.of("ADMITTED", "admitted"),
          Column.of("UNIT", "unit"),
          Column.made("KIND", SliceText::kind),
          Column.of("PARENT", "parent"),
          Column.made("COULD_HOLD", SliceText::couldHold),
          Column.of("FIRST_SEEN", "first_seen", Kind.TIME),
          Column.of("LAST_SEEN", "last_seen", Kind.TIME),
          Column.of("PROBLEMS", "problems"));

  private static final Comparator<Node> BY_PLACE =
      Comparator.comparing((Node device) -> device.textAt("host"))
          .thenComparing(device -> device.textAt("address"));

  private static final String DRY_RUN_TOLD = "Nothing was done: this was a dry run.";

  private DeviceCommands() {}

  static CommandSpec noun() {
    return Verb.noun(
        "device",
        "PCI functions, managed or not",
        Verb.list("list the devices", DeviceCommands::list, Verb.HOST),
        Verb.of("show", "show a device", DeviceCommands::show, DEVICE),
        Verb.of(
            "tree",
            "show a host's devices by NUMA node and group",
            DeviceTree::print,
            Verb.HOST.needed()),
        Verb.of(
            "admit",
            "take devices in, by address or by rule",
            DeviceCommands::admit,
            Verb.HOST,
            ADDRESS,
            ModelRule.VENDOR,
            ModelRule.PRODUCT,
            ModelRule.CLASS,
            Verb.DRY_RUN,
            Verb.REASON.needed()),
        Verb.of(
            "forget",
            "give a device back to its host",
            DeviceCommands::forget,
            DEVICE,
            Verb.DRY_RUN,
            Verb.REASON.needed(),
            Session.YES));
  }

  private static void list(Session session, Arguments said) throws Failure {
    session.list(
        ApiPath.of("devices").with("host", said.get(Verb.HOST)),
        LIST,
        said,
        items -> items.stream().sorted(BY_PLACE).toList());
  }

  private static void show(Session session, Arguments said) throws Failure {
    session.show(new Finder(session).device(said.need(DEVICE)), SHOW);
  }

  private static void admit(Session session, Arguments said) throws Failure {
    List<PciAddress> addresses = said.all(ADDRESS);
    Optional<HostName> host = said.get(Verb.HOST);
    boolean byRule = ModelRule.isSaid(said);
    if (byRule == !addresses.isEmpty()) {
      throw Failure.usage("BAD_REQUEST", "Devices are admitted by --address or by a rule.")
          .andTry(
              "say either --host and --address, or one or more of --vendor, --product, --class");
    }
    if (!byRule && host.isEmpty()) {
      throw Failure.usage("BAD_REQUEST", "An address is known only with its --host.");
    }
    Consumer<JsonWriter> which =
        byRule
            ? out -> out.object("rule", rule -> ModelRule.write(said, rule))
            : out -> out.texts("addresses", addresses);
    Node answer =
        session
            .api()
            .post(
                ApiPath.of("devices", "admit"),
                Json.write(
                    out -> {
                      out.text("host", host);
                      which.accept(out);
                      out.bool("dry_run", said.has(Verb.DRY_RUN))
                          .text("reason", said.need(Verb.REASON));
                    }));
    tellAdmitted(session, answer);
  }

  private static void tellAdmitted(Session session, Node answer) throws Failure {
    List<Node> admitted = answer.at("admitted").items();
    List<Node> refused = answer.at("refused").items();
    if (session.isTree() || !admitted.isEmpty()) {
      session.showWith(answer, admitted, UnitCommands.LIST);
    }
    for (Node device : refused) {
      session
          .terminal()
          .say(
              "refused "
                  + device.textAt("host")
                  + '/'
                  + device.textAt("address")
                  + ": "
                  + UnitText.reason(device));
    }
    if (answer.at("dry_run").isTrue()) {
      session.terminal().say(DRY_RUN_TOLD);
    }
    if (admitted.isEmpty() && refused.isEmpty()) {
      throw Failure.of(ExitCode.NOT_FOUND, "NO_DEVICE", "No device matches.")
          .andTry("see what there is by: ostler device list");
    }
    if (!refused.isEmpty()) {
      throw Failure.of(
          admitted.isEmpty() ? ExitCode.CONFLICT : ExitCode.PARTIAL,
          "NOT_ALL_ADMITTED",
          refused.size() + " of " + (refused.size() + admitted.size()) + " were refused.");
    }
  }

  private static void forget(Session session, Arguments said) throws Failure {
    Node device = new Finder(session).device(said.need(DEVICE));
    boolean dryRun = said.has(Verb.DRY_RUN);
    if (!dryRun) {
      session.confirm(said, () -> impact(session, device));
    }
    String body =
        Json.write(
            out ->
                out.text("host", device.textAt("host"))
                    .text("address", device.textAt("address"))
                    .bool("dry_run", dryRun)
                    .text("reason", said.need(Verb.REASON)));
    session.show(session.api().post(ApiPath.of("devices", "forget"), body), UnitCommands.SHOW);
    if (dryRun) {
      session.terminal().say(DRY_RUN_TOLD);
    }
  }

  private static List<String> impact(Session session, Node device) throws Failure {
    List<String> impact = new ArrayList<>();
    impact.add(
        "Device "
            + device.textAt("host")
            + '/'
            + device.textAt("address")
            + ' '
            + device.textAt("name")
            + " goes back to its host with all of its group.");
    Optional<String> unit = device.at("unit").text();
    if (unit.isPresent()) {
      impact.add(UnitText.sentence(session.api().get(ApiPath.of("units", unit.get()))));
    }
    return impact;
  }

  /** {@code 10de:20b0}. */
  static String model(Node device) {
    return device.textAt("vendor") + ':' + device.textAt("device");
  }

  /** What people call it; empty where nobody knows more than the model's numbers. */
  static String name(Node device) {
    String name = device.textAt("name");
    return name.equals(model(device)) ? "" : name;
  }
}
