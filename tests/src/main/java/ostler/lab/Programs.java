package ostler.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Ostler's own programs as a host has them below /usr/lib/ostler, gathered from a source tree. */
public final class Programs {

  private static final Map<String, String> JARS =
      new TreeMap<>(
          Map.of(
              "inventory", "inventory-agent/inventory",
              "agent", "inventory-agent/agent",
              "vfio", "vfio-binder",
              "mdev", "mdev-manager/slices"));

  private Programs() {}

  /** The source tree that {@code start} lies in: the nearest folder with the launcher in it. */
  public static Path home(Path start) {
    for (Path at = start.toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.isRegularFile(at.resolve("ostler")) && Files.isRegularFile(at.resolve("pom.xml"))) {
        return at;
      }
    }
    throw new IllegalArgumentException("not in a source tree of Ostler: " + start);
  }

  /** Copies what is built and what is beside it (wrappers, hook, sudoers) into a new folder. */
  public static Path stage(Path home, Path into) throws IOException {
    DirectoryTree.delete(into);
    Files.createDirectories(into);
    for (Map.Entry<String, String> module : JARS.entrySet()) {
      Path folder = home.resolve(module.getValue());
      Path jars = folder.resolve("target/app");
      if (Files.isDirectory(jars)) {
        DirectoryTree.copy(jars, into.resolve(module.getKey()));
      }
      Path beside = folder.resolve("src/main/dist");
      if (Files.isDirectory(beside)) {
        DirectoryTree.copy(beside, into);
      }
    }
    return into;
  }
}
