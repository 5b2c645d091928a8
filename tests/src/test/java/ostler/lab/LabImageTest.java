package ostler.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabImageTest {

  @TempDir private Path cache;

  @Test
  void whatAFailureLeavesBehindIsNeverTakenForAnImage() throws Exception {
    assertThrows(
        IOException.class,
        () ->
            LabImage.prepare(
                cache,
                folder -> {
                  Files.writeString(folder.resolve("half"), "made");
                  throw new IOException("killed here");
                }));
    LabImage image =
        LabImage.prepare(cache, folder -> Files.writeString(folder.resolve("vmlinuz"), "whole"));
    assertEquals("whole", Files.readString(image.kernel()));
    assertFalse(Files.exists(image.folder().resolve("half")));
  }

  @Test
  void preparersAtTheSameTimeMakeOneImage() throws Exception {
    AtomicInteger made = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      Callable<LabImage> prepare = () -> LabImage.prepare(cache, folder -> made.incrementAndGet());
      List<Future<LabImage>> images =
          threads.invokeAll(List.of(prepare, prepare, prepare, prepare));
      for (Future<LabImage> image : images) {
        assertTrue(Files.isDirectory(image.get().folder()));
      }
    } finally {
      threads.shutdownNow();
    }
    assertEquals(1, made.get());
  }

  @Test
  void theCacheIsWhereTheEnvironmentSays() {
    assertEquals(
        Path.of("/own"), LabImage.cache(Map.of("OSTLER_CACHE", "/own", "XDG_CACHE_HOME", "/xdg")));
    assertEquals(Path.of("/xdg/ostler"), LabImage.cache(Map.of("XDG_CACHE_HOME", "/xdg")));
    assertEquals(
        Path.of(System.getProperty("user.home"), ".cache", "ostler"), LabImage.cache(Map.of()));
  }
}
