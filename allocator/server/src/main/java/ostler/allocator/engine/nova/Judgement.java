package ostler.allocator.engine.nova;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Part;
import ostler.allocator.engine.Reason;
import ostler.allocator.engine.placement.Candidate;
import ostler.allocator.engine.placement.Fleet;
import ostler.allocator.engine.placement.Placement;
import ostler.allocator.engine.placement.Verdicts;
import ostler.flavor.AliasName;
import ostler.inventory.HostName;
import ostler.inventory.ProjectId;
import ostler.inventory.UnitId;

/**
 * What becomes of each host, in the order in which they were named. Sentences cost more than
 * judging, so they are made when somebody asks for them, by the picture that was judged by.
 */
public sealed interface Judgement {

  int BEST = 100;

  /** How many hosts were judged. */
  int size();

  /** Why the host cannot, absent where it can. */
  Optional<Code> code(int host);

  /** 1 to {@value #BEST}, the best the highest; 0 where it cannot. */
  int score(int host);

  /** Whether Nova may go one of the ways that it has on a host that can. */
  default boolean isGood(int host, int way) {
    return true;
  }

  /** All of it with sentences. */
  List<Finding> findings();

  /** How many hosts can. */
  default int passed() {
    int passed = 0;
    for (int host = 0; host < size(); host++) {
      passed += code(host).isEmpty() ? 1 : 0;
    }
    return passed;
  }

  /** Nothing of ours is asked for, so every host will do. */
  record NotOurs(int size) implements Judgement {
    @Override
    public Optional<Code> code(int host) {
      return Optional.empty();
    }

    @Override
    public int score(int host) {
      return 0;
    }

    @Override
    public List<Finding> findings() {
      return List.of();
    }
  }

  /** All hosts fail, for one reason that lies in the asker and not in them. */
  record Refused(List<String> hosts, Reason why) implements Judgement {
    public Refused {
      hosts = List.copyOf(hosts);
    }

    @Override
    public int size() {
      return hosts.size();
    }

    @Override
    public Optional<Code> code(int host) {
      return Optional.of(why.code());
    }

    @Override
    public int score(int host) {
      return 0;
    }

    @Override
    public List<Finding> findings() {
      return hosts.stream().map(host -> new Finding(host, 0, Optional.of(why), List.of())).toList();
    }
  }

  /** Hosts judged by the units that they have to give. */
  final class Placed implements Judgement {

    private final NovaNeeds needs;
    private final ProjectId project;
    private final Fleet fleet;
    private final List<String> hosts;
    private final int[] places;
    private final Instant at;
    private final Verdicts verdicts;
    private final int least;
    private final int best;

    private Placed(NovaNeeds needs, NovaRequest request, Fleet fleet, Instant at) {
      this.needs = needs;
      this.project = request.project();
      this.fleet = fleet;
      this.places = fleet.places(request.hosts());
      this.hosts = fleet.names(request.hosts(), places);
      this.at = at;
      this.verdicts = placement().judge(places, needs.ways(request), at);
      int[] scores = new int[verdicts.size()];
      Arrays.setAll(scores, verdicts::score);
      this.least = Arrays.stream(scores).filter(score -> score > 0).min().orElse(0);
      this.best = Arrays.stream(scores).max().orElse(0);
    }

    private Placement placement() {
      return Placement.forNova(fleet, needs.request(project), needs.specs());
    }

    @Override
    public int size() {
      return places.length;
    }

    @Override
    public Optional<Code> code(int host) {
      return verdicts.code(host);
    }

    @Override
    public boolean isGood(int host, int way) {
      return verdicts.isGood(host, way);
    }

    /** Beside the others of this answer, since one number for all requests would tell little. */
    @Override
    public int score(int host) {
      int score = verdicts.score(host);
      if (score == 0 || best == least) {
        return score == 0 ? 0 : BEST;
      }
      return 1 + (BEST - 1) * (score - least) / (best - least);
    }

    /** The names of the hosts that can. */
    public List<HostName> passing() {
      List<HostName> passing = new ArrayList<>();
      for (int host = 0; host < places.length; host++) {
        if (verdicts.passes(host)) {
          passing.add(new HostName(hosts.get(host)));
        }
      }
      return passing;
    }

    /** For each part, how many units the hosts that can have to give, all together. */
    public List<Integer> free() {
      int[] can = new int[verdicts.passed()];
      int next = 0;
      for (int host = 0; host < places.length; host++) {
        if (verdicts.passes(host)) {
          can[next++] = places[host];
        }
      }
      Placement placement = placement();
      List<Integer> free = new ArrayList<>();
      for (int part = 0; part < needs.parts().size(); part++) {
        free.add(placement.free(can, part, at));
      }
      return free;
    }

