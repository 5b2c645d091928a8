package ostler.allocator.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import ostler.inventory.AgentInstance;
import ostler.inventory.BootId;
import ostler.inventory.ChainHash;
import ostler.inventory.HostName;

/**
 * One host as the allocator knows it.
 *
 * @param epoch first half of every fence; raised when the database is restored
 * @param fenceCounter the last number given out as a fence
 * @param revision of what the host is to do; raised by each change of it
 * @param appliedRevision the last one that its agent took up
 * @param enrolled whether it has a credential that works
 * @param agent what its live agent last said, absent before the first report
 * @param digest of the inventory that is stored, absent before the first
 * @param warnings what was wrong with its last report
 */
public record Host(
    HostName name,
    long epoch,
    long fenceCounter,
    long revision,
    long appliedRevision,
    boolean cordoned,
    String adminReason,
    boolean enrolled,
    Optional<LiveAgent> agent,
    Optional<ChainHash> digest,
    List<Warning> warnings) {

  /** A host that has not spoken for this long is silent; it reports every 30 s. */
  public static final Duration SILENT_AFTER = Duration.ofSeconds(45);

  /**
   * The agent that speaks for the host.
   *
   * @param sequence of its last report
   * @param skewMillis how far its clock is ahead of ours, at most the report's travel time wrong
   */
  public record LiveAgent(
      AgentInstance instance,
      String version,
      long sequence,
      BootId bootId,
      Optional<String> kernel,
      boolean iommu,
      Instant lastSeen,
      long skewMillis) {
    public LiveAgent {
      Objects.requireNonNull(instance);
      Objects.requireNonNull(version);
      Objects.requireNonNull(bootId);
      Objects.requireNonNull(kernel);
      Objects.requireNonNull(lastSeen);
    }
  }

  /** What is wrong with one part of a report: a field and the rule that it breaks. */
  public record Warning(String path, String rule) {
    public Warning {
      Objects.requireNonNull(path);
      Objects.requireNonNull(rule);
    }
  }

  public Host {
    Objects.requireNonNull(name);
    Objects.requireNonNull(adminReason);
    Objects.requireNonNull(agent);
    Objects.requireNonNull(digest);
    warnings = List.copyOf(warnings);
  }

  public boolean isSilent(Instant now) {
    return agent.isEmpty() || agent.get().lastSeen().plus(SILENT_AFTER).isBefore(now);
  }

  public HostStanding standing(Instant now) {
    return new HostStanding(name, cordoned, isSilent(now));
  }
}
