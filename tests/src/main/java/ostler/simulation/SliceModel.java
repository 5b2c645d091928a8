package ostler.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import ostler.inventory.Fence;
import ostler.inventory.SliceId;
import ostler.inventory.Tenant;
import ostler.inventory.UnitJson;
import ostler.pci.PciAddress;
import ostler.simulation.CutCard.Mark;
import ostler.simulation.CutCard.PlaceMark;
import ostler.wire.JsonWriter;

/**
 * The root program for slices of one host, under the same contract as the real one: its books, its
 * fences, its refusals, and what is left where it is killed between two of its steps.
 */
final class SliceModel {

  private static final String CREATE = "create";
  private static final String REMOVE = "remove";
  private static final String FORBID = "forbid";
  private static final String FUNCTIONS = "functions";
  private static final String RESTORE = "restore";
  private static final String LIST = "list";

  private final PhysicalHost host;
  private final Truth truth;
  private final PlantedBug.Sabotage bug;

  SliceModel(PhysicalHost host, Truth truth, PlantedBug.Sabotage bug) {
    this.host = host;
    this.truth = truth;
    this.bug = bug;
  }

  /** What came of an order: the fields of its answer, or a refusal's code. */
  record Result(Optional<String> code, Consumer<JsonWriter> fields) {

    private static Result done(Consumer<JsonWriter> fields) {
      return new Result(Optional.empty(), fields);
    }

    private static Result refused(String code) {
      return new Result(Optional.of(code), out -> {});
    }
  }

  /** Whether a run is one of those that a kill can leave between two steps. */
  static boolean hasSteps(RootRun.Request request) {
    return request.slices().isPresent()
        && (request.verb().equals(CREATE) || request.verb().equals(REMOVE));
  }

  /** Whether the verb works under the card's lock. */
  static boolean locks(String verb) {
    return !verb.equals(LIST);
  }

  /** Whether a newer order was seen for what this one is about. */
  boolean isStale(RootRun.Request request) {
    if (request.fence().isEmpty()) {
      return false;
    }
    CutCard cut = request.card().cut;
    Mark order = mark(request);
    return request.verb().equals(FUNCTIONS)
        ? isStaleForAll(cut, order)
        : isStaleFor(cut, request.slices().orElseThrow(), order);
  }

  private static boolean isStaleForAll(CutCard cut, Mark order) {
    return cut.mark.filter(newest -> !newest.allows(order)).isPresent()
        || Stream.concat(
                cut.marks.values().stream(), cut.places.values().stream().map(PlaceMark::mark))
            .anyMatch(one -> order.fence().isOlderThan(one.fence()));
  }

  private static boolean isStaleFor(CutCard cut, RootRun.SliceOrder about, Mark order) {
    SliceId id = about.slice().orElseThrow();
    Optional<PciAddress> place =
        about
            .function()
            .or(() -> Optional.ofNullable(cut.booked().get(id)).flatMap(Slice::function));
    Optional<PlaceMark> last = place.map(cut.places::get);
    return cut.mark.filter(newest -> order.fence().isOlderThan(newest.fence())).isPresent()
        || Optional.ofNullable(cut.marks.get(id)).filter(own -> !own.allows(order)).isPresent()
        || last.filter(one -> isOvertaken(one, id, order)).isPresent();
  }

  /** One order to clean a function has its slice removed, and then another made. */
  private static boolean isOvertaken(PlaceMark last, SliceId id, Mark order) {
    boolean same = last.slice().equals(id);
    boolean madeAnew =
        !same && order.verb().equals(CREATE) && last.mark().equals(new Mark(order.fence(), REMOVE));
    return !madeAnew && (!last.mark().allows(order) || (!same && last.mark().equals(order)));
  }

  private static Mark mark(RootRun.Request request) {
    return new Mark(request.fence().orElseThrow(), request.verb());
  }

  /** Leaves what a kill between two steps leaves: the intent on disk, the kernel's step or not. */
  void breakOff(RootRun.Request request, boolean kernelDidIt) {
    if (check(request).isPresent()) {
      return;
    }
    Slice slice = booked(request).orElse(null);
    if (request.verb().equals(REMOVE) && slice != null && slice.there) {
      note(request, slice);
      slice.phase = Slice.Phase.REMOVING;
      if (kernelDidIt) {
        truth.removed(slice);
        slice.there = false;
      }
    } else if (request.verb().equals(CREATE) && slice == null) {
      Slice begun = begin(request);
      if (kernelDidIt) {
        appear(begun);
      }
    }
  }

  /** Does what was asked. */
  Result carryOut(RootRun.Request request) {
    if (!request.verb().equals(LIST)) {
      settle(request.card().cut);
    }
    Optional<String> against = check(request);
    if (against.isPresent()) {
      return Result.refused(against.get());
    }
    return switch (request.verb()) {
      case CREATE -> create(request);
      case REMOVE -> remove(request);
      case "permit" -> permit(request);
      case FORBID -> forbid(request);
      case FUNCTIONS -> functions(request);
      case RESTORE -> restore(request.card());
      case LIST -> list(request.card());
      default -> Result.refused("BAD_REQUEST");
    };
  }

