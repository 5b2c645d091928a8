package ostler.agent.reconcile;

import java.security.PrivateKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import ostler.agent.journal.UnitMemory;
import ostler.agent.journal.WipeEnd;
import ostler.inventory.BootId;
import ostler.inventory.HostName;
import ostler.inventory.WipeChain;
import ostler.inventory.WipeCoverage;
import ostler.inventory.WipeLevel;
import ostler.inventory.WipeOrder;
import ostler.inventory.WipeRecord;

/**
 * What every wipe record of this host says of the host, and the key that signs it.
 *
 * @param kernel as {@code uname -r} prints it
 */
public record RecordDesk(
    HostName host, BootId boot, String kernel, String agentVersion, PrivateKey key) {

  /**
   * What a wipe came to, beside its steps.
   *
   * @param failure why it failed, as far as its steps are concerned
   */
  record Findings(
      Instant ended, WipeCoverage coverage, List<String> gaps, Optional<WipeEnd.Failure> failure) {
    Findings {
      gaps = List.copyOf(gaps);
    }
  }

  /** The unit after its wipe, with the signed record and how it ended. */
  UnitMemory close(UnitMemory unit, WipeOrder order, Findings found) {
    WipeLevel reached =
        record(unit, order, found, WipeLevel.L0, Optional.of("LEVEL_NOT_REACHED")).reached();
    Optional<WipeEnd.Failure> failure = found.failure().or(() -> shortOf(order.level(), reached));
    WipeRecord record = record(unit, order, found, reached, failure.map(WipeEnd.Failure::code));
    return unit.wiped(
        WipeChain.sign(record, unit.head(), key), new WipeEnd(order.id(), failure), boot);
  }

  private static Optional<WipeEnd.Failure> shortOf(WipeLevel ordered, WipeLevel reached) {
    return reached.satisfies(ordered)
        ? Optional.empty()
        : Optional.of(
            new WipeEnd.Failure(
                "LEVEL_NOT_REACHED",
                "The steps show " + reached + ", and " + ordered + " was ordered; see the gaps."));
  }

  private WipeRecord record(
      UnitMemory unit, WipeOrder order, Findings found, WipeLevel level, Optional<String> code) {
    return new WipeRecord(
        order.id(),
        unit.unit(),
        host,
        boot,
        unit.order().members(),
        unit.order().fence(),
        order.previousClaim(),
        unit.run().orElseThrow().started(),
        found.ended(),
        unit.run().orElseThrow().steps(),
        found.coverage(),
        found.gaps(),
        level,
        code.isPresent() ? WipeRecord.Result.FAILED : WipeRecord.Result.CLEAN,
        code,
        kernel,
        agentVersion);
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "RecordDesk[" + host + ", boot " + boot + "]";
  }
}
