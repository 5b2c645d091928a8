package ostler.lab;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * Tells a waiting person what is going on and how long each part took.
 *
 * <p>On a terminal the running step is shown and then overwritten by its result; elsewhere only
 * results appear, one plain line each.
 */
public final class Progress {

  private static final String LAB = "lab";

  private final PrintStream out;
  private final boolean terminal;
  private final String label;

  /** Writes to {@code out}; {@code terminal} says whether a line may be overwritten. */
  public Progress(PrintStream out, boolean terminal) {
    this(out, terminal, LAB);
  }

  private Progress(PrintStream out, boolean terminal, String label) {
    this.out = out;
    this.terminal = terminal;
    this.label = label;
  }

  /** The usual one: standard error, animated when that is a terminal. */
  public static Progress onStandardError() {
    return new Progress(System.err, isTerminal());
  }

  /** For a program that prints nothing but its figure: silent unless somebody watches. */
  public static Progress onTerminalOnly(String label) {
    return isTerminal()
        ? new Progress(System.err, true, label)
        : new Progress(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
            false,
            label);
  }

  private static boolean isTerminal() {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/fd/2")).startsWith("/dev/pts");
    } catch (IOException e) {
      return false;
    }
  }

  /** Starts a step; its time runs until {@link Step#done}. */
  public Step start(String what) {
    if (terminal) {
      out.print("\r\033[K" + label + ": " + what + " ...");
      out.flush();
    }
    return new Step(what, System.nanoTime());
  }

  /** One running step. */
  public final class Step {

    private final String what;
    private final long startNanos;

    private Step(String what, long startNanos) {
      this.what = what;
      this.startNanos = startNanos;
    }

    /** Prints the step with its time and a word on what came out; empty says nothing more. */
    public void done(String result) {
      Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
      String line = label + ": " + what + (result.isEmpty() ? "" : ": " + result);
      out.println((terminal ? "\r\033[K" : "") + line + " (" + seconds(took) + ")");
    }
  }

  static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
  }
}
