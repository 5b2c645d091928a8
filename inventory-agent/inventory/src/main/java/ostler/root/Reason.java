package ostler.root;

/**
 * Why an operator does by hand what only an allocator's order should do.
 *
 * @param text 1 to 500 characters, none of them a control character
 */
public record Reason(String text) {

  private static final int MAX_CHARS = 500;

  public Reason {
    if (text.isBlank()
        || text.length() > MAX_CHARS
        || text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "a reason is 1 to 500 characters on one line, and not blank");
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
