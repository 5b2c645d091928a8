package ostler.allocator.store;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.ClaimRequest;
import ostler.allocator.engine.ClaimState;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Hold;
import ostler.allocator.engine.HoldId;
import ostler.allocator.engine.HoldRequest;
import ostler.allocator.engine.HoldState;
import ostler.allocator.engine.Host;
import ostler.allocator.engine.Origin;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Part;
import ostler.allocator.engine.Reason;
import ostler.allocator.engine.Refusal;
import ostler.allocator.engine.Where;
import ostler.allocator.engine.nova.NovaRequest;
import ostler.allocator.quota.Demand;
import ostler.allocator.quota.ResourceKey;
import ostler.allocator.store.TreeCharge.Ask;
import ostler.flavor.AliasName;
import ostler.inventory.ClaimId;
import ostler.inventory.HostName;
import ostler.inventory.ProjectId;

/**
 * Promises units without choosing them. A hold is charged what is known before units are chosen;
 * the claim that uses it takes that over, and is charged only what its units cost more.
 */
public final class HoldDesk {

  /** How many are found expired in one transaction. */
  private static final int EXPIRED_AT_A_TIME = 100;

  /** From the scheduler's question to the machine's start an image may have to be copied. */
  private static final Duration NOVA_TTL = Duration.ofMinutes(5);

  private final Desk desk;

  public HoldDesk(Desk desk) {
    this.desk = desk;
  }

  /**
   * Promises what was asked for, or says why not. The same request again answers the same for as
   * long as the promise is good, and another one with the same id takes its place.
   */
  public Outcome<Hold> hold(HoldRequest request, Origin origin) {
    Outcome<Hold> outcome = desk.transactions.write(() -> decide(request, origin));
    if (outcome instanceof Outcome.Refused<Hold> refused) {
      audit(refused.refusal(), request.id().toString(), origin);
    }
    return outcome;
  }

  private void audit(Refusal refusal, String object, Origin origin) {
    desk.transactions.write(
        () -> {
          desk.trail.record(
              origin,
              desk.clock.instant(),
              "hold.create",
              object,
              refusal.code().name(),
              refusal.message());
          return Outcome.done(refusal);
        });
  }

  /**
   * Units for an instance of Nova's that somebody has found by the picture in memory.
   *
   * @param where the hosts that have them; anywhere, if they are too many to be scarce
   * @param free for each part, how many units those hosts have to give; counted only where hosts
   *     are named
   */
  public record Found(NovaRequest request, List<Part> parts, Where where, List<Integer> free) {
    public Found {
      parts = List.copyOf(parts);
      free = List.copyOf(free);
    }
  }

  /**
   * Promises an instance what was found for it. It has one promise at a time: the same question
   * again is answered by the same promise, and another question's takes its place. It is charged
   * what it needs more than the claims that the instance has already.
   */
  public Outcome<Hold> holdFor(Found found, Origin origin) {
    Outcome<Hold> outcome = desk.transactions.write(() -> decide(found, origin));
    if (outcome instanceof Outcome.Refused<Hold> refused) {
      audit(refused.refusal(), found.request().consumer().toString(), origin);
    }
    return outcome;
  }

  /** Why an instance would not be promised what was found for it, without promising anything. */
  public Optional<Refusal> objection(Found found) {
    return desk.read(
        () -> {
          List<Claim> claims = desk.claims.ofInstance(found.request().instance());
          ProjectId project = found.request().project();
          HoldId own = id(found.request(), claims);
          SortedMap<ResourceKey, Long> more =
              more(found, claims, desk.holds.find(own).map(Hold::id));
          return desk.charges
              .objection(project, Demand.of(more))
              .or(() -> promisedToOthers(found, own, desk.clock.instant()));
        });
  }

  private Outcome<Hold> decide(Found found, Origin origin) {
    Instant now = desk.clock.instant();
    ProjectId project = found.request().project();
    List<Claim> claims = desk.claims.ofInstance(found.request().instance());
    HoldId id = id(found.request(), claims);
    Optional<Hold> before = desk.holds.lock(id);
    if (before.isPresent()) {
      HoldRequest known = before.get().request();
      // The hosts are left out: the scheduler names fewer of them when it asks for alternates.
      if (before.get().isGood(now)
          && known.parts().equals(found.parts())
          && known.project().equals(project)) {
        return Outcome.done(before.get());
      }
      giveBack(before.get());
      desk.holds.delete(id);
    }
    if (desk.projects.find(project).isEmpty()) {
      return TreeDesk.unknown(project);
    }
    SortedMap<ResourceKey, Long> more = more(found, claims, Optional.empty());
    Optional<Refusal> against =
        desk.charges.take(project, more).or(() -> promisedToOthers(found, id, now));
    if (against.isPresent()) {
      return Outcome.refused(against.get());
    }
    HoldRequest request =
        new HoldRequest(
            id, project, found.parts(), found.where(), found.request().consumer(), NOVA_TTL);
    return Outcome.done(add(Hold.made(request, origin.actor(), now), more, origin));
  }

