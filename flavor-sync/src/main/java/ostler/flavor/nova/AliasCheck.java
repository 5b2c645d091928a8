package ostler.flavor.nova;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import ostler.flavor.nova.Difference.Code;

/** Compares Nova's aliases with Ostler's of the same names. */
final class AliasCheck {

  private final Offer offer;
  private final Cloud cloud;
  private final List<Difference> found = new ArrayList<>();

  private AliasCheck(Offer offer, Cloud cloud) {
    this.offer = offer;
    this.cloud = cloud;
  }

  static List<Difference> of(Offer offer, Cloud cloud) {
    AliasCheck check = new AliasCheck(offer, cloud);
    offer.config().aliases().values().forEach(check::novas);
    cloud.aliases().forEach(check::ostlers);
    return check.found;
  }

  private void novas(NovaAlias alias) {
    List<NovaDevice> meant = offer.meantBy(alias);
    if (meant.isEmpty()) {
      nothing(alias);
    }
    Optional<OstlerAlias> ours = cloud.alias(alias.name());
    if (offer.isForCompanions(alias)) {
      if (ours.isPresent()) {
        tell(
            Code.COMPANION_COUNTED_TWICE,
            alias.name(),
            "means what goes with other devices, and Ostler's alias of that name makes each a unit"
                + " of its own",
            "ostler alias delete " + alias.name() + ": the other device's alias means both");
      }
    } else if (ours.isPresent()) {
      compare(alias, ours.get());
    } else if (meant.stream().anyMatch(device -> offer.unitOf(device).isPresent())) {
      tell(
          Code.ALIAS_ONLY_IN_NOVA,
          alias.name(),
          "means devices that Ostler manages ("
              + NovaDevice.listed(meant)
              + "), and Ostler has no alias of that name, so no quota counts them",
          "ostler alias set " + alias.name() + " --vendor HEX --product HEX");
    }
  }

  /** On one host, an alias may well mean devices of another. */
  private void nothing(NovaAlias alias) {
    if (cloud.devices().stream().anyMatch(alias::namesModelOf)) {
      tell(
          Code.ALIAS_MATCHES_NOTHING,
          alias.name(),
          "matches no offered device: such devices are there, but no device_spec offers them, or"
              + " they are of another device_type",
          "add a device_spec, or correct device_type: a device that can have virtual functions is"
              + " type-PF");
    } else if (cloud.host().isEmpty()) {
      tell(
          Code.ALIAS_MATCHES_NOTHING,
          alias.name(),
          "matches no device that any host reported",
          "correct vendor_id and product_id (" + alias.place() + "), or remove it");
    }
  }

  private void compare(NovaAlias alias, OstlerAlias ours) {
    if (alias.numa() != ours.numa()) {
      tell(
          Code.NUMA_POLICY_DIFFERS,
          alias.name(),
          "is "
              + NovaAlias.spelt(alias.numa())
              + " in Nova ("
              + alias.place()
              + ") and "
              + NovaAlias.spelt(ours.numa())
              + " in Ostler",
          "say the same in both");
    }
    Set<NovaUnit> novas = offer.unitsBy(alias);
    Set<NovaUnit> onlyNovas = new LinkedHashSet<>(novas);
    onlyNovas.removeAll(ours.units());
    Set<NovaUnit> onlyOurs = new LinkedHashSet<>(ours.units());
    onlyOurs.removeAll(novas);
    if (!onlyNovas.isEmpty()) {
      other(alias.name(), "means " + listed(onlyNovas) + " in Nova and not in Ostler");
    }
    if (!onlyOurs.isEmpty() && !novas.isEmpty()) {
      other(alias.name(), "means " + listed(onlyOurs) + " in Ostler and not in Nova");
    }
  }

  private void other(String name, String sentence) {
    tell(
        Code.ALIAS_MEANS_OTHER_UNITS,
        name,
        sentence,
        "see what Ostler means: ostler alias resolve " + name);
  }

  private static String listed(Set<NovaUnit> units) {
    NovaUnit first = units.iterator().next();
    return first.main().id()
        + " at "
        + NovaDevice.listed(units.stream().map(NovaUnit::main).toList())
        + " ("
        + first.host()
        + (units.stream().allMatch(unit -> unit.host().equals(first.host())) ? "" : " and others")
        + ')';
  }

  private void ostlers(OstlerAlias alias) {
    if (!offer.config().aliases().containsKey(alias.name().value()) && !alias.isNeverPci()) {
      tell(
          Code.ALIAS_ONLY_IN_OSTLER,
          alias.name().value(),
          "is unknown to Nova, so no flavor can ask for it",
          "add it to nova.conf on the API and on all computes: ostler flavor sync --dry-run writes"
              + " it");
    }
  }

  private void tell(Code code, String alias, String sentence, String next) {
    found.add(new Difference(code, alias, sentence, next));
  }
}
