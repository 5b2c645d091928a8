package ostler.simulation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import ostler.inventory.ClaimId;
import ostler.inventory.Fence;
import ostler.inventory.HostName;
import ostler.inventory.ProjectId;
import ostler.inventory.SliceId;
import ostler.inventory.Tenant;

/**
 * What really happens to cards, against what was asked for. It believes neither database nor agent:
 * what it knows of claims is what callers asked and what was committed, and of cards what root and
 * tenants did to them.
 */
final class Truth {

  private final Map<ClaimId, Tenant> claimAsked = new HashMap<>();
  private final Set<ClaimId> releaseAsked = new HashSet<>();
  private final Set<ClaimId> forceAsked = new HashSet<>();
  private final Set<HostName> fenceAsked = new HashSet<>();

  /** Claims whose tenants nobody told that they ended. */
  private final Set<ClaimId> forced = new HashSet<>();

  private final Set<ClaimId> ended = new HashSet<>();
  private final Map<Share, Set<ClaimId>> granted = new LinkedHashMap<>();
  private final Map<Share, ClaimId> holds = new LinkedHashMap<>();
  private final Set<Card> forgetAsked = new HashSet<>();
  private final Set<Card> cutAsked = new HashSet<>();
  private final Set<Card> sharedAsked = new HashSet<>();

  /** Which slice an order was given for: fences are a host's own, and none is given twice. */
  private final Map<Order, Slice> ordered = new HashMap<>();

  private record Order(HostName host, Fence fence) {}

  /** Somebody is about to ask for the claim. */
  void claimAsked(Tenant tenant) {
    claimAsked.put(tenant.claim(), tenant);
  }

  /** Who asked for the claim. */
  Tenant tenant(ClaimId claim) {
    return claimAsked.get(claim);
  }

  /** Somebody is about to ask for the claim's end. */
  void releaseAsked(ClaimId claim) {
    releaseAsked.add(claim);
  }

  /** Somebody is about to end the claim without its host's proof. */
  void forceAsked(ClaimId claim) {
    forceAsked.add(claim);
  }

  /** Somebody is about to say that nothing runs on the host. */
  void fenceAsked(HostName host) {
    fenceAsked.add(host);
  }

  boolean isReleaseAsked(ClaimId claim) {
    return releaseAsked.contains(claim);
  }

  /** Somebody is about to ask that the card goes back to its host. */
  void forgetAsked(Card card) {
    forgetAsked.add(card);
  }

  /** Somebody is about to ask that the card is cut, and perhaps for several projects at once. */
  void cutAsked(Card card, boolean shared) {
    cutAsked.add(card);
    if (shared) {
      sharedAsked.add(card);
    }
  }

  /** Whether anybody ever asked that the card serves several projects at a time. */
  boolean isSharedAsked(Card card) {
    return sharedAsked.contains(card);
  }

  /** It was committed that the newest order for the slice has that fence. */
  void ordered(Slice slice, Fence fence) {
    ordered.put(new Order(slice.host(), fence), slice);
  }

  /** The slice that root is asked to make. */
  Slice ordered(Card card, Fence fence) {
    Slice slice = ordered.get(new Order(card.host(), fence));
    if (slice == null || slice.card() != card) {
      throw new Violation(
          Promise.ABSENCE_LEAVES_ALONE,
          "a slice of " + card + " is made under fence " + fence + ", which was given for none");
    }
    return slice;
  }

