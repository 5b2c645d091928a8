package ostler.lab.nova;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import ostler.lab.DirectoryTree;
import ostler.lab.LabException;
import ostler.lab.Progress;
import ostler.lab.stack.SourceTree;

/** The program behind {@code tests/nova}: scenarios in Nova's own cloud with a real allocator. */
public final class NovaRun {

  private static final Duration DEADLINE = Duration.ofMinutes(30);
  private static final int EXIT_BROKEN = 1;

  private NovaRun() {}

  /**
   * {@code [--list | name...]}; without a name, all run. Exit 1 if any failed, 2 if the words were
   * wrong.
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("ostler-nova-");
    int exit;
    try {
      exit = run(List.of(arguments), folder);
    } catch (LabException e) {
      System.err.println("nova: " + e.getMessage());
      exit = EXIT_BROKEN;
    }
    DirectoryTree.delete(folder);
    System.exit(exit);
  }

  private static int run(List<String> arguments, Path folder)
      throws IOException, InterruptedException, LabException {
    NovaPython python =
        NovaPython.prepare(SourceTree.ofThisProgram(), folder, Progress.onTerminalOnly("nova"));
    List<String> module = new ArrayList<>(List.of("cloud"));
    module.addAll(arguments);
    Path err = folder.resolve("err");
    int exit = python.run(module, Redirect.INHERIT, err, DEADLINE);
    if (exit != 0) {
      System.err.println(NovaPython.tail(err));
    }
    return exit;
  }
}
