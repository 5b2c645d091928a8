package ostler.allocator.quota;

import java.util.Optional;
import java.util.regex.Pattern;
import ostler.flavor.AliasName;

/**
 * What a limit counts.
 *
 * @param value for now {@code alias:} and an alias's name: units that were asked for by that name
 */
public record ResourceKey(String value) implements Comparable<ResourceKey> {

  private static final String ALIAS = "alias:";
  private static final Pattern FORM = Pattern.compile("alias:[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  public ResourceKey {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("a resource key is alias: and the name of an alias");
    }
  }

  public static ResourceKey of(AliasName alias) {
    return new ResourceKey(ALIAS + alias.value());
  }

  /** Answers empty where the text has another form. */
  public static Optional<ResourceKey> tryParse(String text) {
    return FORM.matcher(text).matches() ? Optional.of(new ResourceKey(text)) : Optional.empty();
  }

  @Override
  public int compareTo(ResourceKey other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
