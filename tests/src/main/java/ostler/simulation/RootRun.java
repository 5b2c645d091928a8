package ostler.simulation;

import java.util.Optional;
import ostler.agent.privileged.Exchange;
import ostler.inventory.Fence;
import ostler.inventory.Tenant;

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
   */
  record Request(
      String verb, String operation, Card card, Optional<Fence> fence, Optional<Tenant> tenant) {}

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
    return request.verb() + " of " + request.card();
  }
}
