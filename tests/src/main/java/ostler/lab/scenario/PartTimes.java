package ostler.lab.scenario;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** How often each part of a run was done and how long that took, beside the scenarios' own work. */
public final class PartTimes {

  private final Map<String, Part> parts = new LinkedHashMap<>();

  private record Part(int count, Duration time) {
    Part and(Duration more) {
      return new Part(count + 1, time.plus(more));
    }
  }

  /** A part that was begun at that time of {@link System#nanoTime} and is over now. */
  public void done(String part, long startNanos) {
    took(part, Duration.ofNanos(System.nanoTime() - startNanos));
  }

  synchronized void took(String part, Duration time) {
    parts.put(part, parts.getOrDefault(part, new Part(0, Duration.ZERO)).and(time));
  }

  /** All parts in one line, in the order in which they were first done. */
  @Override
  public synchronized String toString() {
    return parts.entrySet().stream()
        .map(
            entry ->
                String.format(
                    Locale.ROOT,
                    "%s %.1f s%s",
                    entry.getKey(),
                    entry.getValue().time().toMillis() / 1000.0,
                    entry.getValue().count() == 1 ? "" : " (" + entry.getValue().count() + ")"))
        .collect(Collectors.joining(", ", "parts: ", ""));
  }
}
