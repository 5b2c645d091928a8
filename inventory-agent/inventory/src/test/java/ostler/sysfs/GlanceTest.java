package ostler.sysfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GlanceTest {

  @TempDir Path root;

  private Glance look() {
    return Glance.of(new Sysfs(root));
  }

  @Test
  void whatComesAndGoesAndWhatIsBoundAndUnboundIsSeen() throws Exception {
    assertEquals(Glance.NOTHING, look());
    Path devices = Files.createDirectories(root.resolve("sys/bus/pci/devices"));
    Path driver = Files.createDirectories(root.resolve("sys/bus/pci/drivers/nvidia"));
    Files.createDirectory(devices.resolve("0000:65:00.0"));
    Glance before = look();
    assertEquals(before, look());
    Files.createFile(driver.resolve("0000:65:00.0"));
    Glance bound = look();
    assertNotEquals(before, bound);
    Files.createDirectory(devices.resolve("0000:66:00.0"));
    assertNotEquals(bound, look());
  }
}
