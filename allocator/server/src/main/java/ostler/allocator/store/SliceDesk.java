package ostler.allocator.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import ostler.allocator.engine.CardPlan;
import ostler.allocator.engine.Certificate;
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Device;
import ostler.allocator.engine.Layout;
import ostler.allocator.engine.LayoutChange;
import ostler.allocator.engine.Lifecycle;
import ostler.allocator.engine.Origin;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Reason;
import ostler.allocator.engine.Refusal;
import ostler.allocator.engine.Slice;
import ostler.allocator.engine.Turnover.Step;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.UnitEvent;
import ostler.allocator.engine.UnitState;
import ostler.allocator.store.TurnoverDesk.Occasion;
import ostler.inventory.ClaimId;
import ostler.inventory.ParentReport;
import ostler.inventory.SliceTypeName;
import ostler.inventory.SriovParent;
import ostler.inventory.UnitId;
import ostler.inventory.WipeLevel;
import ostler.pci.PciAddress;

/** What an operator does with layouts, and with slices one by one. */
public final class SliceDesk {

  private final Desk desk;
  private final TurnoverDesk turnoverDesk;

  public SliceDesk(Desk desk, Policy policy) {
    this.desk = desk;
    this.turnoverDesk = new TurnoverDesk(desk, policy);
  }

  /**
   * What an operator asks a parent to be cut into.
   *
   * @param parentLevel absent where the parent is to be cleaned between two projects as far as it
   *     was cleaned last
   */
  public record Declaration(Layout layout, Optional<WipeLevel> parentLevel) {}

  /**
   * A slice with what belongs to it.
   *
   * @param members the functions that it is made of
   */
  public record Sliced(Unit slice, Unit parent, List<Device> members, Optional<Claim> claim) {
    public Sliced {
      members = List.copyOf(members);
    }
  }

  /**
   * A parent with its layouts.
   *
   * @param waitsFor why it is not, or not yet, as the applied layout says
   */
  public record Picture(
      Unit parent,
      List<Device> members,
      Optional<Layout> declared,
      Optional<Layout> applied,
      Optional<ParentReport> card,
      List<Sliced> slices,
      Optional<Reason> waitsFor) {
    public Picture {
      members = List.copyOf(members);
      slices = List.copyOf(slices);
    }
  }

  /** What comes of applying, and who is in the way of it. */
  public record Applied(List<String> changes, List<Sliced> holders) {
    public Applied {
      changes = List.copyOf(changes);
      holders = List.copyOf(holders);
    }
  }

  /** Declares what a parent is to be cut into, which nothing follows from until it is applied. */
  public Outcome<Picture> declare(
      UnitId id, Declaration declaration, boolean dryRun, Origin origin) {
    if (dryRun) {
      return desk.read(
          () -> parent(id).then(parent -> judged(parent, declaration).map(l -> with(parent, l))));
    }
    return onParent(
        id,
        (host, parent, now) ->
            judged(parent, declaration)
                .map(
                    layout -> {
                      desk.layouts.declare(id, layout);
                      tell(now, origin, "layout.set", id, layout.toString());
                      return picture(parent);
                    }));
  }

  private Picture with(Unit parent, Layout layout) {
    Picture now = picture(parent);
    return new Picture(
        parent,
        now.members(),
        Optional.of(layout),
        now.applied(),
        now.card(),
        now.slices(),
        now.waitsFor());
  }

  private Outcome<Layout> judged(Unit parent, Declaration declaration) {
    Layout asked = declaration.layout();
    WipeLevel level =
        declaration
            .parentLevel()
            .or(() -> parent.cleaning().certificate().map(Certificate::level))
            .or(() -> desk.layouts.declared(parent.id()).map(Layout::parentLevel))
            .orElse(Policy.WHOLE_UNITS);
    return fitting(
        parent,
        new Layout(
            asked.kind(), asked.slices(), asked.functions(), asked.shared(), asked.mixed(), level));
  }

