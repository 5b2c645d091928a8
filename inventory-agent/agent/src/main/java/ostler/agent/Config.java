package ostler.agent;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import ostler.inventory.HostName;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.JsonObject;
import ostler.wire.WireException;

/**
 * The agent's configuration, {@code /etc/ostler/agent.json}. An unknown field is refused: a typing
 * error must not be a silent default.
 *
 * @param libvirt absent on a host without libvirt; who holds what is then the kernel's word alone
 * @param joinTokenFile with which the agent joins by itself at its first start
 * @param allocatorCa certificates (PEM) that an allocator behind TLS may show; the JVM's own
 *     otherwise
 * @param rootProgram the command of the root program for whole groups; sudo's by default
 * @param mdevProgram the command of the root program for slices; sudo's by default
 * @param heartbeat how often to report until the allocator asks for another interval
 * @param instanceGoneAfter for how long libvirt must not know an instance of Nova's before its
 *     claim is given back
 */
record Config(
    HostName host,
    URI allocator,
    Optional<URI> libvirt,
    Optional<Path> joinTokenFile,
    Optional<Path> allocatorCa,
    Optional<List<String>> rootProgram,
    Optional<List<String>> mdevProgram,
    Duration heartbeat,
    Duration instanceGoneAfter) {

  private static final int DEFAULT_HEARTBEAT_SECONDS = 30;
  private static final int MAX_HEARTBEAT_SECONDS = 3600;

  /** A hard reboot undefines a domain and defines it again, with an image to fetch in between. */
  private static final int DEFAULT_GONE_SECONDS = 300;

  private static final int MIN_GONE_SECONDS = 10;
  private static final int MAX_GONE_SECONDS = 86_400;

  /**
   * Reads a file.
   *
   * @throws IOException if it cannot be read
   * @throws WireException naming the field and the rule that it breaks
   */
  static Config load(Path file) throws IOException, WireException {
    return Json.read(Files.readAllBytes(file), JsonLimits.MESSAGE, Config::read);
  }

  private static Config read(JsonObject in) throws WireException {
    Config config =
        new Config(
            in.value("host", HostName::tryParse, "a host name"),
            in.value("allocator", Config::web, "an http or https URL without a path"),
            in.optionalValue("libvirt", Config::uri, "a libvirt URI such as qemu:///system"),
            in.optionalText("join_token_file").map(Path::of),
            in.optionalText("allocator_ca").map(Path::of),
            command(in, "root_program"),
            command(in, "mdev_program"),
            Duration.ofSeconds(
                in.optionalInteger("heartbeat_s", 1, MAX_HEARTBEAT_SECONDS)
                    .orElse(DEFAULT_HEARTBEAT_SECONDS)),
            Duration.ofSeconds(
                in.optionalInteger("instance_gone_after_s", MIN_GONE_SECONDS, MAX_GONE_SECONDS)
                    .orElse(DEFAULT_GONE_SECONDS)));
    in.done();
    return config;
  }

  private static Optional<List<String>> command(JsonObject in, String name) throws WireException {
    return in.has(name) ? Optional.of(in.values(name, Optional::of, "a word")) : Optional.empty();
  }

  /** An allocator's address: its calls have paths of their own. */
  static Optional<URI> web(String text) {
    return uri(text)
        .filter(uri -> "http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
        .filter(uri -> uri.getHost() != null && uri.getRawPath().matches("/?"))
        .filter(uri -> uri.getRawQuery() == null && uri.getRawUserInfo() == null);
  }

  private static Optional<URI> uri(String text) {
    try {
      return Optional.of(new URI(text)).filter(uri -> uri.getScheme() != null);
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }
}
