package ostler.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;

/** Whole folders: deleted and copied without following links. */
public final class DirectoryTree {

  private DirectoryTree() {}

  /** Deletes the folder and all below it; a folder that is not there is no error. */
  public static void delete(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    for (Path path : below(folder, Comparator.reverseOrder())) {
      Files.delete(path);
    }
  }

  /** Copies everything below {@code from} into {@code to}, with permissions. */
  public static void copy(Path from, Path to) throws IOException {
    for (Path path : below(from, Comparator.naturalOrder())) {
      Path target = to.resolve(from.relativize(path).toString());
      if (Files.isDirectory(path)) {
        Files.createDirectories(target);
      } else {
        Files.copy(path, target, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  private static List<Path> below(Path folder, Comparator<Path> order) throws IOException {
    try (var paths = Files.walk(folder)) {
      return paths.sorted(order).toList();
    }
  }
}
