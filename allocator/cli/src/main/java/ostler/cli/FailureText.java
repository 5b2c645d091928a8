package ostler.cli;

import java.util.ArrayList;
import java.util.List;

/** A failure in lines for people. */
final class FailureText {

  private FailureText() {}

  /**
   * The failure's lines.
   *
   * @param before leads the first line
   */
  static List<String> of(String before, Failure failure) {
    List<String> lines = new ArrayList<>();
    lines.add(before + failure.code() + ": " + failure.getMessage());
    for (Failure.Reason reason : failure.reasons()) {
      boolean same = reason.message().equals(failure.getMessage());
      if (!same || !reason.code().equals(failure.code())) {
        lines.add("  because " + reason.code() + (same ? "" : ": " + reason.message()));
      }
    }
    failure.next().ifPresent(next -> lines.add("  try: " + next));
    failure.requestId().ifPresent(id -> lines.add("  request id: " + id));
    return lines;
  }
}
