package ostler.allocator;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import ostler.allocator.engine.nova.NovaMode;
import ostler.allocator.onetimeuse.PlacementUrl;
import ostler.allocator.quota.QuotaDefault;
import ostler.allocator.store.Database;
import ostler.allocator.store.TreePolicy;
import ostler.inventory.ProjectId;

/**
 * What the operator said on the command line.
 *
 * @param port 0 to 65535; with 0 the system chooses
 * @param data where the embedded database and the admin's token are
 * @param treePolicy for projects and keys that nobody decided about
 * @param novaMode what answers to Nova's scheduler are worth
 * @param placement where devices of one-time use are given back; absent where there are none
 * @param jdbcUrl of a PostgreSQL database, instead of the embedded one
 */
record Options(
    int port,
    InetAddress listen,
    Path data,
    Optional<String> jdbcUrl,
    Optional<String> jdbcUser,
    boolean autoClean,
    TreePolicy treePolicy,
    NovaMode novaMode,
    Optional<PlacementAccess> placement,
    Optional<Tls> tls) {

  static final int DEFAULT_PORT = 7878;

  private static final int MAX_PORT = 65535;

  static final String HELP =
      """
      ostler up: start an allocator

        --port N               listen on this port (7878)
        --listen ADDRESS       listen on this address (127.0.0.1); beyond loopback only with TLS
        --data DIR             keep database and admin token there (~/.local/share/ostler)
        --jdbc-url URL         keep data in this PostgreSQL database instead of the embedded one;
                               its password is read from the environment, OSTLER_JDBC_PASSWORD
        --jdbc-user NAME       as this user
        --quota-default WORDS  what holds where no limit is set: deny, unlimited, or by family of
                               keys as alias=deny,total=unlimited (alias=deny, others unlimited)
        --unknown-projects W   refuse (the default), or create-under:PROJECT
        --nova-mode MODE       enforce (the default), or shadow: every host passes, and what it would
                               have been is only recorded
        --placement-url URL    wipe devices of one-time use, and give them back to this Placement
        --placement-credentials FILE
                               who we are to it, a JSON object: token; or auth_url (with its /v3)
                               with application_credential_id and application_credential_secret,
                               or with username, password and project_name
        --no-auto-clean        clean dirty units only when somebody says so
        --tls-certificate FILE serve TLS with this certificate chain, in PEM
        --tls-key FILE         and this private key, in PEM
      """;

  /** A certificate and its key. */
  record Tls(Path certificate, Path key) {}

  /** Where Placement is, and the file that says who we are to it. */
  record PlacementAccess(PlacementUrl url, Path credentials) {}

  /** The command line breaks a rule, which the message says. */
  static final class BadOption extends Exception {

    private static final long serialVersionUID = 1L;

    BadOption(String message) {
      super(message);
    }
  }

  Options {
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException("a port is 0 to 65535, not " + port);
    }
  }

  /**
   * Reads a command line.
   *
   * @param home of the user, where the data is unless said otherwise
   */
  static Options parse(List<String> arguments, Path home) throws BadOption {
    Deque<String> left = new ArrayDeque<>(arguments);
    int port = DEFAULT_PORT;
    InetAddress listen = InetAddress.getLoopbackAddress();
    Path data = home.resolve(".local/share/ostler");
    String jdbcUrl = null;
    String jdbcUser = null;
    boolean autoClean = true;
    QuotaDefault otherwise = QuotaDefault.SHIPPED;
    Optional<ProjectId> unknownUnder = Optional.empty();
    NovaMode novaMode = NovaMode.ENFORCE;
    String placement = null;
    String credentials = null;
    String certificate = null;
    String key = null;
    while (!left.isEmpty()) {
      String option = left.pop();
      switch (option) {
        case "--port" -> port = port(value(option, left));
        case "--listen" -> listen = address(value(option, left));
        case "--data" -> data = Path.of(value(option, left));
        case "--jdbc-url" -> jdbcUrl = value(option, left);
        case "--jdbc-user" -> jdbcUser = value(option, left);
        case "--quota-default" -> otherwise = quotaDefault(value(option, left));
        case "--unknown-projects" -> unknownUnder = home(value(option, left));
        case "--nova-mode" -> novaMode = novaMode(value(option, left));
        case "--placement-url" -> placement = value(option, left);
        case "--placement-credentials" -> credentials = value(option, left);
        case "--no-auto-clean" -> autoClean = false;
        case "--tls-certificate" -> certificate = value(option, left);
        case "--tls-key" -> key = value(option, left);
        default -> throw new BadOption("there is no option " + option + "; see --help");
      }
    }
    if ((certificate == null) != (key == null)) {
      throw new BadOption("--tls-certificate and --tls-key go together");
    }
    Optional<Tls> tls =
        certificate == null
            ? Optional.empty()
            : Optional.of(new Tls(Path.of(certificate), Path.of(key)));
    if (!listen.isLoopbackAddress() && tls.isEmpty()) {
      throw new BadOption(
          "listening on "
              + listen.getHostAddress()
              + " would send tokens in the clear; give --tls-certificate and --tls-key, or listen"
              + " on 127.0.0.1");
    }
    return new Options(
        port,
        listen,
        data,
        Optional.ofNullable(jdbcUrl),
        Optional.ofNullable(jdbcUser),
        autoClean,
        new TreePolicy(otherwise, unknownUnder),
        novaMode,
        placement(placement, credentials),
        tls);
  }

  private static Optional<PlacementAccess> placement(String url, String credentials)
      throws BadOption {
    if ((url == null) != (credentials == null)) {
      throw new BadOption("--placement-url and --placement-credentials go together");
    }
    if (url == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(new PlacementAccess(PlacementUrl.parse(url), Path.of(credentials)));
    } catch (IllegalArgumentException e) {
      throw new BadOption("--placement-url " + e.getMessage());
    }
  }

  /** Where the data is. */
  Database.Settings database(DataFolder folder, String password, int connections) {
    return jdbcUrl
        .map(url -> new Database.Settings(url, jdbcUser.orElse(""), password, connections))
        .orElseGet(() -> new Database.Settings(folder.databaseUrl(), "ostler", "", connections));
  }

  private static String value(String option, Deque<String> left) throws BadOption {
    if (left.isEmpty()) {
      throw new BadOption(option + " needs a value; see --help");
    }
    return left.pop();
  }

  private static int port(String text) throws BadOption {
    if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > MAX_PORT) {
      throw new BadOption("--port is 0 to 65535, not " + text);
    }
    return Integer.parseInt(text);
  }

  private static NovaMode novaMode(String text) throws BadOption {
    return switch (text) {
      case "enforce" -> NovaMode.ENFORCE;
      case "shadow" -> NovaMode.SHADOW;
      default -> throw new BadOption("--nova-mode is enforce or shadow, not " + text);
    };
  }

  private static QuotaDefault quotaDefault(String text) throws BadOption {
    try {
      return QuotaDefault.parse(text);
    } catch (IllegalArgumentException e) {
      throw new BadOption("--quota-default: " + e.getMessage());
    }
  }

  private static Optional<ProjectId> home(String text) throws BadOption {
    if (text.equals("refuse")) {
      return Optional.empty();
    }
    String under = "create-under:";
    Optional<ProjectId> home =
        text.startsWith(under)
            ? ProjectId.tryParse(text.substring(under.length()))
            : Optional.empty();
    if (home.isEmpty()) {
      throw new BadOption("--unknown-projects is refuse or create-under:PROJECT, not " + text);
    }
    return home;
  }

  private static InetAddress address(String text) throws BadOption {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new BadOption("--listen is an address of this machine, not " + text);
    }
  }
}
