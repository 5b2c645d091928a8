package ostler.cli;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A tree of projects in a file of YAML or JSON, as {@code quota export} writes it, with the line of
 * each of its fields, so that a refusal of the allocator can be shown in the file.
 */
final class TreeFile {

  /** Ten thousand projects with all their limits, and room to spare. */
  private static final int MAX_CHARS = 8 << 20;

  private static final int MAX_DEPTH = 8;

  private final Path file;
  private final Map<String, Integer> lines = new LinkedHashMap<>();
  private Object projects = List.of();

  private TreeFile(Path file) {
    this.file = file;
  }

  /**
   * Reads a file.
   *
   * @throws Failure if it cannot be read, or is not one object with a list of projects
   */
  static TreeFile read(Path file) throws Failure {
    TreeFile tree = new TreeFile(file);
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(MAX_CHARS);
    options.setNestingDepthLimit(MAX_DEPTH);
    // One that stands for another place would have no line of its own.
    options.setMaxAliasesForCollections(0);
    try (Reader text = Files.newBufferedReader(file)) {
      tree.take(new Yaml(options).compose(text));
    } catch (IOException e) {
      throw Failure.usage("UNREADABLE_FILE", "the file " + file + " cannot be read: " + why(e));
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
      throw tree.bad(line, String.valueOf(e.getProblem()));
    } catch (YAMLException e) {
      throw tree.bad(1, e.getMessage());
    }
    return tree;
  }

  private static String why(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "there is no such file";
    }
    if (e instanceof AccessDeniedException) {
      return "you may not read it";
    }
    return e instanceof CharacterCodingException ? "it is not UTF-8" : e.getMessage();
  }

  /** The projects, as JSON has them. */
  Object projects() {
    return projects;
  }

  /** The same refusal, with the line of the field that it begins with. */
  Failure located(Failure refusal) {
    String field = refusal.getMessage().split(": ", 2)[0];
    while (!field.isEmpty()) {
      Integer line = lines.get(field);
      if (line != null) {
        return Failure.of(
            refusal.exitCode(),
            refusal.code(),
            file + " line " + line + ": " + refusal.getMessage());
      }
      int end = Math.max(field.lastIndexOf('.'), field.lastIndexOf('['));
      field = field.substring(0, Math.max(0, end));
    }
    return refusal;
  }

  private void take(Node root) throws Failure {
    if (!(root instanceof MappingNode)) {
      throw bad(1, "is not an object with a field projects");
    }
    Object tree = value("", root, 0);
    if (!(tree instanceof Map<?, ?> fields) || !fields.keySet().equals(Set.of("projects"))) {
      throw bad(1, "is not an object with the one field projects");
    }
    projects = fields.get("projects");
  }

  private Object value(String place, Node node, int depth) throws Failure {
    int line = node.getStartMark().getLine() + 1;
    lines.putIfAbsent(place, line);
    if (depth > MAX_DEPTH) {
      throw bad(line, place + ": is nested deeper than a tree of projects");
    }
    if (node instanceof MappingNode mapping) {
      return fields(place, mapping, depth);
    }
    if (node instanceof SequenceNode sequence) {
      List<Object> items = new ArrayList<>();
      for (Node item : sequence.getValue()) {
        items.add(value(place + "[" + items.size() + "]", item, depth + 1));
      }
      return items;
    }
    return scalar(place, (ScalarNode) node, line);
  }

  private Map<String, Object> fields(String place, MappingNode mapping, int depth) throws Failure {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      int line = tuple.getKeyNode().getStartMark().getLine() + 1;
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        throw bad(line, place + ": has a field whose name is not a text");
      }
      String inner = place.isEmpty() ? key.getValue() : place + "." + key.getValue();
      lines.put(inner, line);
      if (fields.containsKey(key.getValue())) {
        throw bad(line, inner + ": is there twice");
      }
      fields.put(key.getValue(), value(inner, tuple.getValueNode(), depth + 1));
    }
    return fields;
  }

  private Object scalar(String place, ScalarNode scalar, int line) throws Failure {
    String text = scalar.getValue();
    if (scalar.getTag().equals(Tag.NULL)) {
      return null;
    }
    if (!scalar.getTag().equals(Tag.INT)) {
      return text;
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw bad(
          line,
          place
              + ": "
              + text
              + " is not a whole number that a limit can be, or a name"
              + " that needs quotes");
    }
  }

  private Failure bad(int line, String rule) {
    return Failure.usage("BAD_TREE", file + " line " + line + ": " + rule);
  }
}
