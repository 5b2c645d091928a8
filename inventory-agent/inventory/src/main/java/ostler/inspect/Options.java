package ostler.inspect;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import ostler.capture.Capture.Identities;
import ostler.pci.PciAddress;

/**
 * What {@code ostler inspect} was asked to do.
 *
 * @param root the machine to look at: {@code /}, or a directory that looks like one
 * @param capture where to write the host as one file, instead of showing it
 * @param all whether to show every function, bridges and virtual functions among them
 * @param help whether only the usage was asked for
 * @param probe the functions to probe, in the process that does only that
 */
record Options(
    Format format,
    Path root,
    Optional<Path> capture,
    Identities identities,
    boolean all,
    boolean help,
    Optional<List<PciAddress>> probe) {

  static final String USAGE =
      """
      Usage: ostler inspect [-o table|json|yaml|tree] [--all] [--root DIR]
             ostler inspect --capture FILE [--redact] [--root DIR]

      Looks at the PCI functions of this machine: groups, companions, drivers, reset methods, NUMA
      nodes, virtual functions, mdev types and links. Needs no server and no root, and changes
      nothing.

        -o, --output FORMAT  table (the default), json, yaml or tree
            --all            show every function, not accelerators, displays and NVMe alone
            --root DIR       look at the machine below DIR: a mounted one, or a captured one
            --capture FILE   write what this machine shows into one text file
            --redact         leave serial numbers, host name and boot id out of that file
        -h, --help           print this

      Exit: 0 all was read; 1 the file could not be written; 2 wrong usage; 8 some device had
      problems, which standard error names.
      """;

  /** The child's own option, which only this program itself gives. */
  static final String PROBE = "--probe";

  /** How the host is shown. */
  enum Format {
    TABLE,
    JSON,
    YAML,
    TREE;

    private static Optional<Format> tryParse(String text) {
      return Arrays.stream(values())
          .filter(format -> format.name().toLowerCase(Locale.ROOT).equals(text))
          .findFirst();
    }
  }

  /** Whether what is shown has names in it. */
  boolean isForPeople() {
    return format == Format.TABLE || format == Format.TREE;
  }

  /**
   * Reads the command line.
   *
   * @throws UsageException with a sentence that says what is wrong
   */
  static Options parse(String... args) throws UsageException {
    Deque<String> words = new ArrayDeque<>(List.of(args));
    Format format = Format.TABLE;
    Path root = Path.of("/");
    Optional<Path> capture = Optional.empty();
    Identities identities = Identities.KEPT;
    boolean all = false;
    boolean help = false;
    Optional<List<PciAddress>> probe = Optional.empty();
    while (!words.isEmpty()) {
      String word = words.remove();
      switch (word) {
        case "-o", "--output" -> format = format(valueOf(word, words));
        case "--root" -> root = Path.of(valueOf(word, words));
        case "--capture" -> capture = Optional.of(Path.of(valueOf(word, words)));
        case "--redact" -> identities = Identities.REDACTED;
        case "--all" -> all = true;
        case "-h", "--help" -> help = true;
        case PROBE -> probe = Optional.of(addresses(words));
        default -> throw new UsageException("there is no option " + word);
      }
    }
    if (identities == Identities.REDACTED && capture.isEmpty()) {
      throw new UsageException("--redact goes with --capture");
    }
    return new Options(format, root, capture, identities, all, help, probe);
  }

  private static String valueOf(String option, Deque<String> words) throws UsageException {
    if (words.isEmpty()) {
      throw new UsageException(option + " needs a value");
    }
    return words.remove();
  }

  private static Format format(String text) throws UsageException {
    return Format.tryParse(text)
        .orElseThrow(
            () -> new UsageException("the output is table, json, yaml or tree, not " + text));
  }

  private static List<PciAddress> addresses(Deque<String> words) throws UsageException {
    List<PciAddress> addresses = new ArrayList<>();
    while (!words.isEmpty()) {
      String word = words.remove();
      addresses.add(
          PciAddress.tryParse(word)
              .orElseThrow(() -> new UsageException("is not a PCI address: " + word)));
    }
    return addresses;
  }
}
