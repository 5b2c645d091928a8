package ostler.allocator.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.ClaimState;
import ostler.allocator.engine.Lifecycle;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Particulars;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.UnitEvent;
import ostler.allocator.engine.UnitState;
import ostler.allocator.engine.UnitTime;
import ostler.allocator.store.ClaimCharges.Seat;
import ostler.allocator.store.Ledger.Tenancy;
import ostler.allocator.store.Ledger.Turn;
import ostler.allocator.store.Trail.News;
import ostler.inventory.ClaimId;
import ostler.inventory.UnitId;

/**
 * The one way in which units come into another state: by the lifecycle, against the state they were
 * read in, with their ledger, their claims and their events in the same transaction.
 */
final class UnitSteps {

  private final Units units;
  private final Claims claims;
  private final ClaimCharges charges;
  private final Ledger ledger;
  private final Trail trail;

  UnitSteps(Units units, Claims claims, ClaimCharges charges, Ledger ledger, Trail trail) {
    this.units = units;
    this.claims = claims;
    this.charges = charges;
    this.ledger = ledger;
    this.trail = trail;
  }

  /** A step to be made. */
  record Step(Unit unit, UnitEvent event, Particulars particulars) {}

  /** A step that was made. */
  private record Made(Step step, Unit after) {
    boolean changedState() {
      return step.unit().state() != after.state();
    }

    Optional<ClaimId> claim() {
      return after.claim().or(step.unit()::claim);
    }
  }

  /** Begins a unit's row and its time. */
  void begin(Unit unit) {
    units.add(unit);
    ledger.open(unit);
  }

  /** Writes facts beside the state, which may decide what the unit's time goes to. */
  Unit note(Unit before, Unit after, Instant at) {
    Unit saved = units.save(before, after);
    if (UnitTime.goesTo(before) != UnitTime.goesTo(saved)) {
      ledger.become(List.of(new Turn(saved, Optional.empty(), at)));
    }
    return saved;
  }

  /** Makes a step, or says why not. The caller holds the unit's host. */
  Outcome<Unit> step(Unit unit, UnitEvent event, Particulars particulars) {
    return steps(List.of(new Step(unit, event, particulars))).map(after -> after.get(0));
  }

  /** Makes all the steps, of different units whose hosts the caller holds; or says why not one. */
  Outcome<List<Unit>> steps(List<Step> steps) {
    return steps(steps, List.of());
  }

  /**
   * As {@link #steps(List)}, with the claims that were made by the same work, whose state is as
   * their units will be.
   */
  Outcome<List<Unit>> steps(List<Step> steps, List<Claims.Addition> made) {
    List<Units.Change> changes = new ArrayList<>();
    for (Step step : steps) {
      Outcome<Unit> after = Lifecycle.apply(step.unit(), step.event(), step.particulars());
      if (after instanceof Outcome.Refused<Unit> refused) {
        return Outcome.refused(refused.refusal());
      }
      changes.add(new Units.Change(step.unit(), after.orElseThrow()));
    }
    List<Unit> saved = units.save(changes);
    List<Made> moved = new ArrayList<>();
    List<Turn> asideOfState = new ArrayList<>();
    for (int i = 0; i < saved.size(); i++) {
      Made one = new Made(steps.get(i), saved.get(i));
      if (one.changedState()) {
        moved.add(one);
      } else {
        asideOfState.add(new Turn(one.after(), Optional.empty(), one.step().particulars().at()));
      }
    }
    ledger.become(asideOfState);
    if (!moved.isEmpty()) {
      tell(moved, made);
    }
    return Outcome.done(saved);
  }

  private void tell(List<Made> moved, List<Claims.Addition> made) {
    Map<ClaimId, Claim> known = new HashMap<>();
    made.forEach(addition -> known.put(addition.claim().id(), addition.claim()));
    List<ClaimId> others =
        moved.stream()
            .flatMap(one -> one.claim().stream())
            .filter(id -> !known.containsKey(id))
            .distinct()
            .toList();
    Map<ClaimId, Claim> read = claims.find(others);
    known.putAll(read);
    Map<UnitId, Integer> parts = parts(read.values(), made);
    ledger.become(moved.stream().map(one -> turn(one, known, parts)).toList());
    List<News> news = new ArrayList<>();
    moved.forEach(one -> news.add(news(one, one.claim().map(known::get))));
    news.addAll(follow(read.values(), moved));
    trail.tell(news);
  }

