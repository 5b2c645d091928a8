package ostler.lab.stack;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import ostler.lab.LabException;

/**
 * The source tree this program was built from, where the other programs lie beside it.
 *
 * @param home its top folder
 */
public record SourceTree(Path home) {

  private static final String LAUNCHER = "ostler";

  /** What a host has at /usr/lib/ostler: folder there, by the module that builds it here. */
  private static final Map<String, String> HOST_PROGRAMS =
      new TreeMap<>(
          Map.of(
              "inventory-agent/agent", "agent",
              "inventory-agent/inventory", "inventory",
              "vfio-binder", "vfio"));

  /** The tree that holds the class files of this program. */
  public static SourceTree ofThisProgram() throws LabException {
    try {
      Path classes =
          Path.of(SourceTree.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      for (Path folder = classes; folder != null; folder = folder.getParent()) {
        if (Files.isRegularFile(folder.resolve(LAUNCHER))
            && Files.isRegularFile(folder.resolve("pom.xml"))) {
          return new SourceTree(folder);
        }
      }
      throw new LabException("no source tree of Ostler above " + classes);
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

  /** Copies what a host needs into {@code target}, in the layout of /usr/lib/ostler. */
  public void stageHostPrograms(Path target) throws IOException, LabException {
    for (var program : HOST_PROGRAMS.entrySet()) {
      copy(app(program.getKey()), target.resolve(program.getValue()));
      Path dist = home.resolve(program.getKey()).resolve("src/main/dist");
      if (Files.isDirectory(dist)) {
        copy(dist, target);
      }
    }
  }

  private Path app(String module) throws LabException {
    Path app = home.resolve(module).resolve("target/app");
    if (!Files.isDirectory(app)) {
      throw new LabException(
          module + " is not built: " + app + " is missing; run ./mvnw package -DskipTests");
    }
    return app;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> entries = Files.walk(from)) {
      for (Path entry : entries.toList()) {
        Path target = to.resolve(from.relativize(entry).toString());
        if (Files.isDirectory(entry)) {
          Files.createDirectories(target);
        } else {
          Files.copy(
              entry,
              target,
              StandardCopyOption.REPLACE_EXISTING,
              StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }
}
