package ostler.lab.stack;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import ostler.lab.LabException;
import ostler.lab.Programs;

/**
 * The source tree this program was built from, where the other programs lie beside it.
 *
 * @param home its top folder
 */
public record SourceTree(Path home) {

  private static final List<String> HOST_PROGRAMS =
      List.of("inventory-agent/agent", "inventory-agent/inventory", "vfio-binder");

  /** The tree that holds the class files of this program. */
  public static SourceTree ofThisProgram() throws LabException {
    try {
      return new SourceTree(
          Programs.home(
              Path.of(
                  SourceTree.class.getProtectionDomain().getCodeSource().getLocation().toURI())));
    } catch (URISyntaxException e) {
      throw new LabException("this program does not know where it lies", e);
    }
  }

  /** The words that start a program of a module on this machine. */
  public List<String> command(String module, List<String> jvmFlags, String main)
      throws LabException {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(jvmFlags);
    words.addAll(List.of("-cp", app(module) + File.separator + "*", main));
    return words;
  }

  /** Copies what a host needs into a new folder, in the layout of /usr/lib/ostler. */
  public void stageHostPrograms(Path target) throws IOException, LabException {
    for (String module : HOST_PROGRAMS) {
      app(module);
    }
    Programs.stage(home, target);
  }

  private Path app(String module) throws LabException {
    Path app = home.resolve(module).resolve("target/app");
    if (!Files.isDirectory(app)) {
      throw new LabException(
          module + " is not built: " + app + " is missing; run ./mvnw package -DskipTests");
    }
    return app;
  }
}
