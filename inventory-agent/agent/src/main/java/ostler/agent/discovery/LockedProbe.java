package ostler.agent.discovery;

import java.util.Collection;
import java.util.Map;
import ostler.inventory.LockedAttributes;
import ostler.pci.PciAddress;

/**
 * Reads what may hang, somewhere where that costs nobody anything. Every function that was asked
 * for is in the answer, if only with the problem that kept it from being read.
 */
@FunctionalInterface
public interface LockedProbe {
  Map<PciAddress, LockedAttributes> read(Collection<PciAddress> functions)
      throws InterruptedException;
}
