package ostler.allocator.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import ostler.allocator.engine.Choice;
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.ClaimPicture;
import ostler.allocator.engine.ClaimRequest;
import ostler.allocator.engine.ClaimState;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Device;
import ostler.allocator.engine.Hold;
import ostler.allocator.engine.HoldId;
import ostler.allocator.engine.HoldState;
import ostler.allocator.engine.Host;
import ostler.allocator.engine.Origin;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Refusal;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.UnitEvent;
import ostler.allocator.engine.UnitState;
import ostler.allocator.engine.Where;
import ostler.allocator.quota.ResourceKey;
import ostler.allocator.store.Hints.Shape;
import ostler.allocator.store.Trail.Line;
import ostler.allocator.store.UnitSteps.Step;
import ostler.inventory.ClaimId;
import ostler.inventory.Consumer;
import ostler.inventory.HostName;
import ostler.inventory.ProjectId;
import ostler.inventory.UnitId;

/**
 * One transaction's worth of claims and releases. Each of them is done whole or not at all; the
 * locks are taken for all of them at once, hosts by name, then quota.
 */
final class ClaimRound {

  /** How many hosts are locked at a time by one who looks for units everywhere. */
  private static final int HOSTS_AT_A_TIME = 64;

  /** How many claims a host seems to serve: they mostly want one or two of its eight units. */
  private static final int CLAIMS_A_HOST = 4;

  /** How many hosts a claim looks at together with others, before it looks by itself. */
  private static final int MAX_AT_HAND = 8;

  private final Desk desk;
  private final List<Wish> wishes;
  private final Hints hints;
  private final Manner manner;
  private final Instant now;
  private final Map<ClaimId, Claim> known;
  private final Map<Wish, Outcome<ClaimPicture>> answers = new HashMap<>();
  private final Map<Create, Grant> grants = new LinkedHashMap<>();
  private final Map<Release, Claim> releases = new LinkedHashMap<>();
  private final Set<ClaimId> moving;
  private final Map<HoldId, Where> promised;
  private final Catalog catalog;
  private final Yard yard;

  /** How far a round goes for its wishes. */
  enum Manner {
    /** What is not done at the first look is left undone. */
    TOGETHER,
    /** There is one wish only, for which every host is looked at that nobody is busy with. */
    ALONE,
    /** As alone, and every host is waited for. */
    WAITING
  }

  /** What somebody wants. */
  sealed interface Wish {
    ClaimId id();

    Origin origin();
  }

  /**
   * A new claim.
   *
   * @param moveOf the claim whose consumer moves to it
   * @param only the units that it may be given, where somebody else has chosen them
   */
  record Create(
      ClaimRequest request, Optional<ClaimId> moveOf, Optional<Set<UnitId>> only, Origin origin)
      implements Wish {
    @Override
    public ClaimId id() {
      return request.id();
    }

    boolean mayBeGiven(UnitId unit) {
      return only.isEmpty() || only.get().contains(unit);
    }
  }

  /**
   * To give a claim's units back.
   *
   * @param mine whether claims of a project are the caller's to know of
   */
  record Release(ClaimId id, Predicate<ProjectId> mine, Origin origin) implements Wish {}

  /**
   * What is to be given.
   *
   * @param due what it is charged, standing alone
   */
  private record Grant(Claim claim, List<Choice> choices, ClaimCharges.Due due) {
    static Grant of(Claim claim, List<Choice> choices) {
      return new Grant(claim, choices, ClaimCharges.due(claim, choices));
    }
  }

  /**
   * @param hints where others found units lately; not asked alone
   */
  ClaimRound(Desk desk, List<Wish> wishes, Hints hints, Manner manner) {
    this.desk = desk;
    this.hints = hints;
    this.wishes = wishes;
    this.manner = manner;
    now = desk.clock.instant();
    known = desk.claims.find(wishes.stream().map(Wish::id).distinct().toList());
    moving = isAlone() ? Set.of() : desk.moves.moving(releasing());
    promised = desk.holds.promised(now);
    catalog = Catalog.read(desk, requests());
    yard = new Yard(desk);
  }

  private boolean isAlone() {
    return manner != Manner.TOGETHER;
  }

  private List<ClaimId> releasing() {
    return wishes.stream()
        .filter(wish -> wish instanceof Release && known.containsKey(wish.id()))
        .map(Wish::id)
        .toList();
  }

