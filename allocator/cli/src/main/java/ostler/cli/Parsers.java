package ostler.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import ostler.inventory.ClaimId;
import ostler.inventory.Consumer;
import ostler.inventory.UnitKind;
import ostler.inventory.WipeLevel;

/**
 * Reads what has no noun of its own among the inventory's: texts of the command line that only the
 * allocator can judge fully, and numbers with bounds. All throw IllegalArgumentException with the
 * rule that was broken.
 */
final class Parsers {

  private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}/\\s]{1,128}");
  private static final Pattern HEX4 = Pattern.compile("[0-9a-fA-F]{4}");
  private static final Pattern CLASS = Pattern.compile("([0-9a-f]{2}){1,3}");
  private static final int MAX_MARKER_CHARS = 1024;
  private static final int MAX_WORDS_CHARS = 1000;
  private static final int MAX_DAYS = 3650;
  private static final int MAX_SECONDS = 7 * 24 * 3600;

  private Parsers() {}

  /** The name of a project, an alias or the like. */
  static String name(String text) {
    return matching(NAME, text, "a name is 1 to 128 characters without spaces and slashes");
  }

  /** Four hexadecimal digits, as vendors and products are written. */
  static String hex4(String text) {
    return matching(HEX4, text, "is not four hexadecimal digits").toLowerCase(Locale.ROOT);
  }

  /** The beginning of a class: two, four or six hexadecimal digits, with or without 0x. */
  static String pciClass(String text) {
    String digits = text.toLowerCase(Locale.ROOT);
    return matching(
        CLASS,
        digits.startsWith("0x") ? digits.substring(2) : digits,
        "is not 2, 4 or 6 hexadecimal digits");
  }

  /** An id as all of ours are written, of a claim or of what becomes one. */
  static UUID uuid(String text) {
    return ClaimId.parse(text).value();
  }

  static WipeLevel level(String text) {
    return WipeLevel.tryParse(text)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "a wipe level is L0, L1, L2, L3 or L4, or VENDOR for slices"));
  }

  /** What a card can be cut into. */
  static UnitKind sliceKind(String text) {
    return UnitKind.tryParse(text)
        .filter(kind -> kind != UnitKind.WHOLE)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "a card is cut into mdev, vendor-vf, sriov-vf or mig"));
  }

  /** {@code libvirt:domain:vm1}, or with slashes, as lists show it. */
  static Consumer consumer(String text) {
    String[] parts = text.split(text.indexOf('/') < 0 ? ":" : "/", 3);
    if (parts.length < 3) {
      throw new IllegalArgumentException(
          "a consumer is SOURCE:TYPE:ID, for example libvirt:domain:vm1");
    }
    return new Consumer(parts[0], parts[1], parts[2]);
  }

  /** Where a list goes on, as the allocator said it. */
  static String marker(String text) {
    if (text.isBlank() || text.length() > MAX_MARKER_CHARS) {
      throw new IllegalArgumentException("a marker is 1 to " + MAX_MARKER_CHARS + " characters");
    }
    return text;
  }

  /** Words for people: a reason, or what something is called. */
  static String words(String text) {
    if (text.isBlank() || text.length() > MAX_WORDS_CHARS) {
      throw new IllegalArgumentException("is not 1 to " + MAX_WORDS_CHARS + " characters");
    }
    return text.strip();
  }

  static Duration seconds(String text) {
    return Duration.ofSeconds(wholeNumber(text, 1, MAX_SECONDS));
  }

  static int days(String text) {
    return wholeNumber(text, 1, MAX_DAYS);
  }

  static int positive(String text) {
    return wholeNumber(text, 1, Integer.MAX_VALUE);
  }

  private static int wholeNumber(String text, int min, int max) {
    try {
      int number = Integer.parseInt(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("is not a whole number from " + min + " to " + max, e);
    }
    throw new IllegalArgumentException("is not a whole number from " + min + " to " + max);
  }

  private static String matching(Pattern form, String text, String rule) {
    if (!form.matcher(text).matches()) {
      throw new IllegalArgumentException(rule);
    }
    return text;
  }
}
