package ostler.sysfs;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.Arrays;
import ostler.capture.FakeHosts;
import ostler.inventory.HostInventory;
import ostler.inventory.HostName;
import ostler.wire.Json;

/**
 * Measures a scan of 16 GPUs with 512 virtual functions, and prints one line of JSON: wall and CPU
 * time, since the first says little on a busy machine. The argument is a directory, best in memory,
 * that does not exist yet.
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
    ThreadMXBean thread = ManagementFactory.getThreadMXBean();
    long[] wallMicros = new long[RUNS];
    long[] cpuMicros = new long[RUNS];
    HostInventory host = null;
    for (int i = 0; i < RUNS; i++) {
      long wallBefore = System.nanoTime();
      long cpuBefore = thread.getCurrentThreadCpuTime();
      host = scan.scan(new HostName("many"));
      cpuMicros[i] = (thread.getCurrentThreadCpuTime() - cpuBefore) / NANOS_PER_MICRO;
      wallMicros[i] = (System.nanoTime() - wallBefore) / NANOS_PER_MICRO;
    }
    long firstWall = wallMicros[0];
    long firstCpu = cpuMicros[0];
    Arrays.sort(wallMicros);
    Arrays.sort(cpuMicros);
    int functions = host.functions().size();
    System.out.println(
        Json.write(
            out ->
                out.text("bench", "host-scan")
                    .integer("functions", functions)
                    .integer("first_wall_us", firstWall)
                    .integer("first_cpu_us", firstCpu)
                    .integer("median_wall_us", wallMicros[RUNS / 2])
                    .integer("median_cpu_us", cpuMicros[RUNS / 2])));
  }
}
