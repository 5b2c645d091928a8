package ostler.vfio;

import java.io.IOException;
import java.util.List;
import ostler.root.Code;
import ostler.root.DeviceNodes;
import ostler.root.Holder;
import ostler.root.KernelError;
import ostler.root.Layout;
import ostler.root.OpenFiles;
import ostler.root.Refusal;
import ostler.root.SeenHolders;

/** Finds out who holds a group, and knows the guard among them. */
final class HolderScan {

  private final Layout layout;
  private final int owner;

  HolderScan(Layout layout, int owner) {
    this.layout = layout;
    this.owner = owner;
  }

  /**
   * Looks.
   *
   * @throws Refusal CANNOT_LOOK
   */
  SeenHolders look(GroupNow group) throws Refusal {
    try {
      return look(group, OpenFiles.scan(layout));
    } catch (IOException e) {
      throw new Refusal(
          Code.CANNOT_LOOK,
          "Who has %s open could not be found out: %s. Run this as root, where all of /proc can be seen."
              .formatted(group.members(), KernelError.wordsOf(e)));
    }
  }

  /** As {@link #look(GroupNow)}, in what was seen of all processes before. */
  SeenHolders look(GroupNow group, OpenFiles files) throws IOException {
    return SeenHolders.of(
        DeviceNodes.of(group.number(), group.members().addresses(), layout), files, layout, owner);
  }

  /**
   * Lets pass only a group that nobody but the guard holds.
   *
   * @throws Refusal HELD, CANNOT_LOOK
   */
  void requireFree(GroupNow group) throws Refusal {
    List<Holder> holders = look(group).holders();
    if (!holders.isEmpty()) {
      throw held(group, holders.get(0));
    }
  }

  private static Refusal held(GroupNow group, Holder holder) {
    return new Refusal(
        Code.HELD,
        "%s is held by %s. Stop that first; nothing was changed."
            .formatted(group.members(), holder),
        java.util.Map.of("pid", holder.pid(), "command", holder.command(), "file", holder.file()));
  }
}
