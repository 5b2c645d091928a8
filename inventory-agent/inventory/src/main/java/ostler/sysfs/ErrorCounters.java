package ostler.sysfs;

import java.nio.file.Path;
import java.util.OptionalLong;
import ostler.inventory.Problem;
import ostler.pci.PciAddress;

/**
 * How many errors a function has reported over PCIe since it was found (Advanced Error Reporting),
 * each kind in all. The kernel keeps the counts itself and prints them without a lock and without
 * asking the device (Linux 6.1, {@code drivers/pci/pcie/aer.c}, {@code aer_stats_dev_attr}).
 *
 * @param correctable corrected by the hardware; they happen
 * @param nonfatal data was lost, the link was not
 * @param fatal the link was lost
 */
public record ErrorCounters(long correctable, long nonfatal, long fatal) {

  public ErrorCounters {
    if (correctable < 0 || nonfatal < 0 || fatal < 0) {
      throw new IllegalArgumentException("error counters are 0 or more");
    }
  }

  /** The counters of one function; absent where the kernel counts none for it. */
  public static Read<ErrorCounters> read(Sysfs sysfs, PciAddress address) {
    Path directory = sysfs.root().resolve(Sysfs.DEVICES).resolve(address.toString());
    return total(directory, "aer_dev_correctable", "TOTAL_ERR_COR")
        .then(
            correctable ->
                total(directory, "aer_dev_nonfatal", "TOTAL_ERR_NONFATAL")
                    .then(
                        nonfatal ->
                            total(directory, "aer_dev_fatal", "TOTAL_ERR_FATAL")
                                .map(fatal -> new ErrorCounters(correctable, nonfatal, fatal))));
  }

  /** A file has a line for each kind of error, and the sum of them in the last. */
  private static Read<Long> total(Path directory, String file, String name) {
    return AttributeFile.read(directory.resolve(file))
        .then(
            text ->
                text.lines()
                    .filter(line -> line.startsWith(name + ' '))
                    .map(line -> number(line.substring(name.length()).strip()))
                    .filter(OptionalLong::isPresent)
                    .map(found -> Read.of(found.getAsLong()))
                    .findFirst()
                    .orElse(Read.failed(Problem.Code.ATTRIBUTE_GARBLED, "it has no line " + name)));
  }

  private static OptionalLong number(String text) {
    return text.matches("[0-9]{1,18}")
        ? OptionalLong.of(Long.parseLong(text))
        : OptionalLong.empty();
  }
}
