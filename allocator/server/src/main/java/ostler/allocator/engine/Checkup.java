package ostler.allocator.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ostler.inventory.Consumer;
import ostler.inventory.Holder;

/** Looks at one host and its units, and says what is not as it should be. */
public final class Checkup {

  /** A host works off an order in seconds; unbinding a sick device may take a minute. */
  public static final Duration ORDER_TAKES = Duration.ofMinutes(2);

  /** Reports say when they were sent to the second, and travel. */
  private static final long MAX_SKEW_MILLIS = 3000;

  private static final int SHOWN_WARNINGS = 3;

  private Checkup() {}

  /** What is wrong with a host. */
  public static List<Finding> of(Host host, List<Unit> units, Instant now) {
    List<Finding> findings = new ArrayList<>();
    String about = "host " + host.name();
    if (host.agent().isEmpty()) {
      findings.add(
          new Finding(
              Ailment.HOST_NEVER_HEARD,
              about,
              "nothing was heard of it since it was enrolled",
              "start its agent with the join token, or enroll it anew: ostler host enroll "
                  + host.name()));
      return findings;
    }
    if (host.isSilent(now)) {
      findings.add(silent(host, units, about));
    }
    behind(host, units, now).ifPresent(findings::add);
    if (!host.warnings().isEmpty()) {
      findings.add(
          new Finding(
              Ailment.HOST_WARNS,
              about,
              "its last report had "
                  + host.warnings().size()
                  + " parts that need somebody: "
                  + String.join(
                      "; ",
                      host.warnings().stream()
                          .limit(SHOWN_WARNINGS)
                          .map(warning -> warning.path() + " " + warning.rule())
                          .toList()),
              "read them all: ostler host show " + host.name()));
    }
    host.agent()
        .flatMap(Host.LiveAgent::skewMillis)
        .filter(skew -> Math.abs(skew) > MAX_SKEW_MILLIS)
        .ifPresent(skew -> findings.add(clock(about, skew)));
    return findings;
  }

  private static Finding silent(Host host, List<Unit> units, String about) {
    long claimed = units.stream().filter(unit -> unit.claim().isPresent()).count();
    return new Finding(
        Ailment.HOST_SILENT,
        about,
        "it was last heard at "
            + host.agent().orElseThrow().lastSeen()
            + "; "
            + claimed
            + " of its "
            + units.size()
            + " units are claimed and stay so, and what they do is unknown",
        "look at its agent and its network; if the host is surely dead, fence it");
  }

  private static Optional<Finding> behind(Host host, List<Unit> units, Instant now) {
    List<Unit> late =
        units.stream()
            .filter(unit -> unit.state() != UnitState.UNMANAGED)
            .filter(unit -> !unit.observed().fence().equals(Optional.of(unit.fence())))
            .filter(unit -> unit.since().plus(ORDER_TAKES).isBefore(now))
            .toList();
    if (host.isSilent(now) || host.appliedRevision() >= host.revision() || late.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Finding(
            Ailment.HOST_BEHIND,
            "host " + host.name(),
            "it reports, and has applied revision "
                + host.appliedRevision()
                + " of "
                + host.revision()
                + "; "
                + late.size()
                + " units wait for more than "
                + ORDER_TAKES.toMinutes()
                + " minutes, the first is "
                + late.get(0).id(),
            "read what its agent says: journalctl -u ostler-agent, on the host"));
  }

  private static Finding clock(String about, long skew) {
    return new Finding(
        Ailment.HOST_CLOCK_OFF,
        about,
        "its clock is " + skew + " ms off the allocator's",
        "let both take their time from the same servers");
  }

  /**
   * What is wrong with a unit.
   *
   * @param consumer of its claim, where it has one
   */
  public static List<Finding> of(Unit unit, Optional<Consumer> consumer) {
    List<Finding> findings = new ArrayList<>();
    String about = Lifecycle.named(unit);
    if (unit.state() == UnitState.UNMANAGED) {
      return findings;
    }
    Standing standing = unit.standing();
    List<Holder> holders = unit.observed().holders();
    // While it is cleaned, the cleaner itself may be seen.
    boolean resting = unit.state() == UnitState.DIRTY || unit.state() == UnitState.CLEAN;
    if (resting && !holders.isEmpty()) {
      findings.add(
          new Finding(
              Ailment.HELD_WITHOUT_CLAIM,
              about,
              "its host "
                  + unit.host()
                  + " sees it held by "
                  + unit.observed().heldBy()
                  + ", and no claim has it",
              "stop the holder, or record it while the unit is dirty: ostler claim adopt "
                  + unit.id()));
    }
    consumer
        .filter(known -> holders.stream().anyMatch(holder -> isDomainOtherThan(known, holder)))
        .ifPresent(known -> findings.add(another(unit, about, known)));
    if (unit.claim().isPresent() && standing.presence() != Presence.PRESENT) {
      findings.add(
          new Finding(
              Ailment.CLAIMED_AND_GONE,
              about,
              "it is "
                  + standing.presence()
                  + " on host "
                  + unit.host()
                  + ", and claim "
                  + unit.claim().get()
                  + " still has it",
              "look at the device on the host; the claim stays until it is released"));
    }
    standing
        .quarantine()
        .ifPresent(
            quarantine ->
                findings.add(
                    new Finding(
                        Ailment.QUARANTINED,
                        about,
                        "it is in quarantine since "
                            + quarantine.at()
                            + " by "
                            + quarantine.by()
                            + ": "
                            + quarantine.reason(),
                        "mend it, then: ostler unit return " + unit.id())));
    return findings;
  }

  /** Processes hold on behalf of domains, and say too little to be told apart. */
  private static boolean isDomainOtherThan(Consumer consumer, Holder holder) {
    return holder.kind() == Holder.Kind.DOMAIN
        && !holder.id().equals(consumer.id())
        && !holder.name().equals(consumer.id());
  }

  private static Finding another(Unit unit, String about, Consumer consumer) {
    return new Finding(
        Ailment.HELD_BY_ANOTHER,
        about,
        "claim "
            + unit.claim().orElseThrow()
            + " is for "
            + consumer
            + ", and host "
            + unit.host()
            + " sees it held by "
            + unit.observed().heldBy(),
        "find out who that is before anything else: ostler unit show " + unit.id());
  }
}
