package ostler.cli;

import java.util.Map;

/** What to do next about the allocator's refusals, by their code; the exit code is the fallback. */
final class Advice {

  private static final Map<String, String> BY_CODE =
      Map.of(
          "UNKNOWN_HOST", "list them by: ostler host list",
          "UNKNOWN_DEVICE", "list them by: ostler device list",
          "UNKNOWN_UNIT", "list them by: ostler unit list",
          "UNKNOWN_ALIAS", "list them by: ostler alias list",
          "UNKNOWN_PROJECT", "list them by: ostler project list",
          "UNKNOWN_CLAIM", "list them by: ostler claim list",
          "UNKNOWN_WIPE", "list them by: ostler wipe list");

  private Advice() {}

  static Failure with(Failure refusal) {
    String advice = BY_CODE.get(refusal.code());
    if (advice == null) {
      advice = fallback(refusal.exitCode());
    }
    return advice == null ? refusal : refusal.andTry(advice);
  }

  private static String fallback(ExitCode exitCode) {
    return switch (exitCode) {
      case DENIED -> "name a token that may do this by --token-file or OSTLER_TOKEN_FILE";
      case UNREACHABLE -> "ask again in a while";
      case OK,
          NOT_FOUND,
          ERROR,
          USAGE,
          QUOTA,
          CAPACITY,
          CONFLICT,
          PARTIAL,
          WARNING,
          CRITICAL,
          READER_GONE ->
          null;
    };
  }
}
