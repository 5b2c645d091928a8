package ostler.cli.print;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One value of an answer, as it came: an object, a list, a text, a number, a truth value or
 * nothing. The command hands answers on rather than understanding them, so a field that a newer
 * allocator adds reaches the reader of {@code -o json}.
 *
 * <p>Asking for what is not there gives a node that {@link #isAbsent}, never an error: an answer
 * may lack what an older allocator did not know.
 *
 * @param value a {@code Map} with texts for keys, a {@code List}, {@code String}, {@code Long},
 *     {@code Double}, {@code Boolean}, or null
 */
public record Node(Object value) {

  public static final Node ABSENT = new Node(null);

  public boolean isAbsent() {
    return value == null;
  }

  /** Whether the value is true; absent is not. */
  public boolean isTrue() {
    return Boolean.TRUE.equals(value);
  }

  /** The field at the end of a path of names with dots between, as {@code agent.last_seen}. */
  public Node at(String path) {
    Node node = this;
    for (String name : path.split("\\.", -1)) {
      node = node.value instanceof Map<?, ?> fields ? new Node(fields.get(name)) : ABSENT;
    }
    return node;
  }

  /** A scalar's text, or what holds others on one line of JSON; empty if absent. */
  public Optional<String> text() {
    if (value == null) {
      return Optional.empty();
    }
    return Optional.of(value instanceof String text ? text : JsonText.line(this));
  }

  /** The text at a path, or an empty text, for a sentence that reads well without it. */
  public String textAt(String path) {
    return at(path).text().orElse("");
  }

  /** Whether the text at a path is exactly this one. */
  public boolean is(String path, String text) {
    return text.equals(at(path).value);
  }

  /** A list's elements; none if this is not a list. */
  public List<Node> items() {
    List<Node> items = new ArrayList<>();
    if (value instanceof List<?> list) {
      list.forEach(element -> items.add(new Node(element)));
    }
    return items;
  }

  /** An object's fields in the order of the document; none if this is not an object. */
  public Map<String, Node> fields() {
    Map<String, Node> fields = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((name, inner) -> fields.put((String) name, new Node(inner)));
    }
    return fields;
  }

  boolean isObject() {
    return value instanceof Map;
  }

  boolean isList() {
    return value instanceof List;
  }
}
