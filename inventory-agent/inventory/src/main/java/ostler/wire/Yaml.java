package ostler.wire;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Writes a JSON document as YAML in blocks. Every text is in double quotes with JSON's escapes,
 * which YAML 1.2 has too, so no text can turn into a number, a truth value or a date.
 */
public final class Yaml {

  private static final String STEP = "  ";
  private static final Pattern PLAIN_KEY = Pattern.compile("[a-z][a-z0-9_]*");

  /** What YAML 1.1, which many readers still are, takes for something else than a text. */
  private static final Set<String> RESERVED =
      Set.of("y", "n", "yes", "no", "on", "off", "true", "false", "null");

  private final StringBuilder out = new StringBuilder();

  private Yaml() {}

  /**
   * The same document in YAML, with a last line's end.
   *
   * @throws WireException if it is not one JSON object within the limits
   */
  public static String ofJson(String json, JsonLimits limits) throws WireException {
    Yaml yaml = new Yaml();
    yaml.out.append("---\n");
    Json.read(
        json,
        limits,
        document -> {
          yaml.fields(document.tree(), "", "");
          return document;
        });
    return yaml.out.toString();
  }

  /** The first field goes on the line that has begun, the others on lines of their own. */
  private void fields(Map<?, ?> fields, String first, String indent) {
    String prefix = first;
    for (Map.Entry<?, ?> field : fields.entrySet()) {
      out.append(prefix).append(key(field.getKey().toString())).append(':');
      value(field.getValue(), indent);
      prefix = indent;
    }
  }

  private void value(Object value, String indent) {
    if (value instanceof Map<?, ?> map && !map.isEmpty()) {
      out.append('\n');
      fields(map, indent + STEP, indent + STEP);
    } else if (value instanceof List<?> list && !list.isEmpty()) {
      out.append('\n');
      list.forEach(element -> element(element, indent));
    } else {
      out.append(' ').append(scalar(value)).append('\n');
    }
  }

  private void element(Object element, String indent) {
    if (element instanceof Map<?, ?> map && !map.isEmpty()) {
      fields(map, indent + "- ", indent + STEP);
    } else if (element instanceof List<?> list && !list.isEmpty()) {
      out.append(indent).append("-\n");
      list.forEach(inner -> element(inner, indent + STEP));
    } else {
      out.append(indent).append("- ").append(scalar(element)).append('\n');
    }
  }

  private static String key(String name) {
    boolean plain = PLAIN_KEY.matcher(name).matches() && !RESERVED.contains(name);
    return plain ? name : Json.quoted(name);
  }

  private static String scalar(Object value) {
    if (value instanceof String text) {
      return Json.quoted(text);
    }
    if (value instanceof Map) {
      return "{}";
    }
    return value instanceof List ? "[]" : String.valueOf(value);
  }
}
