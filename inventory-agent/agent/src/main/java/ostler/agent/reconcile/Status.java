package ostler.agent.reconcile;

import java.util.List;
import java.util.Objects;
import ostler.inventory.ForeignHolder;
import ostler.inventory.HostInventory;
import ostler.inventory.ParentReport;
import ostler.inventory.SignedWipe;
import ostler.inventory.UnitReport;

/**
 * What there is to tell of the host at one moment.
 *
 * @param appliedRevision the last desired state of which every order was taken up
 * @param parents units that are cut into slices, of which something is known
 * @param wipes records that nobody has answered yet
 */
public record Status(
    HostInventory inventory,
    long appliedRevision,
    List<UnitReport> units,
    List<ParentReport> parents,
    List<SignedWipe> wipes,
    List<ForeignHolder> foreign) {
  public Status {
    Objects.requireNonNull(inventory);
    units = List.copyOf(units);
    parents = List.copyOf(parents);
    wipes = List.copyOf(wipes);
    foreign = List.copyOf(foreign);
  }
}
