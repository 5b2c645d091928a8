package ostler.allocator.quota;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import ostler.allocator.quota.ResourceKey.Family;

/**
 * What holds for a key that no node from a project up to its root sets.
 *
 * @param denied families of keys of which nothing may then be had; of the others, any number
 */
public record QuotaDefault(Set<Family> denied) {

  /** Nothing can be had by a name that nobody allowed, and one limit allows a card. */
  public static final QuotaDefault SHIPPED = new QuotaDefault(EnumSet.of(Family.ALIAS));

  private static final String DENY = "deny";
  private static final String UNLIMITED = "unlimited";

  public QuotaDefault {
    denied = Set.copyOf(denied);
  }

  /**
   * Reads {@code deny}, {@code unlimited}, or words for single families such as {@code
   * alias=deny,total=unlimited}; a family that is not named keeps what is shipped.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  public static QuotaDefault parse(String text) {
    Set<Family> denied = EnumSet.copyOf(SHIPPED.denied());
    for (String part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      Set<Family> meant =
          equals < 0 ? EnumSet.allOf(Family.class) : EnumSet.of(family(part.substring(0, equals)));
      switch (part.substring(equals + 1)) {
        case DENY -> denied.addAll(meant);
        case UNLIMITED -> denied.removeAll(meant);
        default -> throw new IllegalArgumentException("is deny or unlimited, not " + part);
      }
    }
    return new QuotaDefault(denied);
  }

  boolean denies(ResourceKey key) {
    return denied.contains(key.family());
  }

  private static Family family(String word) {
    Optional<Family> known =
        Arrays.stream(Family.values()).filter(family -> family.word().equals(word)).findFirst();
    return known.orElseThrow(
        () -> new IllegalArgumentException("there is no family of resource keys " + word));
  }
}
