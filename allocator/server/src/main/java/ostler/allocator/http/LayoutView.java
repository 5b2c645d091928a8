package ostler.allocator.http;

import java.util.List;
import java.util.Optional;
import ostler.allocator.engine.Device;
import ostler.allocator.engine.Layout;
import ostler.allocator.engine.Unit;
import ostler.allocator.store.SliceDesk.Picture;
import ostler.allocator.store.SliceDesk.Sliced;
import ostler.inventory.ProjectId;
import ostler.inventory.SliceTypeName;

/**
 * What a parent is to be cut into, and what it is cut into now.
 *
 * @param kind null, as all that is declared, while a layout that was removed is being undone
 * @param applied whether what is declared is what holds
 * @param appliedLayout what holds; null where nothing does, and the parent is to be whole
 * @param heldByProject that it serves alone; null where it serves none, or several
 * @param why it is not, or not yet, as the applied layout says; null where it is
 */
public record LayoutView(
    String unit,
    String host,
    String address,
    String kind,
    List<CountView> slices,
    int functions,
    boolean shared,
    boolean mixed,
    String parentLevel,
    boolean applied,
    DeclaredView appliedLayout,
    String state,
    boolean emptying,
    String heldByProject,
    List<SliceNowView> slicesNow,
    List<RoomView> couldHold,
    ReasonView why) {

  /** So many slices of a type. */
  public record CountView(String type, Integer count) {
    static List<CountView> of(Layout layout) {
      return layout.slices().stream()
          .map(count -> new CountView(count.type().value(), count.count()))
          .toList();
    }
  }

  /** A layout by itself. */
  public record DeclaredView(
      String kind,
      List<CountView> slices,
      int functions,
      boolean shared,
      boolean mixed,
      String parentLevel) {
    static DeclaredView of(Layout layout) {
      return new DeclaredView(
          layout.kind().toString(),
          CountView.of(layout),
          layout.functions(),
          layout.shared(),
          layout.mixed(),
          layout.parentLevel().name());
    }
  }

  /** A slice that is there, or on its way. */
  public record SliceNowView(String unit, String type, String state, String claim) {
    static SliceNowView of(Sliced sliced) {
      Unit unit = sliced.slice();
      return new SliceNowView(
          unit.id().toString(),
          unit.slice().flatMap(slice -> slice.type()).map(SliceTypeName::value).orElse(null),
          unit.state().name(),
          unit.claim().map(Object::toString).orElse(null));
    }
  }

  static LayoutView of(Picture picture) {
    Unit parent = picture.parent();
    Optional<Layout> declared = picture.declared();
    return new LayoutView(
        parent.id().toString(),
        parent.host().value(),
        Device.main(picture.members()).address().toString(),
        declared.map(layout -> layout.kind().toString()).orElse(null),
        declared.map(CountView::of).orElse(List.of()),
        declared.map(Layout::functions).orElse(0),
        declared.map(Layout::shared).orElse(false),
        declared.map(Layout::mixed).orElse(false),
        declared.map(layout -> layout.parentLevel().name()).orElse(null),
        declared.equals(picture.applied()),
        picture.applied().map(DeclaredView::of).orElse(null),
        parent.state().name(),
        parent.cut().emptying(),
        parent.cut().project().map(ProjectId::value).orElse(null),
        picture.slices().stream().map(SliceNowView::of).toList(),
        RoomView.of(picture.card(), declared),
        ReasonView.of(picture.waitsFor()));
  }
}
