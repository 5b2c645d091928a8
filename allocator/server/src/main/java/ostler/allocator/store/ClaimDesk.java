package ostler.allocator.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import ostler.allocator.engine.Availability;
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.ClaimRequest;
import ostler.allocator.engine.ClaimState;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Host;
import ostler.allocator.engine.HostStanding;
import ostler.allocator.engine.Origin;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Reason;
import ostler.allocator.engine.Refusal;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.UnitEvent;
import ostler.allocator.engine.UnitState;
import ostler.allocator.quota.Quota;
import ostler.allocator.quota.ResourceKey;
import ostler.flavor.Alias;
import ostler.flavor.AliasName;
import ostler.inventory.ClaimId;
import ostler.inventory.Consumer;
import ostler.inventory.HostName;
import ostler.inventory.ProjectId;
import ostler.inventory.UnitId;

/** Hands units out and takes them back, each in one transaction: all of it, or nothing. */
public final class ClaimDesk {

  /** How many units a refusal looks at to say why none is available. */
  private static final int MAX_EXPLAINED_UNITS = 10_000;

  private final Desk desk;

  public ClaimDesk(Desk desk) {
    this.desk = desk;
  }

  /** A holder that was there before us, as an operator names it. */
  public record Adoption(UnitId unit, ProjectId project, AliasName alias, Consumer consumer) {}

  /** Gives what was asked for, or says why not. Asking again with the same id answers the same. */
  public Outcome<Claim> claim(ClaimRequest request, Origin origin) {
    Outcome<Claim> outcome = desk.transactions.write(() -> decide(request, origin));
    if (outcome instanceof Outcome.Done<Claim> done) {
      desk.wake(done.value().host());
    } else if (outcome instanceof Outcome.Refused<Claim> refused) {
      auditRefusal(request, refused.refusal(), origin);
    }
    return outcome;
  }

  /**
   * Asks for a claim's units back; the claim ends when its host has proven that nobody holds them.
   */
  public Outcome<Claim> release(ClaimId id, Origin origin) {
    Optional<Claim> known = desk.transactions.read(() -> desk.claims.find(id));
    if (known.isEmpty()) {
      return unknown(id);
    }
    if (known.get().state() == ClaimState.RELEASED) {
      return Outcome.done(known.get());
    }
    return desk.onHost(known.get().host(), (host, now) -> release(host, id, now, origin));
  }

  /** Records the holder that a unit had before it was taken in. */
  public Outcome<Claim> adopt(Adoption adoption, Origin origin) {
    Optional<Unit> known = desk.transactions.read(() -> desk.units.find(adoption.unit()));
    if (known.isEmpty()) {
      return UnitDesk.unknown(adoption.unit());
    }
    return desk.onHost(known.get().host(), (host, now) -> adopt(host, adoption, now, origin));
  }

  private Outcome<Claim> decide(ClaimRequest request, Origin origin) {
    Optional<Claim> before = desk.claims.find(request.id());
    if (before.isPresent()) {
      return request.isAnsweredBy(before.get())
          ? Outcome.done(before.get())
          : Outcome.refused(
              Code.CLAIM_DIFFERS,
              "claim " + request.id() + " exists and asked for something else; use another id");
    }
    return aliasFor(request.project(), request.alias())
        .then(alias -> withinQuota(request).then(nothing -> place(request, alias, origin)));
  }

  private Outcome<Alias> aliasFor(ProjectId project, AliasName name) {
    if (desk.projects.find(project).isEmpty()) {
      return CatalogDesk.unknown(project);
    }
    return desk.aliases.find(name).map(Outcome::done).orElseGet(() -> CatalogDesk.unknown(name));
  }

  /** Before anything is locked, so that a project without quota costs nobody else anything. */
  private Outcome<ResourceKey> withinQuota(ClaimRequest request) {
    ResourceKey key = ResourceKey.of(request.alias());
    Quota quota = desk.quotas.find(request.project(), key);
    return quota.allows(request.count()) ? Outcome.done(key) : overQuota(quota, request.count());
  }

