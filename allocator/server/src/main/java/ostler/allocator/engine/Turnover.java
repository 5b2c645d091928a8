package ostler.allocator.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import ostler.allocator.engine.Layout.Count;
import ostler.inventory.ParentReport;
import ostler.inventory.SliceTypeName;
import ostler.inventory.UnitKind;
import ostler.inventory.UnitPhase;
import ostler.inventory.WipeLevel;
import ostler.pci.PciAddress;

/**
 * What is to be done next with a parent, so that it is cut as its layout says, serves one project
 * after the other, and is wiped as a whole between them.
 */
public final class Turnover {

  private Turnover() {}

  /**
   * A slice, and the virtual function that it is.
   *
   * @param function absent where it is made of its parent's own members
   */
  public record Seat(Unit unit, Optional<PciAddress> function) {
    public Seat {
      Objects.requireNonNull(unit);
      Objects.requireNonNull(function);
    }

    private boolean isLive() {
      return unit.state() != UnitState.UNMANAGED;
    }

    private boolean isStaying() {
      return isLive() && !unit.standing().leaving();
    }

    private Optional<SliceTypeName> type() {
      return unit.slice().orElseThrow().type();
    }
  }

  /** A slice that is to be. */
  public record Making(Optional<SliceTypeName> type, Optional<PciAddress> function) {
    public Making {
      Objects.requireNonNull(type);
      Objects.requireNonNull(function);
    }
  }

  /** The next step. */
  public sealed interface Step {

    /**
     * Nothing to do now.
     *
     * @param why what it waits for, where it waits for something
     */
    record Rest(Optional<Reason> why) implements Step {
      public Rest {
        Objects.requireNonNull(why);
      }
    }

    /** Clean the parent further than it is. */
    record Clean(WipeLevel level) implements Step {
      public Clean {
        Objects.requireNonNull(level);
      }
    }

    /** Give the parent to its vendor's driver, to be cut. */
    record Cut(Layout layout) implements Step {
      public Cut {
        Objects.requireNonNull(layout);
      }
    }

    /** Take these slices in. */
    record Make(List<Making> slices) implements Step {
      public Make {
        slices = List.copyOf(slices);
      }
    }

    /** Nobody gets a slice of it any more; then it is made whole. */
    record Empty() implements Step {}

    /** Have these slices taken away. */
    record GiveBack(List<Unit> slices) implements Step {
      public GiveBack {
        slices = List.copyOf(slices);
      }
    }

    /** It has no slice left: make it whole, and dirty. */
    record Uncut() implements Step {}
  }

  /**
   * The next step.
   *
   * @param layout by which it is to be cut, absent where it is to be whole
   * @param card what its host said that it can hold
   */
  public static Step next(
      Unit parent, List<Seat> slices, Optional<Layout> layout, Optional<ParentReport> card) {
    return switch (parent.state()) {
      case CLEAN -> layout.map(wanted -> begin(parent, wanted)).orElseGet(Turnover::rest);
      case SLICED ->
          parent.cut().emptying()
              ? empty(slices)
              : serve(parent, slices.stream().filter(Seat::isLive).toList(), layout, card);
      default -> rest();
    };
  }

  private static Step begin(Unit parent, Layout layout) {
    WipeLevel reached = parent.cleaning().certificate().orElseThrow().level();
    if (!reached.satisfies(layout.parentLevel())) {
      return Lifecycle.objection(parent, UnitEvent.ORDER_CLEAN)
          .map(Turnover::rest)
          .orElseGet(() -> new Step.Clean(layout.parentLevel()));
    }
    return Lifecycle.objection(parent, UnitEvent.SLICE)
        .map(Turnover::rest)
        .orElseGet(() -> new Step.Cut(layout));
  }

  private static Step empty(List<Seat> slices) {
    List<Seat> live = slices.stream().filter(Seat::isLive).toList();
    List<Unit> free =
        live.stream()
            .map(Seat::unit)
            .filter(Turnover::mayGo)
            .filter(unit -> !unit.standing().leaving())
            .toList();
    if (!free.isEmpty()) {
      return new Step.GiveBack(free);
    }
    return live.stream()
        .findFirst()
        .map(slice -> rest(waitsFor(slice.unit())))
        .orElseGet(Step.Uncut::new);
  }

