package ostler.sysfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ostler.pci.PciAddress;

final class ErrorCountersTest {

  private static final PciAddress GPU = PciAddress.parse("0000:65:00.0");

  @TempDir Path root;
  private Path directory;

  @BeforeEach
  void begin() throws IOException {
    directory =
        Files.createDirectories(root.resolve("sys/bus/pci/devices").resolve(GPU.toString()));
  }

  private void write(String file, String content) throws IOException {
    Files.writeString(directory.resolve(file), content);
  }

  private Read<ErrorCounters> read() {
    return ErrorCounters.read(new Sysfs(root), GPU);
  }

  @Test
  void theSumsAreReadAndTheKindsPassedOver() throws IOException {
    write("aer_dev_correctable", "RxErr 3\nBadTLP 0\nTOTAL_ERR_COR 3\n");
    write("aer_dev_nonfatal", "Undefined 0\nDLP 1\nTOTAL_ERR_NONFATAL 1\n");
    write("aer_dev_fatal", "Undefined 0\nTOTAL_ERR_FATAL 2\n");
    assertEquals(Optional.of(new ErrorCounters(3, 1, 2)), read().value());
  }

  @Test
  void aFunctionThatTheKernelCountsNothingForHasNone() {
    assertInstanceOf(Read.Absent.class, read());
  }

  @Test
  void aFileWithoutItsSumIsGarbledAndNotZero() throws IOException {
    write("aer_dev_correctable", "RxErr 3\n");
    assertInstanceOf(Read.Failed.class, read());
    write("aer_dev_correctable", "TOTAL_ERR_COR many\n");
    assertInstanceOf(Read.Failed.class, read());
  }
}
