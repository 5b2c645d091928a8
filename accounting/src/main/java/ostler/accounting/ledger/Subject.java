package ostler.accounting.ledger;

import java.util.Objects;
import java.util.Optional;
import ostler.inventory.HostName;
import ostler.inventory.Share;
import ostler.pci.PciId;

/**
 * What is counted: the traits of a unit that a report needs, as they were while the time went by.
 *
 * @param model of the unit's main member
 * @param weight how much of a whole device it is, as a numerator over {@link Share#WHOLE}: 0 for a
 *     slice that is not there, and for a device of which its slices leave nothing
 * @param memoryMib of the unit, where it is known
 */
public record Subject(HostName host, PciId model, int weight, Optional<Long> memoryMib) {

  public Subject {
    Objects.requireNonNull(host);
    Objects.requireNonNull(model);
    Objects.requireNonNull(memoryMib);
    if (weight < 0 || weight > Share.WHOLE) {
      throw new IllegalArgumentException("a weight is 0 to " + Share.WHOLE + ", not " + weight);
    }
    if (memoryMib.filter(mib -> mib < 1).isPresent()) {
      throw new IllegalArgumentException("memory is 1 MiB or more, not " + memoryMib.get());
    }
  }

  /** The same with another weight. */
  public Subject weighing(int now) {
    return new Subject(host, model, now, memoryMib);
  }
}
