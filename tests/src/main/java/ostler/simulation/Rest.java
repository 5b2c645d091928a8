package ostler.simulation;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import ostler.allocator.engine.UnitState;
import ostler.inventory.ClaimId;
import ostler.inventory.UnitId;

/**
 * The end of a world: no more faults, everything is switched on again, and whoever has something
 * gives it back. Then every claim must end and every unit become clean.
 */
final class Rest {

  private static final int MAX_ROUNDS = 60;
  private static final int STEPS_A_ROUND = 120;
  private static final Duration ROUND = Duration.ofSeconds(61);

  private final World world;
  private final Operator operator;
  private final Course course;

  Rest(World world, Operator operator, Course course) {
    this.world = world;
    this.operator = operator;
    this.course = course;
  }

  /** Lets things run without faults until everything is clean and nobody's. */
  void reach() throws IOException, SQLException {
    world.trace().add("the faults end");
    for (int round = 0; round < MAX_ROUNDS; round++) {
      mend();
      world.time().pass(ROUND);
      for (int i = 0; i < STEPS_A_ROUND; i++) {
        course.quietStep();
      }
      if (unrest().isEmpty()) {
        return;
      }
      if (world.baton().strands().stream().noneMatch(s -> s.owner() instanceof AllocatorProcess)) {
        help();
      }
    }
    throw new Violation(
        Promise.IT_COMES_TO_REST,
        "after " + MAX_ROUNDS + " quiet minutes there still are " + unrest());
  }

  /** What an operator with eyes would set right by hand. */
  private void mend() throws IOException, SQLException {
    for (int dead : world.deadAllocators()) {
      world.startAllocator(dead);
    }
    world.aliveAllocators().forEach(allocator -> allocator.clock().set(Duration.ZERO));
    for (World.Site site : world.sites()) {
      if (!site.host.isUp()) {
        site.host.comeUp();
      }
      site.host.setGuardUp(true);
      site.host.setScanComplete(true);
      site.host.cards().stream().filter(card -> !card.plugged).forEach(site.host::plug);
      if (site.agent.isEmpty()) {
        world.startAgent(site);
      }
    }
  }

  private void help() {
    operator.openUp();
    for (ClaimId claim : List.copyOf(world.books().claims().keySet())) {
      operator.release(claim);
    }
    for (Books.UnitRow unit : world.books().units().values()) {
      help(unit);
    }
    if (takenIn() < cards()) {
      operator.admit();
    }
    for (World.Site site : world.sites()) {
      boolean waits =
          world.books().units().values().stream()
              .filter(unit -> unit.host().equals(site.host.name().value()))
              .anyMatch(unit -> unit.wedged() || unit.abandoned().isPresent());
      if (waits || site.host.cards().stream().anyMatch(card -> card.hung)) {
        world.reboot(site);
      }
    }
  }

  /** What is kept for a claim that a restore lost is written down again, to be released then. */
  private void help(Books.UnitRow unit) {
    UnitId id = new UnitId(unit.id());
    if (unit.state() == UnitState.DIRTY
        && unit.keptFor().isPresent()
        && unit.goesTo().equals("DIRTY")
        && !unit.leaving()) {
      operator.adopt(id, unit.keptFor().get());
    } else if (unit.state() == UnitState.DIRTY
        || (unit.state() == UnitState.CLEANING && unit.keptFor().isPresent())) {
      operator.putBack(id);
    }
  }

  private long cards() {
    return world.hosts().stream().mapToLong(host -> host.cards().size()).sum();
  }

  /** How many cards are taken in. */
  private long takenIn() {
    return world.books().units().values().stream()
        .filter(unit -> unit.state() != UnitState.UNMANAGED)
        .count();
  }

  private List<String> unrest() throws SQLException {
    List<String> all = new ArrayList<>();
    if (takenIn() < cards()) {
      all.add(cards() - takenIn() + " cards that are not taken in");
    }
    world.books().claims().values().forEach(claim -> all.add(claim.toString()));
    for (Books.UnitRow unit : world.books().units().values()) {
      if (unit.state() != UnitState.CLEAN) {
        all.add(
            world.books().card(unit.id()).orElseThrow()
                + ", which is "
                + unit.state()
                + " with fence "
                + unit.fence()
                + " and "
                + world.books().why(unit.id()));
      }
    }
    return all;
  }
}
