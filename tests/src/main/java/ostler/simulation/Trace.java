package ostler.simulation;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/** What happened in a world, line by line: the last lines themselves, and a hash of all. */
final class Trace {

  private static final int KEPT_LINES = 80;
  private static final int HASH_CHARS = 16;

  private final MessageDigest digest = sha256();
  private final Deque<String> last = new ArrayDeque<>();
  private final Consumer<String> listener;

  /**
   * @param listener is told each line as it comes
   */
  Trace(Consumer<String> listener) {
    this.listener = listener;
  }

  void add(String line) {
    digest.update(line.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) '\n');
    if (last.size() == KEPT_LINES) {
      last.removeFirst();
    }
    last.addLast(line);
    listener.accept(line);
  }

  List<String> last() {
    return List.copyOf(last);
  }

  /** The hash of all lines; the trace takes no more after it. */
  String hash() {
    return HexFormat.of().formatHex(digest.digest()).substring(0, HASH_CHARS);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
