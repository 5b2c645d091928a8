package ostler.root;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which process the guard is. A number alone would not do, since the kernel gives it to another
 * process later, so the time when it began stands beside it, in a file that only root can write.
 *
 * @param began in the kernel's ticks since boot, as field 22 of {@code /proc/PID/stat}
 */
public record GuardProcess(long pid, long began) {

  private static final int MAX_BYTES = 64;
  private static final Pattern FORM = Pattern.compile("(\\d{1,10}) (\\d{1,19})\\s*");

  /** The process that calls this, to be published when it has become the guard. */
  public static GuardProcess self(Layout layout) throws IOException {
    long pid = ProcessHandle.current().pid();
    return new GuardProcess(pid, began(layout, pid));
  }

  /** The guard, if the process that was published still runs. */
  public static Optional<GuardProcess> running(Layout layout, int owner) throws IOException {
    TrustedFile file = new TrustedFile(layout.guardProcess(), owner);
    if (file.fault().isPresent()) {
      return Optional.empty();
    }
    String text = new String(file.read(MAX_BYTES), StandardCharsets.US_ASCII);
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    GuardProcess published =
        new GuardProcess(Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2)));
    return published.stillRuns(layout) ? Optional.of(published) : Optional.empty();
  }

  public void publish(Layout layout) throws IOException {
    byte[] text = "%d %d%n".formatted(pid, began).getBytes(StandardCharsets.US_ASCII);
    new DurableFile(layout.guardProcess()).readableByAll().replace(text);
  }

  private boolean stillRuns(Layout layout) throws IOException {
    try {
      return began(layout, pid) == began;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** The command before the fields may hold spaces and parentheses; the last one ends it. */
  private static long began(Layout layout, long pid) throws IOException {
    String stat = Files.readString(stat(layout, pid), StandardCharsets.ISO_8859_1);
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    int fieldsBefore = 3;
    return Long.parseLong(fields[22 - fieldsBefore]);
  }

  private static Path stat(Layout layout, long pid) {
    return layout.proc().resolve(Long.toString(pid)).resolve("stat");
  }
}
