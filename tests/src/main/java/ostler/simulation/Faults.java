package ostler.simulation;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** Makes things go wrong that do not go wrong by themselves on the way of a message or a call. */
final class Faults {

  private static final long MAX_JUMP_MILLIS = 20_000;

  private final World world;
  private final Dice dice;

  Faults(World world) {
    this.world = world;
    this.dice = world.dice();
  }

  /** One fault that this world knows; answers false where it cannot happen now. */
  boolean strike() throws SQLException {
    if (world.weather().faults().isEmpty()) {
      return false;
    }
    FaultKind kind = dice.pick(world.weather().faults());
    if (!world.mayHave(kind)) {
      return false;
    }
    World.Site site = dice.pick(world.sites());
    return switch (kind) {
      case ALLOCATOR_KILLED -> killOrStartAllocator();
      case CLOCK_JUMPED -> jump();
      case AGENT_KILLED -> killAgent();
      case HOST_REBOOTED -> site.host.isUp() && dice.chance(4000) && rebooted(site);
      case GUARD_DOWN -> guard(site.host);
      case DEVICE_LOST -> device(site.host);
      case SCAN_INCOMPLETE -> scan(site.host);
      case DATABASE_RESTORED -> backUpOrRestore();
      case MESSAGE_LATE -> late();
      default -> false;
    };
  }

  private boolean killOrStartAllocator() throws SQLException {
    List<Integer> dead = world.deadAllocators();
    if (!dead.isEmpty() && dice.chance(8000)) {
      world.trace().add("an allocator starts");
      world.startAllocator(dice.pick(dead));
      return true;
    }
    List<AllocatorProcess> alive = world.aliveAllocators();
    if (alive.isEmpty()) {
      return false;
    }
    AllocatorProcess victim = dice.pick(alive);
    world.trace().add(victim + " is killed");
    world.fault(
        world.isInTransaction(victim)
            ? FaultKind.ALLOCATOR_KILLED_IN_TRANSACTION
            : FaultKind.ALLOCATOR_KILLED);
    world.killAllocator(victim);
    return true;
  }

  /** An operator takes a backup, or restores the last one. */
  private boolean backUpOrRestore() throws SQLException {
    if (!world.backupIsOutdated() || dice.chance(3000)) {
      world.trace().add("the database is backed up");
      world.backUp();
    } else {
      world.trace().add("the database is restored");
      world.fault(FaultKind.DATABASE_RESTORED);
      world.restore();
    }
    return true;
  }

  private boolean jump() {
    List<AllocatorProcess> alive = world.aliveAllocators();
    if (alive.isEmpty()) {
      return false;
    }
    world.fault(FaultKind.CLOCK_JUMPED);
    dice.pick(alive)
        .clock()
        .set(Duration.ofMillis(dice.between(-MAX_JUMP_MILLIS, MAX_JUMP_MILLIS)));
    return true;
  }

  /** Any agent, or rather one for which root is at work. */
  private boolean killAgent() {
    List<World.Site> alive = world.sites().stream().filter(s -> s.agent.isPresent()).toList();
    List<World.Site> working = alive.stream().filter(s -> !s.host.runs().isEmpty()).toList();
    List<World.Site> from = working.isEmpty() || dice.chance(3000) ? alive : working;
    if (from.isEmpty()) {
      return false;
    }
    World.Site site = dice.pick(from);
    world.trace().add("the agent of " + site.host.name() + " is killed");
    world.fault(FaultKind.AGENT_KILLED);
    world.killAgent(site);
    return true;
  }

  private boolean rebooted(World.Site site) {
    world.fault(FaultKind.HOST_REBOOTED);
    world.powerOff(site);
    return true;
  }

  private boolean guard(PhysicalHost host) {
    if (host.guardIsUp()) {
      world.fault(FaultKind.GUARD_DOWN);
    }
    host.setGuardUp(!host.guardIsUp());
    return true;
  }

  /** A card is lost, or rather one that somebody has; or one comes back. */
  private boolean device(PhysicalHost host) {
    List<Card> had = host.cards().stream().filter(card -> card.permit.isPresent()).toList();
    Card card = dice.pick(had.isEmpty() || dice.chance(5000) ? host.cards() : had);
    if (card.plugged) {
      world.fault(FaultKind.DEVICE_LOST);
      world.trace().add(card + " is gone");
      host.unplug(card);
    } else {
      world.trace().add(card + " is back");
      host.plug(card);
    }
    return true;
  }

  private boolean scan(PhysicalHost host) {
    if (host.scansCompletely()) {
      world.fault(FaultKind.SCAN_INCOMPLETE);
    }
    host.setScanComplete(!host.scansCompletely());
    return true;
  }

  private boolean late() {
    List<Network.Call<?>> waiting = world.network().waiting();
    if (waiting.isEmpty()) {
      return false;
    }
    Network.Call<?> call = dice.pick(waiting);
    world.trace().add("nobody waits any more for " + call);
    world.fault(FaultKind.MESSAGE_LATE);
    world.network().giveUp(call);
    return true;
  }
}
