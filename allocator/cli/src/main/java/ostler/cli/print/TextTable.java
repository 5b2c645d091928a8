package ostler.cli.print;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Lines of cells below their headings, aligned by the width that a terminal shows. */
final class TextTable {

  private static final String GAP = "  ";

  /** How one column stands: which side its cells lean to, and how a padded cell is painted. */
  record Style(boolean right, UnaryOperator<String> paint) {}

  private final List<Style> styles;
  private final List<List<String>> rows = new ArrayList<>();

  TextTable(List<Style> styles) {
    this.styles = List.copyOf(styles);
  }

  TextTable add(List<String> cells) {
    rows.add(cells.stream().map(DisplayText::safe).toList());
    return this;
  }

  /** All lines, each with its end; no line has spaces behind its last cell. */
  String render() {
    StringBuilder out = new StringBuilder();
    int[] widths = widths();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        String pad = " ".repeat(widths[i] - DisplayText.width(row.get(i)));
        String painted = styles.get(i).paint().apply(row.get(i));
        line.append(i == 0 ? "" : GAP)
            .append(styles.get(i).right() ? pad + painted : painted + pad);
      }
      out.append(line.toString().stripTrailing()).append('\n');
    }
    return out.toString();
  }

  private int[] widths() {
    int[] widths = new int[styles.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        widths[i] = Math.max(widths[i], DisplayText.width(row.get(i)));
      }
    }
    return widths;
  }
}