  private List<ClaimRequest> requests() {
    return wishes.stream()
        .filter(wish -> wish instanceof Create && !known.containsKey(wish.id()))
        .map(wish -> ((Create) wish).request())
        .toList();
  }

  /** The hosts that have new orders. */
  List<HostName> ordered() {
    return yard.ordered().stream().map(Host::name).toList();
  }

  /** The answer to each wish, in order; empty where it was left undone. */
  List<Optional<Outcome<ClaimPicture>>> run() {
    List<Create> creates = new ArrayList<>();
    Set<ClaimId> seen = new HashSet<>();
    for (Wish wish : wishes) {
      if (!seen.add(wish.id())) {
        continue;
      }
      if (wish instanceof Create create) {
        answerAtOnce(create).ifPresentOrElse(a -> answers.put(wish, a), () -> creates.add(create));
      } else if (wish instanceof Release release) {
        ask(release);
      }
    }
    place(creates);
    charge();
    write();
    return wishes.stream().map(wish -> Optional.ofNullable(answers.get(wish))).toList();
  }

  private Optional<Outcome<ClaimPicture>> answerAtOnce(Create create) {
    Claim before = known.get(create.id());
    if (before != null) {
      return Optional.of(
          create.request().isAnsweredBy(before, create.moveOf())
              ? Outcome.done(picture(before))
              : Outcome.refused(
                  Code.CLAIM_DIFFERS,
                  "claim "
                      + create.id()
                      + " exists and asked for something else; use another id, or move the"
                      + " claim"));
    }
    return catalog
        .objection(create.request())
        .or(() -> holdObjection(create.request()))
        .or(() -> create.moveOf().flatMap(this::moveObjection))
        .map(Outcome::<ClaimPicture>refused);
  }

  private Optional<Refusal> holdObjection(ClaimRequest request) {
    if (request.hold().isEmpty()) {
      return Optional.empty();
    }
    HoldId id = request.hold().get();
    Optional<Hold> hold =
        desk.holds.find(id).filter(h -> h.request().project().equals(request.project()));
    if (hold.isEmpty()) {
      Outcome<Hold> unknown = HoldDesk.unknown(id);
      return Optional.of(((Outcome.Refused<Hold>) unknown).refusal());
    }
    Consumer promised = hold.get().request().consumer();
    return promised.equals(request.consumer())
        ? Optional.empty()
        : Optional.of(
            Refusal.of(
                Code.HOLD_DIFFERS, "hold " + id + " is a promise to another consumer than that"));
  }

  /** Under the lock of the old claim's host, so that it stays as it is found. */
  private Optional<Refusal> moveObjection(ClaimId from) {
    desk.claims.find(from).ifPresent(claim -> yard.lock(List.of(claim.host()), false));
    Claim old = desk.claims.find(from).orElseThrow();
    if (desk.moves.openAround(from).isPresent()) {
      return Optional.of(
          Refusal.of(
              Code.CLAIM_MOVES, "claim " + from + " moves already; confirm or revert that first"));
    }
    return old.state().isOver() || old.state() == ClaimState.RELEASING
        ? Optional.of(
            Refusal.of(
                Code.WRONG_STATE,
                "claim " + from + " is " + old.state() + ", and no consumer can leave it"))
        : Optional.empty();
  }

  private void ask(Release release) {
    Claim claim = known.get(release.id());
    if (claim == null || !release.mine().test(claim.project())) {
      answers.put(release, ClaimDesk.unknown(release.id()));
    } else if (claim.state().isOver()) {
      answers.put(release, Outcome.done(picture(claim)));
    } else if (isAlone() || !moving.contains(claim.id())) {
      releases.put(release, claim);
    }
  }

  private ClaimPicture picture(Claim claim) {
    List<Unit> units = desk.units.ofClaim(claim.id());
    return new ClaimPicture(
        claim, units, desk.devices.membersOf(units.stream().map(Unit::id).toList()));
  }

  private void place(List<Create> creates) {
    Map<Shape, List<HostName>> candidates = candidates(creates);
    Set<HostName> wanted = new TreeSet<>();
    releases.values().forEach(claim -> wanted.add(claim.host()));
    List<HostName> likely = isAlone() ? List.of() : likely(candidates, creates.size());
    wanted.addAll(likely);
    yard.lock(wanted, !isAlone());
    yard.look(likely);
    releases.values().removeIf(claim -> yard.host(claim.host()).isEmpty());
    for (Create create : creates) {
      List<HostName> hosts = candidates.get(Shape.of(create.request()));
      if (!isAlone()) {
        placeAtHand(create, hosts);
      } else if (!placeAlone(create, lessPromised(hosts, create.request()))
          && !placeAlone(create, unproposed(create, hosts))) {
        answers.put(create, Outcome.refused(refusal(create)));
      }
    }
  }

