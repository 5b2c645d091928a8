package ostler.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import ostler.cli.print.Node;
import ostler.flavor.AliasName;
import ostler.flavor.NumaPolicy;
import ostler.flavor.nova.Cloud;
import ostler.flavor.nova.DeviceType;
import ostler.flavor.nova.Limits;
import ostler.flavor.nova.NovaDevice;
import ostler.flavor.nova.NovaUnit;
import ostler.flavor.nova.OstlerAlias;
import ostler.inventory.HostName;
import ostler.inventory.UnitId;
import ostler.inventory.UnitKind;
import ostler.pci.PciAddress;
import ostler.pci.PciClass;
import ostler.pci.PciId;
import ostler.wire.Json;

/** What the allocator knows, read into types for a comparison with Nova. */
final class NovaCloud {

  /** Kinds of slices that are virtual functions. */
  private static final Set<String> FUNCTIONS =
      Set.of(UnitKind.SRIOV_VF.toString(), UnitKind.VENDOR_VF.toString());

  private final Map<String, Node> units = new LinkedHashMap<>();
  private final List<Node> devices;
  private final Map<String, NovaUnit> pciUnits = new LinkedHashMap<>();

  private NovaCloud(List<Node> devices, List<Node> units) {
    this.devices = devices.stream().filter(device -> !device.is("presence", "missing")).toList();
    units.forEach(unit -> this.units.put(unit.textAt("id"), unit));
  }

  static Cloud read(Session session) throws Failure {
    NovaCloud cloud =
        new NovaCloud(session.all(ApiPath.of("devices")), session.all(ApiPath.of("units")));
    try {
      List<NovaDevice> devices = cloud.devices();
      cloud.gather(devices);
      List<OstlerAlias> aliases = new ArrayList<>();
      for (Node alias : session.all(ApiPath.of("aliases"))) {
        aliases.add(cloud.alias(session, alias));
      }
      return new Cloud(
          devices,
          List.copyOf(cloud.pciUnits.values()),
          aliases,
          limits(session.api().get(ApiPath.of("quota", "tree"))),
          Optional.empty());
    } catch (IllegalArgumentException e) {
      throw Failure.of(
          ExitCode.ERROR,
          "BAD_ANSWER",
          "The allocator's inventory cannot be understood: " + e.getMessage());
    }
  }

  private List<NovaDevice> devices() {
    Set<String> parents =
        units.values().stream()
            .filter(unit -> FUNCTIONS.contains(unit.textAt("kind")))
            .map(unit -> unit.textAt("parent"))
            .collect(Collectors.toSet());
    return devices.stream().map(device -> device(device, parents)).toList();
  }

  private NovaDevice device(Node device, Set<String> parents) {
    Optional<String> unit = device.at("unit").text();
    Optional<Node> its = unit.map(units::get);
    boolean function = its.filter(u -> FUNCTIONS.contains(u.textAt("kind"))).isPresent();
    PciAddress address = PciAddress.parse(device.textAt("address"));
    boolean mayHaveFunctions =
        device.at("could_hold").items().stream()
                .anyMatch(room -> FUNCTIONS.contains(room.textAt("kind")))
            || (unit.filter(parents::contains).isPresent()
                && cardOf(its.orElse(Node.ABSENT)).equals(Optional.of(address)));
    DeviceType type = function ? DeviceType.VF : mayHaveFunctions ? DeviceType.PF : DeviceType.PCI;
    return new NovaDevice(
        new HostName(device.textAt("host")),
        address,
        new NovaDevice.Model(
            PciId.parse(device.textAt("vendor") + ':' + device.textAt("device")),
            PciClass.parse(device.textAt("class")),
            type),
        function
            ? its.map(u -> units.get(u.textAt("parent"))).flatMap(NovaCloud::cardOf)
            : Optional.empty(),
        device.at("serial").text(),
        device.at("group").text().map(Integer::valueOf),
        unit.map(UnitId::parse));
  }

  /** Where the member is of which virtual functions are made: the first that computes. */
  private static Optional<PciAddress> cardOf(Node unit) {
    List<Node> members = unit.at("members").items();
    return members.stream()
        .filter(member -> PciClass.parse(member.textAt("class")).computes())
        .findFirst()
        .or(() -> members.stream().findFirst())
        .map(member -> PciAddress.parse(member.textAt("address")));
  }

  /** A mediated device or a MIG instance has no function of its own, and is no unit here. */
  private void gather(List<NovaDevice> known) {
    Map<String, List<NovaDevice>> members = new HashMap<>();
    for (NovaDevice device : known) {
      device
          .unit()
          .ifPresent(
              unit ->
                  members.computeIfAbsent(unit.toString(), id -> new ArrayList<>()).add(device));
    }
    units.forEach(
        (id, unit) -> {
          if (members.containsKey(id)) {
            pciUnits.put(
                id,
                new NovaUnit(
                    UnitId.parse(id),
                    UnitKind.parse(unit.textAt("kind")),
                    members.get(id),
                    unit.is("state", "SLICED")));
          }
        });
  }

  private OstlerAlias alias(Session session, Node alias) throws Failure {
    String name = alias.textAt("name");
    Node resolved =
        session.api().post(ApiPath.of("aliases", name, "resolve"), Json.write(out -> {}));
    List<Node> candidates = resolved.at("units").items();
    if (resolved.at("candidates").value() instanceof Long all && all > candidates.size()) {
      throw Failure.of(
          ExitCode.ERROR,
          "TOO_MANY",
          "Alias "
              + name
              + " means "
              + all
              + " units, of which the allocator tells "
              + candidates.size());
    }
    List<NovaUnit> meant =
        candidates.stream()
            .map(candidate -> pciUnits.get(candidate.textAt("unit")))
            .filter(unit -> unit != null && unit.isPci())
            .toList();
    return new OstlerAlias(
        new AliasName(name),
        NumaPolicy.valueOf(alias.at("numa").text().orElse("legacy").toUpperCase(Locale.ROOT)),
        meant,
        candidates.size() - meant.size());
  }

  private static Limits limits(Node tree) {
    Map<String, Limits.Node> projects = new LinkedHashMap<>();
    for (Node project : tree.at("projects").items()) {
      Map<String, Long> limits = new LinkedHashMap<>();
      project
          .at("limits")
          .fields()
          .forEach(
              (key, limit) -> {
                if (limit.value() instanceof Long number) {
                  limits.put(key, number);
                }
              });
      projects.put(project.textAt("id"), new Limits.Node(project.at("parent").text(), limits));
    }
    return new Limits(projects);
  }
}
