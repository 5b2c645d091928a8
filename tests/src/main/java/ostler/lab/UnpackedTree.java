package ostler.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Debian programs run straight from the folder they were unpacked to, by the folder's own dynamic
 * loader, so that nothing has to be installed.
 */
record UnpackedTree(Path root) {

  private static final String LIBRARIES = "usr/lib/x86_64-linux-gnu";

  /** The words that start {@code program}, a path below the root, under its own name. */
  List<String> command(String program, String... arguments) {
    return commandAs(program, program, arguments);
  }

  /** The same for a program that looks at the name it was called by. */
  List<String> commandAs(String name, String program, String... arguments) {
    List<String> words = new ArrayList<>();
    words.add(root.resolve(LIBRARIES).resolve("ld-linux-x86-64.so.2").toString());
    words.add("--library-path");
    words.add(root.resolve(LIBRARIES).toString());
    words.add("--argv0");
    words.add(name);
    words.add(root.resolve(program).toString());
    words.addAll(List.of(arguments));
    return words;
  }

  /** Keeps the named paths below {@code destination}, moved out of this tree. */
  UnpackedTree moveTo(Path destination, List<String> paths) throws IOException {
    for (String path : paths) {
      Path target = destination.resolve(path);
      Files.createDirectories(target.getParent());
      Files.move(root.resolve(path), target);
    }
    return new UnpackedTree(destination);
  }
}
