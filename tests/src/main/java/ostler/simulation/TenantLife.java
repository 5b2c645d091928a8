package ostler.simulation;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.ClaimPicture;
import ostler.allocator.engine.ClaimRequest;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Hold;
import ostler.allocator.engine.HoldId;
import ostler.allocator.engine.HoldRequest;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Part;
import ostler.allocator.engine.Where;
import ostler.allocator.store.ClaimDesk.MoveRequest;
import ostler.flavor.AliasName;
import ostler.inventory.ClaimId;
import ostler.inventory.Consumer;
import ostler.inventory.HostName;
import ostler.inventory.ProjectId;
import ostler.inventory.Tenant;

/**
 * One machine of a tenant's, from the claim for its devices to their release, as a cloud would do
 * it: calls are repeated until they are answered, devices are opened as soon as anybody lets it,
 * some machines move, and some hold on to their devices longer than they should.
 */
final class TenantLife {

  private static final int MAX_TRIES = 8;
  private static final int MAX_STARTS = 6;
  private static final int MAX_PAUSE_SECONDS = 12;
  private static final int MAX_HOLD_SECONDS = 120;

  private final World world;
  private final Dice dice;
  private final Wish wish;
  private final Consumer consumer;
  private ClaimId id;
  private boolean unanswered;

  /** What it wants. */
  record Wish(ProjectId project, AliasName alias, int count, Optional<HostName> host) {

    List<Part> parts() {
      return List.of(new Part(alias, count));
    }

    Where where() {
      return host.map(Where::on).orElse(Where.ANYWHERE);
    }
  }

  TenantLife(World world, Wish wish, int number) {
    this.world = world;
    this.dice = world.dice().split();
    this.wish = wish;
    this.id = new ClaimId(dice.uuid());
    this.consumer = new Consumer("libvirt", "domain", "vm-" + number);
  }

  void live() {
    Optional<HoldId> hold = Optional.empty();
    if (dice.chance(3000)) {
      hold = promised();
      if (hold.isEmpty() || dice.chance(2000)) {
        // A promise that nobody comes back for ends by itself.
        return;
      }
    }
    boolean granted = obtain(hold);
    if (granted) {
      use();
      move();
    }
    if (granted || unanswered) {
      release(id);
      shutDown();
    }
  }

  /** Calls until there is an answer that says more than to come back; empty where none came. */
  private <T> Optional<Outcome<T>> call(String what, Function<AllocatorProcess, Outcome<T>> work) {
    for (int i = 0; i < MAX_TRIES; i++) {
      Optional<Outcome<T>> answer = world.network().call(what + " of " + consumer.id(), work);
      if (answer.isPresent() && answer.get() instanceof Outcome.Refused<T> no) {
        world.refused(no.refusal());
        if (no.refusal().code() != Code.BUSY) {
          return answer;
        }
      } else if (answer.isPresent()) {
        return answer;
      }
      unanswered = true;
      sleep();
    }
    return Optional.empty();
  }

  private static <T> boolean isDone(Optional<Outcome<T>> answer) {
    return answer.isPresent() && answer.get() instanceof Outcome.Done<T>;
  }

  private Optional<HoldId> promised() {
    HoldId hold = new HoldId(dice.uuid());
    Duration ttl = Duration.ofSeconds(dice.between(1, MAX_HOLD_SECONDS));
    HoldRequest request =
        new HoldRequest(hold, wish.project(), wish.parts(), wish.where(), consumer, ttl);
    Optional<Outcome<Hold>> answer =
        call("promise", allocator -> world.bug().hold(allocator, request));
    sleep();
    return isDone(answer) ? Optional.of(hold) : Optional.empty();
  }

  private boolean obtain(Optional<HoldId> hold) {
    ClaimRequest request =
        new ClaimRequest(id, wish.project(), wish.parts(), wish.where(), consumer, hold);
    world.truth().claimAsked(tenant(id));
    Optional<Outcome<Claim>> answer =
        call("claim", allocator -> world.bug().claim(allocator, request));
    return isDone(answer);
  }

  /** Opens its devices wherever hook and kernel let it, and does so again after each boot. */
  private void use() {
    int starts = 1 + dice.below(MAX_STARTS);
    for (int i = 0; i < starts; i++) {
      sleep();
      openAll();
      if (world.mayHave(FaultKind.TENANT_REBOOTED) && dice.chance(1500)) {
        world.fault(FaultKind.TENANT_REBOOTED);
        letGo(id);
      }
    }
  }

  /** A resize or a migration: another claim beside the first, and then only one of them. */
  private void move() {
    if (!dice.chance(4000)) {
      return;
    }
    ClaimId old = id;
    ClaimId next = new ClaimId(dice.uuid());
    int count = dice.chance(3000) ? 2 : 1;
    MoveRequest request =
        new MoveRequest(next, Optional.of(List.of(new Part(wish.alias(), count))), Where.ANYWHERE);
    world.truth().claimAsked(tenant(next));
    Optional<Outcome<ClaimPicture>> moved =
        call("move", allocator -> world.bug().move(allocator, old, request));
    sleep();
    boolean confirmed = isDone(moved) && dice.chance(6000);
    ClaimId over = confirmed ? old : next;
    letGo(over);
    id = confirmed ? next : old;
    world.truth().releaseAsked(over);
    if (confirmed) {
      call("confirmation", a -> a.claims().confirm(next, project -> true, World.OPERATOR));
      use();
    } else {
      call("reversal", a -> a.claims().revert(next, project -> true, World.OPERATOR));
    }
    release(over);
  }

  private void openAll() {
    world.books().sharesOf(id).forEach(share -> open(share, tenant(id)));
  }

  private Tenant tenant(ClaimId claim) {
    return new Tenant(claim, wish.project(), consumer);
  }

  private void open(Share card, Tenant tenant) {
    boolean let =
        world.hosts().stream()
            .filter(host -> host.name().equals(card.host()))
            .anyMatch(host -> host.lets(card, tenant));
    if (let) {
      world.trace().add("  " + consumer.id() + " opens " + card);
      world.truth().gotIn(card, tenant);
      world.baton().pause("having opened " + card);
    }
  }

  private void release(ClaimId claim) {
    if (dice.chance(6000) || !world.mayHave(FaultKind.TENANT_KEPT_HOLDING)) {
      letGo(claim);
    } else {
      world.fault(FaultKind.TENANT_KEPT_HOLDING);
    }
    world.truth().releaseAsked(claim);
    call("release", allocator -> allocator.claims().release(claim, World.OPERATOR));
  }

  /** A machine that held on goes down at last; until then it may try to come in again. */
  private void shutDown() {
    for (int i = 0; i < 3; i++) {
      sleep();
      if (dice.chance(3000)) {
        openAll();
      }
    }
    letGo(id);
  }

  private void letGo(ClaimId claim) {
    List<Share> all = world.hosts().stream().flatMap(host -> host.shares().stream()).toList();
    for (Share card : all) {
      if (card.holder.filter(tenant -> tenant.claim().equals(claim)).isPresent()) {
        world.trace().add("  " + consumer.id() + " closes " + card);
        card.holder = Optional.empty();
      }
    }
  }

  private void sleep() {
    long wake =
        world.time().nanoTime()
            + Duration.ofMillis(dice.between(100, MAX_PAUSE_SECONDS * 1000L)).toNanos();
    world.baton().await("time to pass", () -> world.time().nanoTime() >= wake);
  }
}
