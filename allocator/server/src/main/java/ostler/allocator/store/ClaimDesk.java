package ostler.allocator.store;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;
import java.util.function.Predicate;
import ostler.allocator.engine.Availability;
import ostler.allocator.engine.Choice;
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.ClaimPicture;
import ostler.allocator.engine.ClaimRequest;
import ostler.allocator.engine.ClaimState;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Hold;
import ostler.allocator.engine.HoldId;
import ostler.allocator.engine.Origin;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Part;
import ostler.allocator.engine.Reason;
import ostler.allocator.engine.Refusal;
import ostler.allocator.engine.ReportReading;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.UnitEvent;
import ostler.allocator.engine.UnitState;
import ostler.allocator.engine.Where;
import ostler.allocator.engine.nova.NovaRequest;
import ostler.allocator.store.ClaimRound.Create;
import ostler.allocator.store.ClaimRound.Manner;
import ostler.allocator.store.ClaimRound.Release;
import ostler.allocator.store.ClaimRound.Wish;
import ostler.allocator.store.Hints.Shape;
import ostler.allocator.store.Moves.Move;
import ostler.allocator.store.UnitSteps.Step;
import ostler.flavor.Alias;
import ostler.flavor.AliasName;
import ostler.flavor.UnitShape;
import ostler.inventory.ClaimId;
import ostler.inventory.Consumer;
import ostler.inventory.HostName;
import ostler.inventory.ProjectId;
import ostler.inventory.UnitId;

/**
 * Hands units out and takes them back. Callers who come at once share a transaction, in which each
 * of them gets all of what it asked for or nothing; what does not come out at the first look is
 * done again in a transaction of its own.
 */
public final class ClaimDesk {

  /** More callers than an allocator has threads for. */
  private static final int MAX_WAITING = 1000;

  /** How often a wish is tried together with others. */
  private static final int TURNS = 3;

  private final Desk desk;
  private final TreeDesk tree;
  private final ClaimQueue<Wish, Outcome<ClaimPicture>> queue;
  private final Hints hints = new Hints();

  public ClaimDesk(Desk desk) {
    this(desk, WaitingPlace::of);
  }

  /**
   * As above, where callers wait for their turn in a way of their own.
   *
   * @param places makes where one caller waits
   */
  public ClaimDesk(Desk desk, Function<Lock, WaitingPlace> places) {
    this.desk = desk;
    tree = new TreeDesk(desk);
    queue = new ClaimQueue<>(MAX_WAITING, this::together, places);
  }

  /**
   * A holder that was there before us, as an operator names it.
   *
   * @param id of the claim for which its host keeps the unit, where a restore lost that; otherwise
   *     the claim gets a new one
   */
  public record Adoption(
      Optional<ClaimId> id, UnitId unit, ProjectId project, AliasName alias, Consumer consumer) {}

  /** As {@link #create}, without the units. */
  public Outcome<Claim> claim(ClaimRequest request, Origin origin) {
    return create(request, origin).map(ClaimPicture::claim);
  }

  /** Gives what was asked for, or says why not. Asking again with the same id answers the same. */
  public Outcome<ClaimPicture> create(ClaimRequest asked, Origin origin) {
    ClaimRequest request = withPromise(asked);
    Create create = new Create(request, Optional.empty(), Optional.empty(), origin);
    return tree.welcome(request.project(), origin)
        .then(project -> request.hold().isPresent() ? alone(create) : submit(create));
  }

  /**
   * Who claims for an instance of Nova's knows the instance and not what its scheduler was
   * promised, so that is looked up. A claim that is made already keeps the promise that it made use
   * of.
   */
  private ClaimRequest withPromise(ClaimRequest request) {
    if (request.hold().isPresent() || !request.consumer().source().equals(NovaRequest.SOURCE)) {
      return request;
    }
    Optional<HoldId> promise =
        desk.read(
            () ->
                desk.claims
                    .find(request.id())
                    .map(Claim::hold)
                    .orElseGet(() -> promised(request.consumer(), request.project())));
    return request.with(promise);
  }

  private Optional<HoldId> promised(Consumer consumer, ProjectId project) {
    return desk.holds
        .liveOf(consumer, desk.clock.instant())
        .filter(hold -> hold.request().project().equals(project))
        .map(Hold::id);
  }

