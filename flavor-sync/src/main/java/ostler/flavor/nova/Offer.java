package ostler.flavor.nova;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which of a cloud's devices Nova may give away, and by which of its specs. */
final class Offer {

  private final NovaConfig config;
  private final Map<NovaDevice, DeviceSpec> specs = new LinkedHashMap<>();
  private final Map<NovaDevice, NovaUnit> units;
  private final Map<NovaAlias, List<NovaDevice>> meant = new HashMap<>();

  Offer(NovaConfig config, Cloud cloud) {
    this.config = config;
    this.units = cloud.unitsByMember();
    for (NovaDevice device : cloud.devices()) {
      config.deviceSpecs().stream()
          .filter(spec -> spec.matches(device))
          .findFirst()
          .ifPresent(spec -> specs.put(device, spec));
    }
  }

  NovaConfig config() {
    return config;
  }

  boolean has(NovaDevice device) {
    return specs.containsKey(device);
  }

  /** By device, the spec that makes it Nova's to give. */
  Map<NovaDevice, DeviceSpec> specs() {
    return specs;
  }

  Optional<NovaUnit> unitOf(NovaDevice device) {
    return Optional.ofNullable(units.get(device));
  }

  /** The devices that Nova may give for an alias. */
  List<NovaDevice> meantBy(NovaAlias alias) {
    return meant.computeIfAbsent(
        alias,
        asked ->
            specs.entrySet().stream()
                .filter(entry -> asked.matches(entry.getKey(), entry.getValue()))
                .map(Map.Entry::getKey)
                .toList());
  }

  /** The units whose main member Nova may give for an alias. */
  Set<NovaUnit> unitsBy(NovaAlias alias) {
    Set<NovaUnit> mains = new LinkedHashSet<>();
    for (NovaDevice device : meantBy(alias)) {
      unitOf(device).filter(unit -> unit.main().equals(device)).ifPresent(mains::add);
    }
    return mains;
  }

  /** Whether all that an alias means goes with something else, as a GPU's audio function does. */
  boolean isForCompanions(NovaAlias alias) {
    List<NovaDevice> devices = meantBy(alias);
    return !devices.isEmpty()
        && devices.stream()
            .allMatch(
                device -> unitOf(device).filter(unit -> !unit.main().equals(device)).isPresent());
  }
}