  /** What was begun and is there as it was meant is ours; what is not there was not, or is gone. */
  private static void settle(CutCard cut) {
    for (Slice slice : List.copyOf(cut.booked().values())) {
      if (slice.phase != Slice.Phase.LIVE && slice.there) {
        slice.phase = Slice.Phase.LIVE;
      } else if (slice.phase != Slice.Phase.LIVE) {
        if (slice.phase == Slice.Phase.CREATING) {
          cut.marks.remove(slice.id.orElseThrow());
        }
        cut.booked().remove(slice.id.orElseThrow());
        slice.unmake();
      }
    }
  }

  /** What every order but a look, a removal and a taking back needs, and what each needs itself. */
  private Optional<String> check(RootRun.Request request) {
    String verb = request.verb();
    Card card = request.card();
    Optional<Slice> slice = booked(request);
    boolean makesNothing = List.of(REMOVE, FORBID, LIST).contains(verb);
    if (card.isBound() && !makesNothing) {
      return Optional.of("BOUND");
    }
    return switch (verb) {
      case CREATE -> againstCreate(request, slice);
      case REMOVE -> slice.flatMap(SliceModel::againstRemove);
      case "permit" -> againstPermit(request, slice);
      case FORBID ->
          slice.isEmpty()
              ? Optional.of(unknown(request))
              : slice.filter(one -> one.holder.isPresent()).map(one -> "HELD");
      case FUNCTIONS -> againstFunctions(request);
      default -> Optional.empty();
    };
  }

  private Optional<String> againstCreate(RootRun.Request request, Optional<Slice> slice) {
    CutCard cut = request.card().cut;
    RootRun.SliceOrder order = request.slices().orElseThrow();
    if (slice.filter(one -> one.there).isPresent()) {
      return Optional.empty();
    }
    if (slice.isEmpty() && cut.marks.containsKey(order.slice().orElseThrow())) {
      return Optional.of("RETIRED");
    }
    if (!host.guardIsUp()) {
      return Optional.of("GUARD_ABSENT");
    }
    if (order.function().filter(at -> !cut.functions().contains(at)).isPresent()) {
      return Optional.of("UNSUPPORTED");
    }
    boolean taken =
        order.function().isPresent()
            && cut.booked().values().stream()
                .filter(one -> !one.id.equals(order.slice()))
                .anyMatch(one -> one.function().equals(order.function()));
    if (taken) {
      return Optional.of("SLICE_EXISTS");
    }
    return type(order).filter(type -> cut.room(type) < 1).map(type -> "NO_INSTANCE");
  }

  private static Optional<String> againstRemove(Slice slice) {
    return slice.permit.isPresent()
        ? Optional.of("PERMITTED")
        : Optional.of("HELD").filter(held -> slice.holder.isPresent());
  }

  private Optional<String> againstPermit(RootRun.Request request, Optional<Slice> slice) {
    if (slice.isEmpty()) {
      return Optional.of(unknown(request));
    }
    if (!slice.get().there) {
      return Optional.of("NO_SLICE");
    }
    boolean others = slice.get().permit.isPresent() && !slice.get().permit.equals(request.tenant());
    return others
        ? Optional.of("PERMITTED")
        : Optional.of("GUARD_ABSENT").filter(absent -> !host.guardIsUp());
  }

  private static Optional<String> againstFunctions(RootRun.Request request) {
    CutCard cut = request.card().cut;
    int count = request.slices().orElseThrow().count();
    if (cut.cutting() != Cutting.FUNCTIONS) {
      return Optional.of("UNSUPPORTED");
    }
    boolean changes = cut.functions().size() != count;
    return Optional.of("SLICED").filter(sliced -> changes && !cut.booked().isEmpty());
  }

  private static String unknown(RootRun.Request request) {
    SliceId id = request.slices().orElseThrow().slice().orElseThrow();
    return request.card().cut.marks.containsKey(id) ? "RETIRED" : "NO_SLICE";
  }

  private static Optional<Slice> booked(RootRun.Request request) {
    return request
        .slices()
        .flatMap(RootRun.SliceOrder::slice)
        .map(id -> request.card().cut.booked().get(id));
  }

  private static Optional<Cutting.Type> type(RootRun.SliceOrder order) {
    return Arrays.stream(Cutting.Type.values())
        .filter(type -> order.hostType().equals(Optional.of(type.hostType())))
        .findFirst();
  }

  private Slice begin(RootRun.Request request) {
    Fence fence = request.fence().orElseThrow();
    Slice slice = truth.ordered(request.card(), fence);
    RootRun.SliceOrder order = request.slices().orElseThrow();
    truth.begun(slice, order.slice().orElseThrow());
    slice.id = order.slice();
    slice.type = type(order);
    slice.phase = Slice.Phase.CREATING;
    request.card().cut.booked().put(order.slice().orElseThrow(), slice);
    note(request, slice);
    return slice;
  }

