package ostler.allocator.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ostler.allocator.engine.Availability;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.HostStanding;
import ostler.allocator.engine.Origin;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Reason;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.placement.Fleet;
import ostler.allocator.engine.placement.Guest;
import ostler.allocator.engine.placement.HostUnits;
import ostler.allocator.engine.placement.Placement;
import ostler.allocator.engine.placement.Request;
import ostler.allocator.engine.placement.Request.Need;
import ostler.allocator.engine.placement.Verdicts;
import ostler.flavor.Alias;
import ostler.flavor.AliasName;
import ostler.flavor.UnitShape;
import ostler.inventory.HostName;
import ostler.inventory.ProjectId;

/** Aliases, and what they mean. */
public final class AliasDesk {

  private static final int MAX_RESOLVED_UNITS = 10_000;
  private static final int MAX_RESOLVED_HOSTS = 1_000;

  private final Desk desk;

  public AliasDesk(Desk desk) {
    this.desk = desk;
  }

  /**
   * What an alias means now.
   *
   * @param unlike what is made of the same models, and is not meant all the same
   * @param hosts what became of each host, in order of name or as they were named
   */
  public record Resolution(
      Alias alias, List<Candidate> candidates, List<Unlike> unlike, List<Judged> hosts) {
    public Resolution {
      candidates = List.copyOf(candidates);
      unlike = List.copyOf(unlike);
      hosts = List.copyOf(hosts);
    }
  }

  /**
   * A host that was asked for units.
   *
   * @param score how well it would do, 0 where it cannot
   * @param why it cannot, absent where it can
   */
  public record Judged(HostName host, int score, Optional<Reason> why) {}

  /**
   * A unit that an alias means, and why it may not be claimed, where it may not.
   *
   * @param servesOnly the project that a slice's card serves until it is empty
   */
  public record Candidate(
      Unit unit, UnitShape shape, Optional<ProjectId> servesOnly, Optional<Reason> why) {}

  /**
   * Units of one shape that an alias does not mean, though they are made of what it means.
   *
   * @param units how many of them there are
   */
  public record Unlike(UnitShape shape, int units, Reason why) {}

  /** The units that are made of what an alias means, told apart. */
  private record Told(List<Candidate> candidates, List<Unlike> unlike) {}

  public Outcome<Alias> save(Alias alias, Origin origin) {
    return desk.transactions.write(
        () -> {
          desk.aliases.save(alias);
          desk.trail.done(
              origin,
              desk.clock.instant(),
              "alias.set",
              alias.name().value(),
              alias.said() + " to " + alias.level());
          return Outcome.done(alias);
        });
  }

  /** Removes an alias; claims that were made by it stay. */
  public Outcome<AliasName> delete(AliasName name, Origin origin) {
    return desk.transactions.write(
        () -> {
          if (!desk.aliases.delete(name)) {
            return unknown(name);
          }
          desk.trail.done(origin, desk.clock.instant(), "alias.delete", name.value(), "");
          return Outcome.done(name);
        });
  }

  /**
   * Every unit that the alias means, and why it may not be claimed now; and which hosts could serve
   * one request for some of them, and why the others could not.
   *
   * @param named the hosts to ask; none of them means all, of which the first are answered
   * @param project for which; where nobody says, a slice of a card that serves one is free
   */
  public Outcome<Resolution> resolve(
      AliasName name, int count, Guest guest, List<HostName> named, Optional<ProjectId> project) {
    desk.fleet.look();
    return desk.fleet
        .fleet()
        .then(
            fleet ->
                desk.transactions.read(
                    () ->
                        desk.aliases
                            .find(name)
                            .map(
                                alias ->
                                    Outcome.done(
                                        resolve(
                                            fleet,
                                            new Request(
                                                List.of(new Need(alias, count)), guest, project),
                                            named)))
                            .orElseGet(() -> unknown(name))));
  }

  private Resolution resolve(Fleet fleet, Request request, List<HostName> named) {
    Alias alias = request.needs().get(0).alias();
    List<HostName> asked =
        named.isEmpty()
            ? fleet.hosts().stream().map(HostUnits::name).limit(MAX_RESOLVED_HOSTS).toList()
            : named;
    Told told = told(alias, request.project());
    return new Resolution(alias, told.candidates(), told.unlike(), judged(fleet, request, asked));
  }

  private List<Judged> judged(Fleet fleet, Request request, List<HostName> hosts) {
    Instant now = desk.clock.instant();
    Placement placement = new Placement(fleet, request);
    Verdicts verdicts =
        placement.judge(fleet.places(hosts.stream().map(HostName::value).toList()), now);
    List<Judged> judged = new ArrayList<>();
    for (int i = 0; i < hosts.size(); i++) {
      judged.add(
          new Judged(
              hosts.get(i),
              verdicts.score(i),
              verdicts.passes(i) ? Optional.empty() : placement.objection(hosts.get(i), now)));
    }
    return judged;
  }

  private Told told(Alias alias, Optional<ProjectId> project) {
    Instant now = desk.clock.instant();
    Map<HostName, HostStanding> hosts = new HashMap<>();
    List<Candidate> candidates = new ArrayList<>();
    Map<UnitShape, Integer> others = new LinkedHashMap<>();
    for (Placed placed : desk.places.ofModels(desk.units.modelsOf(alias), MAX_RESOLVED_UNITS)) {
      Unit unit = placed.unit();
      if (alias.matches(placed.shape())) {
        HostStanding host = hosts.computeIfAbsent(unit.host(), name -> standing(name, now));
        candidates.add(
            new Candidate(
                unit,
                placed.shape(),
                placed.parent().flatMap(card -> card.cut().project()),
                Availability.objection(unit, placed.parent(), host, alias.level())
                    .or(() -> taken(placed, project))));
      } else {
        others.merge(placed.shape(), 1, Integer::sum);
      }
    }
    List<Unlike> unlike = new ArrayList<>();
    others.forEach((shape, count) -> unlike.add(new Unlike(shape, count, mismatch(alias, shape))));
    return new Told(candidates, unlike);
  }

  private static Optional<Reason> taken(Placed slice, Optional<ProjectId> project) {
    return project.flatMap(
        asks -> slice.parent().flatMap(card -> Availability.objection(slice.unit(), card, asks)));
  }

  /** By the best of the alternatives that the unit could have been meant by. */
  private static Reason mismatch(Alias alias, UnitShape shape) {
    String sentence =
        alias.rules().stream()
            .filter(rule -> rule.matches(shape.model()))
            .findFirst()
            .flatMap(rule -> rule.mismatch(shape))
            .orElseThrow();
    return new Reason(Code.NO_MATCH, "it " + sentence);
  }

  private HostStanding standing(HostName name, Instant now) {
    return desk.hosts.find(name).map(host -> host.standing(now)).orElseThrow();
  }

  /** There is no such thing. */
  public static <T> Outcome<T> unknown(AliasName name) {
    return Outcome.refused(
        Code.UNKNOWN_ALIAS, "there is no alias " + name + "; look at the aliases");
  }
}
