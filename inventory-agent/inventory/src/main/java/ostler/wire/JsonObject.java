package ostler.wire;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * One object of a document, read field by field into types. Each method names the field it wants;
 * {@link #done} then refuses whatever nobody asked for. A field that is null counts as absent.
 *
 * <p>Not for several threads: it remembers which fields were asked for.
 */
public final class JsonObject {

  /** So that a refusal never repeats a whole document, in characters. */
  private static final int MAX_QUOTED_CHARS = 60;

  private final String path;
  private final Map<String, Object> fields;
  private final Set<String> asked = new HashSet<>();

  JsonObject(String path, Map<String, Object> fields) {
    this.path = path;
    this.fields = fields;
  }

  static String join(String path, String name) {
    return path.isEmpty() ? name : path + '.' + name;
  }

  /** A text, as it is. */
  public String text(String name) throws WireException {
    return required(name, optionalText(name));
  }

  public Optional<String> optionalText(String name) throws WireException {
    return optional(name, String.class, "a text");
  }

  /**
   * A text that is read into a type.
   *
   * @param parser answers empty where the text is not one, as the nouns' {@code tryParse} does
   * @param what completes "is not ...", for example {@code a PCI address}
   */
  public <T> T value(String name, Function<String, Optional<T>> parser, String what)
      throws WireException {
    return required(name, optionalValue(name, parser, what));
  }

  /** As {@link #value}, where the field may be absent. */
  public <T> Optional<T> optionalValue(
      String name, Function<String, Optional<T>> parser, String what) throws WireException {
    Optional<String> text = optionalText(name);
    return text.isEmpty()
        ? Optional.empty()
        : Optional.of(parsed(join(path, name), text.get(), parser, what));
  }

  /** A whole number from min to max, both included. */
  public int integer(String name, int min, int max) throws WireException {
    return (int) longInteger(name, min, max);
  }

  public OptionalInt optionalInteger(String name, int min, int max) throws WireException {
    return has(name) ? OptionalInt.of(integer(name, min, max)) : OptionalInt.empty();
  }

  /** A whole number of up to 64 bits, from min to max, both included. */
  public long longInteger(String name, long min, long max) throws WireException {
    long number = required(name, optional(name, Long.class, "a whole number"));
    if (number < min || number > max) {
      throw refusal(name, "is not from " + min + " to " + max + ": " + number);
    }
    return number;
  }

  public boolean bool(String name) throws WireException {
    return required(name, optionalBool(name));
  }

  public Optional<Boolean> optionalBool(String name) throws WireException {
    return optional(name, Boolean.class, "true or false");
  }

  /** An object, read by the reader; the reader calls {@link #done} if it knows all fields. */
  public <T> T object(String name, JsonReader<T> reader) throws WireException {
    return required(name, optionalObject(name, reader));
  }

  public <T> Optional<T> optionalObject(String name, JsonReader<T> reader) throws WireException {
    Optional<?> found = optional(name, Map.class, "an object");
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(read(asObject(join(path, name), found.get()), reader));
  }

  /** A list of objects, each read by the reader. */
  public <T> List<T> list(String name, JsonReader<T> reader) throws WireException {
    List<T> read = new ArrayList<>();
    for (Element element : elements(name)) {
      read.add(read(asObject(element.path(), element.value()), reader));
    }
    return List.copyOf(read);
  }

  /**
   * A list of objects of which each stands alone: one that cannot be read costs only itself.
   *
   * @param refused is told of each that could not be read, with the element if it is an object
   * @throws WireException if the field itself is missing or not a list
   */
  public <T> List<T> listOfSound(
      String name, JsonReader<T> reader, BiConsumer<WireException, Optional<JsonObject>> refused)
      throws WireException {
    List<T> read = new ArrayList<>();
    for (Element element : elements(name)) {
      try {
        read.add(read(asObject(element.path(), element.value()), reader));
      } catch (WireException e) {
        refused.accept(e, tryAsObject(element.path(), element.value()));
      }
    }
    return List.copyOf(read);
  }

  /** A list of texts, each read into a type as by {@link #value}. */
  public <T> List<T> values(String name, Function<String, Optional<T>> parser, String what)
      throws WireException {
    List<T> read = new ArrayList<>();
    for (Element element : elements(name)) {
      if (!(element.value() instanceof String text)) {
        throw new WireException(element.path(), "is not a text");
      }
      read.add(parsed(element.path(), text, parser, what));
    }
    return List.copyOf(read);
  }

  /** An object of texts, whole numbers and truth values by any names, in their order. */
  public Map<String, Object> scalars(String name) throws WireException {
    Map<?, ?> found = required(name, optional(name, Map.class, "an object"));
    Map<String, Object> scalars = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : found.entrySet()) {
      Object value = entry.getValue();
      if (!(value instanceof String || value instanceof Long || value instanceof Boolean)) {
        throw new WireException(
            join(join(path, name), quotable(entry.getKey().toString())),
            "is not a text, a whole number, true or false");
      }
      scalars.put(entry.getKey().toString(), value);
    }
    return scalars;
  }

  /** A text if there is one, without any rule: to name an element that was refused. */
  public Optional<String> peekText(String name) {
    return fields.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
  }

  /** Whether the field is there and not null. */
  public boolean has(String name) {
    asked.add(name);
    Object value = fields.get(name);
    return value != null && value != DocumentParser.NULL;
  }

  /**
   * Says that all known fields have been asked for.
   *
   * @throws WireException naming a field that nobody asked for
   */
  public void done() throws WireException {
    for (String name : fields.keySet()) {
      if (!asked.contains(name)) {
        throw new WireException(join(path, quotable(name)), "is not a known field");
      }
    }
  }

  /**
   * The whole object as it was read, for a program that hands a document on rather than
   * understanding it: maps in the document's order, lists, String, Long, Double, Boolean and null.
   */
  public Map<String, Object> tree() {
    asked.addAll(fields.keySet());
    Map<String, Object> copy = new LinkedHashMap<>();
    fields.forEach((name, value) -> copy.put(name, branch(value)));
    return copy;
  }

  private static Object branch(Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> copy = new LinkedHashMap<>();
      map.forEach((name, inner) -> copy.put(name, branch(inner)));
      return copy;
    }
    if (value instanceof List<?> list) {
      List<Object> copy = new ArrayList<>(list.size());
      list.forEach(inner -> copy.add(branch(inner)));
      return copy;
    }
    return value == DocumentParser.NULL ? null : value;
  }

  /** The refusal of one field of this object for a rule that only the caller knows. */
  public WireException refusal(String name, String rule) {
    return new WireException(join(path, name), rule);
  }

  private record Element(String path, Object value) {}

  private List<Element> elements(String name) throws WireException {
    List<?> values = required(name, optional(name, List.class, "a list"));
    List<Element> elements = new ArrayList<>(values.size());
    for (Object value : values) {
      elements.add(new Element(join(path, name) + '[' + elements.size() + ']', value));
    }
    return elements;
  }

  private <T> T required(String name, Optional<T> found) throws WireException {
    return found.orElseThrow(() -> refusal(name, "is missing"));
  }

  private <T> Optional<T> optional(String name, Class<T> type, String what) throws WireException {
    if (!has(name)) {
      return Optional.empty();
    }
    Object value = fields.get(name);
    if (!type.isInstance(value)) {
      throw refusal(name, "is not " + what);
    }
    return Optional.of(type.cast(value));
  }

  private static <T> T parsed(
      String path, String text, Function<String, Optional<T>> parser, String what)
      throws WireException {
    return parser
        .apply(text)
        .orElseThrow(
            () -> new WireException(path, "is not " + what + ": \"" + quotable(text) + '"'));
  }

  /**
   * A constructor that refuses a combination of fields is a rule of the object as a whole, and the
   * sender's fault like any other.
   */
  static <T> T read(JsonObject object, JsonReader<T> reader) throws WireException {
    try {
      return reader.read(object);
    } catch (IllegalArgumentException e) {
      throw new WireException(object.path, e.getMessage());
    }
  }

  private static JsonObject asObject(String path, Object value) throws WireException {
    return tryAsObject(path, value).orElseThrow(() -> new WireException(path, "is not an object"));
  }

  private static Optional<JsonObject> tryAsObject(String path, Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      return Optional.empty();
    }
    // Only DocumentParser makes these maps, and it makes them with names for keys.
    @SuppressWarnings("unchecked")
    Map<String, Object> named = (Map<String, Object>) map;
    return Optional.of(new JsonObject(path, named));
  }

  static String quotable(String text) {
    String cut =
        text.length() <= MAX_QUOTED_CHARS ? text : text.substring(0, MAX_QUOTED_CHARS) + "...";
    return cut.replaceAll("\\p{Cntrl}", "?");
  }
}
