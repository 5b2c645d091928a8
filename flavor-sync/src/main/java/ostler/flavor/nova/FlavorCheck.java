package ostler.flavor.nova;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import ostler.flavor.nova.Difference.Code;
import ostler.pci.PciId;

/** Compares what flavors ask for with what there is and what projects may have. */
final class FlavorCheck {

  private final Offer offer;
  private final Cloud cloud;
  private final List<Difference> found = new ArrayList<>();

  private FlavorCheck(Offer offer, Cloud cloud) {
    this.offer = offer;
    this.cloud = cloud;
  }

  static List<Difference> of(Offer offer, Cloud cloud, List<NovaFlavor> flavors) {
    FlavorCheck check = new FlavorCheck(offer, cloud);
    flavors.forEach(check::check);
    return check.found;
  }

  private void check(NovaFlavor flavor) {
    for (AliasRequest request : flavor.requests()) {
      if (!offer.config().aliases().containsKey(request.alias())) {
        tell(
            Code.FLAVOR_NAMES_NO_ALIAS,
            flavor,
            "asks for alias " + request.alias() + ", which Nova does not have: no server boots",
            "add the alias to nova.conf, or correct " + AliasRequest.KEY);
      }
    }
    companions(flavor);
    fits(flavor);
    quota(flavor);
    past(flavor);
  }

  /** How many of each alias the flavor asks for, companions' aliases left out. */
  private Map<NovaAlias, Integer> mains(NovaFlavor flavor) {
    Map<NovaAlias, Integer> mains = new LinkedHashMap<>();
    for (AliasRequest request : flavor.requests()) {
      NovaAlias alias = offer.config().aliases().get(request.alias());
      if (alias != null && request.count() > 0 && !offer.isForCompanions(alias)) {
        mains.merge(alias, request.count(), Integer::sum);
      }
    }
    return mains;
  }

  private void companions(NovaFlavor flavor) {
    Map<PciId, Integer> needed = new TreeMap<>();
    mains(flavor)
        .forEach(
            (alias, count) ->
                perUnit(offer.unitsBy(alias))
                    .forEach((id, each) -> needed.merge(id, each * count, Integer::sum)));
    Map<PciId, Integer> asked = new TreeMap<>();
    for (AliasRequest request : flavor.requests()) {
      NovaAlias alias = offer.config().aliases().get(request.alias());
      if (alias != null && offer.isForCompanions(alias)) {
        offer.meantBy(alias).stream()
            .map(NovaDevice::id)
            .distinct()
            .forEach(id -> asked.merge(id, request.count(), Integer::sum));
      }
    }
    needed.forEach((id, count) -> companion(flavor, id, count, asked.getOrDefault(id, 0)));
    asked.forEach(
        (id, count) -> {
          if (!needed.containsKey(id)) {
            companion(flavor, id, 0, count);
          }
        });
  }

  private void companion(NovaFlavor flavor, PciId id, int needed, int asked) {
    if (needed != asked) {
      tell(
          Code.FLAVOR_WITHOUT_COMPANION,
          flavor,
          "asks for "
              + asked
              + " of "
              + id
              + ", of which "
              + needed
              + " goes with the other devices that it asks for",
          "ask for as many of both: ostler flavor sync --dry-run writes the command");
    }
  }

  /** How many of which model go with each unit; the most where units differ. */
  static Map<PciId, Integer> perUnit(Set<NovaUnit> units) {
    Map<PciId, Integer> most = new TreeMap<>();
    for (NovaUnit unit : units) {
      unit.companions().stream()
          .collect(Collectors.groupingBy(NovaDevice::id, Collectors.summingInt(member -> 1)))
          .forEach((id, count) -> most.merge(id, count, Math::max));
    }
    return most;
  }

  private void fits(NovaFlavor flavor) {
    mains(flavor)
        .forEach(
            (alias, count) -> {
              long most =
                  offer.meantBy(alias).stream()
                      .collect(Collectors.groupingBy(NovaDevice::host, Collectors.counting()))
                      .values()
                      .stream()
                      .mapToLong(Long::longValue)
                      .max()
                      .orElse(0);
              // An alias that matches nothing is told of as such.
              if (most > 0 && most < count) {
                tell(
                    Code.FLAVOR_NEVER_FITS,
                    flavor,
                    "asks for "
                        + count
                        + " of "
                        + alias.name()
                        + ", and no host has more than "
                        + most,
                    "lower its count, or give it an alias of larger hosts");
              }
            });
  }

  private void quota(NovaFlavor flavor) {
    Map<String, Long> demand = new LinkedHashMap<>();
    mains(flavor)
        .forEach(
            (alias, count) -> {
              if (cloud.alias(alias.name()).isPresent()) {
                demand.merge("alias:" + alias.name(), (long) count, Long::sum);
                demand.merge("total", (long) count, Long::sum);
              }
            });
    if (demand.isEmpty() || cloud.limits().someProjectMayHave(demand)) {
      return;
    }
    String highest =
        demand.keySet().stream()
            .map(
                key ->
                    key
                        + " "
                        + cloud.limits().highest(key).map(String::valueOf).orElse("unlimited"))
            .collect(Collectors.joining(", "));
    tell(
        Code.FLAVOR_OVER_QUOTA,
        flavor,
        "asks for more than any project may have; the highest limits are "
            + highest
            + ", an alias without a limit counting as 0 (the allocator's shipped default)",
        "ostler quota set PROJECT alias:NAME=N, or lower the flavor's count");
  }

  private void past(NovaFlavor flavor) {
    List<String> resources =
        flavor.resources().entrySet().stream()
            .filter(wish -> wish.getValue() > 0)
            .map(wish -> wish.getKey().name())
            .filter(this::isOfManagedDevices)
            .toList();
    if (!resources.isEmpty()) {
      tell(
          Code.FLAVOR_PAST_OSTLER,
          flavor,
          "asks Placement itself for " + String.join(", ", resources) + ", which no quota counts",
          "ask by " + AliasRequest.KEY + " instead");
    }
  }

  private boolean isOfManagedDevices(String name) {
    return name.equals("VGPU")
        || name.equals("PGPU")
        || offer.specs().entrySet().stream()
            .filter(entry -> offer.unitOf(entry.getKey()).isPresent())
            .anyMatch(
                entry -> entry.getValue().resourceClassOf(entry.getKey()).name().equals(name));
  }

  private void tell(Code code, NovaFlavor flavor, String sentence, String next) {
    found.add(new Difference(code, flavor.name(), sentence, next));
  }
}