  /** A host speaks of a card only once it is cut; what it shows before that counts too. */
  private Outcome<Layout> fitting(Unit parent, Layout layout) {
    return CardPlan.of(desk.layouts.card(parent.id()), shownFunctions(parent))
        .objection(layout)
        .map(reason -> Outcome.<Layout>refused(Refusal.of(reason)))
        .orElseGet(() -> Outcome.done(layout));
  }

  private int shownFunctions(Unit parent) {
    PciAddress main = Device.main(desk.devices.membersOf(parent.id())).address();
    return desk.hosts
        .inventory(parent.host())
        .flatMap(
            kept ->
                AdmissionDesk.read(kept).functions().stream()
                    .filter(function -> function.address().equals(main))
                    .flatMap(function -> function.sriov().stream())
                    .map(SriovParent::totalFunctions)
                    .findFirst())
        .orElse(0);
  }

  /** A parent with its layouts. */
  public Outcome<Picture> show(UnitId id) {
    return desk.read(
        () ->
            parent(id)
                .then(
                    parent -> {
                      Picture picture = picture(parent);
                      return picture.declared().isEmpty()
                              && picture.applied().isEmpty()
                              && parent.state() != UnitState.SLICED
                          ? noLayout(id)
                          : Outcome.done(picture);
                    }));
  }

  /** Makes the declared layout hold, or on a dry run says what would come of that. */
  public Outcome<Applied> apply(UnitId id, boolean dryRun, Origin origin) {
    if (dryRun) {
      return desk.read(
          () ->
              parent(id)
                  .then(
                      parent ->
                          declared(id)
                              .then(layout -> fitting(parent, layout))
                              .map(layout -> applied(parent, Optional.of(layout)))));
    }
    return onParent(
        id,
        (host, parent, now) ->
            declared(id)
                .then(layout -> fitting(parent, layout))
                .then(layout -> free(parent, Optional.of(layout)))
                .map(
                    applied -> {
                      Layout layout = desk.layouts.declared(id).orElseThrow();
                      desk.layouts.apply(id, layout);
                      tell(now, origin, "layout.apply", id, layout.toString());
                      turnoverDesk.run(new Occasion(host, now, origin), id, Optional.of(layout));
                      return applied;
                    }));
  }

  /** Lets a parent be whole again; its slices are taken away, and it is left dirty. */
  public Outcome<Applied> remove(UnitId id, Origin origin) {
    return onParent(
        id,
        (host, parent, now) ->
            declared(id)
                .then(layout -> free(parent, Optional.empty()))
                .map(
                    applied -> {
                      desk.layouts.delete(id);
                      tell(now, origin, "layout.remove", id, "");
                      turnoverDesk.run(new Occasion(host, now, origin), id, Optional.empty());
                      return applied;
                    }));
  }

  private Outcome<Layout> declared(UnitId id) {
    return desk.layouts.declared(id).map(Outcome::done).orElseGet(() -> noLayout(id));
  }

  private Applied applied(Unit parent, Optional<Layout> after) {
    Optional<Layout> before = desk.layouts.applied(parent.id());
    List<Sliced> holders =
        before.equals(after)
            ? List.of()
            : Optional.of(picture(parent)).stream()
                .flatMap(picture -> picture.slices().stream())
                .filter(slice -> slice.slice().claim().isPresent())
                .toList();
    return new Applied(LayoutChange.of(parent, before, after), holders);
  }

  /** The same, or a refusal that names who holds what would have to go. */
  private Outcome<Applied> free(Unit parent, Optional<Layout> after) {
    Applied applied = applied(parent, after);
    List<Reason> reasons = new ArrayList<>();
    applied.holders().forEach(slice -> reasons.add(held(slice)));
    if (reasons.isEmpty() && parent.claim().isPresent() && after.isPresent()) {
      reasons.add(
          new Reason(
              Code.LAYOUT_IN_USE,
              "unit " + parent.id() + " belongs whole to claim " + parent.claim().get()));
    }
    return reasons.isEmpty()
        ? Outcome.done(applied)
        : Outcome.refused(
            new Refusal(
                Code.LAYOUT_IN_USE,
                "unit "
                    + parent.id()
                    + " is in use ("
                    + reasons.stream().map(Reason::message).collect(Collectors.joining("; "))
                    + "), and a layout changes only while nobody has any of it; release that first",
                reasons));
  }

