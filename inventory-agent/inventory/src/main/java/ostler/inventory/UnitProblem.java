package ostler.inventory;

import java.util.regex.Pattern;

/**
 * Why a unit's order is not done.
 *
 * @param code stable, in upper case
 * @param message what, which, and what to do next
 * @param attempts how often the same step failed in a row, 0 where it was not tried
 */
public record UnitProblem(String code, String message, int attempts) {

  private static final Pattern CODE = Pattern.compile("[A-Z][A-Z0-9_]{0,63}");

  public UnitProblem {
    if (!CODE.matcher(code).matches() || message.isEmpty() || attempts < 0) {
      throw new IllegalArgumentException(
          "a unit's problem has an upper-case code, a sentence, and 0 or more attempts");
    }
  }
}