  /** It was committed that the claim has the card, or the slice. */
  void granted(Share card, ClaimId claim) {
    if (!claimAsked.containsKey(claim)) {
      throw new Violation(
          Promise.PROMISES_PIN_NOTHING,
          card + " was taken by claim " + claim + ", which nobody asked for");
    }
    if (card.holder.filter(tenant -> !tenant.claim().equals(claim)).isPresent()) {
      throw new Violation(
          Promise.ONE_TENANT_AT_A_TIME,
          card + " was given to claim " + claim + " while " + card.holder.get() + " holds it");
    }
    if (card.permit.filter(tenant -> !tenant.claim().equals(claim)).isPresent()) {
      throw new Violation(
          Promise.ONE_TENANT_AT_A_TIME,
          card + " was given to claim " + claim + " while it is permitted to " + card.permit.get());
    }
    secretOfAnother(card, claim)
        .ifPresent(
            owner -> {
              throw new Violation(
                  Promise.NEVER_DIRTY,
                  card + " was given to claim " + claim + " with the data of " + owner);
            });
    isApart(card, claim, card + " was given to claim " + claim);
    granted.computeIfAbsent(card, none -> new HashSet<>()).add(claim);
    holds.put(card, claim);
    ended.remove(claim);
  }

  /**
   * A restored database says that the claim has the card. That is no new grant, and whose the card
   * really is may be another's by orders that the database has lost.
   */
  void restoredTo(Share card, ClaimId claim) {
    granted.computeIfAbsent(card, none -> new HashSet<>()).add(claim);
    ended.remove(claim);
    holds.remove(card);
  }

  /** A restored database says that nobody has the card. */
  void restoredToNobody(Share card) {
    holds.remove(card);
  }

  /** It was committed that the claim no longer has the card. */
  void freed(Share card, ClaimId claim) {
    if (!releaseAsked.contains(claim)) {
      throw new Violation(
          Promise.OBSERVATION_NEVER_FREES,
          card + " was taken from claim " + claim + ", whose release nobody asked for");
    }
    boolean holding = card.holder.filter(tenant -> tenant.claim().equals(claim)).isPresent();
    boolean permitted = card.permit.filter(tenant -> tenant.claim().equals(claim)).isPresent();
    if (holding || permitted) {
      throw new Violation(
          Promise.ONE_TENANT_AT_A_TIME,
          card
              + " was freed while claim "
              + claim
              + (holding ? " still holds it" : " is still permitted to it"));
    }
    holds.remove(card, claim);
  }

  /** It was committed that the claim no longer has the card, whoever may still hold it. */
  void abandoned(Share card, ClaimId claim) {
    if (!forceAsked.contains(claim) && !fenceAsked.contains(card.host())) {
      throw new Violation(
          Promise.OBSERVATION_NEVER_FREES,
          card + " was taken from claim " + claim + ", which nobody asked to end by force");
    }
    forced.add(claim);
    releaseAsked.add(claim);
    holds.remove(card, claim);
  }

  /** It was committed that the claim is over. */
  void over(ClaimId claim) {
    ended.add(claim);
  }

  /** Root lets a tenant have the card. */
  void permitted(Share card, Tenant tenant) {
    mayHave(card, tenant.claim(), "was permitted to");
  }

  /** A tenant's machine has the card from now on, and its data is in the card's memory. */
  void gotIn(Share card, Tenant tenant) {
    mayHave(card, tenant.claim(), "was opened by");
    card.holder = Optional.of(tenant);
    card.secret = Optional.of(tenant.claim());
    if (card instanceof Slice slice) {
      slice.card().traces.add(tenant.claim());
    }
  }

  private void mayHave(Share card, ClaimId claim, String how) {
    String what = card + " " + how + " claim " + claim;
    if (!granted.getOrDefault(card, Set.of()).contains(claim)) {
      throw new Violation(Promise.ONE_TENANT_AT_A_TIME, what + ", which was never given it");
    }
    if (ended.contains(claim) && !forced.contains(claim)) {
      throw new Violation(Promise.ONE_TENANT_AT_A_TIME, what + ", which is over");
    }
    if (holds.containsKey(card) && !holds.get(card).equals(claim)) {
      throw new Violation(
          Promise.ONE_TENANT_AT_A_TIME, what + " while claim " + holds.get(card) + " has it");
    }
    secretOfAnother(card, claim)
        .ifPresent(
            owner -> {
              throw new Violation(Promise.NEVER_DIRTY, what + " with the data of claim " + owner);
            });
    isApart(card, claim, what);
  }