  /** Hosts that will be needed most probably, so that they are read together. */
  private static List<HostName> likely(Map<Shape, List<HostName>> candidates, int creates) {
    int most = 1 + creates / CLAIMS_A_HOST;
    return candidates.values().stream()
        .flatMap(hosts -> hosts.stream().limit(most))
        .distinct()
        .toList();
  }

  /** Looks at a few hosts that nobody else is busy with. */
  private void placeAtHand(Create create, List<HostName> hosts) {
    int looked = 0;
    for (HostName host : lessPromised(List.copyOf(hosts), create.request())) {
      if (looked++ >= MAX_AT_HAND) {
        return;
      }
      yard.lock(List.of(host), true);
      if (placeOnOne(create, List.of(host))) {
        return;
      }
      hosts.remove(host);
    }
  }

  /** Nobody is refused by a picture that may be old. */
  private List<HostName> unproposed(Create create, List<HostName> tried) {
    List<HostName> hosts = catalog.candidates(create.request(), now, Integer.MAX_VALUE);
    return hosts.stream().filter(host -> !tried.contains(host)).toList();
  }

  /** Who may not have it anyway is told that, and not how much of it there is. */
  private Refusal refusal(Create create) {
    ClaimRequest request = create.request();
    // For a promise and for a move most of it is charged already, so that quota is not what lacks.
    boolean charged = create.moveOf().isPresent() || request.hold().isPresent();
    Optional<Refusal> overQuota = charged ? Optional.empty() : desk.claimCharges.objection(request);
    return overQuota.orElseGet(() -> new Shortfall(desk, catalog, now).of(request));
  }

  /** Where each kind of request is looked for, in order. */
  private Map<Shape, List<HostName>> candidates(List<Create> creates) {
    Map<Shape, List<HostName>> candidates = new LinkedHashMap<>();
    for (Create create : creates) {
      ClaimRequest one = create.request();
      candidates.computeIfAbsent(
          Shape.of(one),
          shape ->
              isAlone()
                  ? propose(one, Integer.MAX_VALUE)
                  : hints.hosts(shape, now, most -> propose(one, most)));
    }
    return candidates;
  }

  private List<HostName> propose(ClaimRequest request, int most) {
    return catalog
        .proposed(request, now, most)
        .orElseGet(() -> catalog.candidates(request, now, most));
  }

  /** Hosts that others were promised units of come last: they are there for those first. */
  private List<HostName> lessPromised(List<HostName> hosts, ClaimRequest request) {
    Set<HostName> others =
        promised.entrySet().stream()
            .filter(hold -> !request.hold().equals(Optional.of(hold.getKey())))
            .flatMap(hold -> hold.getValue().hosts().stream())
            .collect(Collectors.toSet());
    if (others.isEmpty()) {
      return hosts;
    }
    List<HostName> ordered = new ArrayList<>(hosts);
    ordered.sort(Comparator.comparing(others::contains));
    return ordered;
  }

  private boolean placeAlone(Create create, List<HostName> hosts) {
    for (int from = 0; from < hosts.size(); from += HOSTS_AT_A_TIME) {
      List<HostName> some = hosts.subList(from, Math.min(hosts.size(), from + HOSTS_AT_A_TIME));
      yard.lock(some, manner == Manner.ALONE);
      if (placeOnOne(create, some)) {
        return true;
      }
    }
    if (manner == Manner.ALONE && hosts.stream().anyMatch(host -> yard.host(host).isEmpty())) {
      // What those leave over who are busy there is still ours, but waiting for it with other hosts
      // in hand would be waiting in a circle.
      throw new Contended("somebody else is busy with a host that might do");
    }
    return false;
  }

  private boolean placeOnOne(Create create, List<HostName> hosts) {
    for (HostName name : hosts) {
      Optional<LockedHost> host = yard.host(name);
      if (host.isEmpty()) {
        continue;
      }
      Optional<List<Choice>> choices =
          yard.take(name, catalog.asked(create.request()), create::mayBeGiven, now);
      if (choices.isPresent()) {
        Claim claim =
            Claim.granted(create.request(), create.moveOf(), name, create.origin().actor(), now);
        grants.put(create, Grant.of(claim, choices.get()));
        return true;
      }
    }
    return false;
  }

