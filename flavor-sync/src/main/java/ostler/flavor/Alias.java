package ostler.flavor;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import ostler.inventory.WipeLevel;

/**
 * A name for units that match a rule and were cleaned far enough.
 *
 * @param rules the alternatives, the best first; all units of one request match the same one
 * @param level the least level that a unit must have reached to be handed out under this name
 * @param wishes how its units must lie on their host
 * @param releaseAt when a unit that was given back no longer counts against quota
 */
public record Alias(
    AliasName name, List<AliasRule> rules, WipeLevel level, Wishes wishes, ReleaseAt releaseAt) {

  public static final int MAX_RULES = 8;

  /**
   * How units must lie.
   *
   * @param topology absent where they may lie as they like
   */
  public record Wishes(NumaPolicy numa, Optional<Topology> topology, HostOrder hosts) {

    /** What an alias wishes that says nothing. */
    public static final Wishes NONE =
        new Wishes(NumaPolicy.LEGACY, Optional.empty(), HostOrder.PACK);

    public Wishes {
      Objects.requireNonNull(numa);
      Objects.requireNonNull(topology);
      Objects.requireNonNull(hosts);
    }
  }

  public Alias {
    Objects.requireNonNull(name);
    rules = List.copyOf(rules);
    Objects.requireNonNull(level);
    Objects.requireNonNull(wishes);
    Objects.requireNonNull(releaseAt);
    if (rules.isEmpty() || rules.size() > MAX_RULES) {
      throw new Contradiction(
          "alternatives", "are at most " + (MAX_RULES - 1) + " beside the rule itself");
    }
    Set<AliasRule> earlier = new HashSet<>();
    for (int i = 0; i < rules.size(); i++) {
      if (!earlier.add(rules.get(i))) {
        throw new Contradiction(
            "alternatives[" + (i - 1) + "]",
            "is the same as one before it, so it is never reached");
      }
    }
  }

  /** An alias whose units count until they are given back. */
  public Alias(AliasName name, List<AliasRule> rules, WipeLevel level, Wishes wishes) {
    this(name, rules, level, wishes, ReleaseAt.DETACH);
  }

  /** An alias with one rule, which lets its units lie as they like. */
  public Alias(AliasName name, AliasRule rule, WipeLevel level) {
    this(name, List.of(rule), level, Wishes.NONE);
  }

  /** The first and best alternative. */
  public AliasRule rule() {
    return rules.get(0);
  }

  /** Whether a unit of that shape is meant by any alternative. */
  public boolean matches(UnitShape shape) {
    return rules.stream().anyMatch(rule -> rule.matches(shape));
  }

  /** Whether a unit made of that may be meant by any alternative. */
  public boolean matches(UnitModel model) {
    return rules.stream().anyMatch(rule -> rule.matches(model));
  }

  /** All alternatives, for people. */
  public String said() {
    return rules.stream().map(AliasRule::toString).collect(Collectors.joining("; or "));
  }
}
