package ostler.inventory;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What an agent tells of its host.
 *
 * @param sequence grows by one with each report of one run, from 1
 * @param appliedRevision the last desired state that was taken up, 0 before the first
 * @param scanComplete whether everything was looked at; only then is what is not here missing
 * @param digest of the inventory part, so that an unchanged one need not be sent
 * @param inventory absent in a heartbeat
 * @param parents what can be cut into slices, of those that an order is about
 * @param wipes records that have not been accepted yet, each unit's in the order of its chain
 * @param foreign holders of devices that no order is about
 * @param unordered slices that the host has and that no order is about
 */
public record HostReport(
    HostName host,
    AgentRun agent,
    BootId bootId,
    long sequence,
    long appliedRevision,
    boolean scanComplete,
    ChainHash digest,
    Optional<HostInventory> inventory,
    HostFacts facts,
    List<UnitReport> units,
    List<ParentReport> parents,
    List<SignedWipe> wipes,
    List<ForeignHolder> foreign,
    List<UnorderedSlice> unordered) {
  public HostReport {
    Objects.requireNonNull(host);
    Objects.requireNonNull(agent);
    Objects.requireNonNull(bootId);
    Objects.requireNonNull(digest);
    Objects.requireNonNull(inventory);
    Objects.requireNonNull(facts);
    units = List.copyOf(units);
    parents = List.copyOf(parents);
    wipes = List.copyOf(wipes);
    foreign = List.copyOf(foreign);
    unordered = List.copyOf(unordered);
    if (sequence < 1 || appliedRevision < 0) {
      throw new IllegalArgumentException(
          "a report's sequence is 1 or more and its revision 0 or more, not "
              + sequence
              + " and "
              + appliedRevision);
    }
  }
}
