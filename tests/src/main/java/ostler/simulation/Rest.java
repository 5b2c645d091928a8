package ostler.simulation;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
      operator.adopt(id, unit.keptFor().get(), unit.isWhole());
    } else if (isGoing(unit)) {
      return;
    } else if (unit.state() == UnitState.DIRTY
        || (unit.isWhole() && unit.quarantined())
        || (unit.state() == UnitState.CLEANING && unit.keptFor().isPresent())) {
      operator.putBack(id);
    }
  }

  /** A slice that is being taken away would be put back with its card. */
  private static boolean isGoing(Books.UnitRow unit) {
    return !unit.isWhole() && unit.leaving() && unit.keptFor().isEmpty();
  }

  private long cards() {
    return world.hosts().stream().mapToLong(host -> host.cards().size()).sum();
  }

  /** How many cards are taken in. */
  private long takenIn() {
    return world.books().units().values().stream()
        .filter(Books.UnitRow::isWhole)
        .filter(unit -> unit.state() != UnitState.UNMANAGED)
        .count();
  }

  /** A card is clean, or cut as its layout says; and so is each slice, or there is none of it. */
  private boolean rests(Books.UnitRow unit) throws SQLException {
    if (!unit.isWhole()) {
      return unit.state() == UnitState.CLEAN || unit.state() == UnitState.UNMANAGED;
    }
    Optional<Books.Asked> asked = world.books().asked(unit.id());
    if (asked.isEmpty()) {
      return unit.state() == UnitState.CLEAN;
    }
    boolean fits = asked.get().parts() <= Cutting.PARTS;
    long slices = world.books().slicesOf(unit.id());
    return unit.state() == UnitState.SLICED && slices == (fits ? asked.get().slices() : 0);
  }

  private List<String> unrest() throws SQLException {
    List<String> all = new ArrayList<>();
    if (takenIn() < cards()) {
      all.add(cards() - takenIn() + " cards that are not taken in");
    }
    world.books().claims().values().forEach(claim -> all.add(claim.toString()));
    for (Books.UnitRow unit : world.books().units().values()) {
      if (!rests(unit)) {
        all.add(
            world.books().share(unit.id()).orElseThrow()
                + ", which is "
                + unit.state()
                + " with "
                + world.books().slicesOf(unit.id())
                + " slices of "
                + world.books().asked(unit.id())
                + ", fence "
                + unit.fence()
                + " and "
                + world.books().why(unit.id()));
      }
    }
    return all;
  }
}
