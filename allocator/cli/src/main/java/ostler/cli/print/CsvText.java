package ostler.cli.print;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes records of RFC 4180: quoted where a comma, a quote or a line's end needs it, CRLF ends.
 */
public final class CsvText {

  private CsvText() {}

  /** One record with its line's end. */
  public static String row(List<String> cells) {
    // A record of one empty field would be an empty line, which readers skip.
    boolean onlyEmpty = cells.size() == 1 && cells.get(0).isEmpty();
    return onlyEmpty
        ? "\"\"\r\n"
        : cells.stream().map(CsvText::field).collect(Collectors.joining(",", "", "\r\n"));
  }

  private static String field(String cell) {
    boolean plain =
        cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
            && cell.equals(cell.strip());
    return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
  }
}
