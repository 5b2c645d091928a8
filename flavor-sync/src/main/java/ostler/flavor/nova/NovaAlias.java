package ostler.flavor.nova;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import ostler.flavor.NumaPolicy;
import ostler.flavor.PciNumber;
import ostler.flavor.Trait;

/**
 * A {@code [pci] alias}: the name by which flavors ask for PCI devices. What it means is said on
 * one line or on several, of which a device has to match one.
 *
 * @param name without blanks around it, 1 to 256 characters
 * @param wants one or more, all of one device type where there are several
 */
public record NovaAlias(String name, NumaPolicy numa, List<Want> wants) {

  private static final int MAX_NAME_CHARS = 256;
  private static final Pattern ID = Pattern.compile("[0-9a-fA-F]{4}");

  /**
   * What one line of an alias asks for.
   *
   * @param type empty for any function but a physical one that has virtual ones
   * @param liveMigratable empty for devices of either kind
   */
  public record Want(
      Place place,
      Optional<PciNumber> vendor,
      Optional<PciNumber> product,
      Optional<DeviceType> type,
      Optional<ResourceClass> resourceClass,
      SortedSet<Trait> traits,
      Optional<Boolean> liveMigratable) {

    public Want {
      Objects.requireNonNull(place);
      Objects.requireNonNull(vendor);
      Objects.requireNonNull(product);
      Objects.requireNonNull(type);
      Objects.requireNonNull(resourceClass);
      traits = Collections.unmodifiableSortedSet(new TreeSet<>(traits));
      Objects.requireNonNull(liveMigratable);
    }

    private boolean namesAModel() {
      return vendor.isPresent() && product.isPresent();
    }

    /**
     * Whether Nova may give such a device for it.
     *
     * @param offer that makes the device Nova's to give
     */
    boolean matches(NovaDevice device, DeviceSpec offer) {
      boolean typed =
          type.isPresent() ? type.get() == device.type() : device.type() != DeviceType.PF;
      return typed
          && (vendor.isEmpty() || vendor.get().number() == device.id().vendor())
          && (product.isEmpty() || product.get().number() == device.id().device())
          && (resourceClass.isEmpty() || resourceClass.get().equals(offer.resourceClassOf(device)))
          && offer.tags().traits().containsAll(traits)
          && (liveMigratable.isEmpty()
              || liveMigratable.get().equals(offer.tags().liveMigratable().orElse(false)));
    }
  }

  public NovaAlias {
    Objects.requireNonNull(name);
    Objects.requireNonNull(numa);
    wants = List.copyOf(wants);
  }

  /** Where its first line stands. */
  public Place place() {
    return wants.get(0).place();
  }

  /** Whether Nova may give such a device for it. */
  boolean matches(NovaDevice device, DeviceSpec offer) {
    return wants.stream().anyMatch(want -> want.matches(device, offer));
  }

  /** Whether the device is of a model that a line names, whatever else is said. */
  boolean namesModelOf(NovaDevice device) {
    return wants.stream()
        .filter(Want::namesAModel)
        .anyMatch(
            want ->
                want.vendor().get().number() == device.id().vendor()
                    && want.product().get().number() == device.id().device());
  }

  private static NovaAlias parse(SpecFields fields, StandardTraits standard) throws NovaRefusal {
    String name =
        fields.text("name").orElseThrow(() -> fields.refusal("name", "is missing from an alias"));
    if (name.isEmpty() || name.length() > MAX_NAME_CHARS) {
      throw fields.refusal("name", "is 1 to " + MAX_NAME_CHARS + " characters");
    }
    fields.oneOf("capability_type", List.of("pci"));
    Optional<String> numa =
        fields.oneOf(
            "numa_policy", Stream.of(NumaPolicy.values()).map(NovaAlias::spelt).sorted().toList());
    Optional<PciNumber> vendor = id(fields, "vendor_id");
    Optional<PciNumber> product = id(fields, "product_id");
    Optional<DeviceType> type =
        fields.oneOf("device_type", DeviceType.words()).flatMap(DeviceType::tryParse);
    fields.requireText("live_migratable");
    Want want =
        new Want(
            fields.place(),
            vendor,
            product,
            type,
            DeviceSpec.resourceClass(fields),
            DeviceSpec.traits(fields, standard),
            fields.strictBool("live_migratable"));
    fields.done();
    return new NovaAlias(
        name.strip(), numa.map(NovaAlias::policy).orElse(NumaPolicy.LEGACY), List.of(want));
  }

  /** As Nova and its users write a policy. */
  static String spelt(NumaPolicy policy) {
    return policy.name().toLowerCase(Locale.ROOT);
  }

  static NumaPolicy policy(String word) {
    return NumaPolicy.valueOf(word.toUpperCase(Locale.ROOT));
  }

  private static Optional<PciNumber> id(SpecFields fields, String field) throws NovaRefusal {
    Optional<String> text = fields.text(field);
    if (text.isPresent() && !ID.matcher(text.get()).matches()) {
      throw fields.refusal(field, "is four hexadecimal digits, not \"" + text.get() + '"');
    }
    return text.map(PciNumber::parse);
  }

  /**
   * Reads all aliases, one line after the other.
   *
   * @param inPlacement whether Placement chooses the devices, which forbids an alias several lines
   *     and lets a resource class stand for vendor and product
   */
  static SortedMap<String, NovaAlias> parse(
      List<ConfigFile.Entry> entries, StandardTraits standard, boolean inPlacement)
      throws NovaRefusal {
    SortedMap<String, NovaAlias> aliases = new TreeMap<>();
    for (ConfigFile.Entry entry : entries) {
      NovaAlias alias = parse(SpecFields.one(entry.place(), entry.value()), standard);
      NovaAlias earlier = aliases.get(alias.name());
      aliases.put(alias.name(), earlier == null ? alias : earlier.or(alias));
    }
    for (NovaAlias alias : aliases.values()) {
      alias.requireMeaning(inPlacement);
    }
    return Collections.unmodifiableSortedMap(aliases);
  }

  private NovaAlias or(NovaAlias later) throws NovaRefusal {
    Want added = later.wants.get(0);
    if (numa != later.numa) {
      throw new NovaRefusal(
          added.place(),
          "numa_policy",
          "of alias " + name + " is " + spelt(later.numa) + " here and " + spelt(numa) + " before");
    }
    Optional<DeviceType> type = wants.get(0).type();
    if (type.isEmpty() || !type.equals(added.type())) {
      throw new NovaRefusal(
          added.place(),
          "device_type",
          "is the same on every line of alias " + name + ", and is said on every one");
    }
    return new NovaAlias(name, numa, Stream.concat(wants.stream(), Stream.of(added)).toList());
  }

  private void requireMeaning(boolean inPlacement) throws NovaRefusal {
    if (inPlacement && wants.size() > 1) {
      throw new NovaRefusal(
          wants.get(1).place(),
          "",
          "says alias "
              + name
              + " again, which pci_in_placement forbids: give the devices one resource_class");
    }
    for (Want want : wants) {
      if (!want.namesAModel() && !(inPlacement && want.resourceClass().isPresent())) {
        throw new NovaRefusal(
            want.place(),
            "",
            "names no vendor_id and product_id"
                + (inPlacement ? ", and no resource_class either" : ""));
      }
    }
  }
}