  private void charge() {
    List<Create> creates = List.copyOf(grants.keySet());
    List<ClaimCharges.Due> dues = new ArrayList<>();
    for (Create create : creates) {
      dues.add(grants.get(create).due().less(left(create)).less(promisedTo(create)));
    }
    List<Optional<Refusal>> refusals = desk.claimCharges.take(dues);
    for (int i = 0; i < creates.size(); i++) {
      Create create = creates.get(i);
      refusals
          .get(i)
          .ifPresent(
              refusal -> {
                grants.remove(create);
                answers.put(create, Outcome.refused(refusal));
              });
    }
  }

  /** What the claim that the consumer leaves is charged. */
  private SortedMap<ResourceKey, Long> left(Create create) {
    return create
        .moveOf()
        .map(from -> desk.claimCharges.charged(List.of(from)).get(from))
        .orElseGet(TreeMap::new);
  }

  /** What the promise that the claim makes use of is charged. */
  private SortedMap<ResourceKey, Long> promisedTo(Create create) {
    return promise(create).map(hold -> desk.holds.charged(hold.id())).orElseGet(TreeMap::new);
  }

  private Optional<Hold> promise(Create create) {
    return create
        .request()
        .hold()
        .flatMap(desk.holds::lock)
        .filter(hold -> hold.state() == HoldState.HELD);
  }

  /** Writes down what was charged, and settles with what was charged before. */
  private void record(Create create, Grant grant) {
    ClaimCharges.Due own = grant.due().less(left(create));
    desk.claimCharges.record(List.of(own));
    create.moveOf().ifPresent(from -> desk.moves.open(create.id(), from, grant.due().amounts()));
    promise(create).ifPresent(hold -> use(hold, grant.claim().id(), own));
  }

  private void use(Hold hold, ClaimId by, ClaimCharges.Due due) {
    desk.charges.giveBack(
        hold.request().project(), ClaimCharges.minus(desk.holds.charged(hold.id()), due.amounts()));
    desk.holds.forgetCharge(hold.id());
    desk.holds.end(List.of(hold.ended(HoldState.USED, Optional.of(by), now)));
  }

  private void write() {
    List<Claims.Addition> additions =
        grants.values().stream()
            .map(grant -> new Claims.Addition(grant.claim(), picks(grant)))
            .toList();
    desk.claims.add(additions);
    serveByParents();
    if (isAlone()) {
      grants.forEach(this::record);
    } else {
      desk.claimCharges.record(grants.values().stream().map(Grant::due).toList());
    }
    Map<ClaimId, List<Unit>> before =
        desk.units.ofClaims(releases.values().stream().map(Claim::id).toList());
    List<Step> steps = new ArrayList<>();
    grants.values().forEach(grant -> steps.addAll(taking(grant)));
    releases.values().forEach(claim -> steps.addAll(givingBack(claim, before.get(claim.id()))));
    Outcome<List<Unit>> made = desk.steps.steps(steps, additions);
    if (made instanceof Outcome.Refused<List<Unit>> refused) {
      refuseAll(refused.refusal());
      return;
    }
    desk.hosts.saveOrders(yard.ordered());
    Map<UnitId, Unit> after =
        made.orElseThrow().stream().collect(Collectors.toMap(Unit::id, unit -> unit));
    answer(before, after);
    desk.trail.record(now, lines());
  }

  /** Under the lock of its host each parent comes to serve the project that gets slices of it. */
  private void serveByParents() {
    Map<UnitId, ProjectId> served = new TreeMap<>();
    for (Grant grant : grants.values()) {
      for (Choice choice : grant.choices()) {
        choice
            .unit()
            .slice()
            .ifPresent(slice -> served.putIfAbsent(slice.parent(), grant.claim().project()));
      }
    }
    served.forEach(
        (id, project) -> {
          Unit parent = desk.units.find(id).orElseThrow();
          if (!parent.cut().mayServe(project)) {
            throw new Contended("unit " + id + " came to serve another project meanwhile");
          }
          Unit after = parent.with(parent.cut().serving(project));
          if (!after.equals(parent)) {
            desk.steps.note(parent, after, now);
          }
        });
  }

