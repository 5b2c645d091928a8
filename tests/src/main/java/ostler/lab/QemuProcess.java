package ostler.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One running QEMU, which cannot outlive the program that started it.
 *
 * <p>Two ties hold it. A small shell between us and QEMU reads a pipe whose other end only this JVM
 * has: when the JVM ends, however it ends, the shell reads the end of the pipe and kills QEMU. And
 * QEMU runs under {@code setpriv --pdeathsig KILL}, so that it ends when somebody kills the shell.
 * (The tie cannot be to the JVM itself: the kernel counts the death of the thread that started a
 * process as the death of its parent.)
 */
final class QemuProcess {

  private static final Duration END_DEADLINE = Duration.ofSeconds(20);

  private static final String KEEPER =
      """
      pid_file=$1; shift
      exec 3<&0 </dev/null
      "$@" 3<&- &
      machine=$!
      echo $machine > "$pid_file"
      (read -r line <&3; kill -9 $machine) 2>/dev/null &
      watch=$!
      exec 3<&-
      wait $machine
      code=$?
      kill -9 $watch 2>/dev/null
      exit $code
      """;

  private final Process keeper;
  private final MachineFiles files;

  private QemuProcess(Process keeper, MachineFiles files) {
    this.keeper = keeper;
    this.files = files;
  }

  static QemuProcess start(LabImage image, MachineOptions options, MachineFiles files)
      throws IOException {
    for (var stale : List.of(files.qmp(), files.agent(), files.pid())) {
      Files.deleteIfExists(stale);
    }
    UnpackedTree tools = image.tools();
    List<String> words = new ArrayList<>(List.of("sh", "-c", KEEPER, "lab", files.pid() + ""));
    words.addAll(tools.command("usr/bin/setpriv", "--pdeathsig", "KILL"));
    words.addAll(tools.command("usr/bin/qemu-system-x86_64"));
    words.addAll(QemuArguments.of(image, options, files));
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(files.qemuOutput().toFile()));
    builder
        .environment()
        .put("QEMU_MODULE_DIR", tools.root().resolve("usr/lib/x86_64-linux-gnu/qemu").toString());
    return new QemuProcess(builder.start(), files);
  }

  boolean isAlive() {
    return keeper.isAlive();
  }

  /** SIGKILL, and back only when nothing of it runs any more. */
  void kill() throws IOException, InterruptedException, LabException {
    if (Files.exists(files.pid())) {
      String pid = Files.readString(files.pid()).strip();
      if (!pid.isEmpty() && keeper.isAlive()) {
        ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
      }
    }
    keeper.getOutputStream().close();
    if (!keeper.waitFor(END_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
      keeper.destroyForcibly();
      throw new LabException(
          "QEMU did not end " + Progress.seconds(END_DEADLINE) + " after SIGKILL");
    }
  }
}
