package ostler.simulation;

import java.util.Optional;
import ostler.agent.privileged.Exchange;
import ostler.inventory.Fence;
import ostler.inventory.SliceId;
import ostler.inventory.Tenant;
import ostler.pci.PciAddress;

/** One run of the root program, which goes on when the agent that started it dies. */
final class RootRun {

  private final Request request;
  private Optional<Exchange.Ending> ending = Optional.empty();
  private boolean begun;
  private boolean orphan;

  /**
   * What root was asked for.
   *
   * @param fence empty for a mere look
   * @param tenant only with a permit
   * @param slices what more is said to the program for slices; empty where it is about a whole card
   */
  record Request(
      String verb,
      String operation,
      Card card,
      Optional<Fence> fence,
      Optional<Tenant> tenant,
      Optional<SliceOrder> slices) {}

  /**
   * About what of a card.
   *
   * @param slice which making; empty where it is about all of the card
   * @param function that it is made on, only with the order to make it
   * @param count of virtual functions
   */
  record SliceOrder(
      Optional<SliceId> slice,
      Optional<PciAddress> function,
      Optional<String> hostType,
      int count) {}

  RootRun(Request request) {
    this.request = request;
  }

  Request request() {
    return request;
  }

  Optional<Exchange.Ending> ending() {
    return ending;
  }

  boolean isBegun() {
    return begun;
  }

  void begin() {
    begun = true;
  }

  void end(Exchange.Ending with) {
    ending = Optional.of(with);
  }

  /** Nobody is left to hear the answer. */
  void orphan() {
    orphan = true;
  }

  boolean isOrphan() {
    return orphan;
  }

  @Override
  public String toString() {
    return request.verb()
        + request.slices().flatMap(SliceOrder::slice).map(slice -> " " + slice).orElse("")
        + " of "
        + request.card()
        + request.fence().map(fence -> " under " + fence).orElse("");
  }
}
