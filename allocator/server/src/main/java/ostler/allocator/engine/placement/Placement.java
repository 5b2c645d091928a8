package ostler.allocator.engine.placement;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Reason;
import ostler.flavor.Alias;
import ostler.flavor.HostOrder;
import ostler.inventory.HostName;

/**
 * Judges hosts for one request against one fleet. What it says is advice by a picture that may be
 * old: the database decides.
 *
 * <p>It is for one thread.
 */
public final class Placement {

  /** Between two scores, a better alternative comes before all else. */
  private static final int PER_ALTERNATIVE = 1000;

  private static final int PER_DOUBLED_MEMORY = 100;
  private static final int MAX_DOUBLED_MEMORY = 3;
  private static final int PER_UNIT_LEFT_NEARBY = 20;
  private static final int MAX_LEFT_NEARBY = 20;
  private static final int MAX_LEFT = 99;

  private final Fleet fleet;
  private final Terms terms;
  private final HostSearch search;
  private final Obstacles obstacles;
  private final Optional<NovaReach> nova;
  private final Optional<NovaChoices> choices;
  private final Ways ways = new Ways();
  private int[] meant = new int[0];

  public Placement(Fleet fleet, Request request) {
    this(fleet, new Terms(request, fleet.shapes()), Optional.empty());
  }

  private Placement(Fleet fleet, Terms terms, Optional<NovaReach> nova) {
    this.fleet = fleet;
    this.terms = terms;
    this.search = new HostSearch(terms, false);
    this.obstacles = new Obstacles(terms, fleet.shapes());
    this.nova = nova;
    this.choices = nova.map(reach -> new NovaChoices(terms, reach));
  }

  /**
   * For a machine whose devices Nova picks: a host is good only if all that Nova might pick is.
   *
   * @param specs for each need what Nova's alias asks for, any of them
   */
  public static Placement forNova(Fleet fleet, Request request, List<List<NovaSpec>> specs) {
    Terms terms = new Terms(request, fleet.shapes());
    return new Placement(fleet, terms, Optional.of(new NovaReach(terms, fleet.shapes(), specs)));
  }

  /**
   * Judges hosts by their places in the fleet.
   *
   * @param places as {@link Fleet#places} gives them; an unknown host is refused as such
   */
  public Verdicts judge(int[] places, Instant now) {
    return judge(places, List.of(), now);
  }

  /**
   * The same where Placement has told Nova which devices it may take.
   *
   * @param ways for each host those that Nova has, none where it picks by itself; shorter than the
   *     hosts where that is so for all that are left
   */
  public Verdicts judge(int[] places, List<List<NovaChoice>> ways, Instant now) {
    long nowMillis = now.toEpochMilli();
    Verdicts verdicts = new Verdicts(places.length);
    for (int i = 0; i < places.length; i++) {
      if (places[i] == Pools.NONE) {
        verdicts.refuse(i, Code.UNKNOWN_HOST);
      } else {
        HostUnits host = fleet.host(places[i]);
        if (host.isClosed(nowMillis)) {
          verdicts.refuse(i, host.objection(now).orElseThrow().code());
        } else {
          judge(host.pools(), i, i < ways.size() ? ways.get(i) : List.of(), verdicts);
        }
      }
    }
    return verdicts;
  }

  /** Why a host cannot serve the request, with a sentence; absent where it can. */
  public Optional<Reason> objection(HostName name, Instant now) {
    int place = fleet.place(name.value());
    if (place == Pools.NONE) {
      return Optional.of(
          new Reason(
              Code.UNKNOWN_HOST,
              "host " + name + " is not known; enroll it, or look at the list of hosts"));
    }
    HostUnits host = fleet.host(place);
    Optional<Reason> closed = host.objection(now);
    if (closed.isPresent()) {
      return closed;
    }
    if (search.fits(host.pools())) {
      return nova.filter(reach -> reach.against(host.pools()) != null)
          .map(reach -> reach.reason(name, host.pools()));
    }
    return Optional.of(obstacles.reason(name, host.pools(), search.gaveUp()));
  }

  /**
   * The best units of a host for the request, absent where it has too few.
   *
   * @param isFree whether a unit may be proposed
   */
  public Optional<Plan> plan(int place, Instant now, Predicate<Candidate> isFree) {
    HostUnits host = fleet.host(place);
    if (host.isClosed(now.toEpochMilli())) {
      return Optional.empty();
    }
    Pools pools = host.pools();
    List<List<Candidate>> free = new ArrayList<>();
    int[] counts = new int[pools.size()];
    for (int pool = 0; pool < counts.length; pool++) {
      List<Candidate> units = new ArrayList<>();
      for (int i = 0; i < pools.count[pool]; i++) {
        Candidate unit = pools.unit(pool, i);
        if (isFree.test(unit)) {
          units.add(unit);
        }
      }
      free.add(units);
      counts[pool] = units.size();
    }
    HostSearch planner = new HostSearch(terms, true);
    return planner.fits(pools, counts)
        ? Optional.of(new Plan(host.name(), parts(planner, free)))
        : Optional.empty();
  }