  /** What the lifecycle refuses was judged too early; alone it is told, together it is retried. */
  private void refuseAll(Refusal refusal) {
    if (!isAlone()) {
      throw new Contended(refusal.message());
    }
    wishes.forEach(wish -> answers.putIfAbsent(wish, Outcome.refused(refusal)));
  }

  private List<Claims.Pick> picks(Grant grant) {
    return grant.choices().stream()
        .map(
            choice ->
                new Claims.Pick(
                    choice.unit().id(),
                    choice.part(),
                    catalog.kept(grant.claim().parts().get(choice.part()), choice)))
        .toList();
  }

  private List<Step> taking(Grant grant) {
    LockedHost host = yard.host(grant.claim().host()).orElseThrow();
    return grant.choices().stream()
        .map(
            choice ->
                new Step(
                    choice.unit(), UnitEvent.CLAIM, Desk.event(host, now).with(grant.claim().id())))
        .toList();
  }

  private List<Step> givingBack(Claim claim, List<Unit> units) {
    LockedHost host = yard.host(claim.host()).orElseThrow();
    return units.stream()
        .filter(unit -> unit.claim().equals(Optional.of(claim.id())))
        .filter(unit -> unit.state() != UnitState.RELEASING)
        .map(unit -> new Step(unit, UnitEvent.RELEASE, Desk.event(host, now)))
        .toList();
  }

  private void answer(Map<ClaimId, List<Unit>> before, Map<UnitId, Unit> after) {
    List<UnitId> shown = new ArrayList<>(after.keySet());
    before.values().stream().flatMap(Collection::stream).map(Unit::id).forEach(shown::add);
    Map<UnitId, List<Device>> members = desk.devices.membersOf(shown.stream().distinct().toList());
    grants.forEach(
        (create, grant) ->
            answers.put(
                create,
                Outcome.done(
                    pictured(
                        grant.claim(),
                        grant.choices().stream().map(Choice::unit).toList(),
                        after,
                        members))));
    releases.forEach(
        (release, claim) ->
            answers.put(release, Outcome.done(released(claim, before, after, members))));
  }

  private ClaimPicture released(
      Claim claim,
      Map<ClaimId, List<Unit>> before,
      Map<UnitId, Unit> after,
      Map<UnitId, List<Device>> members) {
    List<Unit> units = before.get(claim.id());
    if (units.stream().noneMatch(unit -> unit.claim().equals(Optional.of(claim.id())))) {
      // Its host took everything back while the lock was waited for.
      return picture(desk.claims.find(claim.id()).orElseThrow());
    }
    return pictured(claim.in(ClaimState.RELEASING, Optional.empty()), units, after, members);
  }

  private static ClaimPicture pictured(
      Claim claim, List<Unit> before, Map<UnitId, Unit> after, Map<UnitId, List<Device>> members) {
    List<Unit> units = before.stream().map(unit -> after.getOrDefault(unit.id(), unit)).toList();
    Map<UnitId, List<Device>> own = new HashMap<>();
    units.forEach(unit -> own.put(unit.id(), members.getOrDefault(unit.id(), List.of())));
    return new ClaimPicture(claim, units, own);
  }

  private List<Line> lines() {
    List<Line> lines = new ArrayList<>();
    grants.forEach(
        (create, grant) ->
            lines.add(
                Line.done(
                    create.origin(),
                    "claim.create",
                    create.id().toString(),
                    create.request().asked()
                        + " for "
                        + create.request().project()
                        + " on "
                        + grant.claim().host())));
    releases.forEach(
        (release, claim) ->
            lines.add(
                Line.done(
                    release.origin(), "claim.release", release.id().toString(), "is RELEASING")));
    if (!isAlone()) {
      answers.forEach((wish, answer) -> refusalLine(wish, answer).ifPresent(lines::add));
    }
    return lines;
  }

  /** Alone a refusal takes everything back, and is written down by itself afterwards. */
  static Optional<Line> refusalLine(Wish wish, Outcome<ClaimPicture> answer) {
    if (wish instanceof Create && answer instanceof Outcome.Refused<ClaimPicture> refused) {
      return Optional.of(
          new Line(
              wish.origin(),
              "claim.create",
              wish.id().toString(),
              refused.refusal().code().name(),
              refused.refusal().message()));
    }
    return Optional.empty();
  }
}
