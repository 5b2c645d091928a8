package ostler.flavor.nova;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import ostler.flavor.NumaPolicy;
import ostler.pci.PciId;

/**
 * An alias of Ostler's as aliases of Nova's: one for the device itself, and one for each model that
 * goes with it, since Nova knows no unit of several functions.
 *
 * @param models that the alias means, in the order in which they were met
 * @param type of all of them
 * @param companions by model, what goes with each device
 */
record WrittenAlias(
    String name,
    NumaPolicy numa,
    DeviceType type,
    List<PciId> models,
    SortedMap<PciId, Companion> companions) {

  private static final String MAIN_SUFFIX = "_VGA";
  private static final int USB = 0x0c03;
  private static final int SERIAL_BUS = 0x0c80;

  /**
   * What goes with each device of an alias.
   *
   * @param name of its own alias in Nova
   * @param each how many of them
   */
  record Companion(String name, DeviceType type, int each) {
    Companion {
      Objects.requireNonNull(name);
      Objects.requireNonNull(type);
    }
  }

  WrittenAlias {
    models = List.copyOf(models);
    companions = new TreeMap<>(companions);
  }

  /**
   * How Nova is to be told of an alias, or nothing where its devices are of several types, which
   * one alias of Nova's cannot mean.
   *
   * @param present what Nova has, whose names for companions are kept
   */
  static Optional<WrittenAlias> of(OstlerAlias alias, Offer present) {
    Map<PciId, DeviceType> models = new LinkedHashMap<>();
    alias.units().forEach(unit -> models.put(unit.main().id(), unit.main().type()));
    Set<DeviceType> types = new LinkedHashSet<>(models.values());
    if (types.size() != 1) {
      return Optional.empty();
    }
    SortedMap<PciId, Companion> companions = new TreeMap<>();
    Map<PciId, Integer> perUnit = FlavorCheck.perUnit(new LinkedHashSet<>(alias.units()));
    List<String> taken = new ArrayList<>();
    perUnit.forEach(
        (id, each) -> {
          NovaDevice one = example(alias, id);
          String name = nameOf(alias.name().value(), one, present, taken);
          taken.add(name);
          companions.put(id, new Companion(name, one.type(), each));
        });
    return Optional.of(
        new WrittenAlias(
            alias.name().value(),
            alias.numa(),
            types.iterator().next(),
            List.copyOf(models.keySet()),
            companions));
  }

  private static NovaDevice example(OstlerAlias alias, PciId id) {
    return alias.units().stream()
        .flatMap(unit -> unit.companions().stream())
        .filter(member -> member.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  /** The name that Nova has, or as CERN names them: {@code P100_VGA} and {@code P100_SND}. */
  private static String nameOf(
      String main, NovaDevice companion, Offer present, List<String> taken) {
    Optional<String> known =
        present.config().aliases().values().stream()
            .filter(present::isForCompanions)
            .filter(
                alias ->
                    present.meantBy(alias).stream()
                        .allMatch(device -> device.id().equals(companion.id())))
            .map(NovaAlias::name)
            .filter(name -> !taken.contains(name))
            .findFirst();
    if (known.isPresent()) {
      return known.get();
    }
    String base =
        main.endsWith(MAIN_SUFFIX) ? main.substring(0, main.length() - MAIN_SUFFIX.length()) : main;
    String name = base + '_' + suffix(companion);
    return taken.contains(name) ? name + '_' + companion.address().function() : name;
  }

  private static String suffix(NovaDevice companion) {
    if (companion.model().pciClass().isAudio()) {
      return "SND";
    }
    return switch (companion.model().pciClass().baseAndSub()) {
      case USB -> "USB";
      case SERIAL_BUS -> "UCSI";
      default -> "FN" + companion.address().function();
    };
  }
}
