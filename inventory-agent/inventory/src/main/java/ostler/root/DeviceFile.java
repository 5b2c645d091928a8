package ostler.root;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import ostler.inventory.DeviceIdentity;
import ostler.pci.PciAddress;
import ostler.pci.PciId;

/**
 * The root-owned list of the devices that this program may ever touch, which the agent cannot
 * write. One entry a line: an address, a vendor and device number, or both, which must then both be
 * so; from a hash on, a line is a comment.
 */
public final class DeviceFile {

  private static final int MAX_BYTES = 1 << 20;

  private final TrustedFile file;

  public DeviceFile(Layout layout, int owner) {
    this.file = new TrustedFile(layout.deviceFile(), owner);
  }

  private record Entry(Optional<PciAddress> address, Optional<PciId> id) {
    boolean covers(PciAddress device, PciId its) {
      return address.map(device::equals).orElse(true) && id.map(its::equals).orElse(true);
    }
  }

  /**
   * Lets pass only devices that are all in the list.
   *
   * @throws Refusal NOT_LISTED
   */
  public void require(Map<PciAddress, DeviceIdentity> devices) throws Refusal {
    List<Entry> entries = entries();
    for (Map.Entry<PciAddress, DeviceIdentity> device : new TreeMap<>(devices).entrySet()) {
      PciAddress member = device.getKey();
      PciId id = device.getValue().id();
      if (entries.stream().noneMatch(entry -> entry.covers(member, id))) {
        throw new Refusal(
            Code.NOT_LISTED,
            "%s (%s) is not listed in %s. If Ostler may have it, add a line \"%s %s\" there."
                .formatted(member, id, file, member, id));
      }
    }
  }

  private List<Entry> entries() throws Refusal {
    Optional<String> fault = file.fault();
    if (fault.isPresent()) {
      throw new Refusal(
          Code.NOT_LISTED,
          "The list of devices is not to be trusted: %s. Make it root's own, with mode 0644 in a folder with mode 0755."
              .formatted(fault.get()));
    }
    List<Entry> entries = new ArrayList<>();
    int number = 0;
    for (String line : content().split("\n", -1)) {
      number++;
      String bare = line.replaceFirst("#.*", "").strip();
      if (!bare.isEmpty()) {
        entries.add(entry(bare, number));
      }
    }
    return entries;
  }

  private String content() throws Refusal {
    try {
      return new String(file.read(MAX_BYTES), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new Refusal(
          Code.NOT_LISTED, "%s cannot be read: %s.".formatted(file, KernelError.wordsOf(e)));
    }
  }

  private Entry entry(String line, int number) throws Refusal {
    String[] parts = line.split("\\s+");
    Optional<PciAddress> address = PciAddress.tryParse(parts[0]);
    Optional<PciId> id = PciId.tryParse(parts[parts.length - 1]);
    int known = (address.isPresent() ? 1 : 0) + (id.isPresent() ? 1 : 0);
    if (known != parts.length) {
      throw new Refusal(
          Code.NOT_LISTED,
          "Line %d of %s is neither an address, nor a vendor and device number, nor both. Correct it."
              .formatted(number, file));
    }
    return new Entry(address, id);
  }
}
