package ostler.agent;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The words of a command line: options with a value each. Small enough to be read by hand; a
 * library for it would be half of the agent's start.
 */
final class Arguments {

  private final Map<String, String> values;

  private Arguments(Map<String, String> values) {
    this.values = values;
  }

  /**
   * Reads {@code --name value} pairs.
   *
   * @throws IllegalArgumentException naming the word that does not belong there
   */
  static Arguments parse(List<String> words, Set<String> known) {
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < words.size(); i += 2) {
      String name = words.get(i);
      if (!known.contains(name)) {
        throw new IllegalArgumentException(name + " is not an option; these are: " + known);
      }
      if (i + 1 == words.size()) {
        throw new IllegalArgumentException(name + " needs a value");
      }
      if (values.put(name, words.get(i + 1)) != null) {
        throw new IllegalArgumentException(name + " is there twice");
      }
    }
    return new Arguments(values);
  }

  Optional<String> value(String name) {
    return Optional.ofNullable(values.get(name));
  }

  String required(String name) {
    return value(name).orElseThrow(() -> new IllegalArgumentException(name + " is missing"));
  }
}
