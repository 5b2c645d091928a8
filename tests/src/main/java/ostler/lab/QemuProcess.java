package ostler.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One running QEMU, which cannot outlive the program that started it.
 *
 * <p>Beside the tie of {@link TiedProcess} it runs under {@code setpriv --pdeathsig KILL}, so that
 * it also ends when somebody kills the shell between us. (That tie cannot be to the JVM itself: the
 * kernel counts the death of the thread that started a process as the death of its parent.)
 */
final class QemuProcess {

  private QemuProcess() {}

  static TiedProcess start(LabImage image, MachineOptions options, MachineFiles files)
      throws IOException {
    for (var stale : List.of(files.qmp(), files.agent())) {
      Files.deleteIfExists(stale);
    }
    UnpackedTree tools = image.tools();
    List<String> words = new ArrayList<>(tools.command("usr/bin/setpriv", "--pdeathsig", "KILL"));
    words.addAll(tools.command("usr/bin/qemu-system-x86_64"));
    words.addAll(QemuArguments.of(image, options, files));
    String modules = tools.root().resolve("usr/lib/x86_64-linux-gnu/qemu").toString();
    return TiedProcess.start(
        "QEMU", words, Map.of("QEMU_MODULE_DIR", modules), files.pid(), files.qemuOutput());
  }
}
