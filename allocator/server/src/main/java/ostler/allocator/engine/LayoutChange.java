package ostler.allocator.engine;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import ostler.allocator.engine.Layout.Count;
import ostler.inventory.SliceTypeName;

/** What it means for a parent that another layout is to hold, in sentences for an operator. */
public final class LayoutChange {

  private LayoutChange() {}

  /**
   * What will happen, in order; nothing where the layouts say the same.
   *
   * @param after absent where the parent is to be whole
   */
  public static List<String> of(Unit parent, Optional<Layout> before, Optional<Layout> after) {
    if (before.equals(after)) {
      return List.of();
    }
    String name = Lifecycle.named(parent);
    if (parent.state() == UnitState.SLICED) {
      return ofSliced(name, parent, before, after);
    }
    return List.of(
        after
            .map(
                layout ->
                    name
                        + " is cut into "
                        + layout
                        + (parent.state() == UnitState.CLEAN
                            ? ""
                            : " once it is cleaned to " + layout.parentLevel()))
            .orElse(name + " stays whole"));
  }

  private static List<String> ofSliced(
      String name, Unit parent, Optional<Layout> before, Optional<Layout> after) {
    boolean anew =
        before.isEmpty()
            || after.isEmpty()
            || before.get().kind() != after.get().kind()
            || parent.cut().functions() != after.get().functions()
            || parent.cut().shared() != after.get().shared();
    if (anew) {
      List<String> changes = new ArrayList<>();
      changes.add("all slices of " + name + " are taken away, and it is made whole and dirty");
      after.ifPresent(
          layout ->
              changes.add(
                  name + " is cleaned to " + layout.parentLevel() + " and cut into " + layout));
      return changes;
    }
    List<String> changes = new ArrayList<>();
    Set<SliceTypeName> types = new LinkedHashSet<>();
    before.get().slices().forEach(count -> types.add(count.type()));
    after.get().slices().forEach(count -> types.add(count.type()));
    for (SliceTypeName type : types) {
      int more = after.get().count(type) - before.get().count(type);
      if (more < 0) {
        changes.add(new Count(type, -more) + " are taken away from " + name);
      } else if (more > 0) {
        changes.add(new Count(type, more) + " are made on " + name);
      }
    }
    if (changes.isEmpty()) {
      changes.add("only what holds for " + name + " between two projects changes");
    }
    return changes;
  }
}
