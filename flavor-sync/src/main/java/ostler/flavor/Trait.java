package ostler.flavor;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A quality that a unit has or has not, in the one spelling that Nova gives to the traits of its
 * {@code device_spec}: capitals, digits and underscores, and {@code CUSTOM_} before what is not one
 * of the standard ones.
 *
 * @param name 1 to 255 characters
 */
public record Trait(String name) implements Comparable<Trait> {

  private static final int MAX_CHARS = 255;
  private static final Pattern FORM = Pattern.compile("[A-Z][A-Z0-9_]{0,254}");
  private static final String CUSTOM = "CUSTOM_";

  /** How the names of the standard traits begin (os-traits). */
  private static final Set<String> STANDARD =
      Set.of(CUSTOM, "COMPUTE_", "HW_", "MISC_", "OWNER_", "STORAGE_");

  public Trait {
    if (!FORM.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a trait is 1 to " + MAX_CHARS + " capitals, digits and underscores");
    }
  }

  /**
   * Reads any spelling: {@code nvlink} is {@code CUSTOM_NVLINK}, {@code hw-gpu-api} is {@code
   * HW_GPU_API}.
   *
   * @throws IllegalArgumentException if nothing is left to read, or too much
   */
  @JsonCreator
  public static Trait parse(String text) {
    String name = text.strip().toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9_]", "_");
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a trait is 1 to " + MAX_CHARS + " characters");
    }
    return new Trait(STANDARD.stream().anyMatch(name::startsWith) ? name : CUSTOM + name);
  }

  @Override
  public int compareTo(Trait other) {
    return name.compareTo(other.name);
  }

  @Override
  @JsonValue
  public String toString() {
    return name;
  }
}