  /**
   * A promise that was used stays as it is, so the next one has another id; and it is the same id
   * whichever allocator is asked.
   */
  private static HoldId id(NovaRequest request, List<Claim> claims) {
    String name = request.consumer() + "/" + claims.size();
    return new HoldId(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)));
  }

  /** What parts cost more than what the instance is charged and does not give back just now. */
  private SortedMap<ResourceKey, Long> more(Found found, List<Claim> claims, Optional<HoldId> own) {
    List<ClaimId> kept =
        claims.stream()
            .filter(claim -> claim.project().equals(found.request().project()))
            .filter(claim -> !claim.state().isOver() && claim.state() != ClaimState.RELEASING)
            .map(Claim::id)
            .toList();
    SortedMap<ResourceKey, Long> more = ClaimCharges.least(found.parts());
    for (SortedMap<ResourceKey, Long> charged : desk.claimCharges.charged(kept).values()) {
      more = ClaimCharges.minus(more, charged);
    }
    return own.isPresent() ? ClaimCharges.minus(more, desk.holds.charged(own.get())) : more;
  }

  /**
   * Where few hosts have what is asked for, what was promised to others from those very hosts
   * counts as gone: so of two who want the last unit only one is told yes.
   */
  private Optional<Refusal> promisedToOthers(Found found, HoldId own, Instant now) {
    if (found.where().isAnywhere()) {
      return Optional.empty();
    }
    List<Hold> others =
        desk.holds.live(now).stream()
            .filter(hold -> !hold.id().equals(own))
            .filter(hold -> found.where().contains(hold.request().where()))
            .toList();
    for (int i = 0; i < found.parts().size(); i++) {
      Part part = found.parts().get(i);
      int promised = promised(others, part.alias(), found.where());
      if (found.free().get(i) - promised < part.count()) {
        return Optional.of(tooManyPromised(part, found.where(), found.free().get(i), promised));
      }
    }
    return Optional.empty();
  }

  private Outcome<Hold> decide(HoldRequest request, Origin origin) {
    Instant now = desk.clock.instant();
    Optional<Hold> before = desk.holds.lock(request.id());
    if (before.isPresent()) {
      Hold hold = before.get();
      if (request.isAnsweredBy(hold) && (hold.isGood(now) || hold.state() == HoldState.USED)) {
        return before.map(Outcome::done).get();
      }
      if (hold.state() == HoldState.USED || !hold.request().project().equals(request.project())) {
        return Outcome.refused(
            Code.HOLD_DIFFERS,
            "hold "
                + request.id()
                + " exists and was another promise"
                + hold.claim().map(claim -> ", which claim " + claim + " used").orElse("")
                + "; use another id");
      }
      giveBack(hold);
      desk.holds.delete(hold.id());
    }
    return promise(request, now, origin);
  }

  private Outcome<Hold> promise(HoldRequest request, Instant now, Origin origin) {
    ClaimRequest asked = asClaim(request);
    Catalog catalog = Catalog.read(desk, List.of(asked));
    Optional<Refusal> against = catalog.objection(asked);
    if (against.isPresent()) {
      return Outcome.refused(against.get());
    }
    SortedMap<ResourceKey, Long> least = ClaimCharges.least(request.parts());
    Optional<Refusal> overQuota = desk.charges.take(request.project(), least);
    if (overQuota.isPresent()) {
      return Outcome.refused(overQuota.get());
    }
    Optional<Refusal> tooFew = tooFew(asked, catalog, now);
    if (tooFew.isPresent()) {
      return Outcome.refused(tooFew.get());
    }
    return Outcome.done(add(Hold.made(request, origin.actor(), now), least, origin));
  }

  private Hold add(Hold hold, SortedMap<ResourceKey, Long> charged, Origin origin) {
    HoldRequest request = hold.request();
    desk.holds.add(hold);
    desk.holds.record(hold, charged);
    desk.trail.done(
        origin,
        hold.created(),
        "hold.create",
        hold.id().toString(),
        asClaim(request).asked() + " for " + request.project() + " until " + hold.expires());
    return hold;
  }

  /**
   * A promise is given only where the hosts have more to give than is promised already: of them
   * all, since nobody knows yet on which of its hosts a hold will be used.
   */
  private Optional<Refusal> tooFew(ClaimRequest asked, Catalog catalog, Instant now) {
    List<Hold> others = desk.holds.live(now);
    for (Part part : asked.parts()) {
      Map<HostName, Integer> clean =
          catalog.clean(part, asked.project(), asked.where(), now.minus(Host.SILENT_AFTER));
      if (clean.values().stream().noneMatch(count -> count >= part.count())) {
        return Optional.of(new Shortfall(desk, catalog, now).of(asked));
      }
      int free = clean.values().stream().mapToInt(Integer::intValue).sum();
      int promised = promised(others, part.alias(), asked.where());
      if (free - promised < part.count()) {
        return Optional.of(tooManyPromised(part, asked.where(), free, promised));
      }
    }
    return Optional.empty();
  }

  private static Refusal tooManyPromised(Part part, Where where, int free, int promised) {
    return new Refusal(
        Code.NO_CAPACITY,
        part + " cannot be promised now from " + where + "; ask again later",
        List.of(
            new Reason(
                Code.PROMISED,
                Shortfall.units(free)
                    + " of alias "
                    + part.alias()
                    + " to give, and "
                    + promised
                    + " promised to others")));
  }

  private static int promised(List<Hold> others, AliasName alias, Where where) {
    return others.stream()
        .map(Hold::request)
        .filter(other -> other.where().overlaps(where))
        .flatMap(other -> other.parts().stream())
        .filter(part -> part.alias().equals(alias))
        .mapToInt(Part::count)
        .sum();
  }

  /** Lets a promise go. One that was used or has ended stays as it is. */
  public Outcome<Hold> release(HoldId id, Predicate<ProjectId> mine, Origin origin) {
    return desk.transactions.write(
        () -> {
          Optional<Hold> known =
              desk.holds.lock(id).filter(hold -> mine.test(hold.request().project()));
          if (known.isEmpty()) {
            return unknown(id);
          }
          Hold hold = known.get();
          if (hold.state() != HoldState.HELD) {
            return Outcome.done(hold);
          }
          Instant now = desk.clock.instant();
          giveBack(hold);
          Hold ended = hold.ended(HoldState.RELEASED, Optional.empty(), now);
          desk.holds.end(List.of(ended));
          desk.trail.done(origin, now, "hold.release", id.toString(), "");
          return Outcome.done(ended);
        });
  }

  /**
   * Ends the promises whose time is over. Several allocators may do this side by side; where others
   * were first again and again, what is left is due the next time.
   */
  public int expire() {
    int all = 0;
    Outcome<Integer> some = expireSome();
    while (some instanceof Outcome.Done<Integer> done) {
      all += done.value();
      if (done.value() < EXPIRED_AT_A_TIME) {
        break;
      }
      some = expireSome();
    }
    return all;
  }

  private Outcome<Integer> expireSome() {
    return desk.transactions.write(() -> Outcome.done(expireDue()));
  }

  private int expireDue() {
    Instant now = desk.clock.instant();
    List<Hold> due = desk.holds.lockDue(now, EXPIRED_AT_A_TIME);
    Map<ProjectId, SortedMap<ResourceKey, Long>> sums = new HashMap<>();
    for (Hold hold : due) {
      SortedMap<ResourceKey, Long> sum =
          sums.computeIfAbsent(hold.request().project(), project -> new TreeMap<>());
      desk.holds.charged(hold.id()).forEach((key, more) -> sum.merge(key, more, Long::sum));
      desk.holds.forgetCharge(hold.id());
      desk.trail.event(
          now,
          "hold",
          hold.id().toString(),
          Optional.of(hold.request().project()),
          HoldState.HELD + " -> " + HoldState.EXPIRED);
    }
    desk.holds.end(
        due.stream().map(hold -> hold.ended(HoldState.EXPIRED, Optional.empty(), now)).toList());
    desk.charges.giveBackAll(
        sums.entrySet().stream().map(sum -> Ask.of(sum.getKey(), sum.getValue())).toList());
    return due.size();
  }

  private void giveBack(Hold hold) {
    if (hold.state() == HoldState.HELD) {
      desk.charges.giveBack(hold.request().project(), desk.holds.charged(hold.id()));
      desk.holds.forgetCharge(hold.id());
    }
  }

  /** A hold looks at aliases and hosts as a claim does. */
  private static ClaimRequest asClaim(HoldRequest request) {
    return new ClaimRequest(
        new ClaimId(new UUID(0, 0)),
        request.project(),
        request.parts(),
        request.where(),
        request.consumer(),
        Optional.empty());
  }

  /** There is no such thing. */
  public static <T> Outcome<T> unknown(HoldId id) {
    return Outcome.refused(Code.UNKNOWN_HOLD, "there is no hold " + id + "; look at the holds");
  }
}
