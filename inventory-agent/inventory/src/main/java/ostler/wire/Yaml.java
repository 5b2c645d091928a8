package ostler.wire;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Writes a JSON document as YAML that readers of 1.1 and of 1.2 take for the same values. A text
 * goes without quotes only if it is a plain word that no version takes for anything else: addresses
 * such as {@code 0000:01:00.0} are numbers of base sixty in 1.1, {@code no} is false and {@code
 * 1e3} a number, so when in doubt it is quoted.
 */
public final class Yaml {

  private static final String INDENT = "  ";
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_./-]*");
  private static final Set<String> WORDS_WITH_A_MEANING =
      Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n");

  private final StringBuilder out = new StringBuilder();

  private Yaml() {}

  /**
   * The same document in YAML, with a last line's end.
   *
   * @throws WireException if it is not one JSON object within the limits
   */
  public static String ofJson(String json, JsonLimits limits) throws WireException {
    return "---\n" + of(Json.read(json, limits, JsonObject::tree)) + "\n";
  }

  /**
   * One value, without a last line's end.
   *
   * @param value a {@code Map} with texts for keys, a {@code List}, {@code String}, {@code Long},
   *     {@code Double}, {@code Boolean}, or null
   */
  public static String of(Object value) {
    Yaml yaml = new Yaml();
    if (isNested(value)) {
      yaml.appendNested(value, "");
    } else {
      yaml.out.append(scalar(value));
    }
    return yaml.out.toString();
  }

  /** Whether the value goes on lines of its own. */
  private static boolean isNested(Object value) {
    return (value instanceof Map<?, ?> map && !map.isEmpty())
        || (value instanceof List<?> list && !list.isEmpty());
  }

  private static String scalar(Object value) {
    if (value instanceof Map) {
      return "{}";
    }
    if (value instanceof List) {
      return "[]";
    }
    if (value instanceof Double number) {
      return plain(number);
    }
    return value instanceof String text ? word(text) : String.valueOf(value);
  }

  /** Without an exponent, which YAML 1.1 takes for a text unless it has a sign. */
  private static String plain(double number) {
    String digits = BigDecimal.valueOf(number).toPlainString();
    return digits.contains(".") ? digits : digits + ".0";
  }

  private static String word(String text) {
    boolean plain =
        PLAIN.matcher(text).matches()
            && !WORDS_WITH_A_MEANING.contains(text.toLowerCase(Locale.ROOT));
    return plain ? text : Json.quoted(text);
  }

  private void appendNested(Object value, String lineStart) {
    String before = "";
    if (value instanceof Map<?, ?> fields) {
      for (Map.Entry<?, ?> field : fields.entrySet()) {
        out.append(before).append(word((String) field.getKey())).append(':');
        appendBehind(field.getValue(), "\n" + lineStart + INDENT, lineStart);
        before = "\n" + lineStart;
      }
    } else if (value instanceof List<?> items) {
      for (Object item : items) {
        out.append(before).append('-');
        appendBehind(item, " ", lineStart);
        before = "\n" + lineStart;
      }
    }
  }

  private void appendBehind(Object value, String beforeNested, String lineStart) {
    if (isNested(value)) {
      out.append(beforeNested);
      appendNested(value, lineStart + INDENT);
    } else {
      out.append(' ').append(scalar(value));
    }
  }
}
