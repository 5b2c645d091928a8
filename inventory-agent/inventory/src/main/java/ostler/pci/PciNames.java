package ostler.pci;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What people call PCI vendors, devices and classes, from the PCI ID database ({@code pci.ids}):
 * the machine's own where a package brought one, else an excerpt that Ostler carries.
 *
 * <p>Names are for people. Nothing may be decided by one.
 */
public final class PciNames {

  /** Where Debian's and Red Hat's packages put the database. */
  private static final List<String> PLACES =
      List.of("usr/share/misc/pci.ids", "usr/share/hwdata/pci.ids");

  private static final String EXCERPT = "pci.ids";

  /** The database of 2025 has 38,000 lines. */
  private static final int MAX_LINES = 1_000_000;

  /** Two spaces stand between a number and its name. */
  private static final int GAP = 2;

  private static final int FOUR_DIGITS = 4;

  private final Map<Integer, String> vendors = new HashMap<>();
  private final Map<PciId, String> devices = new HashMap<>();
  private final Map<Integer, String> classes = new HashMap<>();

  private PciNames() {}

  /**
   * The names of the wanted ids, and of all classes.
   *
   * @param root {@code /} for this machine's database; what that does not name, the excerpt may
   * @throws IOException if a database is there and cannot be read
   */
  public static PciNames read(Path root, Set<PciId> wanted) throws IOException {
    PciNames names = excerpt(wanted);
    for (Path database : databases(root)) {
      try (InputStream in = Files.newInputStream(database)) {
        names.take(in, wanted);
      }
    }
    return names;
  }

  /**
   * What to do for more names; empty where the machine has a database.
   *
   * @param root as for {@link #read}
   */
  public static Optional<String> advice(Path root) {
    return databases(root).isEmpty()
        ? Optional.of(
            "Models that Ostler's own excerpt does not know have no name here, since there is no"
                + " pci.ids in /usr/share/misc or /usr/share/hwdata: install the package pci.ids"
                + " (Debian) or hwdata (Red Hat).")
        : Optional.empty();
  }

  private static List<Path> databases(Path root) {
    return PLACES.stream().map(root::resolve).filter(Files::isReadable).toList();
  }

  /** As {@link #read}, from the excerpt alone, so that the answer is the same on every machine. */
  public static PciNames excerpt(Set<PciId> wanted) throws IOException {
    PciNames names = new PciNames();
    try (InputStream in = PciNames.class.getResourceAsStream(EXCERPT)) {
      names.take(in, wanted);
    }
    return names;
  }

  /** The device's name without its vendor: {@code GA100 [A100 SXM4 40GB]}. */
  public Optional<String> device(PciId id) {
    return Optional.ofNullable(devices.get(id));
  }

  /** The vendor's name: {@code NVIDIA Corporation}. */
  public Optional<String> vendor(PciId id) {
    return Optional.ofNullable(vendors.get(id.vendor()));
  }

  /** The class's name: {@code 3D controller}, or that of its base class. */
  public Optional<String> pciClass(PciClass pciClass) {
    return Optional.ofNullable(classes.get(pciClass.baseAndSub()))
        .or(() -> Optional.ofNullable(classes.get(baseKey(pciClass.base()))));
  }

  /**
   * A name for a list: the vendor in a word and the device, {@code NVIDIA GA100 [A100 SXM4 40GB]};
   * the numbers where there is no name.
   */
  public String brief(PciId id) {
    String vendor = vendor(id).map(PciNames::inAWord).orElse("");
    return device(id)
        .map(device -> (vendor + ' ' + device).strip())
        .orElse((vendor + ' ' + id).strip());
  }

  /** As {@link #brief(PciId)}; where the model has no name, what kind of thing it is. */
  public String brief(PciId id, PciClass pciClass) {
    if (device(id).isPresent() || pciClass(pciClass).isEmpty()) {
      return brief(id);
    }
    String vendor = vendor(id).map(PciNames::inAWord).orElse("");
    return (vendor + ' ' + pciClass(pciClass).get()).strip();
  }

  /**
   * {@code Advanced Micro Devices, Inc. [AMD/ATI]} calls itself AMD/ATI; others by a first word.
   */
  private static String inAWord(String vendor) {
    int bracket = vendor.indexOf('[');
    if (bracket >= 0 && vendor.endsWith("]")) {
      return vendor.substring(bracket + 1, vendor.length() - 1);
    }
    return vendor.replaceFirst(
        ",? (Corporation|Corp\\.?|Inc\\.?|Ltd\\.?|Co\\.? Ltd\\.?|Technologies|Technology,"
            + " Inc\\.).*",
        "");
  }

  private void take(InputStream database, Set<PciId> wanted) throws IOException {
    Set<Integer> wantedVendors = new HashSet<>();
    wanted.forEach(id -> wantedVendors.add(id.vendor()));
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(database, StandardCharsets.UTF_8));
    boolean inClasses = false;
    int above = -1;
    String line = lines.readLine();
    for (int i = 0; i < MAX_LINES && line != null; i++, line = lines.readLine()) {
      boolean below = line.startsWith("\t");
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      if (line.startsWith("C ")) {
        inClasses = true;
        above = baseClass(line);
      } else if (below && inClasses) {
        subclass(above, line);
      } else if (below && above >= 0) {
        device(above, line, wanted);
      } else if (!below && !inClasses) {
        above = vendor(line, wantedVendors);
      }
    }
  }

  /** Answers the vendor's number if it is wanted, else -1. */
  private int vendor(String line, Set<Integer> wanted) {
    int number = hex(line, 0, FOUR_DIGITS);
    if (!wanted.contains(number)) {
      return -1;
    }
    vendors.put(number, line.substring(FOUR_DIGITS + GAP));
    return number;
  }

  private void device(int vendor, String line, Set<PciId> wanted) {
    int number = hex(line, 1, FOUR_DIGITS);
    if (number >= 0) {
      PciId id = new PciId(vendor, number);
      if (wanted.contains(id)) {
        devices.put(id, line.substring(1 + FOUR_DIGITS + GAP).strip());
      }
    }
  }

  private int baseClass(String line) {
    int base = hex(line, 2, 2);
    if (base >= 0) {
      classes.put(baseKey(base), line.substring(2 + 2 + GAP));
    }
    return base;
  }

  private void subclass(int base, String line) {
    int sub = hex(line, 1, 2);
    if (base >= 0 && sub >= 0) {
      classes.put(base << 8 | sub, line.substring(1 + 2 + GAP));
    }
  }

  /** Apart from all keys of subclasses, of which 00 is one. */
  private static int baseKey(int base) {
    return -1 - base;
  }

  /** The number at a place of a line, if two spaces and a name follow; else -1. */
  private static int hex(String line, int from, int digits) {
    int to = from + digits;
    if (line.length() <= to + GAP || line.charAt(to) != ' ' || line.charAt(to + 1) != ' ') {
      return -1;
    }
    int number = 0;
    for (int i = from; i < to; i++) {
      int digit = Character.digit(line.charAt(i), 16);
      if (digit < 0) {
        return -1;
      }
      number = number << 4 | digit;
    }
    return number;
  }
}
