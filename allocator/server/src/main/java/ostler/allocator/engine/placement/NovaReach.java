package ostler.allocator.engine.placement;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Reason;
import ostler.flavor.UnitShape;
import ostler.inventory.HostName;
import ostler.pci.PciAddress;

/**
 * Which units of a host Nova's own tracker might pick for a request. Nova chooses the device
 * itself, and knows neither what is clean nor what is in quarantine. So a host is good only if each
 * unit that Nova might pick is one that the request may have.
 *
 * <p>Nova might pick what matches its alias, but not what a claim has that is not being released:
 * the machine with that claim has the device in Nova's books, too.
 */
final class NovaReach {

  private final Terms terms;

  /** For a need and a shape, whether Nova might pick such a unit. */
  private final boolean[][] reached;

  /**
   * @param specs for each need the alternatives of Nova's alias; none means what our alias means
   */
  NovaReach(Terms terms, List<UnitShape> shapes, List<List<NovaSpec>> specs) {
    if (specs.size() != terms.needs) {
      throw new IllegalArgumentException("there are specs for each need, or for none");
    }
    this.terms = terms;
    reached = new boolean[terms.needs][shapes.size()];
    for (int need = 0; need < terms.needs; need++) {
      for (int shape = 0; shape < shapes.size(); shape++) {
        reached[need][shape] =
            isReached(specs.get(need), shapes.get(shape), terms.meant[need][shape] != 0);
      }
    }
  }

  private static boolean isReached(List<NovaSpec> specs, UnitShape shape, boolean meant) {
    return specs.isEmpty()
        ? meant
        : specs.stream().anyMatch(spec -> spec.namesModel() ? spec.reaches(shape) : meant);
  }

  /** Why it would be a gamble to let Nova pick there; null where it would not. */
  Code against(Pools host) {
    for (int need = 0; need < terms.needs; need++) {
      Code code = against(need, host);
      if (code != null) {
        return code;
      }
    }
    return null;
  }

  private Code against(int need, Pools host) {
    Code code = null;
    for (int pool = 0; pool < host.size(); pool++) {
      if (reached[need][host.shape[pool]]) {
        if (terms.meant[need][host.shape[pool]] == 0) {
          return Code.ALIAS_MISMATCH;
        }
        code = objection(need, host, pool) == null ? code : Code.NOVA_MIGHT_PICK_DIRTY;
      }
    }
    for (int out = 0; out < host.outShape.length; out++) {
      if (mightPick(need, host, out)) {
        if (terms.meant[need][host.outShape[out]] == 0) {
          return Code.ALIAS_MISMATCH;
        }
        code = Code.NOVA_MIGHT_PICK_DIRTY;
      }
    }
    return code;
  }

  /**
   * Lets a need have what it may of a card that Nova takes from, if all that Nova might pick there
   * is such.
   *
   * @param times how many units Nova takes there
   * @param free for each pool the units that the need may have, which grows
   * @return whether Nova may take there
   */
  boolean mayTake(int need, Pools host, PciAddress card, int times, int[] free) {
    int found = 0;
    for (int pool = 0; pool < host.size(); pool++) {
      int units = reached[need][host.shape[pool]] ? host.countOn(card, pool) : 0;
      if (units > 0) {
        if (terms.meant[need][host.shape[pool]] == 0 || objection(need, host, pool) != null) {
          return false;
        }
        free[pool] += units;
        found += units;
      }
    }
    for (int out = 0; out < host.outShape.length; out++) {
      if (mightPick(need, host, out) && host.outCountOn(card, out) > 0) {
        return false;
      }
    }
    return found >= times;
  }

  /** What {@link #against} says, with a sentence. */
  Reason reason(HostName name, Pools host) {
    for (int need = 0; need < terms.needs; need++) {
      Code code = against(need, host);
      if (code != null) {
        return new Reason(code, sentence(code, name, need, host));
      }
    }
    throw new IllegalArgumentException("nothing is against host " + name);
  }

  private String sentence(Code code, HostName name, int need, Pools host) {
    String alias = "alias " + terms.request.needs().get(need).alias().name();
    return code == Code.ALIAS_MISMATCH
        ? "host "
            + name
            + " has units that Nova's "
            + alias
            + " matches and Ostler's does not mean, and Nova might pick one; let both mean the same"
        : "host "
            + name
            + " has units that Nova might pick for "
            + alias
            + " and that it may not have: "
            + others(need, host)
            + "; wait until they are clean, or take them out of Nova's device_spec and retire them";
  }

  /** {@code 1 DIRTY, 2 QUARANTINED}. */
  private String others(int need, Pools host) {
    Map<Code, Integer> counts = new EnumMap<>(Code.class);
    for (int pool = 0; pool < host.size(); pool++) {
      Code code = reached[need][host.shape[pool]] ? objection(need, host, pool) : null;
      if (code != null) {
        counts.merge(code, host.count[pool], Integer::sum);
      }
    }
    for (int out = 0; out < host.outShape.length; out++) {
      if (mightPick(need, host, out)) {
        // What a claim gives back is dirty to whoever picks it.
        Code code = host.outCode[out] == Code.CLAIMED ? Code.DIRTY : host.outCode[out];
        counts.merge(code, host.outCount[out], Integer::sum);
      }
    }
    return counts.entrySet().stream()
        .map(count -> count.getValue() + " " + count.getKey())
        .collect(Collectors.joining(", "));
  }

  /** Why the request may not have a unit that others may. */
  private Code objection(int need, Pools host, int pool) {
    if (host.isKeptFrom(terms.project, pool)) {
      return Code.PARENT_TAKEN;
    }
    return host.level[pool].satisfies(terms.leastLevel[need]) ? null : Code.LEVEL_TOO_LOW;
  }

  private boolean mightPick(int need, Pools host, int out) {
    // That a function and those below it exclude each other Nova knows by itself.
    return reached[need][host.outShape[out]]
        && host.outSeemsFree[out]
        && host.outCode[out] != Code.CARD_IN_USE;
  }
}
