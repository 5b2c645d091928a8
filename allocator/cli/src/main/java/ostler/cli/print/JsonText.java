package ostler.cli.print;

import java.util.HexFormat;
import java.util.Map;

/** Writes a value as JSON, on one line or indented by two spaces. */
public final class JsonText {

  private static final String INDENT = "  ";

  private final StringBuilder out = new StringBuilder();
  private final boolean pretty;

  private JsonText(boolean pretty) {
    this.pretty = pretty;
  }

  /** Several lines, without a last line's end. */
  public static String pretty(Node node) {
    return new JsonText(true).value(node, "\n");
  }

  /** One line, without its end. */
  public static String line(Node node) {
    return new JsonText(false).value(node, "");
  }

  /**
   * A text between double quotes. The escapes are those that JSON and YAML share, and all that a
   * terminal would obey is escaped.
   */
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> {
          if (mustBeEscaped(text, i)) {
            quoted.append("\\u").append(HexFormat.of().toHexDigits(c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }

  /** Controls, the line separators of Unicode, the byte order mark, and half of a pair alone. */
  private static boolean mustBeEscaped(String text, int at) {
    char c = text.charAt(at);
    if (Character.isSurrogate(c)) {
      boolean first = at + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(at + 1));
      boolean second = at > 0 && Character.isSurrogatePair(text.charAt(at - 1), c);
      return !first && !second;
    }
    boolean separator = c == '\u2028' || c == '\u2029' || c == '\ufeff';
    boolean noncharacter = c >= '\ufffe' || (c >= '\ufdd0' && c <= '\ufdef');
    return Character.isISOControl(c) || separator || noncharacter;
  }

  private String value(Node node, String lineStart) {
    append(node, lineStart);
    return out.toString();
  }

  private void append(Node node, String lineStart) {
    if (node.isObject()) {
      appendObject(node.fields(), lineStart);
    } else if (node.isList()) {
      appendList(node, lineStart);
    } else {
      out.append(scalar(node));
    }
  }

  static String scalar(Node node) {
    return node.value() instanceof String text ? quoted(text) : String.valueOf(node.value());
  }

  private void appendObject(Map<String, Node> fields, String lineStart) {
    String inner = pretty ? lineStart + INDENT : "";
    String before = "{" + inner;
    for (Map.Entry<String, Node> field : fields.entrySet()) {
      out.append(before).append(quoted(field.getKey())).append(pretty ? ": " : ":");
      append(field.getValue(), inner);
      before = "," + inner;
    }
    out.append(fields.isEmpty() ? "{}" : lineStart + "}");
  }

  private void appendList(Node list, String lineStart) {
    String inner = pretty ? lineStart + INDENT : "";
    String before = "[" + inner;
    for (Node item : list.items()) {
      out.append(before);
      append(item, inner);
      before = "," + inner;
    }
    out.append(list.items().isEmpty() ? "[]" : lineStart + "]");
  }
}
