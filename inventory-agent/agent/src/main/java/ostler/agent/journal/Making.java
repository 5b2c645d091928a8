package ostler.agent.journal;

import java.util.Objects;
import ostler.inventory.MdevTypeId;
import ostler.inventory.SliceId;
import ostler.inventory.WipeId;

/**
 * The one making of a slice that is, or may be, on the host.
 *
 * @param slice its id, drawn for it alone and on disk before root is asked to make it
 * @param wipe the wipe that it was drawn for; any other wipe destroys it first
 * @param hostType the host's name of its type at that time
 */
public record Making(SliceId slice, WipeId wipe, MdevTypeId hostType) {
  public Making {
    Objects.requireNonNull(slice);
    Objects.requireNonNull(wipe);
    Objects.requireNonNull(hostType);
  }
}
