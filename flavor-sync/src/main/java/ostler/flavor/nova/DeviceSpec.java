package ostler.flavor.nova;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import ostler.flavor.PciNumber;
import ostler.flavor.Trait;
import ostler.pci.PciAddress;

/**
 * One {@code [pci] device_spec}: which devices Nova may hand out, and what it says of them. Of
 * several that match a device, the first counts.
 *
 * @param vendor empty for any
 * @param product empty for any
 * @param address empty where a network interface is named instead
 * @param devname the interface, whose address only its host knows
 */
public record DeviceSpec(
    Place place,
    Optional<PciNumber> vendor,
    Optional<PciNumber> product,
    Optional<AddressSpec> address,
    Optional<String> devname,
    Tags tags) {

  private static final int MAX_ID = 0xffff;
  private static final String ANY = "*";

  /**
   * What a spec says of its devices.
   *
   * @param physicalNetwork for Neutron, and so unknown to Placement; an empty text is an overlay
   * @param remoteManaged that a SmartNIC's own processor manages it
   * @param managed that libvirt detaches it from its driver; empty where nothing is said, which
   *     means yes
   * @param liveMigratable empty where nothing is said
   * @param oneTimeUse empty where nothing is said
   * @param others those of which Nova knows nothing, and which it keeps
   */
  public record Tags(
      Optional<String> physicalNetwork,
      boolean remoteManaged,
      Optional<Boolean> managed,
      Optional<Boolean> liveMigratable,
      Optional<Boolean> oneTimeUse,
      Optional<ResourceClass> resourceClass,
      SortedSet<Trait> traits,
      SortedMap<String, String> others) {
    public Tags {
      Objects.requireNonNull(physicalNetwork);
      Objects.requireNonNull(managed);
      Objects.requireNonNull(liveMigratable);
      Objects.requireNonNull(oneTimeUse);
      Objects.requireNonNull(resourceClass);
      traits = Collections.unmodifiableSortedSet(new TreeSet<>(traits));
      others = Collections.unmodifiableSortedMap(new TreeMap<>(others));
    }
  }

  public DeviceSpec {
    Objects.requireNonNull(place);
    Objects.requireNonNull(vendor);
    Objects.requireNonNull(product);
    Objects.requireNonNull(tags);
    if (address.isPresent() == devname.isPresent()) {
      throw new IllegalArgumentException("a device_spec has an address or a devname");
    }
  }

  static DeviceSpec parse(SpecFields fields, StandardTraits standard, boolean inPlacement)
      throws NovaRefusal {
    Optional<PciNumber> vendor = id(fields, "vendor_id", true);
    Optional<PciNumber> product = id(fields, "product_id", false);
    Optional<String> devname = devname(fields, inPlacement);
    Optional<AddressSpec> address = address(fields);
    if (address.isPresent() && devname.isPresent()) {
      throw fields.refusal("devname", "excludes an address: say one of the two");
    }
    if (devname.isEmpty() && address.isEmpty()) {
      address = Optional.of(AddressGlob.ANY);
    }
    Tags tags = tags(fields, standard, inPlacement);
    return new DeviceSpec(fields.place(), vendor, product, address, devname, tags);
  }

  /** Nova strips the blanks around a vendor's star alone. */
  private static Optional<PciNumber> id(SpecFields fields, String name, boolean stripped)
      throws NovaRefusal {
    String text = fields.text(name).orElse(ANY);
    return fields.hex(name, stripped ? text.strip() : text, MAX_ID).map(PciNumber::new);
  }

  private static Optional<String> devname(SpecFields fields, boolean inPlacement)
      throws NovaRefusal {
    Optional<Object> said = fields.take("devname").filter(name -> !name.equals(""));
    if (said.isEmpty()) {
      return Optional.empty();
    }
    if (!(said.get() instanceof String name)) {
      throw fields.refusal("devname", "is not a text");
    }
    if (inPlacement) {
      throw fields.refusal(
          "devname", "does not go with report_in_placement: name the device by its address");
    }
    return Optional.of(name);
  }

  private static Optional<AddressSpec> address(SpecFields fields) throws NovaRefusal {
    Optional<Object> said = fields.take("address");
    if (said.isEmpty() || said.get().equals("") || said.get().equals(Map.of())) {
      return Optional.empty();
    }
    if (said.get() instanceof String text) {
      return Optional.of(AddressGlob.parse(fields, text));
    }
    if (said.get() instanceof Map<?, ?> parts) {
      return Optional.of(AddressRegex.parse(fields, parts));
    }
    throw fields.refusal("address", "is neither a text nor an object of regular expressions");
  }

  private static Tags tags(SpecFields fields, StandardTraits standard, boolean inPlacement)
      throws NovaRefusal {
    Optional<String> network =
        fields.has("physical_network")
            ? Optional.of(fields.take("physical_network").map(Object::toString).orElse(""))
            : Optional.empty();
    boolean remote = fields.lenientBool("remote_managed");
    Optional<Boolean> managed = fields.strictBool("managed");
    Optional<Boolean> migratable = fields.strictBool("live_migratable");
    Optional<Boolean> once = fields.strictBool("one_time_use");
    if (once.orElse(false) && !inPlacement) {
      throw fields.refusal("one_time_use", "needs report_in_placement, which is not on");
    }
    return new Tags(
        network,
        remote,
        managed,
        migratable,
        once,
        resourceClass(fields),
        traits(fields, standard),
        fields.rest());
  }

  static Optional<ResourceClass> resourceClass(SpecFields fields) throws NovaRefusal {
    Optional<String> said = fields.text("resource_class").filter(text -> !text.isEmpty());
    try {
      return said.map(ResourceClass::parse);
    } catch (IllegalArgumentException e) {
      throw fields.refusal("resource_class", e.getMessage());
    }
  }

  static SortedSet<Trait> traits(SpecFields fields, StandardTraits standard) throws NovaRefusal {
    Optional<String> said = fields.text("traits").filter(text -> !text.isEmpty());
    try {
      return said.isEmpty() ? Collections.emptySortedSet() : standard.parse(said.get());
    } catch (IllegalArgumentException e) {
      throw fields.refusal("traits", "has one that Placement refuses: " + e.getMessage());
    }
  }

  /**
   * Whether the device is meant. One that is named by its interface is not: nobody but its host
   * knows where that is.
   */
  public boolean matches(NovaDevice device) {
    return matches(vendor, device.id().vendor())
        && matches(product, device.id().device())
        && address.filter(meant -> matches(meant, device)).isPresent()
        && (!tags.remoteManaged() || device.serial().isPresent());
  }

  private static boolean matches(Optional<PciNumber> wanted, int number) {
    return wanted.isEmpty() || wanted.get().number() == number;
  }

  /** The address of a physical function means its virtual functions too. */
  private static boolean matches(AddressSpec meant, NovaDevice device) {
    Optional<PciAddress> parent = device.parent();
    return meant.matches(device.address()) || (parent.isPresent() && parent.equals(meant.single()));
  }

  /** What Placement counts such a device as. */
  ResourceClass resourceClassOf(NovaDevice device) {
    return tags.resourceClass().orElseGet(() -> ResourceClass.of(device.id()));
  }
}
