package ostler.cli;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import ostler.cli.print.Column;
import ostler.cli.print.Column.Kind;
import ostler.cli.print.Node;
import ostler.inventory.HostName;
import ostler.wire.Json;
import picocli.CommandLine.Model.CommandSpec;

/** {@code ostler host}. */
final class HostCommands {

  private static final Argument.Operand<HostName> HOST =
      Argument.Operand.one("HOST", HostName::new, "the host's name");
  private static final Argument.Operand<HostName> HOSTS =
      Argument.Operand.several("HOST", HostName::new, "the hosts' names");

  private static final Argument.Option<String> EVIDENCE =
      Argument.Option.of(
          "--evidence", "TEXT", Parsers::words, "how you know, for example: powered off by BMC");

  private static final List<Column> LIST =
      List.of(
          Column.of("HOST", "host"),
          Column.of("STATE", "state", Kind.STATE),
          Column.of("ADMIN", "admin", Kind.STATE),
          Column.of("AGENT", "agent.version"),
          Column.of("LAST_SEEN", "agent.last_seen", Kind.TIME),
          Column.of("IOMMU", "iommu"),
          Column.made("UNITS", HostCommands::units),
          Column.of("REASON", "admin_reason"));

  private static final List<Column> SHOW =
      List.of(
          Column.of("HOST", "host"),
          Column.of("STATE", "state", Kind.STATE),
          Column.of("ADMIN", "admin", Kind.STATE),
          Column.of("REASON", "admin_reason"),
          Column.made("UNITS", HostCommands::units),
          Column.of("AGENT", "agent.version"),
          Column.of("INSTANCE", "agent.instance"),
          Column.of("LAST_SEEN", "agent.last_seen", Kind.TIME),
          Column.made("CLOCK", HostCommands::skew),
          Column.of("KERNEL", "kernel"),
          Column.of("IOMMU", "iommu"),
          Column.of("BOOT", "boot_id"),
          Column.of("EPOCH", "epoch"),
          Column.made("REVISION", HostCommands::revision),
          Column.of("WARNINGS", "warnings"));

  private static final List<Column> ENROLLMENT =
      List.of(
          Column.of("HOST", "host"),
          Column.of("JOIN_TOKEN", "join_token"),
          Column.of("EXPIRES", "expires", Kind.TIME));

  private HostCommands() {}

  static CommandSpec noun() {
    return Verb.noun(
        "host",
        "machines with an agent",
        Verb.list(
            "list the hosts", (session, said) -> session.list(ApiPath.of("hosts"), LIST, said)),
        Verb.of("show", "show a host", HostCommands::show, HOST),
        Verb.of(
            "enroll",
            "make a token by which a host's agent joins once",
            HostCommands::enroll,
            HOST),
        Verb.of(
            "revoke",
            "take a host's credential away",
            HostCommands::revoke,
            HOST,
            Verb.REASON.needed(),
            Session.YES),
        Verb.of(
            "cordon",
            "give out no more units of hosts; claims stay",
            (session, said) -> admin(session, said, "cordon"),
            HOSTS,
            Verb.REASON.needed()),
        Verb.of(
            "uncordon",
            "give out units of hosts again",
            (session, said) -> admin(session, said, "uncordon"),
            HOSTS,
            Verb.REASON),
        Verb.of(
            "drain",
            "let hosts become empty: no more of their units, and claims stay until they end",
            (session, said) -> admin(session, said, "drain"),
            HOSTS,
            Verb.REASON.needed()),
        Verb.of(
            "undrain",
            "give out units of hosts again",
            (session, said) -> admin(session, said, "uncordon"),
            HOSTS,
            Verb.REASON),
        Verb.of(
            "fence",
            "end a host's claims, knowing that nothing runs on it before it restarts",
            HostCommands::fence,
            HOST,
            EVIDENCE.needed(),
            Session.YES),
        Verb.of(
            "remove",
            "take a host out that has no claims",
            HostCommands::remove,
            HOST,
            Verb.REASON.needed(),
            Session.YES));
  }

  private static void show(Session session, Arguments said) throws Failure {
    session.show(session.api().get(ApiPath.of("hosts", said.need(HOST))), SHOW);
  }

  private static void enroll(Session session, Arguments said) throws Failure {
    ApiPath path = ApiPath.of("hosts", said.need(HOST), "enrollment");
    session.show(session.api().post(path, Json.write(out -> {})), ENROLLMENT);
  }

  private static void revoke(Session session, Arguments said) throws Failure {
    HostName host = said.need(HOST);
    session.confirm(said, () -> revocation(session.api().get(ApiPath.of("hosts", host))));
    session.show(session.api().post(ApiPath.of("hosts", host, "revoke"), reason(said)), SHOW);
  }

  private static void fence(Session session, Arguments said) throws Failure {
    HostName host = said.need(HOST);
    session.confirm(
        said,
        () ->
            List.of(
                told(session.api().get(ApiPath.of("hosts", host))),
                "Its claims end without proof, and its units wait for its next boot."));
    String body = Json.write(out -> out.text("evidence", said.need(EVIDENCE)));
    session.show(session.api().post(ApiPath.of("hosts", host, "fence"), body), SHOW);
  }

  private static void remove(Session session, Arguments said) throws Failure {
    HostName host = said.need(HOST);
    session.confirm(said, () -> revocation(session.api().get(ApiPath.of("hosts", host))));
    session.show(session.api().post(ApiPath.of("hosts", host, "remove"), reason(said)), SHOW);
  }

  private static String told(Node host) {
    return "Host "
        + host.textAt("host")
        + " is "
        + host.textAt("state")
        + " with units: "
        + units(host)
        + '.';
  }

  private static List<String> revocation(Node host) {
    return List.of(
        told(host), "Its agent can report no more until the host is enrolled again; claims stay.");
  }

  private static void admin(Session session, Arguments said, String verb) throws Failure {
    session.each(
        said.all(HOSTS),
        host -> session.api().post(ApiPath.of("hosts", host, verb), reason(said)),
        SHOW,
        LIST);
  }

  private static String reason(Arguments said) {
    Optional<String> reason = said.get(Verb.REASON);
    return Json.write(out -> out.text("reason", reason));
  }

  /** {@code clean 2, in_use 1}. */
  private static String units(Node host) {
    return host.at("units").fields().entrySet().stream()
        .map(state -> state.getKey() + ' ' + state.getValue().text().orElse("?"))
        .collect(Collectors.joining(", "));
  }

  private static String skew(Node host) {
    return host.at("agent.skew_ms").text().map(millis -> millis + " ms off").orElse("");
  }

  private static String revision(Node host) {
    return host.at("applied_revision").text().orElse("none")
        + " applied of "
        + host.at("revision").text().orElse("none");
  }
}