  /** What its host keeps for a claim that nobody here knows of stays until that is written down. */
  private static boolean mayGo(Unit slice) {
    return Lifecycle.objection(slice, UnitEvent.FORGET).isEmpty()
        && !ReportReading.isSomebodyElses(slice.observed())
        && slice.standing().quarantine().filter(q -> q.code() == Code.UNEXPLAINED).isEmpty();
  }

  private static Reason waitsFor(Unit slice) {
    String name = Lifecycle.named(slice);
    if (slice.claim().isPresent()) {
      return new Reason(
          Code.LAYOUT_IN_USE, name + " belongs to claim " + slice.claim().get() + "; release that");
    }
    if (slice.standing().abandoned().isPresent()) {
      return new Reason(
          Code.ABANDONED,
          name + " was taken from its claim without proof that nobody holds it; restart its host");
    }
    if (ReportReading.isSomebodyElses(slice.observed()) && !slice.standing().leaving()) {
      return new Reason(
          Code.UNEXPLAINED,
          name
              + " is kept by its host for a claim that is not known here ("
              + slice.observed().problem().orElseThrow().message()
              + "); write that claim down with ostler claim adopt");
    }
    if (!slice.standing().leaving()) {
      return new Reason(
          Code.QUARANTINED,
          name + " is in quarantine, since somebody may hold it; find out who, then return it");
    }
    return new Reason(
        Code.LEAVING,
        name
            + " is being taken away"
            + slice
                .observed()
                .problem()
                .map(problem -> " (" + problem.code() + ": " + problem.message() + ")")
                .orElse("")
            + "; wait for its host");
  }

  private static Step serve(
      Unit parent, List<Seat> live, Optional<Layout> layout, Optional<ParentReport> card) {
    boolean claimed = live.stream().anyMatch(slice -> slice.unit().claim().isPresent());
    boolean over = parent.cut().project().isPresent() && !claimed;
    if (over || layout.isEmpty()) {
      return new Step.Empty();
    }
    if (isCutOtherwise(parent, live, layout.get())) {
      return new Step.Empty();
    }
    List<Unit> surplus = surplus(live, layout.get());
    if (!surplus.isEmpty()) {
      return new Step.GiveBack(surplus);
    }
    Optional<Unit> stuck = tooMany(live, layout.get()).findFirst();
    if (stuck.isPresent()) {
      return rest(waitsFor(stuck.get()));
    }
    return make(parent, live, layout.get(), card);
  }

  private static boolean isCutOtherwise(Unit parent, List<Seat> live, Layout layout) {
    return parent.cut().shared() != layout.shared()
        || parent.cut().functions() != layout.functions()
        || live.stream().anyMatch(slice -> slice.unit().kind() != layout.kind());
  }

  /** Those that the layout does not ask for and that no claim has, the last ones first. */
  private static List<Unit> surplus(List<Seat> live, Layout layout) {
    if (!layout.kind().isTyped()) {
      return List.of();
    }
    List<Unit> surplus = new ArrayList<>();
    Set<SliceTypeName> types = new HashSet<>();
    live.forEach(slice -> types.add(slice.type().orElseThrow()));
    for (SliceTypeName type : types.stream().sorted().toList()) {
      List<Seat> alike =
          live.stream()
              .filter(slice -> slice.type().equals(Optional.of(type)) && slice.isStaying())
              .toList();
      alike.stream()
          .map(Seat::unit)
          .filter(Turnover::mayGo)
          .sorted(Comparator.comparing(Unit::state).thenComparing(Unit::id))
          .limit(Math.max(0, alike.size() - layout.count(type)))
          .forEach(surplus::add);
    }
    return surplus;
  }

  /** What the layout does not ask for and cannot go now: it takes the room of what is to be. */
  private static Stream<Unit> tooMany(List<Seat> live, Layout layout) {
    return live.stream()
        .filter(slice -> layout.kind().isTyped() && slice.isStaying())
        .filter(slice -> !mayGo(slice.unit()))
        .filter(
            slice ->
                live.stream().filter(other -> other.type().equals(slice.type())).count()
                    > layout.count(slice.type().orElseThrow()))
        .map(Seat::unit);
  }

