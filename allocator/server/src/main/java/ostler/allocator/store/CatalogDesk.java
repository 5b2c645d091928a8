package ostler.allocator.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Collectors;
import ostler.allocator.engine.Availability;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.HostStanding;
import ostler.allocator.engine.Origin;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Reason;
import ostler.allocator.engine.Unit;
import ostler.allocator.quota.Quota;
import ostler.allocator.quota.ResourceKey;
import ostler.allocator.store.Projects.Project;
import ostler.flavor.Alias;
import ostler.flavor.AliasName;
import ostler.inventory.HostName;
import ostler.inventory.ProjectId;

/** Aliases, projects and their limits: what claims are made against. */
public final class CatalogDesk {

  private static final int MAX_RESOLVED_UNITS = 10_000;

  private final Desk desk;

  public CatalogDesk(Desk desk) {
    this.desk = desk;
  }

  /** What an alias means now. */
  public record Resolution(Alias alias, List<Candidate> candidates) {
    public Resolution {
      candidates = List.copyOf(candidates);
    }
  }

  /** A unit that an alias means, and why it may not be claimed, where it may not. */
  public record Candidate(Unit unit, Optional<Reason> why) {}

  public Outcome<Alias> save(Alias alias, Origin origin) {
    return changed(
        origin,
        "alias.set",
        alias.name().value(),
        alias.rule() + " to " + alias.level(),
        now -> {
          desk.aliases.save(alias);
          return Outcome.done(alias);
        });
  }

  /** Removes an alias; claims that were made by it stay. */
  public Outcome<AliasName> delete(AliasName name, Origin origin) {
    return changed(
        origin,
        "alias.delete",
        name.value(),
        "",
        now -> desk.aliases.delete(name) ? Outcome.done(name) : unknown(name));
  }

  /** Every unit that the alias means, and why it may not be claimed now. */
  public Outcome<Resolution> resolve(AliasName name) {
    return desk.transactions.read(
        () ->
            desk.aliases
                .find(name)
                .map(alias -> Outcome.done(resolve(alias)))
                .orElseGet(() -> unknown(name)));
  }

  public Outcome<Project> save(Project project, Origin origin) {
    return changed(
        origin,
        "project.set",
        project.id().value(),
        project.name(),
        now -> {
          desk.projects.save(project, now);
          return Outcome.done(project);
        });
  }

  /**
   * Sets the limits that are named, and leaves the others as they are. Lowering one below what is
   * used is allowed: nothing is taken away, and nothing more is granted.
   *
   * @param limits empty where the limit is to be taken away, which allows nothing
   */
  public Outcome<List<Quota>> setLimits(
      ProjectId project, SortedMap<ResourceKey, Optional<Long>> limits, Origin origin) {
    return changed(
        origin,
        "quota.set",
        project.value(),
        said(limits),
        now -> {
          if (desk.projects.find(project).isEmpty()) {
            return unknown(project);
          }
          limits.forEach((key, limit) -> desk.quotas.setLimit(project, key, limit));
          return Outcome.done(desk.quotas.of(project));
        });
  }

  public Outcome<List<Quota>> limits(ProjectId project) {
    return desk.transactions.read(
        () ->
            desk.projects.find(project).isEmpty()
                ? unknown(project)
                : Outcome.done(desk.quotas.of(project)));
  }

  private interface Change<T> {
    Outcome<T> at(Instant now);
  }

  private <T> Outcome<T> changed(
      Origin origin, String action, String object, String detail, Change<T> change) {
    return desk.transactions.write(
        () -> {
          Instant now = desk.clock.instant();
          return change
              .at(now)
              .map(
                  value -> {
                    desk.trail.done(origin, now, action, object, detail);
                    return value;
                  });
        });
  }

  private static String said(SortedMap<ResourceKey, Optional<Long>> limits) {
    return limits.entrySet().stream()
        .map(limit -> limit.getKey() + "=" + limit.getValue().map(Object::toString).orElse("none"))
        .collect(Collectors.joining(" "));
  }

  private Resolution resolve(Alias alias) {
    Instant now = desk.clock.instant();
    Map<HostName, HostStanding> hosts = new HashMap<>();
    List<Candidate> candidates = new ArrayList<>();
    for (Unit unit : desk.units.ofModels(desk.units.modelsOf(alias.rule()), MAX_RESOLVED_UNITS)) {
      HostStanding host = hosts.computeIfAbsent(unit.host(), name -> standing(name, now));
      candidates.add(new Candidate(unit, Availability.objection(unit, host, alias.level())));
    }
    return new Resolution(alias, candidates);
  }

  private HostStanding standing(HostName name, Instant now) {
    return desk.hosts.find(name).map(host -> host.standing(now)).orElseThrow();
  }

  /** There is no such thing. */
  public static <T> Outcome<T> unknown(AliasName name) {
    return Outcome.refused(
        Code.UNKNOWN_ALIAS, "there is no alias " + name + "; look at the aliases");
  }

  /** There is no such thing. */
  public static <T> Outcome<T> unknown(ProjectId project) {
    return Outcome.refused(
        Code.UNKNOWN_PROJECT, "there is no project " + project + "; an operator can make it");
  }
}