  private List<List<Candidate>> parts(HostSearch planner, List<List<Candidate>> free) {
    List<List<Candidate>> parts = new ArrayList<>();
    for (int need = 0; need < terms.needs; need++) {
      int[] taken = planner.taken(need);
      List<Candidate> part = new ArrayList<>();
      for (int pool = 0; pool < taken.length; pool++) {
        for (int i = 0; i < taken[pool]; i++) {
          part.add(free.get(pool).remove(0));
        }
      }
      parts.add(part);
    }
    return parts;
  }

  private void judge(Pools pools, int at, List<NovaChoice> ways, Verdicts verdicts) {
    if (!search.fits(pools)) {
      verdicts.refuse(at, obstacles.code(pools, search.gaveUp()));
    } else if (choices.isPresent() && !ways.isEmpty()) {
      int[] good = choices.get().good(pools, ways);
      if (good.length == 0) {
        verdicts.refuse(at, Code.NO_CLEAN_CANDIDATE);
      } else {
        verdicts.pass(at, score(pools), good);
      }
    } else {
      Code gamble = nova.isPresent() ? nova.get().against(pools) : null;
      if (gamble == null) {
        verdicts.pass(at, score(pools));
      } else {
        verdicts.refuse(at, gamble);
      }
    }
  }

  /**
   * How many units hosts have to give for one of the needs, all of them together.
   *
   * @param need its place in the request
   */
  public int free(int[] places, int need, Instant now) {
    long nowMillis = now.toEpochMilli();
    int free = 0;
    for (int place : places) {
      if (place != Pools.NONE && !fleet.host(place).isClosed(nowMillis)) {
        free += free(fleet.host(place).pools(), need);
      }
    }
    return free;
  }

  private int free(Pools pools, int need) {
    int free = 0;
    for (int pool = 0; pool < pools.size(); pool++) {
      free +=
          terms.meant[need][pools.shape[pool]] != 0 && mayHave(pools, need, pool)
              ? pools.count[pool]
              : 0;
    }
    return free;
  }

  private boolean mayHave(Pools pools, int need, int pool) {
    return pools.level[pool].satisfies(terms.leastLevel[need])
        && !pools.isKeptFrom(terms.project, pool);
  }

  /** What the fit leaves over, in one number: by packing the less the better. */
  private int score(Pools pools) {
    int worst = 0;
    int nearby = 0;
    int left = 0;
    int doubled = 0;
    for (int need = 0; need < terms.needs; need++) {
      int alternative = search.alternative(need);
      int available = fill(pools, need, alternative);
      int count = terms.count[need];
      worst = Math.max(worst, alternative);
      nearby += Math.max(0, ways.domain(pools, meant, count, terms.topology[need]) - count);
      left += Math.max(0, available - count);
      doubled = Math.max(doubled, doubledMemory(pools, need, alternative));
    }
    int best = PER_ALTERNATIVE * (Alias.MAX_RULES - worst);
    int waste = PER_DOUBLED_MEMORY * Math.min(doubled, MAX_DOUBLED_MEMORY);
    int room = PER_UNIT_LEFT_NEARBY * Math.min(nearby, MAX_LEFT_NEARBY) + Math.min(left, MAX_LEFT);
    int fullest = PER_UNIT_LEFT_NEARBY * MAX_LEFT_NEARBY + MAX_LEFT;
    return best - waste - (terms.order == HostOrder.PACK ? room : fullest - room);
  }

  /** What of each pool the alternative means and may have; answers with the sum. */
  private int fill(Pools pools, int need, int alternative) {
    if (meant.length < pools.size()) {
      meant = new int[pools.size()];
    }
    int sum = 0;
    for (int pool = 0; pool < pools.size(); pool++) {
      boolean ours =
          (terms.meant[need][pools.shape[pool]] >> alternative & 1) != 0
              && mayHave(pools, need, pool);
      meant[pool] = ours ? pools.count[pool] : 0;
      sum += meant[pool];
    }
    return sum;
  }

  /** How often what was asked for fits twice into the smallest memory that there is. */
  private int doubledMemory(Pools pools, int need, int alternative) {
    long asked = terms.leastMemoryMib[need][alternative];
    if (asked == 0) {
      return 0;
    }
    long least = Long.MAX_VALUE;
    for (int pool = 0; pool < pools.size(); pool++) {
      if (meant[pool] > 0) {
        least = Math.min(least, terms.memoryMib[pools.shape[pool]]);
      }
    }
    return Long.SIZE - 1 - Long.numberOfLeadingZeros(least / asked);
  }
}
