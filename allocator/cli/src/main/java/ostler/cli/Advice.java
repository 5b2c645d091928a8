package ostler.cli;

import java.util.Map;

/** What to do next about the allocator's refusals, by their code; the exit code is the fallback. */
final class Advice {

  private static final Map<String, String> BY_CODE =
      Map.of(
          "UNKNOWN_PROJECT", "list them by: ostler project list",
          "UNKNOWN_ALIAS", "list them by: ostler alias list",
          "NO_CAPACITY", "see what matches and why not by: ostler alias resolve ALIAS",
          "QUOTA_EXCEEDED", "see limits and use by: ostler quota show PROJECT",
          "NO_LIMIT_SET", "set one by: ostler quota set PROJECT alias:ALIAS=NUMBER");

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
      case NOT_FOUND -> "list what is there by the same object's list";
      case OK, ERROR, USAGE, QUOTA, CAPACITY, CONFLICT, PARTIAL, READER_GONE -> null;
    };
  }
}
