package ostler.allocator.onetimeuse;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Refusal;
import ostler.allocator.store.OneTimeUseDesk;
import ostler.allocator.store.OneTimeUseDesk.Spent;

/**
 * Looks at every device of one-time use. One that is used no more, and of which Nova has reserved
 * all, is wiped, and then what is reserved is set back, by the provider's generation.
 *
 * <p>What was begun is in the database, so each allocator can go on with it, and whoever is in
 * doubt has it wiped again.
 */
final class OneTimeUseRound {

  private static final Logger LOG = LoggerFactory.getLogger(OneTimeUseRound.class);

  /** How many providers are looked into; the others are in the next round. */
  static final int MAX_LOOKS = 500;

  /** How often an inventory is set back that others change at the same time. */
  static final int MAX_TRIES = 5;

  private final PlacementApi placement;
  private final OneTimeUseDesk desk;

  /** Providers that want nothing, by the generation that they had; any change raises that. */
  private final Map<UUID, Long> settled = new HashMap<>();

  /** Whom it was already said of that nothing can be done for them. */
  private final Set<UUID> told = new HashSet<>();

  /** Who was looked into last, and comes after the others, so that nobody keeps others waiting. */
  private Set<UUID> last = new HashSet<>();

  OneTimeUseRound(PlacementApi placement, OneTimeUseDesk desk) {
    this.placement = placement;
    this.desk = desk;
  }

  void run() throws PlacementAway, InterruptedException {
    List<Provider> providers = new ArrayList<>(placement.oneTimeUse());
    Set<UUID> there = new HashSet<>();
    providers.forEach(provider -> there.add(provider.id()));
    settled.keySet().retainAll(there);
    told.retainAll(there);
    Set<UUID> begun = desk.begun();
    begun.stream().filter(provider -> !there.contains(provider)).forEach(desk::forget);
    providers.removeIf(
        provider -> Long.valueOf(provider.generation()).equals(settled.get(provider.id())));
    Set<UUID> before = last;
    providers.sort(Comparator.comparing(provider -> before.contains(provider.id())));
    last = new HashSet<>();
    for (Provider provider : providers.subList(0, Math.min(providers.size(), MAX_LOOKS))) {
      last.add(provider.id());
      look(provider, begun.contains(provider.id()));
    }
  }

  private void look(Provider provider, boolean begun) throws PlacementAway, InterruptedException {
    Optional<Inventory> found = placement.inventory(provider.id());
    if (found.isEmpty()) {
      return;
    }
    Inventory inventory = found.get();
    if (!isSpent(provider, inventory)) {
      if (begun) {
        desk.forget(provider.id());
      }
      settled.put(provider.id(), inventory.generation());
      return;
    }
    if (inventory.classes().size() != 1) {
      tell(provider, "it has several resource classes, and a device has one");
      return;
    }
    Optional<Provider.Seat> seat = provider.seat();
    if (seat.isEmpty()) {
      tell(provider, "its name is not a compute node's and a PCI address");
      return;
    }
    Outcome<Spent> spent =
        desk.spent(provider.id(), seat.get().host(), seat.get().address(), inventory.generation());
    if (spent instanceof Outcome.Refused<Spent> refused) {
      Refusal why = refused.refusal();
      tell(provider, why.message());
    } else if (spent.orElseThrow() == Spent.CLEAN) {
      giveBack(provider, inventory);
    }
  }

  /** Used no more, and not to be used again until it is set back. */
  private boolean isSpent(Provider provider, Inventory inventory)
      throws PlacementAway, InterruptedException {
    return inventory.isReserved() && !placement.isUsed(provider.id());
  }

  private void giveBack(Provider provider, Inventory seen)
      throws PlacementAway, InterruptedException {
    Inventory inventory = seen;
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      if (placement.free(provider.id(), inventory)) {
        desk.returned(provider.id(), provider.name());
        return;
      }
      Optional<Inventory> now = placement.inventory(provider.id());
      if (now.isEmpty() || now.get().classes().size() != 1 || !isSpent(provider, now.get())) {
        desk.forget(provider.id());
        return;
      }
      inventory = now.get();
      desk.seenAgain(provider.id(), inventory.generation());
    }
    LOG.info("provider {} changes all the time; it is given back later", provider.name());
  }

  private void tell(Provider provider, String why) {
    if (told.add(provider.id())) {
      LOG.warn("one-time-use provider {} stays reserved: {}", provider.name(), why);
    }
  }
}
