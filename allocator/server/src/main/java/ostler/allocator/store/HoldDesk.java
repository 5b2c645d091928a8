package ostler.allocator.store;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import ostler.allocator.engine.ClaimRequest;
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
      desk.transactions.write(
          () -> {
            desk.trail.record(
                origin,
                desk.clock.instant(),
                "hold.create",
                request.id().toString(),
                refused.refusal().code().name(),
                refused.refusal().message());
            return Outcome.done(request);
          });
    }
    return outcome;
  }

  private Outcome<Hold> decide(HoldRequest request, Origin origin) {
    Instant now = desk.clock.instant();
    Optional<Hold> before = desk.holds.lock(request.id());
    if (before.isPresent()) {
      Hold hold = before.get();
      boolean good = hold.state() == HoldState.HELD && !hold.isDue(now);
      if (request.isAnsweredBy(hold) && (good || hold.state() == HoldState.USED)) {
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
    Hold hold = Hold.made(request, origin.actor(), now);
    desk.holds.add(hold);
    desk.holds.record(hold, least);
    desk.trail.done(
        origin,
        now,
        "hold.create",
        hold.id().toString(),
        asked.asked() + " for " + request.project() + " until " + hold.expires());
    return Outcome.done(hold);
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
        return Optional.of(
            new Refusal(
                Code.NO_CAPACITY,
                part + " cannot be promised now from " + asked.where() + "; ask again later",
                List.of(
                    new Reason(
                        Code.PROMISED,
                        Shortfall.units(free)
                            + " of alias "
                            + part.alias()
                            + " to give, and "
                            + promised
                            + " promised to others"))));
      }
    }
    return Optional.empty();
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
