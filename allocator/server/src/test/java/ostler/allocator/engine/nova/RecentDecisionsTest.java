package ostler.allocator.engine.nova;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import ostler.inventory.ProjectId;

/** Decisions are kept for a while, and not without bounds. */
final class RecentDecisionsTest {

  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

  private final RecentDecisions recent = new RecentDecisions();

  private UUID add(int number, int hosts, Instant at) {
    UUID id = new UUID(0, number);
    recent.add(
        new NovaDecision(
            id,
            at,
            NovaMode.ENFORCE,
            new UUID(1, number),
            new ProjectId("p"),
            NovaIntent.CREATE,
            new Judgement.NotOurs(hosts),
            Optional.empty()));
    return id;
  }

  @Test
  void aDecisionIsFoundForAnHour() {
    UUID id = add(1, 1, NOW);
    assertEquals(id, recent.find(id, NOW.plus(RecentDecisions.KEPT)).orElseThrow().id());
    assertTrue(recent.find(id, NOW.plus(RecentDecisions.KEPT).plusSeconds(1)).isEmpty());
    assertTrue(recent.find(new UUID(0, 2), NOW).isEmpty());
  }

  @Test
  void theOldestGoFirstWhenTheyAreTooMany() {
    UUID first = add(0, 1, NOW);
    for (int i = 1; i < RecentDecisions.MAX_DECISIONS; i++) {
      add(i, 1, NOW);
    }
    assertTrue(recent.find(first, NOW).isPresent());
    UUID last = add(RecentDecisions.MAX_DECISIONS, 1, NOW);
    assertTrue(recent.find(first, NOW).isEmpty());
    assertTrue(recent.find(last, NOW).isPresent());
  }

  @Test
  void theirHostsAreBoundedTogether() {
    UUID first = add(1, RecentDecisions.MAX_HOSTS, NOW);
    assertTrue(recent.find(first, NOW).isPresent());
    UUID second = add(2, 1, NOW);
    assertTrue(recent.find(first, NOW).isEmpty());
    assertTrue(recent.find(second, NOW).isPresent());
  }
}
