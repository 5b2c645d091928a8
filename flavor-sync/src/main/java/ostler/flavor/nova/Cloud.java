package ostler.flavor.nova;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import ostler.inventory.HostName;

/**
 * What the allocator knows.
 *
 * @param host the one that it was narrowed to, if it was
 */
public record Cloud(
    List<NovaDevice> devices,
    List<NovaUnit> units,
    List<OstlerAlias> aliases,
    Limits limits,
    Optional<HostName> host) {

  public Cloud {
    devices = devices.stream().sorted().toList();
    units = List.copyOf(units);
    aliases = List.copyOf(aliases);
    Objects.requireNonNull(limits);
    Objects.requireNonNull(host);
  }

  /** The same as seen from one host; the aliases mean what they mean there. */
  public Cloud on(HostName only) {
    return new Cloud(
        devices.stream().filter(device -> device.host().equals(only)).toList(),
        on(only, units),
        aliases.stream()
            .map(
                alias ->
                    new OstlerAlias(
                        alias.name(), alias.numa(), on(only, alias.units()), alias.others()))
            .toList(),
        limits,
        Optional.of(only));
  }

  private static List<NovaUnit> on(HostName host, List<NovaUnit> units) {
    return units.stream().filter(unit -> unit.host().equals(host)).toList();
  }

  /** Units by the members that they have for themselves: a slice's are its card's. */
  Map<NovaDevice, NovaUnit> unitsByMember() {
    Map<NovaDevice, NovaUnit> by = new HashMap<>();
    for (NovaUnit unit : units) {
      for (NovaDevice member : unit.members()) {
        if (member.unit().equals(Optional.of(unit.id()))) {
          by.put(member, unit);
        }
      }
    }
    return by;
  }

  Optional<OstlerAlias> alias(String name) {
    return aliases.stream().filter(alias -> alias.name().value().equals(name)).findFirst();
  }
}
