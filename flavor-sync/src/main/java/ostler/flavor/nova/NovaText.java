package ostler.flavor.nova;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;
import ostler.flavor.NumaPolicy;
import ostler.flavor.nova.Difference.Code;
import ostler.inventory.HostName;
import ostler.pci.PciId;
import ostler.wire.Json;

/**
 * Nova's side written from Ostler's: the part of nova.conf that offers the units of Ostler's
 * aliases and names them, and the commands that make flavors and limits fit.
 */
public final class NovaText {

  /** By which a file is known as one that this program wrote and may write again. */
  public static final String FIRST_LINE = "# Written by ostler flavor sync from Ostler's aliases.";

  private static final String ID = "vendor_id";
  private static final String PRODUCT = "product_id";
  private static final String ALIAS = "alias = ";
  private static final int ID_DIGITS = 4;

  private final Cloud cloud;
  private final Cloud scope;
  private final Map<NovaDevice, NovaUnit> units;
  private final NovaConfig present;
  private final List<WrittenAlias> aliases = new ArrayList<>();
  private final List<Difference> unwritten = new ArrayList<>();
  private final SortedMap<PciId, SortedSet<NovaDevice>> offered = new TreeMap<>();
  private final SortedMap<PciId, ResourceClass> classes = new TreeMap<>();

  private NovaText(Cloud cloud, Optional<HostName> host, NovaConfig present) {
    this.cloud = cloud;
    this.scope = host.map(cloud::on).orElse(cloud);
    this.units = scope.unitsByMember();
    this.present = present;
  }

  /**
   * What was written.
   *
   * @param config lines for nova.conf
   * @param commands for a shell
   * @param unwritten aliases that Nova cannot be told of, and why
   */
  public record Written(String config, String commands, List<Difference> unwritten) {
    public Written {
      unwritten = List.copyOf(unwritten);
    }
  }

  /**
   * Writes all that can be written.
   *
   * @param host whose devices alone are offered; aliases are the same everywhere
   * @param present of which the modes and the names of companions are kept
   * @param flavors that exist; commands are for those that ask for what is written
   */
  public static Written of(
      Cloud cloud, Optional<HostName> host, NovaConfig present, List<NovaFlavor> flavors) {
    NovaText text = new NovaText(cloud, host, present);
    Offer offer = new Offer(present, cloud);
    for (OstlerAlias alias : cloud.aliases()) {
      text.plan(alias, offer);
    }
    return new Written(
        text.config(),
        new NovaCommands(text.aliases, text.classes, present.pciInPlacement())
            .of(flavors, cloud.limits()),
        text.unwritten);
  }

  private void plan(OstlerAlias alias, Offer offer) {
    if (alias.units().isEmpty()) {
      if (!alias.isNeverPci()) {
        refuse(
            alias,
            "means no unit now, so nobody knows which devices to offer",
            "admit such a unit, or delete the alias");
      }
      return;
    }
    Optional<WrittenAlias> written = WrittenAlias.of(alias, offer);
    if (written.isEmpty()) {
      refuse(
          alias,
          "means devices of several types (type-PCI, type-PF, type-VF), which one alias of Nova's"
              + " cannot",
          "make it an alias for each");
      return;
    }
    if (offers(alias) && classified(alias, written.get())) {
      aliases.add(written.get());
      alias.units().stream()
          .flatMap(unit -> unit.members().stream())
          .filter(device -> scope.host().filter(host -> !host.equals(device.host())).isEmpty())
          .forEach(
              device -> offered.computeIfAbsent(device.id(), id -> new TreeSet<>()).add(device));
    }
  }

  /** By ids where all devices of the model are managed, else by address, which one host has. */
  private boolean offers(OstlerAlias alias) {
    Set<HostName> hosts = new LinkedHashSet<>();
    scope.devices().forEach(device -> hosts.add(device.host()));
    List<NovaDevice> strangers =
        alias.units().stream()
            .flatMap(unit -> unit.members().stream())
            .map(NovaDevice::id)
            .distinct()
            .flatMap(id -> strangers(id).stream())
            .toList();
    if (hosts.size() > 1 && !strangers.isEmpty()) {
      refuse(
          alias,
          "has to be offered by addresses, since "
              + strangers.get(0).id()
              + " at "
              + NovaDevice.listed(strangers)
              + " ("
              + strangers.get(0).host()
              + ") is like its devices and not managed",
          "write each host's own file: ostler flavor sync --host HOST");
      return false;
    }
    return true;
  }

