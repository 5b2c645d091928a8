package ostler.flavor.nova;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import ostler.pci.PciId;

/**
 * What Placement counts, in the one spelling that Nova gives it.
 *
 * @param name 1 to 255 capitals, digits and underscores
 */
public record ResourceClass(String name) implements Comparable<ResourceClass> {

  private static final Pattern FORM = Pattern.compile("[A-Z0-9_]{1,255}");
  private static final String CUSTOM = "CUSTOM_";

  /** The standard ones (os-resource-classes 1.1.0). */
  private static final Set<String> STANDARD =
      Set.of(
          "VCPU",
          "MEMORY_MB",
          "DISK_GB",
          "PCI_DEVICE",
          "SRIOV_NET_VF",
          "NUMA_SOCKET",
          "NUMA_CORE",
          "NUMA_THREAD",
          "NUMA_MEMORY_MB",
          "IPV4_ADDRESS",
          "VGPU",
          "VGPU_DISPLAY_HEAD",
          "NET_BW_EGR_KILOBIT_PER_SEC",
          "NET_BW_IGR_KILOBIT_PER_SEC",
          "PCPU",
          "MEM_ENCRYPTION_CONTEXT",
          "FPGA",
          "PGPU",
          "NET_PACKET_RATE_KILOPACKET_PER_SEC",
          "NET_PACKET_RATE_EGR_KILOPACKET_PER_SEC",
          "NET_PACKET_RATE_IGR_KILOPACKET_PER_SEC");

  public ResourceClass {
    if (!FORM.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "is no resource class that Placement takes (1 to 255 capitals, digits and underscores): "
              + name);
    }
  }

  /**
   * Reads any spelling: {@code gold} is {@code CUSTOM_GOLD}, {@code pgpu} is {@code PGPU}. Signs
   * that Placement does not know become one underscore for all that stand together, unless the text
   * already begins with {@code CUSTOM_}.
   *
   * @throws IllegalArgumentException if Placement would refuse what Nova makes of it
   */
  public static ResourceClass parse(String text) {
    String name = text.toUpperCase(Locale.ROOT);
    return new ResourceClass(
        STANDARD.contains(name) || name.startsWith(CUSTOM)
            ? name
            : CUSTOM + name.replaceAll("[^0-9A-Z]+", "_"));
  }

  /** The class of a device whose device_spec names none: {@code CUSTOM_PCI_10DE_20B2}. */
  public static ResourceClass of(PciId id) {
    return parse(CUSTOM + "PCI_" + id.toString().replace(':', '_'));
  }

  @Override
  public int compareTo(ResourceClass other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}