  private static Optional<ClaimId> secretOfAnother(Share share, ClaimId claim) {
    return share instanceof Card card
        ? card.secretOfAnother(claim)
        : share.secret.filter(owner -> !owner.equals(claim));
  }

  /**
   * A card is had whole or in slices; and one that nobody asked to be shared serves one project,
   * until its memory was scrubbed as a whole.
   */
  private void isApart(Share share, ClaimId claim, String what) {
    Card card = share.card();
    if (share instanceof Card) {
      if (!card.cut.booked().isEmpty()) {
        throw new Violation(
            Promise.WHOLE_OR_CUT, what + " while it is cut into " + card.cut.booked().values());
      }
      return;
    }
    if (card.permit.isPresent() || card.holder.isPresent() || holds.containsKey(card)) {
      throw new Violation(Promise.WHOLE_OR_CUT, what + ", whose card somebody has whole");
    }
    ProjectId project = tenant(claim).project();
    if (!isSharedAsked(card)) {
      Stream.of(card.secret.stream(), card.traces.stream(), claimsOf(card))
          .flatMap(claims -> claims)
          .filter(other -> !tenant(other).project().equals(project))
          .findFirst()
          .ifPresent(
              other -> {
                throw new Violation(
                    Promise.ONE_PROJECT_A_PARENT,
                    what
                        + " of project "
                        + project
                        + ", while its card serves claim "
                        + other
                        + " of project "
                        + tenant(other).project()
                        + " and was not wiped since");
              });
    }
  }

  /** Those to whom slices of the card are given, or whom root lets have one. */
  private Stream<ClaimId> claimsOf(Card card) {
    return Stream.concat(
        holds.entrySet().stream()
            .filter(held -> held.getKey() instanceof Slice && held.getKey().card() == card)
            .map(Map.Entry::getValue),
        card.cut.booked().values().stream()
            .flatMap(slice -> slice.permit.stream())
            .map(Tenant::claim));
  }

  /** Root is about to make a slice under an id of its own. */
  void begun(Slice slice, SliceId id) {
    if (slice.id.isPresent()) {
      throw new Violation(
          Promise.ONE_TENANT_AT_A_TIME,
          slice + " is made as " + id + " while it is there as " + slice.id.get());
    }
  }

  /** The kernel makes a slice. */
  void made(Slice slice) {
    Card card = slice.card();
    if (card.isBound() || card.permit.isPresent() || card.holder.isPresent()) {
      throw new Violation(
          Promise.WHOLE_OR_CUT, slice + " is made while its card is with vfio, to be had whole");
    }
  }

  /** Root destroys a slice. */
  void removed(Slice slice) {
    slice
        .secret
        .filter(owner -> !releaseAsked.contains(owner))
        .ifPresent(
            owner -> {
              throw new Violation(
                  Promise.ABSENCE_LEAVES_ALONE,
                  slice
                      + " was destroyed with the data of claim "
                      + owner
                      + ", whose release nobody asked for");
            });
  }

  /** Root takes the card from a tenant. */
  void forbidden(Share card, Tenant tenant) {
    if (!releaseAsked.contains(tenant.claim())) {
      throw new Violation(
          Promise.ABSENCE_LEAVES_ALONE,
          card + " was taken from " + tenant + ", whose release nobody asked for");
    }
  }

  /** Root clears the card's memory. */
  void scrubbed(Card card) {
    Stream.concat(card.secret.stream(), card.traces.stream())
        .filter(owner -> !releaseAsked.contains(owner))
        .findFirst()
        .ifPresent(
            owner -> {
              throw new Violation(
                  Promise.ABSENCE_LEAVES_ALONE,
                  card
                      + " was wiped with the data of claim "
                      + owner
                      + ", whose release nobody"
                      + " asked for");
            });
  }

  /** Root gives the card back to the host's own drivers. */
  void givenBack(Card card) {
    if (!forgetAsked.contains(card) && !cutAsked.contains(card)) {
      throw new Violation(
          Promise.ABSENCE_LEAVES_ALONE,
          card + " was given back to its host, which nobody asked for");
    }
  }
}
