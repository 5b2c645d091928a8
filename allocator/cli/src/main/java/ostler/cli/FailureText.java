package ostler.cli;

import java.util.ArrayList;
import java.util.List;
import ostler.cli.print.DisplayText;

/** A failure in lines for people. */
final class FailureText {

  private FailureText() {}

  /**
   * The failure's lines, with nothing in them that a terminal would obey.
   *
   * @param before leads the first line
   */
  static List<String> of(String before, Failure failure) {
    List<String> lines = new ArrayList<>();
    lines.add(before + failure.code() + ": " + failure.getMessage());
    for (Failure.Reason reason : failure.reasons()) {
      boolean same = reason.message().equals(failure.getMessage());
      lines.add("  because " + reason.code() + (same ? "" : ": " + reason.message()));
    }
    failure.next().ifPresent(next -> lines.add("  try: " + next));
    failure.requestId().ifPresent(id -> lines.add("  request id: " + id));
    return lines.stream().map(DisplayText::safe).toList();
  }
}
