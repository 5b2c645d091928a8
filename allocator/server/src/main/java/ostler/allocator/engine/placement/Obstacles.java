package ostler.allocator.engine.placement;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Reason;
import ostler.allocator.engine.placement.Request.Need;
import ostler.flavor.Alias;
import ostler.flavor.Alias.Wishes;
import ostler.flavor.Topology;
import ostler.flavor.UnitShape;
import ostler.inventory.HostName;

/**
 * Why a host on which the search found nothing cannot serve a request: the first need that it
 * cannot serve even alone, by the alternative that comes furthest.
 */
final class Obstacles {

  private final Terms terms;
  private final List<UnitShape> shapes;
  private final HostSearch[] alone;
  private final HostSearch[] anyhow;
  private final Counted counted = new Counted();

  Obstacles(Terms terms, List<UnitShape> shapes) {
    this.terms = terms;
    this.shapes = shapes;
    this.alone = new HostSearch[terms.needs];
    this.anyhow = new HostSearch[terms.needs];
  }

  /**
   * The code of what stands in the way.
   *
   * @param gaveUp whether the search stopped before it knew
   */
  Code code(Pools host, boolean gaveUp) {
    for (int need = 0; need < terms.needs; need++) {
      Code code = against(need, host);
      if (code != null) {
        return code;
      }
    }
    return gaveUp ? Code.TOO_MANY_WAYS : Code.PARTS_COLLIDE;
  }

  /** The same with a sentence, which names the host, the alias and the numbers. */
  Reason reason(HostName name, Pools host, boolean gaveUp) {
    for (int need = 0; need < terms.needs; need++) {
      Code code = against(need, host);
      if (code != null) {
        recount(need, host);
        return new Reason(code, "host " + name + ' ' + sentence(code, need));
      }
    }
    return gaveUp
        ? new Reason(
            Code.TOO_MANY_WAYS,
            "host "
                + name
                + " may have "
                + terms.request
                + " in more ways than can be tried; ask for the parts one by one")
        : new Reason(
            Code.PARTS_COLLIDE,
            "host "
                + name
                + " has each part of "
                + terms.request
                + " by itself and not all of them together; ask for fewer");
  }

  /** Why the need cannot be served even alone; null where it can. */
  private Code against(int need, Pools host) {
    Code code = null;
    int furthest = -1;
    for (int alternative = 0; alternative < terms.alternatives[need]; alternative++) {
      counted.count(terms, need, alternative, host);
      if (counted.stage() > furthest) {
        furthest = counted.stage();
        code = counted.code();
      }
    }
    if (code != null) {
      return code;
    }
    HostSearch loosely = loosely(need);
    if (!loosely.fits(host)) {
      return loosely.gaveUp() ? null : Code.NUMA_MISMATCH;
    }
    HostSearch alone = alone(need);
    return alone.fits(host) || alone.gaveUp() ? null : ofTopology(terms.topology[need]);
  }

  /** The counts of the alternative that comes furthest are what a sentence tells. */
  private void recount(int need, Pools host) {
    int furthest = 0;
    int best = 0;
    for (int alternative = 0; alternative < terms.alternatives[need]; alternative++) {
      counted.count(terms, need, alternative, host);
      if (counted.stage() > furthest) {
        furthest = counted.stage();
        best = alternative;
      }
    }
    counted.count(terms, need, best, host);
  }

  private static Code ofTopology(Topology topology) {
    return switch (topology) {
      case SAME_SWITCH -> Code.NOT_BEHIND_ONE_SWITCH;
      case SAME_ISLAND -> Code.NOT_IN_ONE_ISLAND;
      case SPREAD -> Code.NOT_SPREAD;
    };
  }

  private HostSearch alone(int need) {
    if (alone[need] == null) {
      alone[need] = search(terms.request.needs().get(need));
    }
    return alone[need];
  }

  /** The need without its wish how its units lie to each other. */
  private HostSearch loosely(int need) {
    if (anyhow[need] == null) {
      Need whole = terms.request.needs().get(need);
      Alias alias = whole.alias();
      Wishes wishes = new Wishes(alias.wishes().numa(), Optional.empty(), alias.wishes().hosts());
      anyhow[need] =
          search(
              new Need(
                  new Alias(alias.name(), alias.rules(), alias.level(), wishes), whole.count()));
    }
    return anyhow[need];
  }

  private HostSearch search(Need need) {
    return new HostSearch(
        new Terms(new Request(List.of(need), terms.guest, terms.request.project()), shapes), false);
  }

