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
    HostAdmin admin,
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
   * @param skewMillis how far its clock is ahead of ours, wrong by at most a second and the
   *     report's travel time; absent where it did not say
   */
  public record LiveAgent(
      AgentInstance instance,
      String version,
      long sequence,
      BootId bootId,
      Optional<String> kernel,
      boolean iommu,
      Instant lastSeen,
      Optional<Long> skewMillis) {
    public LiveAgent {
      Objects.requireNonNull(instance);
      Objects.requireNonNull(version);
      Objects.requireNonNull(bootId);
      Objects.requireNonNull(kernel);
      Objects.requireNonNull(lastSeen);
      Objects.requireNonNull(skewMillis);
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
    Objects.requireNonNull(admin);
    Objects.requireNonNull(agent);
    Objects.requireNonNull(digest);
    warnings = List.copyOf(warnings);
  }

  public boolean isSilent(Instant now) {
    return agent.isEmpty() || agent.get().lastSeen().plus(SILENT_AFTER).isBefore(now);
  }

  public HostStanding standing(Instant now) {
    return new HostStanding(name, admin.closed(), isSilent(now));
  }

  /** The same host after orders went out that took up to these numbers. */
  public Host withOrders(long lastFence, long lastRevision) {
    return new Host(
        name,
        epoch,
        lastFence,
        lastRevision,
        appliedRevision,
        admin,
        enrolled,
        agent,
        digest,
        warnings);
  }

  /** The same host after its orders of before lost all force. */
  public Host inEpoch(long later) {
    return new Host(
        name,
        later,
        fenceCounter,
        revision,
        appliedRevision,
        admin,
        enrolled,
        agent,
        digest,
        warnings);
  }

  public Host with(HostAdmin now) {
    return new Host(
        name,
        epoch,
        fenceCounter,
        revision,
        appliedRevision,
        now,
        enrolled,
        agent,
        digest,
        warnings);
  }

  /** The boot that it last reported from, where it did. */
  public Optional<BootId> boot() {
    return agent.map(LiveAgent::bootId);
  }

  /** Whoever speaks next is the host's agent. */
  public Host withoutAgent() {
    return new Host(
        name,
        epoch,
        fenceCounter,
        revision,
        appliedRevision,
        admin,
        enrolled,
        Optional.empty(),
        digest,
        warnings);
  }

  /** The same host after a report. */
  public Host heard(
      LiveAgent speaker, long applied, Optional<ChainHash> stored, List<Warning> problems) {
    return new Host(
        name,
        epoch,
        fenceCounter,
        revision,
        applied,
        admin,
        enrolled,
        Optional.of(speaker),
        stored,
        problems);
  }
}
