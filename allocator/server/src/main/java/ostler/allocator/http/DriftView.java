package ostler.allocator.http;

import java.util.List;
import ostler.allocator.store.Quotas.Recount;

/**
 * Counters compared with the charges below their nodes.
 *
 * @param counters how many were compared
 * @param fixed whether those that drifted are right now
 */
public record DriftView(int counters, boolean fixed, List<CounterView> drift) {

  /** A counter that was not what the charges add up to. */
  public record CounterView(String project, String key, long used, long counted) {}

  static DriftView of(Recount recount, boolean fixed) {
    return new DriftView(
        recount.counters(),
        fixed,
        recount.drifts().stream()
            .map(
                drift ->
                    new CounterView(
                        drift.quota().project().value(),
                        drift.quota().key().value(),
                        drift.quota().used(),
                        drift.counted()))
            .toList());
  }
}
