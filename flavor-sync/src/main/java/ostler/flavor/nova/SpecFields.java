package ostler.flavor.nova;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.JsonObject;
import ostler.wire.WireException;

/**
 * The fields of one JSON object of Nova's configuration. Each is taken once; {@link #rest} has what
 * nobody took.
 */
final class SpecFields {

  /** More than any device_spec or alias that a person wrote. */
  private static final JsonLimits LIMITS = new JsonLimits(64 * 1024, 8, 16 * 1024);

  private static final Set<String> YES = Set.of("1", "t", "true", "on", "y", "yes");
  private static final Set<String> NO = Set.of("0", "f", "false", "off", "n", "no");

  /** What Python's {@code int(text, 16)} reads, but for signs and digits of other scripts. */
  private static final Pattern HEX =
      Pattern.compile("\\+?(?:0[xX]_?)?[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*");

  private static final String ANY = "*";
  private static final int HEX_RADIX = 16;

  private final Place place;
  private final Map<String, Object> fields;

  private SpecFields(Place place, Map<?, ?> fields) {
    this.place = place;
    this.fields = new LinkedHashMap<>();
    fields.forEach((name, value) -> this.fields.put(name.toString(), value));
  }

  /** Reads one object. */
  static SpecFields one(Place place, String json) throws NovaRefusal {
    if (!(value(place, json) instanceof Map<?, ?> object)) {
      throw new NovaRefusal(place, "", "is not a JSON object");
    }
    return new SpecFields(place, object);
  }

  /** Reads an object, or a list of objects. */
  static List<SpecFields> several(Place place, String json) throws NovaRefusal {
    Object value = value(place, json);
    if (!(value instanceof Map) && !(value instanceof List)) {
      throw new NovaRefusal(place, "", "is neither a JSON object nor a list of them");
    }
    List<SpecFields> several = new ArrayList<>();
    for (Object item : value instanceof List<?> list ? list : List.of(value)) {
      if (!(item instanceof Map<?, ?> object)) {
        throw new NovaRefusal(place, "", "is a JSON list that holds something else than objects");
      }
      several.add(new SpecFields(place, object));
    }
    return several;
  }

  private static Object value(Place place, String json) throws NovaRefusal {
    String field = "value";
    try {
      Map<String, Object> tree =
          Json.read("{\"" + field + "\":" + json + '}', LIMITS, JsonObject::tree);
      if (tree.size() != 1) {
        throw new NovaRefusal(place, "", "has something behind the end of its JSON");
      }
      return tree.get(field);
    } catch (WireException e) {
      String path = e.path().startsWith(field + '.') ? e.path().substring(field.length() + 1) : "";
      throw new NovaRefusal(place, path, e.rule());
    }
  }

  Place place() {
    return place;
  }

  NovaRefusal refusal(String field, String rule) {
    return new NovaRefusal(place, field, rule);
  }

  boolean has(String field) {
    return fields.containsKey(field);
  }

  /** Any value; null is as good as none. */
  Optional<Object> take(String field) {
    return Optional.ofNullable(fields.remove(field));
  }

  /** A text; one that is there must not be null, which Nova would fail over. */
  Optional<String> text(String field) throws NovaRefusal {
    if (!fields.containsKey(field)) {
      return Optional.empty();
    }
    if (fields.remove(field) instanceof String text) {
      return Optional.of(text);
    }
    throw refusal(field, "is not a text");
  }

  /** Refuses what is there and not a text, and leaves a text to be taken. */
  void requireText(String field) throws NovaRefusal {
    if (fields.containsKey(field) && !(fields.get(field) instanceof String)) {
      throw refusal(field, "is not a text");
    }
  }

  /** One of some words, as a JSON schema's enum has them. */
  Optional<String> oneOf(String field, List<String> words) throws NovaRefusal {
    Optional<String> word = text(field);
    if (word.isPresent() && !words.contains(word.get())) {
      throw refusal(field, "is one of " + String.join(", ", words) + ", not " + word.get());
    }
    return word;
  }

  /** A truth value as oslo's strict reading has it; null is as good as none. */
  Optional<Boolean> strictBool(String field) throws NovaRefusal {
    Optional<Object> said = take(field);
    if (said.isEmpty()) {
      return Optional.empty();
    }
    String word = word(said.get());
    if (!YES.contains(word) && !NO.contains(word)) {
      throw refusal(field, "is one of true, yes, on, y, t, 1 and their opposites, not " + word);
    }
    return Optional.of(YES.contains(word));
  }

  /** A truth value as oslo reads it leniently: what is no yes is no. */
  boolean lenientBool(String field) {
    return take(field).filter(said -> YES.contains(word(said))).isPresent();
  }

  private static String word(Object said) {
    return said.toString().strip().toLowerCase(Locale.ROOT);
  }

  /** A number in hexadecimal digits, or empty for any. */
  Optional<Integer> hex(String field, String text, int max) throws NovaRefusal {
    if (text.equals(ANY)) {
      return Optional.empty();
    }
    String number = text.strip();
    if (!HEX.matcher(number).matches()) {
      throw refusal(field, "is neither hexadecimal digits nor *: \"" + text + '"');
    }
    String digits = number.replaceAll("^\\+?(0[xX])?|_", "").replaceAll("^0+(?=.)", "");
    String most = Integer.toHexString(max);
    if (digits.length() > most.length() || Integer.parseInt(digits, HEX_RADIX) > max) {
      throw refusal(field, "is at most " + most + ", not " + text);
    }
    return Optional.of(Integer.parseInt(digits, HEX_RADIX));
  }

  /** What nobody took, each as one text. */
  SortedMap<String, String> rest() {
    SortedMap<String, String> rest = new TreeMap<>();
    fields.forEach((name, value) -> rest.put(name, String.valueOf(value)));
    return rest;
  }

  /** Refuses what nobody took. */
  void done() throws NovaRefusal {
    for (String name : fields.keySet()) {
      throw refusal(name, "is not a field that an alias has");
    }
  }
}
