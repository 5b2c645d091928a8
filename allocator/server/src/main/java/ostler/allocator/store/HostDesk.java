package ostler.allocator.store;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Device;
import ostler.allocator.engine.Host;
import ostler.allocator.engine.HostAdmin;
import ostler.allocator.engine.HostAdmin.Fencing;
import ostler.allocator.engine.Origin;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Reason;
import ostler.allocator.engine.ReportReading;
import ostler.allocator.engine.Slice;
import ostler.allocator.engine.Unit;
import ostler.inventory.BootId;
import ostler.inventory.DesiredState;
import ostler.inventory.Goal;
import ostler.inventory.HostName;
import ostler.inventory.JoinRequest;
import ostler.inventory.SlicePart;
import ostler.inventory.UnitMember;
import ostler.inventory.UnitMembers;
import ostler.inventory.UnitOrder;

/** Lets hosts in and out, and tells them what to do. */
public final class HostDesk {

  /** Long enough to carry a token to a host by hand, short enough to forget about it. */
  private static final Duration JOIN_TOKEN_LIFE = Duration.ofHours(24);

  private final Desk desk;
  private final Secrets secrets;

  public HostDesk(Desk desk, Secrets secrets) {
    this.desk = desk;
    this.secrets = secrets;
  }

  /** A token that lets one agent join once. */
  public record Enrollment(HostName host, String joinToken, Instant expires) {}

  /** What an agent gets for its join token. */
  public record Joined(String credential, long epoch) {}

  /** Makes the host known, if it is not, and gives a token for its agent. */
  public Outcome<Enrollment> enroll(HostName name, Origin origin) {
    return desk.transactions.write(
        () -> {
          Instant now = desk.clock.instant();
          if (desk.hosts.find(name).isEmpty()) {
            desk.hosts.add(name, now);
          }
          String token = secrets.next();
          Instant expires = now.plus(JOIN_TOKEN_LIFE);
          desk.hosts.saveJoinToken(name, Secrets.hash(token), expires);
          desk.trail.done(origin, now, "host.enroll", name.value(), "until " + expires);
          return Outcome.done(new Enrollment(name, token, expires));
        });
  }

  /**
   * Takes an agent's join token and gives it the host's credential; the one before no longer works.
   * A token for another host or for one that is not there, a used one and a wrong one are refused
   * alike.
   */
  public Outcome<Joined> join(HostName name, JoinRequest request, Origin origin) {
    if (desk.read(() -> desk.hosts.find(name)).isEmpty()) {
      return joinRefused(name);
    }
    return desk.onHost(
        name,
        (host, now) -> {
          if (!desk.hosts.useJoinToken(name, Secrets.hash(request.joinToken()), now)) {
            return joinRefused(name);
          }
          String credential = secrets.next();
          desk.hosts.saveCredential(
              name, Optional.of(Secrets.hash(credential)), Optional.of(request.publicKey()));
          host.become(host.host().withoutAgent().with(host.host().admin().withRemoved(false)));
          desk.trail.done(
              origin, now, "host.join", name.value(), "agent " + request.agentVersion());
          return Outcome.done(new Joined(credential, host.host().epoch()));
        });
  }

  private static Outcome<Joined> joinRefused(HostName name) {
    return Outcome.refused(
        Code.JOIN_TOKEN_REFUSED,
        "that is not a join token of host " + name + " that still works; enroll it again");
  }

  /** Ends the host's credential; its units and claims stay as they are. */
  public Outcome<Host> revoke(HostName name, Origin origin) {
    return desk.onHost(
        name,
        (host, now) -> {
          desk.hosts.saveCredential(name, Optional.empty(), Optional.empty());
          desk.trail.done(origin, now, "host.revoke", name.value(), "");
          return Outcome.done(desk.hosts.find(name).orElseThrow());
        });
  }

  /** Says whether the host's units may be claimed; what is claimed stays. */
  public Outcome<Host> cordon(HostName name, boolean cordoned, Origin origin) {
    return change(
        name,
        origin,
        cordoned ? "host.cordon" : "host.uncordon",
        admin -> admin.withCordon(cordoned, origin.reason()));
  }

  /** Lets the host become empty: nothing more of it is given out, and what is claimed stays. */
  public Outcome<Host> drain(HostName name, Origin origin) {
    return change(name, origin, "host.drain", admin -> admin.withDrain(origin.reason()));
  }