  private Outcome<Claim> place(ClaimRequest request, Alias alias, Origin origin) {
    List<String> models = desk.units.modelsOf(alias.rule());
    List<HostName> locked = new ArrayList<>();
    for (HostName name : candidates(request, alias, models)) {
      Optional<Host> host = desk.hosts.lockUnlessLocked(name);
      if (host.isEmpty()) {
        locked.add(name);
        continue;
      }
      Optional<Outcome<Claim>> placed = placeOn(host.get(), request, alias, models, origin);
      if (placed.isPresent()) {
        return placed.get();
      }
    }
    // Only hosts that somebody else is busy with are left; what they leave over is still ours.
    for (HostName name : locked) {
      Optional<Outcome<Claim>> placed =
          desk.hosts.lock(name).flatMap(h -> placeOn(h, request, alias, models, origin));
      if (placed.isPresent()) {
        return placed.get();
      }
    }
    return noCapacity(request, alias, models);
  }

  private List<HostName> candidates(ClaimRequest request, Alias alias, List<String> models) {
    if (models.isEmpty()) {
      return List.of();
    }
    return request
        .host()
        .map(List::of)
        .orElseGet(
            () ->
                desk.units.hostsWithClean(
                    models,
                    alias.level(),
                    request.count(),
                    desk.clock.instant().minus(Host.SILENT_AFTER)));
  }

  /** Takes the units from a locked host; empty where it has too few. */
  private Optional<Outcome<Claim>> placeOn(
      Host row, ClaimRequest request, Alias alias, List<String> models, Origin origin) {
    Instant now = desk.clock.instant();
    HostStanding standing = row.standing(now);
    List<Unit> chosen =
        desk.units.cleanOn(row.name(), models).stream()
            .filter(unit -> Availability.objection(unit, standing, alias.level()).isEmpty())
            .limit(request.count())
            .toList();
    if (chosen.size() < request.count()) {
      return Optional.empty();
    }
    Claim claim =
        new Claim(
            request.id(),
            request.project(),
            request.alias(),
            request.count(),
            request.host(),
            row.name(),
            request.consumer(),
            ClaimState.PREPARING,
            false,
            origin.actor(),
            now,
            Optional.empty());
    LockedHost host = new LockedHost(row);
    Outcome<Claim> granted = grant(host, claim, chosen, UnitEvent.CLAIM, origin);
    desk.hosts.save(host.host());
    return Optional.of(granted);
  }

  private Outcome<Claim> grant(
      LockedHost host, Claim claim, List<Unit> chosen, UnitEvent event, Origin origin) {
    Instant now = claim.created();
    desk.claims.add(claim, chosen.stream().map(Unit::id).toList());
    for (Unit unit : chosen) {
      Outcome<Unit> taken = desk.steps.step(unit, event, Desk.event(host, now).with(claim.id()));
      if (taken instanceof Outcome.Refused<Unit> refused) {
        return Outcome.refused(refused.refusal());
      }
    }
    ResourceKey key = ResourceKey.of(claim.alias());
    if (!desk.quotas.charge(claim, key)) {
      return overQuota(desk.quotas.find(claim.project(), key), claim.count());
    }
    desk.trail.done(
        origin,
        now,
        claim.adopted() ? "claim.adopt" : "claim.create",
        claim.id().toString(),
        claim.count() + " of " + claim.alias() + " for " + claim.project() + " on " + claim.host());
    return Outcome.done(claim);
  }

  private Outcome<Claim> release(LockedHost host, ClaimId id, Instant now, Origin origin) {
    for (Unit unit : desk.units.ofClaim(id)) {
      if (!unit.claim().equals(Optional.of(id)) || unit.state() == UnitState.RELEASING) {
        continue;
      }
      Outcome<Unit> released = desk.steps.step(unit, UnitEvent.RELEASE, Desk.event(host, now));
      if (released instanceof Outcome.Refused<Unit> refused) {
        return Outcome.refused(refused.refusal());
      }
    }
    Claim claim = desk.claims.find(id).orElseThrow();
    desk.trail.done(origin, now, "claim.release", id.toString(), "is " + claim.state());
    return Outcome.done(claim);
  }

