package ostler.mdev;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import ostler.inventory.DeviceIdentity;
import ostler.inventory.MdevTypeId;
import ostler.pci.PciAddress;
import ostler.pci.PciId;
import ostler.root.Code;
import ostler.root.KernelError;
import ostler.root.Layout;
import ostler.root.Refusal;
import ostler.root.TrustedFile;

/**
 * How many slices of a type an operator allows on one device, whatever the host would make: a
 * root-owned file that the agent cannot write. One entry a line: an address, or a vendor and device
 * number; a type; and the largest number. Where several lines fit, the smallest number counts.
 * Without the file there is no limit.
 */
final class Limits {

  private static final int MAX_BYTES = 1 << 20;

  private final List<Entry> entries;

  private Limits(List<Entry> entries) {
    this.entries = entries;
  }

  private record Entry(Optional<PciAddress> address, Optional<PciId> id, MdevTypeId type, int max) {
    boolean covers(ParentRecord record, MdevTypeId its) {
      DeviceIdentity identity = record.identity();
      return type.equals(its)
          && (address.equals(Optional.of(record.parent()))
              || id.equals(Optional.of(identity.id())));
    }
  }

  /**
   * Reads the file.
   *
   * @throws Refusal BAD_LIMITS
   */
  static Limits read(Layout layout, int owner) throws Refusal {
    TrustedFile file = new TrustedFile(layout.sliceLimits(), owner);
    List<Entry> entries = new ArrayList<>();
    if (!file.exists()) {
      return new Limits(entries);
    }
    Optional<String> fault = file.fault();
    if (fault.isPresent()) {
      throw new Refusal(
          Code.BAD_LIMITS,
          "The limits of slices are not to be trusted: %s. Make them root's own, with mode 0644 in a folder with mode 0755."
              .formatted(fault.get()));
    }
    int number = 0;
    for (String line : content(file).split("\n", -1)) {
      number++;
      String bare = line.replaceFirst("#.*", "").strip();
      if (!bare.isEmpty()) {
        entries.add(entry(bare, number, file));
      }
    }
    return new Limits(entries);
  }

  /** The most slices of a type that a device may have; empty where nothing is said. */
  OptionalInt of(ParentRecord record, MdevTypeId type) {
    return entries.stream().filter(entry -> entry.covers(record, type)).mapToInt(Entry::max).min();
  }

  private static String content(TrustedFile file) throws Refusal {
    try {
      return new String(file.read(MAX_BYTES), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new Refusal(
          Code.BAD_LIMITS, "%s cannot be read: %s.".formatted(file, KernelError.wordsOf(e)));
    }
  }

  private static Entry entry(String line, int number, TrustedFile file) throws Refusal {
    String[] parts = line.split("\\s+");
    if (parts.length == 3 && parts[2].matches("\\d{1,5}")) {
      Optional<PciAddress> address = PciAddress.tryParse(parts[0]);
      Optional<PciId> id = PciId.tryParse(parts[0]);
      Optional<MdevTypeId> type = MdevTypeId.tryParse(parts[1]);
      if (type.isPresent() && (address.isPresent() || id.isPresent())) {
        return new Entry(address, id, type.get(), Integer.parseInt(parts[2]));
      }
    }
    throw new Refusal(
        Code.BAD_LIMITS,
        "Line %d of %s is not an address or a vendor and device number, a type, and a number. Correct it."
            .formatted(number, file));
  }
}