  /** As {@link #release(ClaimId, Predicate, Origin)}, for one to whom all claims are known. */
  public Outcome<Claim> release(ClaimId id, Origin origin) {
    return release(id, project -> true, origin).map(ClaimPicture::claim);
  }

  /**
   * Asks for a claim's units back; the claim ends when its host has proven that nobody holds them.
   *
   * @param mine whether claims of a project are the caller's to know of
   */
  public Outcome<ClaimPicture> release(ClaimId id, Predicate<ProjectId> mine, Origin origin) {
    return submit(new Release(id, mine, origin));
  }

  /** One who works alone holds up all others, so everybody has several turns before that. */
  private Outcome<ClaimPicture> submit(Wish wish) {
    for (int turn = 0; turn < TURNS; turn++) {
      ClaimQueue.Turn<Outcome<ClaimPicture>> came = queue.submit(wish);
      if (came instanceof ClaimQueue.Answered<Outcome<ClaimPicture>> answered) {
        return answered.answer();
      }
      if (came instanceof ClaimQueue.Full<Outcome<ClaimPicture>>) {
        return Outcome.refused(
            Code.BUSY,
            "more than " + MAX_WAITING + " callers wait for claims already; try again in a moment");
      }
    }
    return alone(wish);
  }

  /** Where somebody else was first nobody is answered, and everybody tries alone. */
  private List<Optional<Outcome<ClaimPicture>>> together(List<Wish> wishes) {
    if (!hints.know(shapes(wishes), desk.clock.instant())) {
      desk.fleet.refresh();
    }
    return desk.transactions
        .attempt(() -> Outcome.done(round(wishes)))
        .map(Outcome::orElseThrow)
        .map(this::announced)
        .orElseGet(List::of);
  }

  private static List<Shape> shapes(List<Wish> wishes) {
    return wishes.stream()
        .filter(wish -> wish instanceof Create)
        .map(wish -> Shape.of(((Create) wish).request()))
        .toList();
  }

  /** What was answered, and the hosts that have something to do because of it. */
  private record Round(List<Optional<Outcome<ClaimPicture>>> answers, List<HostName> ordered) {}

  private Round round(List<Wish> wishes) {
    ClaimRound round = new ClaimRound(desk, wishes, hints, Manner.TOGETHER);
    List<Optional<Outcome<ClaimPicture>>> answers = round.run();
    return new Round(answers, round.ordered());
  }

  private List<Optional<Outcome<ClaimPicture>>> announced(Round round) {
    round.ordered().forEach(desk::wake);
    return round.answers();
  }

  private Outcome<ClaimPicture> alone(Wish wish) {
    return inRound(wish, () -> wish instanceof Release release ? withMove(release) : List.of(wish));
  }

  /** Says what belongs to a wish, and what has to be done before. */
  private interface Preparation {
    List<Wish> wishes();
  }

  private Outcome<ClaimPicture> inRound(Wish wish, Preparation preparation) {
    Set<HostName> ordered = new HashSet<>();
    Outcome<ClaimPicture> outcome =
        desk.transactions
            .attempt(() -> inRound(preparation, Manner.ALONE, ordered))
            .orElseGet(
                () -> desk.transactions.write(() -> inRound(preparation, Manner.WAITING, ordered)));
    if (outcome instanceof Outcome.Done<ClaimPicture>) {
      ordered.forEach(desk::wake);
    }
    ClaimRound.refusalLine(wish, outcome).ifPresent(this::audit);
    return outcome;
  }

  private Outcome<ClaimPicture> inRound(
      Preparation preparation, Manner manner, Set<HostName> ordered) {
    ordered.clear();
    ClaimRound round = new ClaimRound(desk, preparation.wishes(), hints, manner);
    Outcome<ClaimPicture> answer = round.run().get(0).orElseThrow();
    ordered.addAll(round.ordered());
    return answer;
  }

  /** Whoever gives back a claim that moves means both sides; the side it moves to, only that. */
  private List<Wish> withMove(Release release) {
    Optional<Move> open = desk.moves.openAround(release.id());
    open.ifPresent(move -> desk.moves.save(move, Moves.State.REVERTED));
    return open.map(Move::to)
        .filter(to -> !to.equals(release.id()))
        .<List<Wish>>map(to -> List.of(release, new Release(to, release.mine(), release.origin())))
        .orElseGet(() -> List.of(release));
  }

  /** What a consumer that has a claim wants instead. */
  public record MoveRequest(ClaimId id, Optional<List<Part>> parts, Where where) {}

