package ostler.allocator.http;

import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import ostler.allocator.engine.Layout;
import ostler.allocator.engine.UnitState;
import ostler.allocator.store.SliceDesk;
import ostler.allocator.store.SliceDesk.Applied;
import ostler.allocator.store.SliceDesk.Declaration;
import ostler.allocator.store.SliceDesk.Sliced;
import ostler.allocator.store.Units;
import ostler.flavor.Contradiction;
import ostler.inventory.HostName;
import ostler.inventory.SliceTypeName;
import ostler.inventory.UnitId;
import ostler.inventory.UnitKind;
import ostler.inventory.WipeLevel;

/** Layouts of parents, and their slices, for operators. */
@RestController
@Tag(name = "slices")
public final class SliceCalls {

  private final SliceDesk sliceDesk;
  private final UnitViews views;

  public SliceCalls(SliceDesk sliceDesk, UnitViews views) {
    this.sliceDesk = sliceDesk;
    this.views = views;
  }

  /**
   * What a parent is to be cut into.
   *
   * @param slices left out for plain virtual functions
   * @param functions how many virtual functions; left out for kinds without them
   * @param parentLevel to which the parent is cleaned between two projects; where it is not said,
   *     as far as it was cleaned last
   */
  public record LayoutRequest(
      String kind,
      List<LayoutView.CountView> slices,
      Integer functions,
      Boolean shared,
      Boolean mixed,
      String parentLevel,
      String reason) {}

  /** Whether to do it, and why. */
  public record ApplyRequest(Boolean dryRun, String reason) {}

  /** What comes of it, and who is in the way. */
  public record AppliedView(boolean dryRun, List<String> changes, List<HolderView> holders) {
    static AppliedView of(Applied applied, boolean dryRun) {
      return new AppliedView(
          dryRun, applied.changes(), applied.holders().stream().map(HolderView::of).toList());
    }
  }

  /** Who has a slice. */
  public record HolderView(String unit, String claim, String project, ConsumerView consumer) {
    static HolderView of(Sliced sliced) {
      return new HolderView(
          sliced.slice().id().toString(),
          sliced.slice().claim().map(Object::toString).orElse(null),
          sliced.claim().map(claim -> claim.project().value()).orElse(null),
          sliced.claim().map(claim -> ConsumerView.of(claim.consumer())).orElse(null));
    }
  }

  /**
   * Slices to be added.
   *
   * @param count 1 where it is not said
   */
  public record AddRequest(String type, Integer count, String reason) {}

  @PutMapping("/v1/units/{id}/layout")
  LayoutView setLayout(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String id,
      @RequestParam(name = "dry_run", required = false) Boolean dryRun,
      @RequestBody LayoutRequest body) {
    return LayoutView.of(
        RefusedCall.unlessDone(
            sliceDesk.declare(
                unit(id),
                declaration(body),
                Boolean.TRUE.equals(dryRun),
                caller.origin(Door.optionalReason(body.reason())))));
  }

  @GetMapping("/v1/units/{id}/layout")
  LayoutView showLayout(@PathVariable String id) {
    return LayoutView.of(RefusedCall.unlessDone(sliceDesk.show(unit(id))));
  }

  @PostMapping("/v1/units/{id}/layout/apply")
  AppliedView applyLayout(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String id,
      @RequestBody(required = false) ApplyRequest body) {
    ApplyRequest asked = body == null ? new ApplyRequest(false, null) : body;
    boolean dryRun = Boolean.TRUE.equals(asked.dryRun());
    return AppliedView.of(
        RefusedCall.unlessDone(
            sliceDesk.apply(unit(id), dryRun, caller.origin(Door.optionalReason(asked.reason())))),
        dryRun);
  }

  @DeleteMapping("/v1/units/{id}/layout")
  AppliedView removeLayout(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String id,
      @RequestBody(required = false) Reasoned body) {
    return AppliedView.of(
        RefusedCall.unlessDone(sliceDesk.remove(unit(id), caller.origin(Reasoned.or(body)))),
        false);
  }

  @PostMapping("/v1/units/{id}/slices")
  LayoutView addSlices(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String id,
      @RequestBody AddRequest body) {
    int count = body.count() == null ? 1 : body.count();
    return LayoutView.of(
        RefusedCall.unlessDone(
            sliceDesk.add(
                unit(id),
                Door.parse("type", Door.required("type", body.type()), SliceTypeName::new),
                Door.between("count", count, 1, Layout.MAX_COUNT),
                caller.origin(Door.optionalReason(body.reason())))));
  }

  @GetMapping("/v1/slices")
  Listing<SliceView> listSlices(
      @RequestParam(required = false) String host,
      @RequestParam(required = false) String parent,
      @RequestParam(required = false) String state,
      @RequestParam(required = false) Integer limit,
      @RequestParam(required = false) String marker) {
    int most = Door.limit(limit);
    List<Sliced> slices =
        sliceDesk.list(
            new Units.SliceFilter(
                Door.optional("host", host, HostName::new),
                Door.optional("parent", parent, UnitId::parse),
                Optional.ofNullable(state).map(s -> Door.choice("state", s, UnitState.class))),
            Door.marker(marker),
            most);
    return new Listing<>(
        views.ofSlices(slices),
        slices.size() < most ? null : slices.get(slices.size() - 1).slice().id().toString());
  }

  @DeleteMapping("/v1/slices/{id}")
  SliceView removeSlice(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
      @PathVariable String id,
      @RequestBody(required = false) Reasoned body) {
    Sliced gone =
        RefusedCall.unlessDone(sliceDesk.takeAway(unit(id), caller.origin(Reasoned.or(body))));
    return views.ofSlices(List.of(gone)).get(0);
  }

  private static Declaration declaration(LayoutRequest body) {
    Optional<WipeLevel> level =
        Optional.ofNullable(body.parentLevel())
            .map(text -> Door.choice("parent_level", text, WipeLevel.class));
    UnitKind kind = Door.parse("kind", Door.required("kind", body.kind()), UnitKind::parse);
    try {
      return new Declaration(
          new Layout(
              kind,
              counts(body.slices() == null ? List.of() : body.slices()),
              body.functions() == null ? 0 : body.functions(),
              Boolean.TRUE.equals(body.shared()),
              Boolean.TRUE.equals(body.mixed()),
              level.orElse(WipeLevel.L3)),
          level);
    } catch (Contradiction e) {
      throw new BadInput(e.field(), e.getMessage());
    }
  }

  private static List<Layout.Count> counts(List<LayoutView.CountView> said) {
    if (said.size() > Layout.MAX_TYPES) {
      throw new BadInput("slices", "are at most " + Layout.MAX_TYPES + " types");
    }
    List<Layout.Count> counts = new ArrayList<>();
    for (int i = 0; i < said.size(); i++) {
      String field = "slices[" + i + "]";
      LayoutView.CountView one = Door.required(field, said.get(i));
      int count = Door.required(field + ".count", one.count());
      counts.add(
          new Layout.Count(
              Door.parse(
                  field + ".type", Door.required(field + ".type", one.type()), SliceTypeName::new),
              Door.between(field + ".count", count, 1, Layout.MAX_COUNT)));
    }
    return counts;
  }

  private static UnitId unit(String text) {
    return Door.parse("id", text, UnitId::parse);
  }
}