  /** The kernel makes it: the vendor says that its memory is cleared. */
  private void appear(Slice slice) {
    truth.made(slice);
    slice.there = true;
    if (bug.makingClears()) {
      slice.secret = Optional.empty();
    }
  }

  private void note(RootRun.Request request, Slice slice) {
    CutCard cut = request.card().cut;
    SliceId id = slice.id.orElseThrow();
    cut.marks.put(id, mark(request));
    slice.function().ifPresent(at -> cut.places.put(at, new PlaceMark(mark(request), id)));
  }

  private Result create(RootRun.Request request) {
    Slice slice = booked(request).orElseGet(() -> begin(request));
    note(request, slice);
    if (!slice.there) {
      appear(slice);
    }
    slice.phase = Slice.Phase.LIVE;
    return Result.done(out -> out.bool("guarded", host.isGuarded(slice)));
  }

  private Result remove(RootRun.Request request) {
    SliceId id = request.slices().orElseThrow().slice().orElseThrow();
    Optional<Slice> slice = booked(request);
    if (slice.isPresent()) {
      note(request, slice.get());
      truth.removed(slice.get());
      request.card().cut.booked().remove(id);
      slice.get().unmake();
    } else {
      request.card().cut.marks.put(id, mark(request));
    }
    return Result.done(out -> {});
  }

  private Result permit(RootRun.Request request) {
    Slice slice = booked(request).orElseThrow();
    Tenant tenant = request.tenant().orElseThrow();
    if (slice.permit.isEmpty()) {
      truth.permitted(slice, tenant);
    }
    note(request, slice);
    slice.permit = Optional.of(tenant);
    return Result.done(out -> out.bool("guarded", false));
  }

  private Result forbid(RootRun.Request request) {
    Slice slice = booked(request).orElseThrow();
    if (slice.there && !host.guardIsUp()) {
      return Result.refused("GUARD_ABSENT");
    }
    slice.permit.ifPresent(tenant -> truth.forbidden(slice, tenant));
    note(request, slice);
    slice.permit = Optional.empty();
    return Result.done(out -> out.bool("guarded", slice.there));
  }

  private Result functions(RootRun.Request request) {
    CutCard cut = request.card().cut;
    int count = request.slices().orElseThrow().count();
    cut.mark = Optional.of(mark(request));
    cut.asked = count;
    if (cut.functions().size() != count) {
      cut.setFunctions(count);
    }
    return Result.done(out -> out.texts(FUNCTIONS, cut.functions()));
  }

  private Result restore(Card card) {
    CutCard cut = card.cut;
    if (cut.asked > 0 && cut.functions().isEmpty()) {
      cut.setFunctions(cut.asked);
    }
    List<Slice> failed = new ArrayList<>();
    for (Slice slice : cut.booked().values()) {
      boolean fits =
          host.guardIsUp()
              && cut.room(slice.type.orElseThrow()) > 0
              && slice.function().filter(at -> !cut.functions().contains(at)).isEmpty();
      if (!slice.there && fits) {
        appear(slice);
      } else if (!slice.there) {
        failed.add(slice);
      }
    }
    return Result.done(
        out ->
            out.list(
                "failed",
                failed,
                (slice, one) ->
                    one.text("slice", slice.id.orElseThrow())
                        .text("code", "CREATE_FAILED")
                        .text("message", "The simulated kernel could not make it again.")));
  }

  private Result list(Card card) {
    CutCard cut = card.cut;
    return Result.done(
        out -> out.list("parents", List.of(cut), (one, standing) -> write(one, standing)));
  }

  private void write(CutCard cut, JsonWriter out) {
    cut.sriov().ifPresent(has -> out.integer("total_functions", has.totalFunctions()));
    out.texts(FUNCTIONS, cut.functions())
        .list("slices", cut.booked().values(), SliceModel::writeSlice)
        .list("foreign", List.<Slice>of(), (none, one) -> {})
        .list(
            "offers",
            cut.cutting() == Cutting.NONE ? List.of() : List.of(Cutting.Type.values()),
            (type, one) -> writeOffer(cut, type, one));
  }

  private static void writeSlice(Slice slice, JsonWriter out) {
    out.text("slice", slice.id.orElseThrow())
        .text("seen", slice.there ? "there" : "absent")
        .list("holders", slice.holder.stream().toList(), RootModel::writeHolder)
        .bool("holders_known", true);
    slice.permit.ifPresent(
        tenant ->
            out.object(
                "permit",
                permit -> permit.object("claim", claim -> UnitJson.writeTenant(tenant, claim))));
  }

  private static void writeOffer(CutCard cut, Cutting.Type type, JsonWriter out) {
    out.text("kind", cut.cutting().kind())
        .text("type", type.hostType())
        .text("name", type.label())
        .text("description", "framebuffer=" + type.parts() + "G")
        .integer("available", cut.available(type))
        .texts("places", List.of());
    if (cut.cutting() == Cutting.FUNCTIONS) {
      // Nothing on a function says what the whole card holds: its host's operator does.
      out.integer("limit", Cutting.PARTS / type.parts());
    }
  }
}
