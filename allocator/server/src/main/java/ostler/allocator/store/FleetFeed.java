package ostler.allocator.store;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Host;
import ostler.allocator.engine.Host.LiveAgent;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.placement.Fleet;
import ostler.allocator.engine.placement.HostUnits;
import ostler.allocator.engine.placement.Shapes;
import ostler.inventory.HostName;

/**
 * Keeps a picture of the fleet in memory that follows the database, whoever writes there: every
 * host's mark is compared twice a second, and what changed is drawn anew. What this allocator
 * changed itself is drawn when somebody next needs it.
 *
 * <p>The picture proposes and never decides, so an old one costs a retry and never a wrong grant.
 */
public final class FleetFeed {

  /** So that the picture follows within a second. */
  public static final Duration LOOK_EVERY = Duration.ofMillis(500);

  /** Beyond this age the picture answers nobody: the database does not answer either, then. */
  public static final Duration MAX_AGE = Duration.ofSeconds(5);

  private static final int HOSTS_A_STATEMENT = 500;

  private final Transactions transactions;
  private final Hosts hosts;
  private final Places places;
  private final Clock clock;
  private final Set<HostName> touched = ConcurrentHashMap.newKeySet();

  private volatile Picture picture = new Picture(Fleet.EMPTY, Instant.MIN);

  // What only who draws uses, one at a time.
  private final Shapes shapes = new Shapes();
  private final Map<HostName, Hosts.Mark> marks = new HashMap<>();
  private final Map<HostName, Drawn> drawn = new HashMap<>();

  /**
   * @param at when all of it was still true
   */
  private record Picture(Fleet fleet, Instant at) {}

  /**
   * @param generations of the units when they were drawn
   */
  private record Drawn(HostUnits units, long generations) {}

  FleetFeed(Transactions transactions, Hosts hosts, Places places, Clock clock) {
    this.transactions = transactions;
    this.hosts = hosts;
    this.places = places;
    this.clock = clock;
  }

  /** Looks for what changed, whoever changed it, and draws it anew; the first time everything. */
  public synchronized void look() {
    Instant at = clock.instant();
    Set<HostName> dirty = takeTouched();
    Map<HostName, Hosts.Mark> now = transactions.read(hosts::marks);
    Set<HostName> gone = new HashSet<>(marks.keySet());
    gone.removeAll(now.keySet());
    Set<HostName> changed = new TreeSet<>();
    now.forEach(
        (host, mark) -> {
          if (dirty.contains(host) || !mark.equals(marks.get(host))) {
            changed.add(host);
          }
        });
    Fleet fleet = picture.fleet();
    if (!changed.isEmpty() || !gone.isEmpty()) {
      fleet = fleet.with(draw(changed), gone, shapes);
    }
    gone.forEach(
        host -> {
          marks.remove(host);
          drawn.remove(host);
        });
    changed.forEach(host -> marks.put(host, now.get(host)));
    picture = new Picture(fleet, at);
  }

  /**
   * Draws what this allocator changed since the last look. Who comes while somebody else draws
   * waits for that: what was touched is not in the picture before.
   */
  synchronized void refresh() {
    if (!touched.isEmpty() && picture.at().isAfter(Instant.MIN)) {
      redraw();
    }
  }

  private void redraw() {
    Set<HostName> dirty = takeTouched();
    dirty.retainAll(marks.keySet());
    if (!dirty.isEmpty()) {
      picture = new Picture(picture.fleet().with(draw(dirty), Set.of(), shapes), picture.at());
    }
  }

  /** Marks a host that this allocator has changed. */
  void touch(HostName host) {
    touched.add(host);
  }

  /** How old the picture is; an hour and more where there is none yet. */
  public Duration age() {
    Instant at = picture.at();
    return at.equals(Instant.MIN) ? Duration.ofHours(1) : Duration.between(at, clock.instant());
  }

  /** The fleet, or FLEET_STALE where the picture is too old to say anything by it. */
  public Outcome<Fleet> fleet() {
    Duration age = age();
    return age.compareTo(MAX_AGE) <= 0
        ? Outcome.done(picture.fleet())
        : Outcome.refused(
            Code.FLEET_STALE,
            "what is known of the fleet is older than "
                + MAX_AGE.toSeconds()
                + " s, as the database does not answer; ask again in a moment");
  }

  private Set<HostName> takeTouched() {
    Set<HostName> taken = new HashSet<>(touched);
    touched.removeAll(taken);
    return taken;
  }

  private List<HostUnits> draw(Collection<HostName> names) {
    List<HostUnits> units = new ArrayList<>();
    List<HostName> all = List.copyOf(names);
    for (int from = 0; from < all.size(); from += HOSTS_A_STATEMENT) {
      List<HostName> some = all.subList(from, Math.min(all.size(), from + HOSTS_A_STATEMENT));
      units.addAll(transactions.read(() -> drawSome(some)));
    }
    return units;
  }

  private List<HostUnits> drawSome(List<HostName> names) {
    Map<HostName, Long> generations = places.generations(names);
    List<HostName> other =
        names.stream()
            .filter(
                name ->
                    !drawn.containsKey(name)
                        || drawn.get(name).generations() != generations.getOrDefault(name, 0L))
            .toList();
    Map<HostName, List<Placed>> placed = places.of(other);
    List<HostUnits> units = new ArrayList<>();
    for (Host host : hosts.find(names)) {
      Drawn before = drawn.get(host.name());
      long now = generations.getOrDefault(host.name(), 0L);
      HostUnits after =
          before == null || before.generations() != now
              ? draw(host, placed.getOrDefault(host.name(), List.of()))
              : before.units().with(host.standing(lastSeen(host)), seen(host));
      drawn.put(host.name(), new Drawn(after, now));
      units.add(after);
    }
    return units;
  }

  private HostUnits draw(Host host, List<Placed> units) {
    return HostUnits.draw(
        host.standing(lastSeen(host)),
        seen(host),
        Map.of(),
        units.stream().map(Placed::seen).toList(),
        shapes);
  }

  private static Optional<Instant> seen(Host host) {
    return host.agent().map(LiveAgent::lastSeen);
  }

  /** When it was not silent; silence is judged anew whenever somebody asks. */
  private Instant lastSeen(Host host) {
    return seen(host).orElseGet(clock::instant);
  }
}
