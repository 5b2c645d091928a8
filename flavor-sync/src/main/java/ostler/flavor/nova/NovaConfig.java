package ostler.flavor.nova;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Nova's configuration says of PCI devices, read by the rules of its newest release.
 *
 * @param deviceSpecs in the order in which Nova tries them
 * @param aliases by name
 * @param reportInPlacement whether the compute reports its devices to Placement
 * @param pciInPlacement whether Placement chooses devices
 */
public record NovaConfig(
    List<DeviceSpec> deviceSpecs,
    SortedMap<String, NovaAlias> aliases,
    boolean reportInPlacement,
    boolean pciInPlacement) {

  /** A reference to another option, or a dollar sign that stands for itself. */
  private static final Pattern DOLLAR =
      Pattern.compile(
          "\\$(?:(\\$)|([_a-z][._a-z0-9]*)|\\{([_a-z][._a-z0-9]*)\\})", Pattern.CASE_INSENSITIVE);

  private static final Set<String> YES = Set.of("true", "1", "on", "yes");
  private static final Set<String> NO = Set.of("false", "0", "off", "no");

  /** An option by its section and name. */
  private record Option(String section, String name) {}

  /** Its names, the present one first. */
  private static final List<Option> DEVICE_SPEC =
      List.of(
          new Option("pci", "device_spec"),
          new Option("pci", "passthrough_whitelist"),
          new Option("DEFAULT", "pci_passthrough_whitelist"));

  private static final List<Option> ALIAS =
      List.of(new Option("pci", "alias"), new Option("DEFAULT", "pci_alias"));
  private static final Option REPORT = new Option("pci", "report_in_placement");
  private static final Option IN_PLACEMENT = new Option("filter_scheduler", "pci_in_placement");

  public NovaConfig {
    deviceSpecs = List.copyOf(deviceSpecs);
    aliases = Collections.unmodifiableSortedMap(new TreeMap<>(aliases));
    Objects.requireNonNull(aliases);
  }

  /**
   * Reads files in the order in which Nova is given them; all of it or nothing.
   *
   * @throws NovaRefusal at the first value that Nova would refuse, or that cannot be understood
   *     here as Nova does
   */
  public static NovaConfig parse(List<ConfigText> files) throws NovaRefusal {
    List<List<ConfigFile.Entry>> parsed = new ArrayList<>();
    for (ConfigText file : files) {
      parsed.add(ConfigFile.parse(file));
    }
    boolean report = bool(parsed, REPORT);
    boolean inPlacement = bool(parsed, IN_PLACEMENT);
    StandardTraits standard = StandardTraits.known();
    List<DeviceSpec> specs = new ArrayList<>();
    for (ConfigFile.Entry entry : all(parsed, DEVICE_SPEC)) {
      for (SpecFields fields : SpecFields.several(entry.place(), entry.value())) {
        specs.add(DeviceSpec.parse(fields, standard, report));
      }
    }
    return new NovaConfig(
        specs, NovaAlias.parse(all(parsed, ALIAS), standard, inPlacement), report, inPlacement);
  }

  /** All values of an option: file by file, and in a file the old names' before the new one's. */
  private static List<ConfigFile.Entry> all(List<List<ConfigFile.Entry>> files, List<Option> names)
      throws NovaRefusal {
    List<ConfigFile.Entry> all = new ArrayList<>();
    for (List<ConfigFile.Entry> file : files) {
      for (int i = names.size() - 1; i >= 0; i--) {
        for (ConfigFile.Entry entry : file) {
          if (is(entry, names.get(i))) {
            all.add(resolved(entry));
          }
        }
      }
    }
    return all;
  }

  private static boolean is(ConfigFile.Entry entry, Option option) {
    return entry.section().equals(option.section()) && entry.key().equals(option.name());
  }

  /** The last value counts. */
  private static boolean bool(List<List<ConfigFile.Entry>> files, Option option)
      throws NovaRefusal {
    Optional<ConfigFile.Entry> last = Optional.empty();
    for (List<ConfigFile.Entry> file : files) {
      for (ConfigFile.Entry entry : file) {
        last = is(entry, option) ? Optional.of(entry) : last;
      }
    }
    if (last.isEmpty()) {
      return false;
    }
    String word = last.get().value().toLowerCase(Locale.ROOT);
    if (!YES.contains(word) && !NO.contains(word)) {
      throw new NovaRefusal(last.get().place(), "", "is neither true nor false: " + word);
    }
    return YES.contains(word);
  }

  /** oslo.config replaces references to other options; only Nova itself knows all their values. */
  private static ConfigFile.Entry resolved(ConfigFile.Entry entry) throws NovaRefusal {
    Matcher dollars = DOLLAR.matcher(entry.value().replace("\\$", "$$"));
    StringBuilder value = new StringBuilder();
    while (dollars.find()) {
      if (dollars.group(1) == null) {
        throw new NovaRefusal(
            entry.place(),
            "",
            "refers to the option "
                + dollars.group()
                + ", which only Nova can look up: write its value, or $$ for a dollar sign");
      }
      dollars.appendReplacement(value, "\\$");
    }
    dollars.appendTail(value);
    return new ConfigFile.Entry(entry.place(), entry.section(), entry.key(), value.toString());
  }
}
