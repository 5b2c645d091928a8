package ostler.agent.reconcile;

import java.util.List;
import java.util.Objects;
import ostler.inventory.ForeignHolder;
import ostler.inventory.HostInventory;
import ostler.inventory.ParentReport;
import ostler.inventory.SignedWipe;
import ostler.inventory.UnitReport;
import ostler.inventory.UnorderedSlice;

/**
 * What there is to tell of the host at one moment.
 *
 * @param appliedRevision the last desired state of which every order was taken up
 * @param parents units that are cut into slices, of which something is known
 * @param wipes records that nobody has answered yet
 * @param unordered slices that are here and that the newest orders do not name
 */
public record Status(
    HostInventory inventory,
    long appliedRevision,
    List<UnitReport> units,
    List<ParentReport> parents,
    List<SignedWipe> wipes,
    List<ForeignHolder> foreign,
    List<UnorderedSlice> unordered) {
  public Status {
    Objects.requireNonNull(inventory);
    units = List.copyOf(units);
    parents = List.copyOf(parents);
    wipes = List.copyOf(wipes);
    foreign = List.copyOf(foreign);
    unordered = List.copyOf(unordered);
  }
}
