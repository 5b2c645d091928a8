package ostler.cli.print;

import java.util.Map;
import ostler.wire.Json;

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

  private static String scalar(Node node) {
    return node.value() instanceof String text ? Json.quoted(text) : String.valueOf(node.value());
  }

  private void appendObject(Map<String, Node> fields, String lineStart) {
    String inner = pretty ? lineStart + INDENT : "";
    String before = "{" + inner;
    for (Map.Entry<String, Node> field : fields.entrySet()) {
      out.append(before).append(Json.quoted(field.getKey())).append(pretty ? ": " : ":");
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
