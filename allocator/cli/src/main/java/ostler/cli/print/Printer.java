package ostler.cli.print;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import ostler.wire.Yaml;

/** Turns answers into text of one form. What it returns ends with a line's end. */
public final class Printer {

  private static final int SHORT_ID_CHARS = 8;
  private static final String NOTHING = "-";

  private final Format format;
  private final Times times;
  private final boolean colors;

  /**
   * @param zone in which tables show times; the other forms print them as they came, in UTC
   * @param colors whether tables mark states by colour
   */
  public Printer(Format format, ZoneId zone, boolean colors) {
    this.format = format;
    this.times = new Times(zone);
    this.colors = colors;
  }

  public Format format() {
    return format;
  }

  /** A time as this printer's tables show it. */
  public String time(String text) {
    return times.shown(text);
  }

  /** A word that says how a thing is, as this printer's tables show it. */
  public String state(String word) {
    return colors ? StateColor.paint(word) : word;
  }

  /**
   * A list of items: a table of the columns, or the items themselves.
   *
   * @param wanted the columns to print instead of all, by their name or by a field's path; none for
   *     all. The items of JSON and YAML then have these fields alone
   * @throws IllegalArgumentException if a wanted column is neither a known one nor a field
   */
  public String list(List<Node> items, List<Column> columns, List<String> wanted) {
    List<Column> chosen = wanted.isEmpty() ? columns : chosen(items, columns, wanted);
    return switch (format) {
      case TABLE -> table(items, chosen);
      case CSV -> csv(items, chosen);
      case JSON, YAML -> tree(list(wanted.isEmpty() ? items : narrowed(items, chosen)));
    };
  }

  /** One thing: a line for each field that it has, or the thing itself. */
  public String item(Node item, List<Column> columns) {
    return switch (format) {
      case TABLE -> lines(item, columns);
      case CSV -> csv(List.of(item), columns);
      case JSON, YAML -> tree(item);
    };
  }

  /** One of many things that come one by one: JSON on one line each, YAML as documents. */
  public String next(Node item, List<Column> columns) {
    return switch (format) {
      case TABLE -> row(item, columns);
      case CSV -> CsvText.row(cells(item, columns));
      case JSON -> JsonText.line(item) + "\n";
      case YAML -> "---\n" + Yaml.of(item.value()) + "\n";
    };
  }

  private String row(Node item, List<Column> columns) {
    List<String> shown = columns.stream().map(column -> shown(column, item)).toList();
    return DisplayText.safe(String.join("  ", shown)) + "\n";
  }

  private static List<Column> chosen(List<Node> items, List<Column> columns, List<String> wanted) {
    List<Column> chosen = new ArrayList<>();
    for (String name : wanted) {
      chosen.add(
          columns.stream()
              .filter(column -> column.name().equalsIgnoreCase(name))
              .findFirst()
              .orElseGet(() -> field(items, columns, name)));
    }
    return chosen;
  }

  private static Column field(List<Node> items, List<Column> columns, String path) {
    String first = path.split("\\.", -1)[0];
    if (!items.isEmpty() && items.stream().noneMatch(item -> item.fields().containsKey(first))) {
      String known = String.join(", ", columns.stream().map(Column::label).toList());
      throw new IllegalArgumentException(
          "no column and no field is named " + path + "; the columns are " + known);
    }
    return Column.of(path.toUpperCase(Locale.ROOT), path);
  }

  private static List<Node> narrowed(List<Node> items, List<Column> chosen) {
    List<Node> narrowed = new ArrayList<>();
    for (Node item : items) {
      Map<String, Object> fields = new LinkedHashMap<>();
      chosen.forEach(column -> fields.put(column.label(), column.value().apply(item).value()));
      narrowed.add(new Node(fields));
    }
    return narrowed;
  }

  private static Node list(List<Node> items) {
    List<Object> values = new ArrayList<>();
    items.forEach(item -> values.add(item.value()));
    return new Node(values);
  }

  private String tree(Node node) {
    return (format == Format.JSON ? JsonText.pretty(node) : Yaml.of(node.value())) + "\n";
  }

  private static String csv(List<Node> items, List<Column> columns) {
    StringBuilder csv =
        new StringBuilder(CsvText.row(columns.stream().map(Column::label).toList()));
    items.forEach(item -> csv.append(CsvText.row(cells(item, columns))));
    return csv.toString();
  }

  private static List<String> cells(Node item, List<Column> columns) {
    return columns.stream().map(column -> column.textOf(item)).toList();
  }

  private String table(List<Node> items, List<Column> columns) {
    TextTable table = new TextTable(columns.stream().map(this::style).toList());
    table.add(columns.stream().map(Column::name).toList());
    items.forEach(item -> table.add(columns.stream().map(column -> shown(column, item)).toList()));
    return table.render();
  }

  private String lines(Node item, List<Column> columns) {
    TextTable table =
        new TextTable(
            List.of(
                new TextTable.Style(false, UnaryOperator.identity()),
                new TextTable.Style(false, colors ? StateColor::paint : UnaryOperator.identity())));
    for (Column column : columns) {
      String text = column.textOf(item);
      if (!text.isEmpty()) {
        String time = column.kind() == Column.Kind.TIME ? times.shown(text) : text;
        table.add(List.of(column.label(), time));
      }
    }
    return table.render();
  }

  private TextTable.Style style(Column column) {
    boolean painted = colors && column.kind() == Column.Kind.STATE;
    return new TextTable.Style(
        column.kind() == Column.Kind.NUMBER,
        painted ? StateColor::paint : UnaryOperator.identity());
  }

  private String shown(Column column, Node item) {
    String text = column.textOf(item);
    if (text.isEmpty()) {
      return NOTHING;
    }
    return switch (column.kind()) {
      case TIME -> times.shown(text);
      case ID -> text.substring(0, Math.min(SHORT_ID_CHARS, text.length()));
      case TEXT, NUMBER, STATE -> text;
    };
  }
}