  /**
   * Gives a claim's consumer another claim beside it, as a resize or a migration needs. Both are
   * charged, key by key, what the larger one costs, until the move is confirmed or reverted.
   *
   * @param mine whether claims of a project are the caller's to know of
   */
  public Outcome<ClaimPicture> move(
      ClaimId from, MoveRequest request, Predicate<ProjectId> mine, Origin origin) {
    Optional<Claim> known =
        desk.read(() -> desk.claims.find(from)).filter(claim -> mine.test(claim.project()));
    if (known.isEmpty()) {
      return unknown(from);
    }
    Claim old = known.get();
    ClaimRequest asked =
        new ClaimRequest(
            request.id(),
            old.project(),
            request.parts().orElse(old.parts()),
            request.where(),
            old.consumer(),
            Optional.empty());
    return alone(new Create(withPromise(asked), Optional.of(from), Optional.empty(), origin));
  }

  /**
   * Gives the very units that somebody else has chosen, or says why not.
   *
   * @param moveOf the claim whose consumer moves to it
   */
  Outcome<ClaimPicture> createOf(
      Set<UnitId> units, ClaimRequest request, Optional<ClaimId> moveOf, Origin origin) {
    return tree.welcome(request.project(), origin)
        .then(
            project -> alone(new Create(withPromise(request), moveOf, Optional.of(units), origin)));
  }

  /**
   * Ends what a machine had on a host that it is gone from: the claim itself, or the move of which
   * the claim is one side. A claim that is over stays as it is.
   */
  Outcome<ClaimPicture> leave(Claim gone, Origin origin) {
    Optional<Move> open = desk.read(() -> desk.moves.openAround(gone.id()));
    Predicate<ProjectId> all = project -> true;
    if (open.filter(move -> move.to().equals(gone.id())).isPresent()) {
      return revert(gone.id(), all, origin);
    }
    return open.flatMap(move -> desk.read(() -> desk.claims.find(move.to())))
        .filter(to -> !to.host().equals(gone.host()))
        .map(elsewhere -> confirm(elsewhere.id(), all, origin))
        .orElseGet(() -> release(gone.id(), all, origin));
  }

  /**
   * Ends a move: the consumer stays at the new claim, and the old one is released.
   *
   * @param id of either side
   */
  public Outcome<ClaimPicture> confirm(ClaimId id, Predicate<ProjectId> mine, Origin origin) {
    return endMove(id, Moves.State.CONFIRMED, mine, origin);
  }

  /**
   * Ends a move: the consumer stays at the old claim, and the new one is released.
   *
   * @param id of either side
   */
  public Outcome<ClaimPicture> revert(ClaimId id, Predicate<ProjectId> mine, Origin origin) {
    return endMove(id, Moves.State.REVERTED, mine, origin);
  }

  private Outcome<ClaimPicture> endMove(
      ClaimId id, Moves.State how, Predicate<ProjectId> mine, Origin origin) {
    Optional<Claim> known =
        desk.read(() -> desk.claims.find(id)).filter(claim -> mine.test(claim.project()));
    if (known.isEmpty()) {
      return unknown(id);
    }
    Outcome<ClaimId> ended =
        desk.transactions.write(
            () ->
                desk.moves
                    .around(id)
                    .map(move -> end(move, how, known.get(), origin))
                    .orElseGet(() -> noMove(id)));
    // Releasing is idempotent, so that one who asks again after a lost answer ends it all.
    return ended
        .then(over -> release(over, mine, origin))
        .then(over -> picture(stays(over.claim().id(), how)));
  }

  /** The claim that the consumer stays at is what the caller wants to see. */
  private ClaimId stays(ClaimId over, Moves.State how) {
    Move move = desk.read(() -> desk.moves.around(over)).orElseThrow();
    return how == Moves.State.CONFIRMED ? move.to() : move.from();
  }

  /** A claim that there is, with its units. */
  Outcome<ClaimPicture> picture(ClaimId id) {
    return desk.read(
        () -> {
          List<Unit> units = desk.units.ofClaim(id);
          return Outcome.done(
              new ClaimPicture(
                  desk.claims.find(id).orElseThrow(),
                  units,
                  desk.devices.membersOf(units.stream().map(Unit::id).toList())));
        });
  }

