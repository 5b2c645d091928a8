package ostler.cli.print;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Writes a value as YAML that readers of 1.1 and of 1.2 take for the same value. A text goes
 * without quotes only if it is a plain word that no version takes for anything else: addresses such
 * as {@code 0000:01:00.0} are numbers of base sixty in 1.1, {@code no} is false and {@code 1e3} a
 * number, so when in doubt it is quoted.
 */
public final class YamlText {

  private static final String INDENT = "  ";
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_./-]*");
  private static final Set<String> WORDS_WITH_A_MEANING =
      Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n");

  private final StringBuilder out = new StringBuilder();

  private YamlText() {}

  /** One document, without a last line's end. */
  public static String of(Node node) {
    YamlText text = new YamlText();
    if (isNested(node)) {
      text.appendNested(node, "");
    } else {
      text.out.append(scalar(node));
    }
    return text.out.toString();
  }

  /** Whether the value goes on lines of its own. */
  private static boolean isNested(Node node) {
    return !node.fields().isEmpty() || !node.items().isEmpty();
  }

  private static String scalar(Node node) {
    if (node.isObject()) {
      return "{}";
    }
    if (node.isList()) {
      return "[]";
    }
    if (node.value() instanceof Double number) {
      return plain(number);
    }
    return node.value() instanceof String text ? word(text) : JsonText.scalar(node);
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
    return plain ? text : JsonText.quoted(text);
  }

  private void appendNested(Node node, String lineStart) {
    String before = "";
    for (Map.Entry<String, Node> field : node.fields().entrySet()) {
      out.append(before).append(word(field.getKey())).append(':');
      if (isNested(field.getValue())) {
        out.append('\n').append(lineStart).append(INDENT);
        appendNested(field.getValue(), lineStart + INDENT);
      } else {
        out.append(' ').append(scalar(field.getValue()));
      }
      before = "\n" + lineStart;
    }
    for (Node item : node.items()) {
      out.append(before).append("- ");
      if (isNested(item)) {
        appendNested(item, lineStart + INDENT);
      } else {
        out.append(scalar(item));
      }
      before = "\n" + lineStart;
    }
  }
}