  private static Reason held(Sliced slice) {
    return new Reason(
        Code.LAYOUT_IN_USE,
        "slice "
            + slice.slice().id()
            + " belongs to claim "
            + slice.slice().claim().orElseThrow()
            + slice
                .claim()
                .map(claim -> " of project " + claim.project() + " for " + claim.consumer())
                .orElse(""));
  }

  /** Adds slices of one type to a parent's layout, and has them made. */
  public Outcome<Picture> add(UnitId id, SliceTypeName type, int count, Origin origin) {
    return onParent(
        id,
        (host, parent, now) ->
            declared(id)
                .then(layout -> inForce(id, layout))
                .then(layout -> typed(layout, id))
                .then(layout -> countable(layout, type, count))
                .then(layout -> fitting(parent, layout.plus(type, count)))
                .map(
                    layout -> {
                      desk.layouts.declare(id, layout);
                      desk.layouts.apply(id, layout);
                      tell(now, origin, "slice.create", id, count + " x " + type);
                      turnoverDesk.run(new Occasion(host, now, origin), id, Optional.of(layout));
                      return picture(desk.units.find(id).orElseThrow());
                    }));
  }

  /** Slices one by one are added to what holds, not to what is only declared. */
  private Outcome<Layout> inForce(UnitId id, Layout declared) {
    Optional<Layout> applied = desk.layouts.applied(id);
    return applied.isEmpty() || applied.get().equals(declared)
        ? Outcome.done(declared)
        : Outcome.refused(
            Code.WRONG_STATE,
            "unit " + id + " has a layout that is declared and not applied; apply it first");
  }

  private static Outcome<Layout> typed(Layout layout, UnitId id) {
    return layout.kind().isTyped()
        ? Outcome.done(layout)
        : Outcome.refused(
            Code.LAYOUT_DOES_NOT_FIT,
            "type: unit "
                + id
                + " is cut into plain virtual functions, which have no type and are as many as"
                + " its layout says; set a layout with another number of functions");
  }

  private static Outcome<Layout> countable(Layout layout, SliceTypeName type, int more) {
    return layout.count(type) + more <= Layout.MAX_COUNT
        ? Outcome.done(layout)
        : Outcome.refused(
            Code.LAYOUT_DOES_NOT_FIT,
            "count: there are " + layout.count(type) + " already, of " + Layout.MAX_COUNT);
  }

  /** Takes one slice that no claim has out of its parent's layout, and has it taken away. */
  public Outcome<Sliced> takeAway(UnitId id, Origin origin) {
    Optional<Unit> known = desk.read(() -> desk.units.find(id));
    if (known.isEmpty()) {
      return UnitDesk.unknown(id);
    }
    if (known.get().slice().isEmpty()) {
      return Outcome.refused(
          Code.NOT_A_PARENT, "unit " + id + " is whole, and no slice; name a slice");
    }
    return onParent(
        known.get().slice().get().parent(),
        (host, parent, now) ->
            takeAway(desk.units.find(id).orElseThrow(), parent, new Occasion(host, now, origin)));
  }

  private Outcome<Sliced> takeAway(Unit slice, Unit parent, Occasion occasion) {
    UnitId id = slice.id();
    Sliced seen = sliced(List.of(slice), parent).get(0);
    if (slice.claim().isPresent()) {
      Reason held = held(seen);
      return Outcome.refused(
          new Refusal(held.code(), held.message() + "; release that first", List.of(held)));
    }
    if (slice.state() == UnitState.UNMANAGED || slice.standing().leaving()) {
      return Outcome.done(seen);
    }
    Optional<Reason> against = Lifecycle.objection(slice, UnitEvent.FORGET);
    if (against.isPresent()) {
      return Outcome.refused(Refusal.of(against.get()));
    }
    return declared(parent.id())
        .then(layout -> inForce(parent.id(), layout))
        .then(layout -> typed(layout, parent.id()))
        .map(
            layout -> {
              Layout less = layout.plus(slice.slice().orElseThrow().type().orElseThrow(), -1);
              desk.layouts.declare(parent.id(), less);
              desk.layouts.apply(parent.id(), less);
              turnoverDesk.giveBack(occasion, slice);
              tell(occasion.now(), occasion.origin(), "slice.remove", id, "");
              turnoverDesk.run(occasion, parent.id(), Optional.of(less));
              return sliced(List.of(desk.units.find(id).orElseThrow()), parent).get(0);
            });
  }