  private Outcome<Claim> adopt(LockedHost host, Adoption adoption, Instant now, Origin origin) {
    Unit unit = desk.units.find(adoption.unit()).orElseThrow();
    if (unit.observed().isUnheld()) {
      return Outcome.refused(
          Code.NOT_HELD,
          "nobody holds unit " + unit.id() + "; claim it as any other, once it is clean");
    }
    return aliasFor(adoption.project(), adoption.alias())
        .then(
            alias ->
                alias.rule().matches(unit.model())
                    ? Outcome.done(alias)
                    : Outcome.refused(
                        Code.ALIAS_MISMATCH,
                        "unit " + unit.id() + " is not what alias " + alias.name() + " means"))
        .then(
            alias ->
                grant(
                    host,
                    adopted(adoption, host.host().name(), now, origin),
                    List.of(unit),
                    UnitEvent.ADOPT,
                    origin));
  }

  private Claim adopted(Adoption adoption, HostName host, Instant now, Origin origin) {
    return new Claim(
        new ClaimId(desk.ids.get()),
        adoption.project(),
        adoption.alias(),
        1,
        Optional.empty(),
        host,
        adoption.consumer(),
        ClaimState.IN_USE,
        true,
        origin.actor(),
        now,
        Optional.empty());
  }

  private <T> Outcome<T> overQuota(Quota quota, long more) {
    Code why = quota.limit().isEmpty() ? Code.NO_LIMIT_SET : Code.QUOTA_EXCEEDED;
    String sentence = quota.shortfall(more);
    return Outcome.refused(
        new Refusal(Code.QUOTA_EXCEEDED, sentence, List.of(new Reason(why, sentence))));
  }

  /** Counts by reason, without naming units or hosts: tenants read this. */
  private Outcome<Claim> noCapacity(ClaimRequest request, Alias alias, List<String> models) {
    Instant now = desk.clock.instant();
    Map<HostName, HostStanding> hosts = new TreeMap<>();
    Map<Code, Integer> counts = new TreeMap<>();
    for (Unit unit : desk.units.ofModels(models, MAX_EXPLAINED_UNITS)) {
      HostStanding host =
          hosts.computeIfAbsent(
              unit.host(), name -> desk.hosts.find(name).orElseThrow().standing(now));
      Code code =
          request.host().filter(asked -> !asked.equals(unit.host())).isPresent()
              ? Code.OTHER_HOST
              : Availability.objection(unit, host, alias.level())
                  .map(Reason::code)
                  .orElse(Code.TOO_FEW_ON_ONE_HOST);
      counts.merge(code, 1, Integer::sum);
    }
    List<Reason> reasons =
        counts.entrySet().stream()
            .map(count -> new Reason(count.getKey(), units(count.getValue())))
            .toList();
    String found = reasons.isEmpty() ? "no unit matches it" : "none of those that match is left";
    return Outcome.refused(
        new Refusal(
            Code.NO_CAPACITY,
            units(request.count())
                + " of alias "
                + request.alias()
                + " cannot be had now: "
                + found
                + "; ask again later, or let the alias be resolved to see why",
            reasons));
  }

  private static String units(int count) {
    return count == 1 ? "1 unit" : count + " units";
  }

  private void auditRefusal(ClaimRequest request, Refusal refusal, Origin origin) {
    desk.transactions.write(
        () -> {
          desk.trail.record(
              origin,
              desk.clock.instant(),
              "claim.create",
              request.id().toString(),
              refusal.code().name(),
              refusal.message());
          return Outcome.done(refusal);
        });
  }

  /** There is no such thing. */
  public static <T> Outcome<T> unknown(ClaimId id) {
    return Outcome.refused(Code.UNKNOWN_CLAIM, "there is no claim " + id + "; look at the claims");
  }
}
