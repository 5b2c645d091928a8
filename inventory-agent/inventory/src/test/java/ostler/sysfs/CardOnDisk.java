package ostler.sysfs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import ostler.capture.FakeHosts;
import ostler.pci.PciAddress;

/** The host with the T4, laid out in a directory, so that a test can harm it. */
record CardOnDisk(Path root, Path directory) {

  static final PciAddress T4 = PciAddress.parse("0000:3b:00.0");

  static CardOnDisk layOut(Path root) throws IOException {
    FakeHosts.t4WithMdevTypes().tree().writeTo(root);
    return new CardOnDisk(root, root.resolve("sys/bus/pci/devices/" + T4).toRealPath());
  }

  Sysfs sysfs() {
    return new Sysfs(root);
  }

  Path file(String attribute) {
    return directory.resolve(attribute);
  }

  /** Writes one byte a character. */
  void write(String attribute, String text) throws IOException {
    Files.writeString(file(attribute), text, StandardCharsets.ISO_8859_1);
  }
}