  /** Answers with the claim that is to be released. */
  private Outcome<ClaimId> end(Move move, Moves.State how, Claim one, Origin origin) {
    ClaimId over = how == Moves.State.CONFIRMED ? move.from() : move.to();
    List<HostName> hosts =
        desk.claims.find(List.of(move.from(), move.to())).values().stream()
            .map(Claim::host)
            .toList();
    desk.hosts.lock(hosts, false);
    Move now = desk.moves.around(move.to()).orElseThrow();
    if (now.state() == how) {
      return Outcome.done(over);
    }
    if (now.state() != Moves.State.OPEN) {
      return Outcome.refused(
          Code.MOVE_ENDED,
          "the move from claim "
              + move.from()
              + " to claim "
              + move.to()
              + " was ended otherwise; ask for another move");
    }
    if (how == Moves.State.CONFIRMED) {
      desk.moves.handOver(now, one);
    } else {
      desk.moves.save(now, how);
    }
    desk.trail.done(
        origin,
        desk.clock.instant(),
        how == Moves.State.CONFIRMED ? "claim.confirm" : "claim.revert",
        move.to().toString(),
        "move from " + move.from());
    return Outcome.done(over);
  }

  private static Outcome<ClaimId> noMove(ClaimId id) {
    return Outcome.refused(
        Code.NOT_A_MOVE, "claim " + id + " does not move and nothing moves to it");
  }

  /**
   * Ends a claim without its host's proof. What it was charged is free; its units are nobody's
   * until their host reports from another boot.
   */
  public Outcome<Claim> abandon(ClaimId id, Origin origin) {
    Optional<Claim> known = desk.read(() -> desk.claims.find(id));
    if (known.isEmpty()) {
      return unknown(id);
    }
    return desk.onHost(
        known.get().host(),
        (host, now) -> {
          Claim claim = desk.claims.find(id).orElseThrow();
          if (!claim.state().isOver()) {
            desk.abandonment.end(
                host,
                List.of(claim),
                new Reason(Code.ABANDONED, "released by force: " + origin.reason()),
                now);
            desk.trail.done(origin, now, "claim.abandon", id.toString(), "was " + claim.state());
          }
          return Outcome.done(desk.claims.find(id).orElseThrow());
        });
  }

  /** Records the holder that a unit had before it was taken in. */
  public Outcome<Claim> adopt(Adoption adoption, Origin origin) {
    Optional<Unit> known = desk.transactions.read(() -> desk.units.find(adoption.unit()));
    if (known.isEmpty()) {
      return UnitDesk.unknown(adoption.unit());
    }
    return desk.onHost(known.get().host(), (host, now) -> adopt(host, adoption, now, origin));
  }

  private Outcome<Claim> adopt(LockedHost host, Adoption adoption, Instant now, Origin origin) {
    Unit unit = desk.units.find(adoption.unit()).orElseThrow();
    Optional<Claim> begun = adoption.id().flatMap(desk.claims::lock);
    if (begun.filter(claim -> !isOf(claim, adoption, unit)).isPresent()) {
      return Outcome.refused(
          Code.CLAIM_DIFFERS,
          "claim "
              + adoption.id().get()
              + " exists; leave the id out, or release it and ask again");
    }
    if (begun.filter(claim -> claim.state() == ClaimState.RELEASING).isPresent()) {
      return Outcome.refused(
          Code.WRONG_STATE,
          "claim " + adoption.id().get() + " is being released; ask again once that is over");
    }
    // Its host may keep it for a claim that a restored database lost, whether or not it runs now.
    if (adoption.id().isPresent() && ReportReading.isSomebodyElses(unit.observed())) {
      return written(host, adoption, unit, now, origin);
    }
    if (unit.kind().isTyped()) {
      return Outcome.refused(
          Code.NOT_HELD,
          "unit "
              + unit.id()
              + " is a slice, and made anew before anybody gets it, so nobody had it before; claim"
              + " it as any other, or name the lost claim that its host keeps it for");
    }
    if (unit.observed().isUnheld() && unit.observed().problem().isEmpty()) {
      return Outcome.refused(
          Code.NOT_HELD,
          "nobody holds unit " + unit.id() + "; claim it as any other, once it is clean");
    }
    if (!unit.observed().isHeldBy(adoption.consumer())) {
      return Outcome.refused(
          Code.NOT_HELD,
          adoption.consumer()
              + " does not hold unit "
              + unit.id()
              + unit.observed().holdersInWords()
              + "; name the libvirt domain that does, by its uuid or name");
    }
    return written(host, adoption, unit, now, origin);
  }

