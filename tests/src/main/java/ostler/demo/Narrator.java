package ostler.demo;

import java.io.PrintStream;

/** Tells the story: a line of narration, a command as it is typed, what it really printed. */
final class Narrator {

  private static final String BOLD = "\033[1m";
  private static final String FAINT = "\033[2m";
  private static final String GREEN = "\033[32m";
  private static final String RED = "\033[31m";
  private static final String PLAIN = "\033[0m";

  private final PrintStream out;
  private final boolean colors;

  Narrator(PrintStream out, boolean colors) {
    this.out = out;
    this.colors = colors;
  }

  /** Begins a chapter. */
  void chapter(String title) {
    out.println();
    out.println(in(BOLD, "== " + title));
  }

  /** A line between commands. */
  void say(String line) {
    out.println(in(FAINT, "# " + line));
  }

  /** A command as somebody would type it. */
  void command(String prompt, String typed) {
    out.println(in(BOLD, prompt + typed));
  }

  /** What a command printed, untouched. */
  void output(String text) {
    if (!text.isBlank()) {
      out.println(text.stripTrailing());
    }
  }

  /** Something that the story promises, and whether it was seen. */
  void promise(String sentence, boolean kept) {
    out.println(kept ? in(GREEN, "[seen] " + sentence) : in(RED, "[NOT SEEN] " + sentence));
  }

  private String in(String color, String text) {
    return colors ? color + text + PLAIN : text;
  }
}
