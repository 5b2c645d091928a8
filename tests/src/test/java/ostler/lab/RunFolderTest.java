package ostler.lab;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {

  private static final long END_SECONDS = 30;

  @TempDir Path parent;

  /** Another program with a folder of its own, which it keeps until it is killed. */
  static final class Owner {
    public static void main(String[] arguments) throws IOException {
      System.out.println(RunFolder.create(Path.of(arguments[0]), "lab").path());
      System.in.read();
    }
  }

  @Test
  void whatAKilledProgramLeftIsRemovedByTheNextAndNotBefore() throws Exception {
    Process owner =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Owner.class.getName(),
                parent.toString())
            .start();
    try (BufferedReader words =
        new BufferedReader(new InputStreamReader(owner.getInputStream(), StandardCharsets.UTF_8))) {
      Path folder = Path.of(words.readLine());
      Files.writeString(folder.resolve("pid"), "1");
      RunFolder.create(parent, "lab").close();
      assertTrue(Files.exists(folder), "its owner runs");
      owner.destroyForcibly();
      assertTrue(owner.waitFor(END_SECONDS, TimeUnit.SECONDS));
      RunFolder.create(parent, "other").close();
      assertTrue(Files.exists(folder), "it is of another name");
      RunFolder.create(parent, "lab").close();
      assertFalse(Files.exists(folder), "its owner was killed");
    } finally {
      owner.destroyForcibly();
    }
  }

  @Test
  void twoFoldersOfOneProgramAreTwoAndEndEachByItself() throws IOException {
    try (RunFolder one = RunFolder.create(parent, "lab")) {
      RunFolder two = RunFolder.create(parent, "lab");
      two.close();
      assertFalse(Files.exists(two.path()));
      assertTrue(Files.exists(one.path()));
    }
  }

  @Test
  void aFolderThatWasNeverLockedIsNotOurs() throws IOException {
    Path folder = Files.createDirectory(parent.resolve("lab-1-somebodys"));
    RunFolder.create(parent, "lab").close();
    assertTrue(Files.exists(folder));
  }
}
