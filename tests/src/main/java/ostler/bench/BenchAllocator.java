package ostler.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ostler.lab.LabException;
import ostler.lab.stack.Allocator;
import ostler.lab.stack.SourceTree;

/**
 * An allocator on PostgreSQL, run as {@code ostler up} runs it, with no more than the heap that one
 * is to get by with.
 */
final class BenchAllocator implements AutoCloseable {

  static final int MAX_HEAP_MB = 1024;

  private static final double BYTES_A_MB = 1024 * 1024;
  private static final Pattern TOTAL = Pattern.compile("(?m)^Total +[0-9]+ +([0-9]+)$");

  private final Allocator allocator;

  private BenchAllocator(Allocator allocator) {
    this.allocator = allocator;
  }

  /** Returns when it answers. */
  static BenchAllocator start(BenchPostgres postgres, String database, Path folder)
      throws IOException, InterruptedException, LabException {
    Allocator allocator =
        Allocator.start(
            SourceTree.ofThisProgram(),
            folder.resolve("allocator"),
            List.of("-Xmx" + MAX_HEAP_MB + "m"),
            List.of("--jdbc-url", postgres.jdbcUrl(database), "--jdbc-user", BenchPostgres.USER));
    allocator.awaitReady();
    return new BenchAllocator(allocator);
  }

  int port() {
    return allocator.port();
  }

  Path tokenFile() {
    return allocator.tokenFile();
  }

  /** As the operator, for one client. */
  HttpLine line() throws IOException {
    return new HttpLine(
        port(), Map.of("Authorization", "Bearer " + Files.readString(tokenFile()).strip()), true);
  }

  /** The processor time that it has used so far. */
  Duration cpu() throws IOException, LabException {
    return allocator.process().info().totalCpuDuration().orElseThrow();
  }

  /** What lives in its heap, in MB: what a full collection finds, without what came since. */
  double liveHeapMb() throws IOException, InterruptedException, LabException {
    Process count =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                allocator.process().pid() + "",
                "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String counted = new String(count.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Matcher total = TOTAL.matcher(counted);
    if (count.waitFor() != 0 || !total.find()) {
      throw new LabException("the allocator's heap could not be counted: " + counted);
    }
    return Long.parseLong(total.group(1)) / BYTES_A_MB;
  }

  @Override
  public void close() throws IOException, LabException {
    allocator.close();
  }
}
