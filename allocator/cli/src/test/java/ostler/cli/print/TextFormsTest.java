package ostler.cli.print;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.JsonObject;
import ostler.wire.WireException;
import ostler.wire.Yaml;

/** What one program writes, another must read as the same values. */
final class TextFormsTest {

  private static final int ROUNDS = 2000;
  private static final int DEPTH = 4;

  @Test
  void jsonIsReadBackAsTheSameValues() throws WireException {
    for (long seed = 0; seed < ROUNDS; seed++) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("a", new RandomTree(seed).value(DEPTH));
      Node node = new Node(document);
      for (String text : List.of(JsonText.line(node), JsonText.pretty(node))) {
        assertEquals(
            document,
            Json.read(text, JsonLimits.REPORT, JsonObject::tree),
            "seed " + seed + ": " + text);
      }
    }
  }

  @Test
  void yamlIsReadBackAsTheSameValues() {
    for (long seed = 0; seed < ROUNDS; seed++) {
      Object document = new RandomTree(seed).value(DEPTH);
      String text = Yaml.of(document);
      Object read =
          new org.yaml.snakeyaml.Yaml(new SafeConstructor(new LoaderOptions())).load(text);
      assertEquals(document, longs(read), "seed " + seed + ": " + text);
    }
  }

  /** The YAML reader makes small numbers Integers; ours are all Longs. */
  private static Object longs(Object value) {
    if (value instanceof Integer small) {
      return small.longValue();
    }
    if (value instanceof List<?> list) {
      List<Object> longs = new ArrayList<>();
      list.forEach(item -> longs.add(longs(item)));
      return longs;
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> longs = new LinkedHashMap<>();
      map.forEach((name, inner) -> longs.put(name, longs(inner)));
      return longs;
    }
    return value;
  }

  @Test
  void csvIsReadBackAsTheSameFields() {
    for (long seed = 0; seed < ROUNDS; seed++) {
      RandomTree random = new RandomTree(seed);
      List<List<String>> rows =
          List.of(
              List.of(random.text()),
              List.of(random.text(), random.text(), ""),
              List.of("", random.text()));
      StringBuilder text = new StringBuilder();
      rows.forEach(row -> text.append(CsvText.row(row)));
      assertEquals(rows, csv(text.toString()), "seed " + seed);
    }
  }

  /** Reads as RFC 4180 says: a line's end outside quotes ends a record, two quotes are one. */
  private static List<List<String>> csv(String text) {
    List<List<String>> rows = new ArrayList<>();
    List<String> row = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean pair = c == '"' && i + 1 < text.length() && text.charAt(i + 1) == '"';
      if (quoted && pair) {
        field.append(c);
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && (c == ',' || c == '\n')) {
        row.add(field.toString());
        field.setLength(0);
        if (c == '\n') {
          rows.add(row);
          row = new ArrayList<>();
        }
      } else if (quoted || c != '\r') {
        field.append(c);
      }
    }
    return rows;
  }

  @Test
  void plainWordsStayPlainInYaml() {
    assertEquals("vfio-pci", Yaml.of("vfio-pci"));
    assertEquals("\"no\"", Yaml.of("no"));
    assertEquals("\"0000:01:00.0\"", Yaml.of("0000:01:00.0"));
  }

  @Test
  void tablesAlignByWhatATerminalShows() {
    List<Column> columns = List.of(Column.of("NAME", "n"), Column.of("X", "x"));
    List<Node> items = new ArrayList<>();
    for (String name : List.of("日本", "e\u0301", "😀", "ab")) {
      items.add(new Node(Map.of("n", name, "x", 1L)));
    }
    String table = new Printer(Format.TABLE, ZoneOffset.UTC, false).list(items, columns, List.of());
    assertEquals("NAME  X\n日本  1\ne\u0301     1\n😀    1\nab    1\n", table);
  }

  @Test
  void aTimeThatIsNoneIsShownAsItCame() {
    Times times = new Times(ZoneOffset.UTC);
    assertEquals("2026-03-04 05:06:00Z", times.shown("2026-03-04T05:06:00.999Z"));
    assertEquals("2026-03-04 05:06:07Z", times.shown("2026-03-04T05:06:07Z"));
    assertEquals("soon", times.shown("soon"));
  }
}
