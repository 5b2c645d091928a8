package ostler.sysfs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import ostler.capture.FakeHosts;
import ostler.inventory.HostInventory;
import ostler.inventory.HostName;
import ostler.wire.Json;

/**
 * Measures a scan of 16 GPUs with 512 virtual functions, and prints one line of JSON. The argument
 * is a directory, best in memory, that does not exist yet.
 */
public final class ScanBench {

  private static final int GPUS = 16;
  private static final int VIRTUAL_FUNCTIONS_EACH = 32;
  private static final int RUNS = 50;
  private static final int NANOS_PER_MICRO = 1_000;

  private ScanBench() {}

  public static void main(String[] args) throws IOException {
    Path root = Path.of(args[0]);
    FakeHosts.many(GPUS, VIRTUAL_FUNCTIONS_EACH).tree().writeTo(root);
    HostScan scan = new HostScan(new Sysfs(root));
    long[] micros = new long[RUNS];
    HostInventory host = null;
    for (int i = 0; i < RUNS; i++) {
      long before = System.nanoTime();
      host = scan.scan(new HostName("many"));
      micros[i] = (System.nanoTime() - before) / NANOS_PER_MICRO;
    }
    long first = micros[0];
    Arrays.sort(micros);
    int functions = host.functions().size();
    System.out.println(
        Json.write(
            out ->
                out.text("bench", "host-scan")
                    .integer("functions", functions)
                    .integer("first_scan_us", first)
                    .integer("median_scan_us", micros[RUNS / 2])
                    .integer("worst_scan_us", micros[RUNS - 1])));
  }
}