  private String sentence(Code code, int need) {
    Need asked = terms.request.needs().get(need);
    String alias = "alias " + asked.alias().name();
    return switch (code) {
      case NO_MATCH ->
          "has no unit that " + alias + " means; look at the alias, and at the host's units";
      case TOO_FEW_ON_ONE_HOST ->
          "has "
              + units(counted.matched)
              + " that "
              + alias
              + " means, and "
              + asked.count()
              + " are asked for; ask for fewer, or for a larger host";
      case LEVEL_TOO_LOW ->
          "has "
              + counted.levelled
              + " of the "
              + units(asked.count())
              + " of "
              + alias
              + " cleaned to "
              + asked.alias().level()
              + "; clean the others to that level";
      case NUMA_MISMATCH ->
          "has "
              + units(counted.levelled)
              + " of "
              + alias
              + " available, but fewer than the "
              + asked.count()
              + " asked for lie on the guest's NUMA nodes as policy "
              + lower(asked.alias().wishes().numa())
              + " demands; choose other nodes, or a looser policy";
      case NOT_BEHIND_ONE_SWITCH, NOT_IN_ONE_ISLAND, NOT_SPREAD ->
          "has "
              + units(counted.levelled)
              + " of "
              + alias
              + " available, but no "
              + asked.count()
              + " of them lie as topology "
              + lower(asked.alias().wishes().topology().orElseThrow())
              + " wishes; ask for fewer, or wait";
      default ->
          "has "
              + counted.available
              + " of the "
              + units(asked.count())
              + " of "
              + alias
              + " available; the others: "
              + counted.others()
              + "; look at them to see why";
    };
  }

  private static String units(int count) {
    return count == 1 ? "1 unit" : count + " units";
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** What a host has of what one alternative means. */
  private static final class Counted {

    private Pools host;
    private int[] meant;
    private int bit;
    private int asked;
    private int matched;
    private int available;
    private int levelled;
    private int kept;

    void count(Terms terms, int need, int alternative, Pools of) {
      host = of;
      meant = terms.meant[need];
      bit = 1 << alternative;
      asked = terms.count[need];
      available = 0;
      levelled = 0;
      kept = 0;
      for (int pool = 0; pool < host.size(); pool++) {
        int units = (meant[host.shape[pool]] & bit) == 0 ? 0 : host.count[pool];
        if (host.isKeptFrom(terms.project, pool)) {
          kept += units;
          continue;
        }
        available += units;
        levelled += host.level[pool].satisfies(terms.leastLevel[need]) ? units : 0;
      }
      matched = available + kept;
      for (int i = 0; i < host.outShape.length; i++) {
        matched += isMeant(i) ? host.outCount[i] : 0;
      }
    }

    /** How far it comes: the later what is missing is found, the further. */
    int stage() {
      if (matched == 0) {
        return 0;
      }
      if (matched < asked) {
        return 1;
      }
      if (available < asked) {
        return 2;
      }
      return levelled < asked ? 3 : 4;
    }

    /** What is missing; null where counting alone finds nothing. */
    Code code() {
      return switch (stage()) {
        case 0 -> Code.NO_MATCH;
        case 1 -> Code.TOO_FEW_ON_ONE_HOST;
        case 2 -> most();
        case 3 -> Code.LEVEL_TOO_LOW;
        default -> null;
      };
    }

    /** {@code 4 CLAIMED, 1 DIRTY}. */
    String others() {
      Map<Code, Integer> counts = new EnumMap<>(Code.class);
      for (int i = 0; i < host.outShape.length; i++) {
        if (isMeant(i)) {
          counts.merge(host.outCode[i], host.outCount[i], Integer::sum);
        }
      }
      if (kept > 0) {
        counts.put(Code.PARENT_TAKEN, kept);
      }
      return counts.entrySet().stream()
          .map(count -> count.getValue() + " " + count.getKey())
          .collect(Collectors.joining(", "));
    }

    private boolean isMeant(int out) {
      return (meant[host.outShape[out]] & bit) != 0;
    }

    /**
     * What stands in the way of the most, of several that do the first; but before all else what
     * only waits for another project's end. A host has two or three of them, so to count each anew
     * is quicker than to keep counts.
     */
    private Code most() {
      if (kept > 0) {
        return Code.PARENT_TAKEN;
      }
      Code most = null;
      int best = 0;
      for (int i = 0; i < host.outCode.length; i++) {
        int count = isMeant(i) ? countOf(host.outCode[i]) : 0;
        if (count > best || (count == best && count > 0 && host.outCode[i].compareTo(most) < 0)) {
          most = host.outCode[i];
          best = count;
        }
      }
      return most;
    }

    private int countOf(Code code) {
      int count = 0;
      for (int i = 0; i < host.outCode.length; i++) {
        count += isMeant(i) && host.outCode[i] == code ? host.outCount[i] : 0;
      }
      return count;
    }
  }
}
