package ostler.allocator.engine;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import ostler.inventory.BootId;
import ostler.inventory.ClaimId;
import ostler.inventory.Fence;
import ostler.inventory.WipeOrder;

/**
 * What an event brings with it.
 *
 * @param layout by which a parent is cut
 * @param boot that the unit's host is in; absent where it has not said
 * @param fences gives the next fence of the unit's host; asked only where a step takes one
 */
public record Particulars(
    Instant at,
    Supplier<Fence> fences,
    Optional<Reason> cause,
    Optional<WipeOrder> order,
    Optional<Certificate> certificate,
    Optional<ClaimId> claim,
    Optional<BootId> boot,
    Optional<Layout> layout) {

  public Particulars {
    Objects.requireNonNull(at);
    Objects.requireNonNull(fences);
    Objects.requireNonNull(cause);
    Objects.requireNonNull(order);
    Objects.requireNonNull(certificate);
    Objects.requireNonNull(claim);
    Objects.requireNonNull(boot);
    Objects.requireNonNull(layout);
  }

  /** An event that brings nothing but its time. */
  public static Particulars at(Instant at, Supplier<Fence> fences) {
    return new Particulars(
        at,
        fences,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  public Particulars because(Code code, String message) {
    return new Particulars(
        at,
        fences,
        Optional.of(new Reason(code, message)),
        order,
        certificate,
        claim,
        boot,
        layout);
  }

  public Particulars with(WipeOrder now) {
    return new Particulars(at, fences, cause, Optional.of(now), certificate, claim, boot, layout);
  }

  public Particulars with(Certificate now) {
    return new Particulars(at, fences, cause, order, Optional.of(now), claim, boot, layout);
  }

  public Particulars with(ClaimId now) {
    return new Particulars(at, fences, cause, order, certificate, Optional.of(now), boot, layout);
  }

  /** With the boot that the unit's host is in, where it has said so. */
  public Particulars in(Optional<BootId> now) {
    return new Particulars(at, fences, cause, order, certificate, claim, now, layout);
  }

  public Particulars with(Layout now) {
    return new Particulars(at, fences, cause, order, certificate, claim, boot, Optional.of(now));
  }
}
