package ostler.allocator.http;

import java.time.Instant;
import ostler.allocator.store.Wipes.Wipe;
import ostler.inventory.WipeCoverage;

/** A wipe record with the verdict on it, whole, so that anybody can check it again. */
public record WipeView(
    String id,
    String unit,
    String host,
    String level,
    String result,
    String code,
    boolean accepted,
    String refusal,
    CoverageView coverage,
    Instant started,
    Instant ended,
    Instant received,
    String body,
    String prevHash,
    String hash,
    String signature,
    String publicKey) {

  /** How much of the unit's memory the wipe reached. */
  public record CoverageView(long bytesTotal, long bytesScrubbed, long bytesVerified) {
    static CoverageView of(WipeCoverage coverage) {
      return new CoverageView(
          coverage.bytesTotal(), coverage.bytesScrubbed(), coverage.bytesVerified());
    }
  }

  static WipeView of(Wipe wipe) {
    return new WipeView(
        wipe.id().toString(),
        wipe.unit().toString(),
        wipe.host().value(),
        wipe.level().name(),
        wipe.result().toString(),
        wipe.code().orElse(null),
        wipe.accepted(),
        wipe.refusal().map(Enum::name).orElse(null),
        CoverageView.of(wipe.coverage()),
        wipe.started(),
        wipe.ended(),
        wipe.received(),
        wipe.signed().body(),
        wipe.signed().prevHash().value(),
        wipe.signed().hash().value(),
        wipe.signed().signature(),
        wipe.key().value());
  }
}
