package ostler.sysfs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ostler.inventory.Bar;
import ostler.inventory.LinkRate;
import ostler.inventory.NumaNode;
import ostler.inventory.Problem.Code;
import ostler.pci.ResetMethod;

/** What the kernel's texts mean. Pure: the same text always gives the same answer. */
final class Attributes {

  /** So that a refusal never repeats more than a line, in characters. */
  private static final int MAX_QUOTED_CHARS = 60;

  private static final Pattern HEX = Pattern.compile("0x([0-9a-f]{1,8})");
  private static final Pattern COUNT = Pattern.compile("[0-9]{1,5}");

  /** Start, end and flags of one window, as {@code resource_show} prints them. */
  private static final Pattern WINDOW =
      Pattern.compile("0x([0-9a-f]{16}) 0x([0-9a-f]{16}) 0x([0-9a-f]{16})");

  /** Linux {@code pci_speed_string}: {@code 16.0 GT/s PCIe}. */
  private static final Pattern SPEED = Pattern.compile("([0-9]{1,3})(?:\\.([0-9]))?(?: GT/s.*)");

  /** Linux {@code include/linux/ioport.h}: IORESOURCE_IO, _MEM and _PREFETCH. */
  private static final long FLAG_IO = 0x100;

  private static final long FLAG_MEMORY = 0x200;
  private static final long FLAG_PREFETCH = 0x2000;

  private static final int MEGATRANSFERS_PER_GT = 1000;
  private static final int MEGATRANSFERS_PER_TENTH_GT = 100;

  private Attributes() {}

  /** A text that is read into a type, without the line's end that the kernel puts. */
  static <T> Read<T> parse(String text, Function<String, Optional<T>> parser, String what) {
    return parser
        .apply(text.strip())
        .map(Read::of)
        .orElseGet(() -> Read.failed(Code.ATTRIBUTE_GARBLED, quoted(text) + " is not " + what));
  }

  /** A number in hexadecimal that fits the bits. */
  static Read<Integer> hex(String text, int bits) {
    Matcher digits = HEX.matcher(text.strip());
    if (digits.matches()) {
      long number = Long.parseLong(digits.group(1), 16);
      if (number >> bits == 0) {
        return Read.of((int) number);
      }
    }
    return Read.failed(
        Code.ATTRIBUTE_GARBLED, quoted(text) + " is not a number of " + bits + " bits");
  }

  /** A count of at most five digits. */
  static Read<Integer> count(String text) {
    return parse(
        text,
        digits ->
            COUNT.matcher(digits).matches()
                ? Optional.of(Integer.parseInt(digits))
                : Optional.empty(),
        "a count");
  }

  static Read<Boolean> truth(String text) {
    return switch (text.strip()) {
      case "0" -> Read.of(false);
      case "1" -> Read.of(true);
      default -> Read.failed(Code.ATTRIBUTE_GARBLED, quoted(text) + " is neither 0 nor 1");
    };
  }

  /** The kernel's NUMA_NO_NODE is -1: it does not know. */
  static Read<NumaNode> numaNode(String text) {
    return text.strip().equals("-1")
        ? Read.absent()
        : parse(text, NumaNode::tryParse, "a NUMA node");
  }

  /**
   * The methods in the kernel's order. A name that this version does not know is passed over, since
   * a newer kernel may have more; a text without a single known name is not a list of methods.
   */
  static Read<List<ResetMethod>> resetMethods(String text) {
    List<ResetMethod> known = new ArrayList<>();
    for (String name : text.strip().split(" ")) {
      ResetMethod.tryParse(name).ifPresent(known::add);
    }
    return known.isEmpty() && !text.isBlank()
        ? Read.failed(Code.ATTRIBUTE_GARBLED, quoted(text) + " names no reset method")
        : Read.of(List.copyOf(known));
  }

  /** The first six windows of {@code resource}; those behind are the ROM's and a bridge's own. */
  static Read<List<Bar>> bars(String text) {
    String[] lines = text.split("\n");
    List<Bar> bars = new ArrayList<>();
    for (int i = 0; i < Math.min(lines.length, Bar.COUNT); i++) {
      Matcher window = WINDOW.matcher(lines[i]);
      if (!window.matches()) {
        return Read.failed(Code.ATTRIBUTE_GARBLED, quoted(lines[i]) + " is not a window");
      }
      bar(i, window).ifPresent(bars::add);
    }
    return Read.of(List.copyOf(bars));
  }

  private static Optional<Bar> bar(int index, Matcher window) {
    long bytes =
        Long.parseUnsignedLong(window.group(2), 16)
            - Long.parseUnsignedLong(window.group(1), 16)
            + 1;
    long flags = Long.parseUnsignedLong(window.group(3), 16);
    boolean memory = (flags & FLAG_MEMORY) != 0;
    // A window that is not used has no flags, and one that is too big for the machine no size.
    if (bytes < 1 || (!memory && (flags & FLAG_IO) == 0)) {
      return Optional.empty();
    }
    return Optional.of(
        new Bar(
            index, bytes, memory ? Bar.Space.MEMORY : Bar.Space.IO, (flags & FLAG_PREFETCH) != 0));
  }

  /**
   * A link's rate from its two files. A link that is down says {@code Unknown} and 0 or 63 lanes
   * (all ones in the field): it has no rate.
   */
  static Optional<LinkRate> linkRate(String speed, String width) {
    Matcher number = SPEED.matcher(speed.strip());
    Optional<Integer> lanes = count(width).value().filter(n -> n >= 1 && n <= LinkRate.MAX_LANES);
    if (!number.matches() || lanes.isEmpty()) {
      return Optional.empty();
    }
    int tenths = number.group(2) == null ? 0 : Integer.parseInt(number.group(2));
    int megatransfers =
        Integer.parseInt(number.group(1)) * MEGATRANSFERS_PER_GT
            + tenths * MEGATRANSFERS_PER_TENTH_GT;
    return megatransfers == 0
        ? Optional.empty()
        : Optional.of(new LinkRate(megatransfers, lanes.get()));
  }

  static String quoted(String text) {
    String line = text.strip();
    String cut =
        line.length() <= MAX_QUOTED_CHARS ? line : line.substring(0, MAX_QUOTED_CHARS) + "...";
    return '"' + cut.replaceAll("[^ -~]", "?") + '"';
  }
}
