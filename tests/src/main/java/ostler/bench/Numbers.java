package ostler.bench;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A benchmark's options: numbers behind names. */
record Numbers(Map<String, Integer> values) {

  Numbers {
    values = Map.copyOf(values);
  }

  /**
   * Reads {@code --name N}, again and again.
   *
   * @param known the names that there are, each with its number where it is not given
   * @throws IllegalArgumentException if there is another word, or a number is not 1 or more
   */
  static Numbers parse(List<String> words, Map<String, Integer> known) {
    Map<String, Integer> values = new HashMap<>(known);
    for (int i = 0; i < words.size(); i += 2) {
      String name = words.get(i);
      if (!known.containsKey(name)) {
        throw new IllegalArgumentException(name + " is no option here");
      }
      if (i + 1 == words.size() || !words.get(i + 1).matches("[1-9][0-9]{0,8}")) {
        throw new IllegalArgumentException(name + " needs a number of 1 or more");
      }
      values.put(name, Integer.parseInt(words.get(i + 1)));
    }
    return new Numbers(values);
  }

  int of(String name) {
    return values.get(name);
  }
}
