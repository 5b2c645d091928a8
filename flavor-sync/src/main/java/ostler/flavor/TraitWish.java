package ostler.flavor;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Comparator;
import java.util.Objects;

/**
 * That a unit must have a trait, or that it must not: {@code CUSTOM_NVLINK}, {@code !CUSTOM_OLD}.
 */
public record TraitWish(Trait trait, boolean forbidden) implements Comparable<TraitWish> {

  private static final String NOT = "!";
  private static final Comparator<TraitWish> ORDER =
      Comparator.comparing(TraitWish::trait).thenComparing(TraitWish::forbidden);

  public TraitWish {
    Objects.requireNonNull(trait);
  }

  /**
   * Reads a trait in any spelling, with an exclamation mark before one that is forbidden.
   *
   * @throws IllegalArgumentException if it is no trait
   */
  @JsonCreator
  public static TraitWish parse(String text) {
    String wish = text.strip();
    return wish.startsWith(NOT)
        ? new TraitWish(Trait.parse(wish.substring(NOT.length())), true)
        : new TraitWish(Trait.parse(wish), false);
  }

  @Override
  public int compareTo(TraitWish other) {
    return ORDER.compare(this, other);
  }

  @Override
  @JsonValue
  public String toString() {
    return (forbidden ? NOT : "") + trait;
  }
}