  /** Slices in order of id, after one, with what belongs to them. */
  public List<Sliced> list(Units.SliceFilter filter, UUID after, int limit) {
    return desk.read(
        () -> {
          List<Unit> slices = desk.units.listSlices(filter, after, limit);
          Map<UnitId, Unit> parents = desk.units.parentsOf(slices);
          List<Sliced> all = new ArrayList<>();
          Map<UnitId, List<Device>> members = members(slices);
          Map<ClaimId, Claim> claims = claims(slices);
          for (Unit slice : slices) {
            all.add(
                sliced(slice, parents.get(slice.slice().orElseThrow().parent()), members, claims));
          }
          return all;
        });
  }

  private List<Sliced> sliced(List<Unit> slices, Unit parent) {
    Map<UnitId, List<Device>> members = members(slices);
    Map<ClaimId, Claim> claims = claims(slices);
    return slices.stream().map(slice -> sliced(slice, parent, members, claims)).toList();
  }

  private static Sliced sliced(
      Unit slice, Unit parent, Map<UnitId, List<Device>> members, Map<ClaimId, Claim> claims) {
    return new Sliced(
        slice, parent, members.getOrDefault(slice.id(), List.of()), slice.claim().map(claims::get));
  }

  private Map<UnitId, List<Device>> members(List<Unit> units) {
    return desk.devices.membersOf(units.stream().map(Unit::id).toList());
  }

  private Map<ClaimId, Claim> claims(List<Unit> units) {
    return desk.claims.find(
        units.stream().flatMap(unit -> unit.claim().stream()).distinct().toList());
  }

  private Picture picture(Unit parent) {
    List<Unit> live =
        desk.units.slicesOf(parent.id()).stream()
            .filter(slice -> slice.state() != UnitState.UNMANAGED)
            .toList();
    return new Picture(
        parent,
        desk.devices.membersOf(parent.id()),
        desk.layouts.declared(parent.id()),
        desk.layouts.applied(parent.id()),
        desk.layouts.card(parent.id()),
        sliced(live, parent),
        turnoverDesk.next(parent) instanceof Step.Rest rest ? rest.why() : Optional.empty());
  }

  private interface ParentWork<T> {
    Outcome<T> on(LockedHost host, Unit parent, Instant now);
  }

  private <T> Outcome<T> onParent(UnitId id, ParentWork<T> work) {
    return desk.read(() -> parent(id))
        .then(
            known ->
                desk.onHost(
                    known.host(),
                    (host, now) -> parent(id).then(parent -> work.on(host, parent, now))));
  }

  /** A whole unit that is managed. */
  private Outcome<Unit> parent(UnitId id) {
    Optional<Unit> known = desk.units.find(id);
    if (known.isEmpty()) {
      return UnitDesk.unknown(id);
    }
    Optional<Slice> slice = known.get().slice();
    if (slice.isPresent()) {
      return Outcome.refused(
          Code.NOT_A_PARENT,
          "unit " + id + " is a slice itself; name its parent, unit " + slice.get().parent());
    }
    return known.get().state() == UnitState.UNMANAGED
        ? Outcome.refused(Code.UNMANAGED, "unit " + id + " is not managed; admit its devices")
        : Outcome.done(known.get());
  }

  private void tell(Instant now, Origin origin, String action, UnitId id, String said) {
    desk.trail.done(origin, now, action, id.toString(), said);
    desk.trail.event(now, "layout", id.toString(), Optional.empty(), (action + ' ' + said).trim());
  }

  private static <T> Outcome<T> noLayout(UnitId id) {
    return Outcome.refused(
        Code.NO_LAYOUT, "unit " + id + " has no layout; set one first: ostler layout set");
  }
}
