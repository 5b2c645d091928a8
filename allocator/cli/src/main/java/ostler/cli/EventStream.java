package ostler.cli;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.StreamCorruptedException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Server-sent events, as the HTML standard's section 9.2 parses them: lines of {@code field:
 * value}, an empty line behind each event, and comments that only show that the peer is alive.
 */
final class EventStream implements Closeable {

  private static final int MAX_EVENT_CHARS = 1 << 20;

  /**
   * One event.
   *
   * @param id where to go on behind it
   */
  record Event(Optional<String> id, String data) {}

  private final BufferedReader lines;

  EventStream(InputStream in) {
    this.lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  /** The next event that has data; empty at the stream's end. */
  Optional<Event> next() throws IOException {
    StringBuilder data = new StringBuilder();
    Optional<String> id = Optional.empty();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.isEmpty() && data.length() > 0) {
        return Optional.of(new Event(id, data.toString()));
      }
      if (line.startsWith("data:")) {
        data.append(data.length() == 0 ? "" : "\n").append(value(line));
      } else if (line.startsWith("id:")) {
        id = Optional.of(value(line));
      }
      if (data.length() > MAX_EVENT_CHARS) {
        throw new StreamCorruptedException("an event is longer than " + MAX_EVENT_CHARS);
      }
    }
    return Optional.empty();
  }

  private static String value(String line) {
    String value = line.substring(line.indexOf(':') + 1);
    return value.startsWith(" ") ? value.substring(1) : value;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
