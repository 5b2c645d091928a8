package ostler.root;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Who was seen to have a group open.
 *
 * @param guarded whether the guard is among them
 * @param holders all others
 */
public record SeenHolders(boolean guarded, List<Holder> holders) {

  public SeenHolders {
    holders = List.copyOf(holders);
  }

  /**
   * Looks for these nodes in what was seen of all processes.
   *
   * @param owner the user whose guard is believed to be one
   */
  public static SeenHolders of(DeviceNodes nodes, OpenFiles files, Layout layout, int owner)
      throws IOException {
    Optional<GuardProcess> guard = GuardProcess.running(layout, owner);
    List<Holder> all = files.holdersOf(nodes);
    List<Holder> others =
        all.stream()
            .filter(holder -> guard.filter(g -> g.pid() == holder.pid()).isEmpty())
            .toList();
    return new SeenHolders(others.size() < all.size(), others);
  }
}
