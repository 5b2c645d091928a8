package ostler.cli.print;

import java.util.Arrays;

/**
 * Text as a terminal shows it: how many columns it takes, and nothing in it that the terminal would
 * obey. Names and reasons come from other people, and an escape sequence in one could hide a line.
 */
public final class DisplayText {

  /** The blocks in which Unicode's EastAsianWidth.txt has signs of width W or F, first to last. */
  private static final int[][] WIDE = {
    {0x1100, 0x115f},
    {0x2e80, 0x303e},
    {0x3040, 0xa4cf},
    {0xac00, 0xd7a3},
    {0xf900, 0xfaff},
    {0xfe30, 0xfe6f},
    {0xff00, 0xff60},
    {0xffe0, 0xffe6},
    {0x1f300, 0x1f64f},
    {0x1f900, 0x1f9ff},
    {0x20000, 0x3fffd}
  };

  /** Signs that turn the direction of writing, and with it the order in which a line is shown. */
  private static final int[][] TURNING = {{0x202a, 0x202e}, {0x2066, 0x2069}};

  private DisplayText() {}

  /** The text with a question mark for each control and each mark of writing direction. */
  public static String safe(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    text.codePoints().map(DisplayText::safe).forEach(safe::appendCodePoint);
    return safe.toString();
  }

  private static int safe(int codePoint) {
    boolean obeyed =
        switch (Character.getType(codePoint)) {
          case Character.CONTROL,
              Character.SURROGATE,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR ->
              true;
          default -> isIn(TURNING, codePoint);
        };
    return obeyed ? '?' : codePoint;
  }

  /** Columns on a terminal: two for wide East Asian signs and emoji, none for combining marks. */
  static int width(String text) {
    return text.codePoints().map(DisplayText::width).sum();
  }

  private static int width(int codePoint) {
    if (codePoint < 0x300) {
      return 1;
    }
    return switch (Character.getType(codePoint)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
      default -> isIn(WIDE, codePoint) ? 2 : 1;
    };
  }

  private static boolean isIn(int[][] blocks, int codePoint) {
    return Arrays.stream(blocks).anyMatch(block -> block[0] <= codePoint && codePoint <= block[1]);
  }
}
