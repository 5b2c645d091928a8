package ostler.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program of ours that cannot outlive this JVM.
 *
 * <p>A small shell between us and the program reads a pipe whose other end only this JVM has: when
 * the JVM ends, however it ends, the shell reads the end of the pipe and kills the program. Ctrl-C
 * in a terminal reaches neither of them: it is this JVM that decides what then ends, and in what
 * order.
 */
public final class TiedProcess {

  private static final Duration END_DEADLINE = Duration.ofSeconds(20);

  private static final String KEEPER =
      """
      trap '' INT HUP
      pid_file=$1; shift
      exec 3<&0 </dev/null
      "$@" 3<&- &
      program=$!
      echo $program > "$pid_file"
      (read -r line <&3; kill -9 $program) 2>/dev/null &
      watch=$!
      exec 3<&-
      wait $program
      code=$?
      kill -9 $watch 2>/dev/null
      exit $code
      """;

  private final String name;
  private final Process keeper;
  private final Path pidFile;

  private TiedProcess(String name, Process keeper, Path pidFile) {
    this.name = name;
    this.keeper = keeper;
    this.pidFile = pidFile;
  }

  /**
   * Starts it, with both its outputs appended to {@code output}.
   *
   * @param name what messages call it
   * @param pidFile where its process id is written
   */
  public static TiedProcess start(
      String name, List<String> words, Map<String, String> environment, Path pidFile, Path output)
      throws IOException {
    Files.deleteIfExists(pidFile);
    List<String> kept = new ArrayList<>(List.of("sh", "-c", KEEPER, "keeper", pidFile.toString()));
    kept.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(kept).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    builder.environment().putAll(environment);
    return new TiedProcess(name, builder.start(), pidFile);
  }

  /** Whether it still runs. */
  public boolean isAlive() {
    return keeper.isAlive();
  }

  /** SIGKILL, and back only when nothing of it runs any more. */
  public void kill() throws IOException, InterruptedException, LabException {
    if (Files.exists(pidFile)) {
      String pid = Files.readString(pidFile).strip();
      if (!pid.isEmpty() && keeper.isAlive()) {
        ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
      }
    }
    keeper.getOutputStream().close();
    if (!keeper.waitFor(END_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
      keeper.destroyForcibly();
      throw new LabException(
          name + " did not end " + Progress.seconds(END_DEADLINE) + " after SIGKILL");
    }
  }
}
