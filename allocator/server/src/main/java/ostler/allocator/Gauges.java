package ostler.allocator;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import ostler.allocator.engine.Host;
import ostler.allocator.engine.UnitState;
import ostler.allocator.http.DesiredWatch;
import ostler.allocator.store.Desk;

/** What operators watch: how many units are in which state, and how many hosts speak. */
final class Gauges implements MeterBinder {

  /** One scrape reads many gauges; they all come from one look at the database. */
  private static final Duration FRESH_FOR = Duration.ofSeconds(5);

  private static final int MAX_HOSTS = 100_000;

  private final Desk desk;
  private final DesiredWatch watch;
  private final Clock clock;
  private Counts counts = new Counts(Instant.MIN, Map.of(), 0, 0);

  Gauges(Desk desk, DesiredWatch watch, Clock clock) {
    this.desk = desk;
    this.watch = watch;
    this.clock = clock;
  }

  private record Counts(Instant at, Map<UnitState, Integer> units, long up, long silent) {}

  @Override
  public void bindTo(MeterRegistry registry) {
    for (UnitState state : UnitState.values()) {
      Gauge.builder("ostler.units", () -> fresh().units().getOrDefault(state, 0))
          .description("units by state")
          .tag("state", state.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    Gauge.builder("ostler.hosts", () -> fresh().up())
        .description("hosts by whether they speak")
        .tag("state", "up")
        .register(registry);
    Gauge.builder("ostler.hosts", () -> fresh().silent())
        .description("hosts by whether they speak")
        .tag("state", "silent")
        .register(registry);
    Gauge.builder("ostler.agents.waiting", watch::waiting)
        .description("agents that wait for orders now")
        .register(registry);
  }

  private synchronized Counts fresh() {
    Instant now = clock.instant();
    if (counts.at().isBefore(now.minus(FRESH_FOR))) {
      counts = desk.read(() -> count(now));
    }
    return counts;
  }

  private Counts count(Instant now) {
    Map<UnitState, Integer> units = new EnumMap<>(UnitState.class);
    desk.units()
        .countByHost()
        .values()
        .forEach(host -> host.forEach((state, n) -> units.merge(state, n, Integer::sum)));
    List<Host> hosts = desk.hosts().after("", MAX_HOSTS);
    long silent = hosts.stream().filter(host -> host.isSilent(now)).count();
    return new Counts(now, units, hosts.size() - silent, silent);
  }
}