  /**
   * Ends the host's claims, since somebody made sure that nothing runs on it. Their quota is free;
   * their units are nobody's until the host reports from another boot.
   */
  public Outcome<Host> fence(HostName name, Origin origin) {
    return desk.onHost(
        name,
        (host, now) -> {
          Optional<BootId> boot = host.host().boot();
          host.become(
              host.host().with(host.host().admin().with(new Fencing(origin.reason(), boot))));
          Reason why = new Reason(Code.HOST_FENCED, "its host was fenced: " + origin.reason());
          List<Claim> ended = desk.claims.liveOn(name);
          desk.abandonment.end(host, ended, why, now);
          desk.trail.done(
              origin, now, "host.fence", name.value(), "ended " + ended.size() + " claims");
          return Outcome.done(host.host());
        });
  }

  /** Takes the host out for good: its agent may report no more, until it is enrolled again. */
  public Outcome<Host> remove(HostName name, Origin origin) {
    return desk.onHost(
        name,
        (host, now) -> {
          int claims = desk.claims.liveOn(name).size();
          if (claims > 0) {
            return Outcome.refused(
                Code.HOST_IN_USE,
                "host "
                    + name
                    + " still has "
                    + claims
                    + (claims == 1 ? " claim" : " claims")
                    + "; drain it and wait, or fence it");
          }
          desk.hosts.saveCredential(name, Optional.empty(), Optional.empty());
          host.become(host.host().with(host.host().admin().withRemoved(true)));
          desk.trail.done(origin, now, "host.remove", name.value(), "");
          return Outcome.done(desk.hosts.find(name).orElseThrow().with(host.host().admin()));
        });
  }

  private Outcome<Host> change(
      HostName name, Origin origin, String action, UnaryOperator<HostAdmin> now) {
    return desk.onHost(
        name,
        (host, at) -> {
          host.become(host.host().with(now.apply(host.host().admin())));
          desk.trail.done(origin, at, action, name.value(), "");
          return Outcome.done(host.host());
        });
  }

  /** What the host is to do; a unit that is not in it is left alone. */
  public Outcome<DesiredState> desired(HostName name) {
    return desk.transactions.read(
        () ->
            desk.hosts
                .find(name)
                // The revision first: orders newer than it come again, which does no harm.
                .map(host -> Outcome.done(desired(host)))
                .orElseGet(() -> Desk.unknown(name)));
  }

  private DesiredState desired(Host host) {
    List<UnitOrder> orders = new ArrayList<>();
    for (Unit unit : desk.units.ofHost(host.name())) {
      goalOf(unit).ifPresent(goal -> orders.add(order(unit, goal)));
    }
    return new DesiredState(host.name(), host.epoch(), host.revision(), orders);
  }

  private Optional<Goal> goalOf(Unit unit) {
    return switch (unit.state()) {
      case UNMANAGED -> Optional.empty();
      case DIRTY, CLEAN ->
          unit.standing().abandoned().isPresent()
              // Whoever may still hold it is left alone until the host has restarted.
              ? Optional.empty()
              : Optional.of(restOf(unit));
      case SLICED -> Optional.of(new Goal.Sliced(unit.cut().functions()));
      case CLEANING -> Optional.of(new Goal.Clean(unit.cleaning().order().orElseThrow()));
      case PREPARING, READY, IN_USE -> claimOf(unit).map(c -> new Goal.Ready(c.tenant()));
      case RELEASING -> claimOf(unit).map(c -> new Goal.Release(c.tenant()));
    };
  }

  /** A unit that no claim has; its host may not have taken it from the last one yet. */
  private Goal restOf(Unit unit) {
    return unit.lastClaim()
        .filter(last -> ReportReading.isKeptForLastClaim(unit))
        .flatMap(desk.claims::find)
        .<Goal>map(last -> new Goal.Release(last.tenant()))
        .orElseGet(() -> unit.standing().leaving() ? new Goal.GiveBack() : new Goal.Rest());
  }

  private Optional<Claim> claimOf(Unit unit) {
    return unit.claim().flatMap(desk.claims::find);
  }

  private UnitOrder order(Unit unit, Goal goal) {
    List<UnitMember> members =
        desk.devices.membersOf(unit.id()).stream().map(HostDesk::member).toList();
    return new UnitOrder(
        unit.id(),
        unit.kind(),
        new UnitMembers(members),
        unit.slice().flatMap(this::part),
        unit.fence(),
        goal,
        unit.cleaning().chainHead());
  }

  private Optional<SlicePart> part(Slice slice) {
    return slice
        .type()
        .map(
            type ->
                new SlicePart(member(Device.main(desk.devices.membersOf(slice.parent()))), type));
  }

  private static UnitMember member(Device device) {
    return new UnitMember(device.address(), device.identity());
  }
}
