package ostler.lab;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a machine keeps its things.
 *
 * @param run short-lived folder for sockets, whose paths the kernel limits to 107 bytes
 * @param logs folder that stays
 * @param memoryFolder files behind the devices' memory
 */
record MachineFiles(Path run, Path logs, Path memoryFolder) {

  private static final long FLASH_BYTES = 64L << 20;

  static MachineFiles create(MachineOptions options, Path run) throws IOException {
    Path logs = options.artifacts().toAbsolutePath().resolve(options.name());
    Files.createDirectories(logs);
    MachineFiles files =
        new MachineFiles(run, logs, options.memory().map(Path::toAbsolutePath).orElse(run));
    Files.createDirectories(files.memoryFolder);
    Files.deleteIfExists(files.console());
    Files.deleteIfExists(files.qemuOutput());
    for (LabDevice device : LabDevice.withMemory()) {
      sized(files.memory(device), device.memoryBytes());
    }
    sized(files.flash(), FLASH_BYTES);
    return files;
  }

  private static void sized(Path file, long bytes) throws IOException {
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(bytes);
    }
  }

  Path console() {
    return logs.resolve("console.log");
  }

  Path qemuOutput() {
    return logs.resolve("qemu.log");
  }

  Path qmp() {
    return run.resolve("qmp");
  }

  Path agent() {
    return run.resolve("agent");
  }

  Path pid() {
    return run.resolve("pid");
  }

  Path flash() {
    return memoryFolder.resolve("nvme.flash");
  }

  Path memory(LabDevice device) {
    return memoryFolder.resolve(device.qemuId() + ".memory");
  }
}
