package ostler.cli.print;

import java.util.Locale;
import java.util.Map;

/** The colour of the words that say how a thing is: well, on its way, or in need of somebody. */
final class StateColor {

  private static final String GREEN = "\u001b[32m";
  private static final String YELLOW = "\u001b[33m";
  private static final String RED = "\u001b[31m";
  private static final String PLAIN = "\u001b[0m";

  private static final Map<String, String> COLORS =
      Map.ofEntries(
          Map.entry("clean", GREEN),
          Map.entry("ready", GREEN),
          Map.entry("in_use", GREEN),
          Map.entry("up", GREEN),
          Map.entry("dirty", YELLOW),
          Map.entry("cleaning", YELLOW),
          Map.entry("preparing", YELLOW),
          Map.entry("releasing", YELLOW),
          Map.entry("silent", YELLOW),
          Map.entry("cordoned", YELLOW),
          Map.entry("draining", YELLOW),
          Map.entry("quarantined", RED),
          Map.entry("retired", RED),
          Map.entry("missing", RED),
          Map.entry("wedged", RED),
          Map.entry("failed", RED),
          Map.entry("fenced", RED),
          Map.entry("warning", YELLOW),
          Map.entry("critical", RED));

  private StateColor() {}

  static String paint(String word) {
    String color = COLORS.get(word.toLowerCase(Locale.ROOT));
    return color == null ? word : color + word + PLAIN;
  }
}
