package ostler.allocator.engine.placement;

import java.util.List;
import ostler.pci.PciAddress;

/**
 * One way in which Nova may take a request's devices on a host, where Placement has told it which:
 * an allocation candidate.
 *
 * @param cards for each need the functions that Placement has as providers, each as often as it
 *     gives a device; a virtual function's provider is its physical function. Fewer than the need
 *     counts where a provider is not known
 */
public record NovaChoice(List<List<PciAddress>> cards) {
  public NovaChoice {
    cards = cards.stream().map(List::copyOf).toList();
  }
}