  /**
   * Whether a claim that is known may have a unit, too, for which its host keeps it: another of its
   * units was written down again before, or its consumer asked for it again after the restore and
   * got another unit.
   */
  private static boolean isOf(Claim claim, Adoption adoption, Unit unit) {
    return claim.project().equals(adoption.project())
        && claim.consumer().equals(adoption.consumer())
        && (claim.state().isOver() || claim.host().equals(unit.host()))
        && unit.claim().isEmpty()
        && ReportReading.isSomebodyElses(unit.observed());
  }

  private Outcome<Claim> written(
      LockedHost host, Adoption adoption, Unit unit, Instant now, Origin origin) {
    return aliasFor(adoption.project(), adoption.alias())
        .then(
            alias ->
                alias.matches(desk.places.find(unit.id()).orElseThrow().shape())
                    ? Outcome.done(alias)
                    : Outcome.refused(
                        Code.ALIAS_MISMATCH,
                        "unit " + unit.id() + " is not what alias " + alias.name() + " means"))
        .then(
            alias ->
                record(host, adopted(adoption, host.host().name(), now, origin), unit, origin));
  }

  private Outcome<Alias> aliasFor(ProjectId project, AliasName name) {
    if (desk.projects.find(project).isEmpty()) {
      return TreeDesk.unknown(project);
    }
    return desk.aliases.find(name).map(Outcome::done).orElseGet(() -> AliasDesk.unknown(name));
  }

  private Outcome<Claim> record(LockedHost host, Claim claim, Unit unit, Origin origin) {
    Instant now = claim.created();
    Optional<Unit> parent = unit.slice().flatMap(slice -> desk.units.find(slice.parent()));
    // What a restored parent is said to serve is over, where no claim has any of it.
    boolean serves =
        parent.stream()
            .flatMap(card -> desk.units.slicesOf(card.id()).stream())
            .anyMatch(slice -> slice.claim().isPresent());
    Optional<Reason> taken =
        parent
            .filter(card -> serves)
            .flatMap(card -> Availability.objection(unit, card, claim.project()));
    if (taken.isPresent()) {
      return Outcome.refused(Refusal.of(taken.get()));
    }
    UnitShape shape = desk.places.find(unit.id()).orElseThrow().shape();
    ClaimCharges.Due due = ClaimCharges.due(claim, List.of(new Choice(unit, 0, shape)));
    Optional<Refusal> overQuota = desk.claimCharges.take(List.of(due)).get(0);
    if (overQuota.isPresent()) {
      return Outcome.refused(overQuota.get());
    }
    desk.claims.adopt(claim, unit.id());
    parent
        .filter(card -> card.state() == UnitState.SLICED)
        .ifPresent(
            card ->
                desk.steps.note(
                    card,
                    card.with(
                        serves
                            ? card.cut().serving(claim.project())
                            : card.cut().servingOnly(claim.project())),
                    now));
    desk.claimCharges.recordMore(due);
    Step step = new Step(unit, UnitEvent.ADOPT, Desk.event(host, now).with(claim.id()));
    return desk.steps
        .step(step.unit(), step.event(), step.particulars())
        .map(
            adopted -> {
              desk.trail.done(
                  origin,
                  now,
                  "claim.adopt",
                  claim.id().toString(),
                  claim.alias() + " for " + claim.project() + " on " + claim.host());
              return desk.claims.find(claim.id()).orElseThrow();
            });
  }

  private Claim adopted(Adoption adoption, HostName host, Instant now, Origin origin) {
    return new Claim(
        adoption.id().orElseGet(() -> new ClaimId(desk.ids.get())),
        adoption.project(),
        List.of(new Part(adoption.alias(), 1)),
        Where.ANYWHERE,
        host,
        adoption.consumer(),
        ClaimState.IN_USE,
        true,
        Optional.empty(),
        Optional.empty(),
        origin.actor(),
        now,
        Optional.empty());
  }

  private void audit(Trail.Line line) {
    desk.transactions.write(
        () -> {
          desk.trail.record(desk.clock.instant(), List.of(line));
          return Outcome.done(line);
        });
  }

  /** There is no such thing. */
  public static <T> Outcome<T> unknown(ClaimId id) {
    return Outcome.refused(Code.UNKNOWN_CLAIM, "there is no claim " + id + "; look at the claims");
  }
}