  /** Devices like managed ones that are no unit's, or a unit's that is cut. */
  private List<NovaDevice> strangers(PciId id) {
    return scope.devices().stream()
        .filter(device -> device.id().equals(id))
        .filter(device -> !units.containsKey(device) || !units.get(device).isPci())
        .toList();
  }

  /** Where Placement chooses, an alias of several models is one resource class. */
  private boolean classified(OstlerAlias alias, WrittenAlias written) {
    if (!present.pciInPlacement() || written.models().size() == 1) {
      return true;
    }
    ResourceClass own = ResourceClass.parse(written.name());
    boolean free =
        written.models().stream().allMatch(id -> classes.getOrDefault(id, own).equals(own));
    if (!free) {
      refuse(
          alias,
          "means a model that another alias of several models means too, and with pci_in_placement"
              + " a device has one resource class",
          "make aliases of several models disjoint");
      return false;
    }
    written.models().forEach(id -> classes.put(id, own));
    return true;
  }

  private void refuse(OstlerAlias alias, String sentence, String next) {
    unwritten.add(new Difference(Code.ALIAS_NOT_WRITABLE, alias.name().value(), sentence, next));
  }

  private String config() {
    StringJoiner lines = new StringJoiner("\n", "", "\n");
    lines.add(FIRST_LINE);
    lines.add("# device_spec belongs on these computes, alias on the API and on all computes.");
    cloud.aliases().stream()
        .filter(OstlerAlias::isNeverPci)
        .forEach(
            alias ->
                lines.add(
                    "# Left out: " + alias.name() + ", whose slices no guest gets as a function."));
    lines.add("[pci]");
    offered.forEach((id, devices) -> specs(id, devices).forEach(lines::add));
    aliases.forEach(alias -> mains(alias).forEach(lines::add));
    Set<String> companions = new LinkedHashSet<>();
    for (WrittenAlias alias : aliases) {
      alias
          .companions()
          .forEach(
              (id, companion) ->
                  companions.add(line(companion.name(), id, companion.type(), alias.numa())));
    }
    companions.forEach(lines::add);
    return lines.toString();
  }

  private List<String> specs(PciId id, SortedSet<NovaDevice> devices) {
    if (strangers(id).isEmpty()) {
      return List.of(spec(id, Optional.empty()));
    }
    return devices.stream()
        .map(device -> spec(id, Optional.of(AddressGlob.of(device.address()))))
        .toList();
  }

  /** Not managed by libvirt: whole devices of the pool rest on vfio, and stay there. */
  private String spec(PciId id, Optional<AddressGlob> address) {
    return "device_spec = "
        + Json.write(
            out ->
                out.text(ID, vendor(id))
                    .text(PRODUCT, product(id))
                    .text("address", address)
                    .text("managed", "no")
                    .text("resource_class", Optional.ofNullable(classes.get(id))));
  }

  private List<String> mains(WrittenAlias alias) {
    if (present.pciInPlacement() && alias.models().size() > 1) {
      ResourceClass all = classes.get(alias.models().get(0));
      return List.of(
          ALIAS
              + Json.write(
                  out ->
                      out.text("name", alias.name())
                          .text("resource_class", all)
                          .text("device_type", alias.type())
                          .text("numa_policy", NovaAlias.spelt(alias.numa()))));
    }
    return alias.models().stream()
        .map(model -> line(alias.name(), model, alias.type(), alias.numa()))
        .toList();
  }

  /** With the model's own resource class where it has one that does not follow from its ids. */
  private String line(String name, PciId id, DeviceType type, NumaPolicy numa) {
    return ALIAS
        + Json.write(
            out ->
                out.text("name", name)
                    .text(ID, vendor(id))
                    .text(PRODUCT, product(id))
                    .text("resource_class", Optional.ofNullable(classes.get(id)))
                    .text("device_type", type)
                    .text("numa_policy", NovaAlias.spelt(numa)));
  }

  private static String vendor(PciId id) {
    return id.toString().substring(0, ID_DIGITS);
  }

  private static String product(PciId id) {
    return id.toString().substring(ID_DIGITS + 1);
  }
}