  /** Which part of its claim a unit is for; the first, where there is only one. */
  private Map<UnitId, Integer> parts(Collection<Claim> read, List<Claims.Addition> made) {
    Map<UnitId, Integer> parts = new HashMap<>();
    made.forEach(addition -> addition.picks().forEach(pick -> parts.put(pick.unit(), pick.part())));
    read.stream()
        .filter(claim -> claim.parts().size() > 1)
        .forEach(claim -> parts.putAll(claims.partOf(claim)));
    return parts;
  }

  private static Turn turn(Made one, Map<ClaimId, Claim> known, Map<UnitId, Integer> parts) {
    Unit after = one.after();
    return new Turn(
        after,
        after
            .claim()
            .map(known::get)
            .map(claim -> tenancy(claim, parts.getOrDefault(after.id(), 0))),
        one.step().particulars().at());
  }

  private static Tenancy tenancy(Claim claim, int part) {
    return new Tenancy(claim.id(), claim.project(), claim.parts().get(part).alias().value());
  }

  private static News news(Made one, Optional<Claim> claim) {
    Particulars particulars = one.step().particulars();
    return new News(
        particulars.at(),
        "unit",
        one.after().id().toString(),
        claim.map(Claim::project),
        one.step().unit().state()
            + " -> "
            + one.after().state()
            + " on "
            + one.step().event()
            + particulars.cause().map(cause -> " (" + cause.code() + ")").orElse(""));
  }

  /** A claim is as far as its units are; when the last one is back, so is what it was charged. */
  private List<News> follow(Collection<Claim> touched, List<Made> moved) {
    Map<ClaimId, Instant> at = new HashMap<>();
    moved.forEach(one -> one.claim().ifPresent(id -> at.put(id, one.step().particulars().at())));
    Map<ClaimId, List<UnitState>> states =
        units.statesUnder(touched.stream().map(Claim::id).toList());
    Map<Claim, Claim> changed = new LinkedHashMap<>();
    Set<ClaimId> abandoned =
        moved.stream()
            .filter(one -> one.step().event() == UnitEvent.ABANDON)
            .flatMap(one -> one.step().unit().claim().stream())
            .collect(Collectors.toSet());
    for (Claim claim : touched) {
      ClaimState state =
          ClaimState.of(states.getOrDefault(claim.id(), List.of()), abandoned.contains(claim.id()));
      if (state != claim.state() && !claim.state().isOver()) {
        changed.put(
            claim,
            claim.in(state, state.isOver() ? Optional.of(at.get(claim.id())) : Optional.empty()));
      }
    }
    claims.saveStates(changed.values());
    charges.follow(
        changed.values().stream().filter(claim -> claim.state().isOver()).toList(),
        seats(moved, UnitSteps::gaveBack),
        seats(moved, UnitSteps::becameClean));
    List<News> news = new ArrayList<>();
    changed.forEach(
        (before, after) ->
            news.add(
                new News(
                    at.get(before.id()),
                    "claim",
                    before.id().toString(),
                    Optional.of(before.project()),
                    before.state() + " -> " + after.state())));
    return news;
  }

  /** Which units came out of a claim's hands, or of the cleaning after it, and which claim's. */
  private static List<Seat> seats(List<Made> moved, Function<Made, Optional<ClaimId>> claim) {
    return moved.stream()
        .flatMap(one -> claim.apply(one).map(id -> new Seat(id, one.after().id())).stream())
        .toList();
  }

  private static Optional<ClaimId> gaveBack(Made one) {
    return one.step().event() == UnitEvent.RELEASED ? one.step().unit().claim() : Optional.empty();
  }

  /** A unit is being cleaned after its last claim until it is anything but dirty. */
  private static Optional<ClaimId> becameClean(Made one) {
    return toBeCleaned(one.step().unit()) && !toBeCleaned(one.after())
        ? one.step().unit().lastClaim()
        : Optional.empty();
  }

  private static boolean toBeCleaned(Unit unit) {
    return unit.state() == UnitState.DIRTY || unit.state() == UnitState.CLEANING;
  }
}
