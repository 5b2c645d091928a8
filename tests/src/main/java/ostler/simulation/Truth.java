package ostler.simulation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import ostler.inventory.ClaimId;
import ostler.inventory.HostName;
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
  private final Map<Card, Set<ClaimId>> granted = new LinkedHashMap<>();
  private final Map<Card, ClaimId> holds = new LinkedHashMap<>();
  private final Set<Card> forgetAsked = new HashSet<>();

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

  /** It was committed that the claim has the card. */
  void granted(Card card, ClaimId claim) {
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
    if (card.secret.filter(owner -> !owner.equals(claim)).isPresent()) {
      throw new Violation(
          Promise.NEVER_DIRTY,
          card + " was given to claim " + claim + " with the data of " + card.secret.get());
    }
    granted.computeIfAbsent(card, none -> new HashSet<>()).add(claim);
    holds.put(card, claim);
    ended.remove(claim);
  }

  /**
   * A restored database says that the claim has the card. That is no new grant, and whose the card
   * really is may be another's by orders that the database has lost.
   */
  void restoredTo(Card card, ClaimId claim) {
    granted.computeIfAbsent(card, none -> new HashSet<>()).add(claim);
    ended.remove(claim);
    holds.remove(card);
  }

  /** A restored database says that nobody has the card. */
  void restoredToNobody(Card card) {
    holds.remove(card);
  }

  /** It was committed that the claim no longer has the card. */
  void freed(Card card, ClaimId claim) {
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
  void abandoned(Card card, ClaimId claim) {
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
  void permitted(Card card, Tenant tenant) {
    mayHave(card, tenant.claim(), "was permitted to");
  }

  /** A tenant's machine has the card from now on, and its data is in the card's memory. */
  void gotIn(Card card, Tenant tenant) {
    mayHave(card, tenant.claim(), "was opened by");
    card.holder = Optional.of(tenant);
    card.secret = Optional.of(tenant.claim());
  }

  private void mayHave(Card card, ClaimId claim, String how) {
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
    if (card.secret.filter(owner -> !owner.equals(claim)).isPresent()) {
      throw new Violation(
          Promise.NEVER_DIRTY, what + " with the data of claim " + card.secret.get());
    }
  }

  /** Root takes the card from a tenant. */
  void forbidden(Card card, Tenant tenant) {
    if (!releaseAsked.contains(tenant.claim())) {
      throw new Violation(
          Promise.ABSENCE_LEAVES_ALONE,
          card + " was taken from " + tenant + ", whose release nobody asked for");
    }
  }

  /** Root clears the card's memory. */
  void scrubbed(Card card) {
    card.secret
        .filter(owner -> !releaseAsked.contains(owner))
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
    if (!forgetAsked.contains(card)) {
      throw new Violation(
          Promise.ABSENCE_LEAVES_ALONE,
          card + " was given back to its host, which nobody asked for");
    }
  }
}