  private static Step make(
      Unit parent, List<Seat> live, Layout layout, Optional<ParentReport> card) {
    boolean cut =
        parent.observed().fence().equals(Optional.of(parent.fence()))
            && parent.observed().phase().equals(Optional.of(UnitPhase.SLICED));
    if (!cut || card.isEmpty()) {
      return rest(
          new Reason(
              Code.PARENT_NOT_SLICED,
              Lifecycle.named(parent)
                  + " is not yet with its vendor's driver"
                  + parent
                      .observed()
                      .problem()
                      .map(problem -> " (" + problem.code() + ": " + problem.message() + ")")
                      .orElse("")
                  + "; wait for its host"));
    }
    CardPlan plan = CardPlan.of(card);
    Optional<Reason> against = plan.objection(layout);
    if (against.isPresent()) {
      return rest(against.get());
    }
    if (!plan.knows(layout.kind()) && layout.count() > 0) {
      return rest(
          new Reason(
              Code.LAYOUT_UNKNOWN_TYPE,
              "its host shows no type of kind "
                  + layout.kind()
                  + card.get().problem().map(problem -> " (" + problem.message() + ")").orElse("")
                  + "; look at the parent's driver"));
    }
    List<Making> missing = missing(live, layout, card.get().functions());
    return missing.isEmpty() ? settled(live, layout, card.get()) : new Step.Make(missing);
  }

  private static List<Making> missing(List<Seat> live, Layout layout, List<PciAddress> shown) {
    boolean onFunctions = layout.kind() == UnitKind.VENDOR_VF || layout.kind() == UnitKind.SRIOV_VF;
    List<PciAddress> free = new ArrayList<>(shown);
    live.forEach(slice -> slice.function().ifPresent(free::remove));
    List<Making> missing = new ArrayList<>();
    for (Optional<SliceTypeName> type : lacking(live, layout)) {
      if (!onFunctions) {
        missing.add(new Making(type, Optional.empty()));
      } else if (!free.isEmpty()) {
        missing.add(new Making(type, Optional.of(free.remove(0))));
      }
    }
    return missing;
  }

  /** What is to be there and is not; one that is being taken away still takes its room. */
  private static List<Optional<SliceTypeName>> lacking(List<Seat> live, Layout layout) {
    List<Optional<SliceTypeName>> lacking = new ArrayList<>();
    if (live.stream().anyMatch(slice -> !slice.isStaying())) {
      return lacking;
    }
    if (!layout.kind().isTyped()) {
      for (int i = live.size(); i < layout.functions(); i++) {
        lacking.add(Optional.empty());
      }
      return lacking;
    }
    for (Count count : layout.slices()) {
      long there =
          live.stream().filter(slice -> slice.type().equals(Optional.of(count.type()))).count();
      for (long i = there; i < count.count(); i++) {
        lacking.add(Optional.of(count.type()));
      }
    }
    return lacking;
  }

  /** A card may give fewer functions than it was asked for; that is told, and not a fault. */
  private static Step settled(List<Seat> live, Layout layout, ParentReport card) {
    boolean fewer = layout.functions() > 0 && card.functions().size() < layout.functions();
    return live.size() < layout.count() && fewer
        ? rest(
            new Reason(
                Code.LAYOUT_DOES_NOT_FIT,
                "functions: "
                    + layout.functions()
                    + " are asked for and its host made "
                    + card.functions().size()
                    + "; look at the parent's driver, or ask for fewer"))
        : rest();
  }

  private static Step rest() {
    return new Step.Rest(Optional.empty());
  }

  private static Step rest(Reason why) {
    return new Step.Rest(Optional.of(why));
  }

  /** How far a unit is cleaned where nobody says how far: parents by their layout, slices anew. */
  public static WipeLevel levelOf(Unit unit, Optional<Layout> layout, WipeLevel otherwise) {
    return unit.slice().isPresent()
        ? WipeLevel.VENDOR
        : layout.map(Layout::parentLevel).orElse(otherwise);
  }

  /** Whether a slice can be made or cleaned: its parent is cut, and is to stay so. */
  public static boolean isServed(Unit slice, Unit parent) {
    return parent.state() == UnitState.SLICED
        && !parent.cut().emptying()
        && !slice.standing().leaving()
        && parent.observed().fence().equals(Optional.of(parent.fence()))
        && parent.observed().phase().equals(Optional.of(UnitPhase.SLICED));
  }
}
