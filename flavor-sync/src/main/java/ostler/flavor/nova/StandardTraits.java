package ostler.flavor.nova;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import ostler.flavor.Trait;

/**
 * The traits that every cloud knows (os-traits), and how Nova spells the others. Nova keeps a
 * standard one only if it is spelt as the standard spells it: {@code hw_gpu_api_vulkan} becomes
 * {@code CUSTOM_HW_GPU_API_VULKAN}.
 */
final class StandardTraits {

  private static final String LIST = "standard-traits.txt";
  private static final String CUSTOM = "CUSTOM_";

  private final Set<String> names;

  private StandardTraits(Set<String> names) {
    this.names = names;
  }

  static StandardTraits known() {
    try (InputStream list = StandardTraits.class.getResourceAsStream(LIST);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(list, StandardCharsets.UTF_8))) {
      return new StandardTraits(
          lines.lines().filter(line -> !line.startsWith("#")).collect(Collectors.toSet()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a list with commas between, blanks kept as Nova keeps them.
   *
   * @throws IllegalArgumentException if Placement would refuse one of them
   */
  SortedSet<Trait> parse(String list) {
    return Arrays.stream(list.split(",", -1))
        .map(this::spelt)
        .map(Trait::new)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private String spelt(String text) {
    String capitals = text.toUpperCase(Locale.ROOT);
    if (names.contains(text) || capitals.startsWith(CUSTOM)) {
      return names.contains(text) ? text : capitals;
    }
    return CUSTOM + capitals.replaceAll("[^0-9A-Z]+", "_");
  }
}
