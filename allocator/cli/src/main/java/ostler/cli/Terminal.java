package ostler.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import ostler.cli.print.DisplayText;

/**
 * The three standard streams. Data goes to standard output and nothing else does; everything said
 * about the work goes to standard error.
 */
final class Terminal {

  /** A standard stream, which may or may not be a terminal with somebody at it. */
  enum Stream {
    IN,
    OUT,
    ERR
  }

  /** So that progress stays on one line of a usual terminal, where it can be taken back. */
  private static final int MAX_PROGRESS_CHARS = 78;

  private final InputStream in;
  private final OutputStream out;
  private final PrintStream err;
  private final Set<Stream> terminals;

  /**
   * @param out unbuffered, so that a reader who went away is noticed at once
   * @param terminals which of the streams are terminals
   */
  Terminal(InputStream in, OutputStream out, PrintStream err, Set<Stream> terminals) {
    this.in = in;
    this.out = out;
    this.err = err;
    this.terminals = Set.copyOf(terminals);
  }

  boolean isTerminal(Stream stream) {
    return terminals.contains(stream);
  }

  /** Prints data, in UTF-8. */
  void print(String text) throws Failure {
    try {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      boolean readerGone = String.valueOf(e.getMessage()).contains("Broken pipe");
      throw Failure.of(
          readerGone ? ExitCode.READER_GONE : ExitCode.ERROR,
          "OUTPUT_FAILED",
          "standard output cannot be written: " + e.getMessage());
    }
  }

  /** Says something about the work, on a line of its own, in which a terminal obeys nothing. */
  void say(String line) {
    err.println(DisplayText.safe(line));
  }

  /** Shows progress in place of the progress shown before; only where somebody can see it. */
  void progress(String line) {
    if (isTerminal(Stream.ERR)) {
      String safe = DisplayText.safe(line);
      err.print("\r\u001b[K" + safe.substring(0, Math.min(safe.length(), MAX_PROGRESS_CHARS)));
      err.flush();
    }
  }

  /** Asks, and reads one line of answer; an empty text at the end of input. */
  String ask(String question) throws Failure {
    err.print(question);
    err.flush();
    try {
      String line =
          new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
      return line == null ? "" : line.strip();
    } catch (IOException e) {
      throw Failure.of(ExitCode.ERROR, "NO_ANSWER", "standard input cannot be read: " + e);
    }
  }
}
