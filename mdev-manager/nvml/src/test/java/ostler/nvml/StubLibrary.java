package ostler.nvml;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code stub.c} as a library, on a developer's machine that has a compiler. The lab, which builds
 * it in a guest, proves the same on every other.
 */
public final class StubLibrary {

  private static final Path COMPILER = Path.of("/usr/bin/cc");

  private StubLibrary() {}

  public static boolean isPossible() {
    return Files.isExecutable(COMPILER);
  }

  /** Compiles it into a folder, where the files that say how it behaves belong too. */
  public static Path compile(Path folder, String name, String... options)
      throws IOException, InterruptedException {
    Path source = folder.resolve("stub.c");
    try (InputStream in = StubLibrary.class.getResourceAsStream("stub.c")) {
      Files.write(source, in.readAllBytes());
    }
    Path library = folder.resolve(name);
    List<String> words = new ArrayList<>(List.of(COMPILER.toString(), "-shared", "-fPIC"));
    words.addAll(List.of(options));
    words.addAll(List.of("-o", library.toString(), source.toString(), "-ldl"));
    int exit = new ProcessBuilder(words).inheritIO().start().waitFor();
    if (exit != 0) {
      throw new IOException("the compiler ended with " + exit);
    }
    return library;
  }
}
