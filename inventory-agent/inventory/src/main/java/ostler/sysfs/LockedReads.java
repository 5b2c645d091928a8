package ostler.sysfs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import ostler.inventory.PowerState;

/**
 * Reads those attributes of one function whose reads may never come back. Only for a process that
 * one can afford to lose: a thread that hangs in the kernel cannot be killed, and neither can its
 * JVM.
 *
 * <p>Why each may hang (Linux 6.1.192, {@code drivers/pci/pci-sysfs.c}, {@code iov.c}, {@code
 * access.c}, {@code drivers/vfio/mdev/mdev_sysfs.c}): {@code driver_override} and {@code
 * sriov_numvfs} take the device lock, which is held for as long as a driver is bound or unbound or
 * the device is reset; {@code config} waits for the end of a reset and, as the {@code *_link_*}
 * files do, resumes the device or its parents; {@code serial_number} reads the device; the mdev
 * files call the vendor's driver.
 *
 * <p>Only the 64 bytes of the header are read of the configuration space: several chips lock up
 * when undefined parts are read, says the kernel. A function in D3cold is not woken for any of it:
 * neither its header nor its link nor its serial number are read.
 */
public final class LockedReads {

  static final String DRIVER_OVERRIDE = "driver_override";
  static final String ENABLED_FUNCTIONS = "sriov_numvfs";
  static final String CONFIG = "config";
  static final String SERIAL = "serial_number";
  static final String MAX_SPEED = "max_link_speed";
  static final String MAX_WIDTH = "max_link_width";
  static final String CURRENT_SPEED = "current_link_speed";
  static final String CURRENT_WIDTH = "current_link_width";
  static final String NAME = "name";
  static final String DESCRIPTION = "description";
  static final String DEVICE_API = "device_api";
  static final String AVAILABLE = "available_instances";

  /** What PCI defines alike for every function: the standard header. */
  public static final int CONFIG_HEADER_BYTES = 64;

  private static final List<String> OF_THE_KERNEL = List.of(DRIVER_OVERRIDE, ENABLED_FUNCTIONS);
  private static final List<String> OF_THE_DEVICE =
      List.of(CONFIG, MAX_SPEED, MAX_WIDTH, CURRENT_SPEED, CURRENT_WIDTH, SERIAL);
  private static final List<String> OF_THE_VENDOR =
      List.of(NAME, DESCRIPTION, DEVICE_API, AVAILABLE);

  private final Path directory;

  LockedReads(Path directory) {
    this.directory = directory;
  }

  /**
   * Reads all that the function has, one after the other. What is absent is passed over.
   *
   * @param begun is told the name of each attribute before it is read, so that whoever watches
   *     knows which one did not come back
   * @param read is told each outcome, by the attribute's path below the function's directory;
   *     binary content has one character a byte
   */
  public void each(Consumer<String> begun, BiConsumer<String, Read<String>> read) {
    for (String attribute : attributes()) {
      begun.accept(attribute);
      Path file = directory.resolve(attribute);
      Read<String> outcome =
          AttributeFile.listed(
              file,
              attribute.equals(CONFIG)
                  ? AttributeFile.readHead(file, CONFIG_HEADER_BYTES)
                  : AttributeFile.read(file));
      if (!(outcome instanceof Read.Absent<String>)) {
        read.accept(attribute, outcome);
      }
    }
  }

  private List<String> attributes() {
    List<String> names = AttributeFile.names(directory).value().orElse(List.of());
    List<String> attributes = new ArrayList<>(isAsleep() ? List.of() : OF_THE_DEVICE);
    attributes.retainAll(names);
    if (names.contains(FunctionDirectory.MDEV_TYPES)) {
      Path types = directory.resolve(FunctionDirectory.MDEV_TYPES);
      for (String type : AttributeFile.names(types).value().orElse(List.of())) {
        OF_THE_VENDOR.forEach(
            file -> attributes.add(FunctionDirectory.MDEV_TYPES + '/' + type + '/' + file));
      }
    }
    // Last, since these are the ones that hang most: a driver that does not let go holds the lock.
    OF_THE_KERNEL.stream().filter(names::contains).forEach(attributes::add);
    return attributes;
  }

  private boolean isAsleep() {
    return AttributeFile.read(directory.resolve("power_state"))
        .value()
        .flatMap(text -> PowerState.tryParse(text.strip()))
        .filter(state -> state == PowerState.D3COLD)
        .isPresent();
  }
}