    @Override
    public List<Finding> findings() {
      Placement placement = placement();
      List<Finding> findings = new ArrayList<>();
      for (int host = 0; host < places.length; host++) {
        Optional<Reason> against = against(placement, host);
        List<UnitId> units = against.isPresent() ? List.of() : units(placement, places[host]);
        findings.add(new Finding(hosts.get(host), score(host), against, units));
      }
      return findings;
    }

    private Optional<Reason> against(Placement placement, int host) {
      if (verdicts.passes(host)) {
        return Optional.empty();
      }
      String name = hosts.get(host);
      if (verdicts.code(host).equals(Optional.of(Code.NO_CLEAN_CANDIDATE))) {
        return Optional.of(noneGood(name));
      }
      return HostName.tryParse(name)
          .flatMap(known -> placement.objection(known, at))
          .or(() -> Optional.of(unknown(name)));
    }

    private Reason noneGood(String host) {
      return new Reason(
          Code.NO_CLEAN_CANDIDATE,
          "host "
              + host
              + " has enough for "
              + needs.asked()
              + ", but each of Placement's candidates there takes a device that the instance may"
              + " not have; wait until they are clean, or retire them and take them out of Nova's"
              + " device_spec");
    }

    private List<UnitId> units(Placement placement, int place) {
      return placement.plan(place, at, unit -> true).stream()
          .flatMap(plan -> plan.parts().stream())
          .flatMap(List::stream)
          .map(Candidate::unit)
          .toList();
    }
  }

  /** Hosts on which an instance is to go on with the devices that it has. */
  final class Kept implements Judgement {

    private final UUID instance;
    private final NovaNeeds needs;
    private final List<String> hosts;
    private final Fleet fleet;
    private final Map<String, Map<AliasName, Integer>> claimed = new HashMap<>();

    private Kept(
        UUID instance, NovaNeeds needs, List<String> hosts, Fleet fleet, List<Claim> claims) {
      this.instance = instance;
      this.needs = needs;
      this.hosts = fleet.names(hosts, fleet.places(hosts));
      this.fleet = fleet;
      for (Claim claim : claims) {
        Map<AliasName, Integer> counts =
            claimed.computeIfAbsent(claim.host().value(), host -> new HashMap<>());
        for (Part part : claim.parts()) {
          counts.merge(part.alias(), part.count(), Integer::sum);
        }
      }
    }

    @Override
    public int size() {
      return hosts.size();
    }

    @Override
    public Optional<Code> code(int host) {
      return against(host).map(Reason::code);
    }

    @Override
    public int score(int host) {
      return against(host).isPresent() ? 0 : BEST;
    }

    @Override
    public List<Finding> findings() {
      List<Finding> findings = new ArrayList<>();
      for (int host = 0; host < hosts.size(); host++) {
        findings.add(new Finding(hosts.get(host), score(host), against(host), List.of()));
      }
      return findings;
    }

    private Optional<Reason> against(int at) {
      String host = hosts.get(at);
      if (!fleet.has(host)) {
        return Optional.of(unknown(host));
      }
      Map<AliasName, Integer> has = claimed.getOrDefault(host, Map.of());
      boolean enough =
          needs.parts().stream()
              .allMatch(part -> has.getOrDefault(part.alias(), 0) >= part.count());
      return enough
          ? Optional.empty()
          : Optional.of(
              new Reason(
                  Code.UNKNOWN_CLAIM,
                  "instance "
                      + instance
                      + " is to keep "
                      + needs.asked()
                      + " on host "
                      + host
                      + " and has no claim to that; if it was there before Ostler, adopt it"));
    }
  }

  /** Judges hosts for what is to be placed, by a picture of the fleet. */
  static Placed placed(NovaNeeds needs, NovaRequest request, Fleet fleet, Instant now) {
    return new Placed(needs, request, fleet, now);
  }

  /**
   * Judges hosts for an instance that stays where it is.
   *
   * @param claims of the instance that are not over
   */
  static Kept kept(NovaNeeds needs, NovaRequest request, Fleet fleet, List<Claim> claims) {
    return new Kept(request.instance(), needs, request.hosts(), fleet, claims);
  }

  private static Reason unknown(String host) {
    return new Reason(
        Code.UNKNOWN_HOST,
        "host " + host + " is not known; enroll it, or look at the list of hosts");
  }
}
