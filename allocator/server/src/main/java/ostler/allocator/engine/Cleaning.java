package ostler.allocator.engine;

import java.util.Objects;
import java.util.Optional;
import ostler.inventory.ChainHash;
import ostler.inventory.WipeOrder;

/**
 * Where a unit stands with being cleaned.
 *
 * @param order what its host was told to run; present only while CLEANING
 * @param certificate what makes it clean; present while CLEAN, and shown until the claim ends
 * @param attempts how many tries in a row came to nothing
 * @param chainHead the hash of its last accepted record
 */
public record Cleaning(
    Optional<WipeOrder> order,
    Optional<Certificate> certificate,
    int attempts,
    ChainHash chainHead) {

  /** A unit that was never cleaned. */
  public static final Cleaning NEVER =
      new Cleaning(Optional.empty(), Optional.empty(), 0, ChainHash.START);

  public Cleaning {
    Objects.requireNonNull(order);
    Objects.requireNonNull(certificate);
    Objects.requireNonNull(chainHead);
    if (attempts < 0) {
      throw new IllegalArgumentException("attempts are 0 or more, not " + attempts);
    }
  }

  public Cleaning withChainHead(ChainHash hash) {
    return new Cleaning(order, certificate, attempts, hash);
  }

  Cleaning withOrder(Optional<WipeOrder> now) {
    return new Cleaning(now, certificate, attempts, chainHead);
  }

  Cleaning withCertificate(Optional<Certificate> now) {
    return new Cleaning(order, now, attempts, chainHead);
  }

  Cleaning withAttempts(int now) {
    return new Cleaning(order, certificate, now, chainHead);
  }
}
