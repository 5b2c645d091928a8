package ostler.agent;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import ostler.agent.link.AllocatorClient;
import ostler.agent.link.Credential;
import ostler.agent.link.Identity;
import ostler.agent.link.LinkException;
import ostler.inventory.HostName;
import ostler.inventory.JoinAnswer;
import ostler.inventory.JoinRequest;
import ostler.nvml.NvmlLibrary;
import ostler.nvml.NvmlTelling;
import ostler.pci.PciAddress;
import ostler.sysfs.Probes;
import ostler.sysfs.Sysfs;
import ostler.wire.WireException;

/** {@code ostler agent}: reads the command line, and starts what it asks for. */
public final class Main {

  static final String USAGE =
      """
      Usage: ostler agent [--config FILE] [--root DIR] [--state DIR]
             ostler agent restore [--config FILE] [--root DIR] [--state DIR]
             ostler agent nvml ADDRESS...
             ostler agent join --url URL --host HOST --token-file FILE [--ca FILE] [--state DIR]

      The first keeps this host towards what its allocator wants, until it is stopped. The second
      makes again the slices and bindings that the last boot took, and ends. The third prints what
      NVML says of devices, a line of JSON each. The fourth makes this host known to an allocator,
      once.

        --config FILE      default /etc/ostler/agent.json
        --root DIR         the machine below DIR instead of this one
        --state DIR        default /var/lib/ostler/agent
        --url URL          of the allocator, for example https://allocator:7878
        --host HOST        this host's name, as the allocator knows it
        --token-file FILE  what ostler host enroll printed; - for standard input
        --ca FILE          certificates (PEM) that the allocator may show

      Exit: 0 done; 1 it could not be done, as standard error says; 2 wrong usage.
      """;

  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;

  private static final String CONFIG = "--config";
  private static final String ROOT = "--root";
  private static final String STATE = "--state";
  private static final String URL = "--url";
  private static final String HOST = "--host";
  private static final String TOKEN_FILE = "--token-file";
  private static final String CA = "--ca";

  private Main() {}

  public static void main(String[] args) throws InterruptedException {
    // The JDK would send a request again by itself, and a join token works once.
    System.setProperty("sun.net.http.retryPost", "false");
    // OSHI brings a logging facade that complains of having nothing behind it.
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    System.exit(run(List.of(args)));
  }

  private static int run(List<String> words) throws InterruptedException {
    String verb = words.isEmpty() || words.get(0).startsWith("-") ? "" : words.get(0);
    List<String> rest = verb.isEmpty() ? words : words.subList(1, words.size());
    try {
      switch (verb) {
        case "" -> {
          if (rest.contains("--help") || rest.contains("-h")) {
            System.out.print(USAGE);
          } else {
            wiring(rest).run();
          }
        }
        case "restore" -> wiring(rest).restore();
        case "join" -> join(rest);
        case Wiring.PROBE -> probe(rest);
        case Wiring.NVML -> nvml(rest);
        default -> throw new IllegalArgumentException(verb + " is not a verb of the agent");
      }
      return OK;
    } catch (IllegalArgumentException e) {
      System.err.println("ostler agent: " + e.getMessage() + "; see ostler agent --help");
      return WRONG_USAGE;
    } catch (IOException | LinkException | WireException | StartException e) {
      System.err.println("ostler agent: " + e.getMessage());
      return FAILED;
    }
  }

  private static Wiring wiring(List<String> words) throws IOException, WireException {
    Arguments arguments = Arguments.parse(words, Set.of(CONFIG, ROOT, STATE));
    Path root = Path.of(arguments.value(ROOT).orElse("/"));
    Path config =
        arguments.value(CONFIG).map(Path::of).orElse(root.resolve("etc/ostler/agent.json"));
    if (!Files.exists(config)) {
      throw new IOException("there is no configuration " + config + "; write one");
    }
    return new Wiring(Config.load(config), root, state(arguments, root));
  }

  private static Path state(Arguments arguments, Path root) {
    return arguments.value(STATE).map(Path::of).orElse(root.resolve("var/lib/ostler/agent"));
  }

  private static void join(List<String> words) throws IOException, LinkException, StartException {
    Arguments arguments = Arguments.parse(words, Set.of(URL, HOST, TOKEN_FILE, CA, STATE));
    HostName host = new HostName(arguments.required(HOST));
    Path state = state(arguments, Path.of("/"));
    URI allocator =
        Config.web(arguments.required(URL))
            .orElseThrow(() -> new IllegalArgumentException(URL + " is not an http or https URL"));
    String token = readToken(arguments.required(TOKEN_FILE));
    AllocatorClient client =
        new AllocatorClient(allocator, host, Trust.in(arguments.value(CA).map(Path::of)));
    try (StateDirectory held = StateDirectory.take(state)) {
      Identity identity = Identity.load(held.path());
      JoinAnswer answer = client.join(new JoinRequest(token, identity.publicKey(), Wiring.VERSION));
      new Credential(allocator, host, answer.credential()).save(held.path());
    }
    System.out.println("host " + host + " has joined " + allocator);
  }

  private static String readToken(String file) throws IOException {
    String token =
        file.equals("-")
            ? new String(System.in.readNBytes(4096), StandardCharsets.UTF_8)
            : Files.readString(Path.of(file));
    return token.strip();
  }

  /** The process that {@link ostler.agent.privileged.ProbeProgram} starts. */
  private static void probe(List<String> words) {
    if (words.isEmpty()) {
      throw new IllegalArgumentException("probe needs a root directory");
    }
    Probes.child(
        new Sysfs(Path.of(words.get(0))), addresses(words.subList(1, words.size())), lines());
  }

  /** The process that {@link ostler.agent.privileged.NvmlProgram} starts. */
  private static void nvml(List<String> words) {
    NvmlTelling.child(NvmlLibrary.INSTALLED, addresses(words), lines());
  }

  private static List<PciAddress> addresses(List<String> words) {
    List<PciAddress> addresses = new ArrayList<>();
    words.forEach(word -> addresses.add(PciAddress.parse(word)));
    return addresses;
  }

  /** Each line is written out when it ends. */
  private static PrintStream lines() {
    return new PrintStream(
        new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)),
        true,
        StandardCharsets.UTF_8);
  }
}
