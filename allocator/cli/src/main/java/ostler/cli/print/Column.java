package ostler.cli.print;

import java.util.Locale;
import java.util.function.Function;

/**
 * One column of a list, or one line of a single thing.
 *
 * @param name its heading, in upper case
 * @param value what it shows of an item
 * @param kind how a table shows it; other forms print the value as it is
 */
public record Column(String name, Function<Node, Node> value, Kind kind) {

  /** How a table shows a value. */
  public enum Kind {
    TEXT,
    /** Leans to the right. */
    NUMBER,
    /** A UUID, of which a list shows the first eight signs: enough to name it again. */
    ID,
    /** A time, which is shown in the reader's zone. */
    TIME,
    /** A word that says how a thing is, which a terminal shows in a colour. */
    STATE
  }

  /** Shows the field at a path, as {@link Node#at} takes it. */
  public static Column of(String name, String path) {
    return of(name, path, Kind.TEXT);
  }

  public static Column of(String name, String path, Kind kind) {
    return new Column(name, item -> item.at(path), kind);
  }

  /** Shows a text made from several fields; an empty text shows as nothing. */
  public static Column made(String name, Function<Node, String> text) {
    return new Column(
        name,
        item -> {
          String made = text.apply(item);
          return made.isEmpty() ? Node.ABSENT : new Node(made);
        },
        Kind.TEXT);
  }

  /** The name as a field of JSON and as a label: in lower case. */
  String label() {
    return name.toLowerCase(Locale.ROOT);
  }

  /** The value as one text, empty if absent; a list's elements with spaces between. */
  String textOf(Node item) {
    Node node = value.apply(item);
    return node.isList()
        ? String.join(" ", node.items().stream().map(each -> each.text().orElse("")).toList())
        : node.text().orElse("");
  }
}
