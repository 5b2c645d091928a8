package ostler.flavor.nova;

import java.util.Objects;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression that Python and Java read alike. What only one of them reads, or what they
 * read differently, is refused, so that no device is told to match that Nova does not take: plain
 * signs, points, groups, alternatives, simple classes, and one quantifier behind what it repeats.
 *
 * @param text at most {@value #MAX_CHARS} characters
 */
public record PartPattern(String text) {

  /** What Nova takes for a part that is not said. */
  static final String ANY = ".*";

  private static final int MAX_CHARS = 128;

  private static final String PLAIN = "[0-9A-Za-z :_-]";
  private static final String SET = "\\[\\^?(?:[0-9A-Za-z](?:-[0-9A-Za-z])?)+\\]";
  private static final String ATOM =
      "(?:" + PLAIN + "|\\.|\\\\[dDwWsS.]|" + SET + "|\\((?:\\?:)?|\\))";
  private static final String QUANTIFIER = "(?:[*+?]|\\{[0-9]{1,3}(?:,[0-9]{0,3})?\\})\\??";
  private static final Pattern FORM =
      Pattern.compile("(?:\\^|\\$|\\||" + ATOM + "(?:" + QUANTIFIER + ")?)*");

  public PartPattern {
    Objects.requireNonNull(text);
    if (text.length() > MAX_CHARS) {
      throw new IllegalArgumentException("is longer than " + MAX_CHARS + " characters");
    }
    if (!FORM.matcher(text).matches() || text.matches(".*\\((?:\\?:)?+[*+?{].*")) {
      throw new IllegalArgumentException(
          "is not a regular expression of plain signs, points, classes, groups and single"
              + " quantifiers, which are all that is read here as Python reads it: \""
              + text
              + '"');
    }
    try {
      Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "is not a regular expression: " + e.getDescription() + ": \"" + text + '"', e);
    }
  }

  static PartPattern parse(String text) {
    return new PartPattern(text);
  }

  boolean matchesBeginning(String part) {
    return Pattern.compile(text).matcher(part).lookingAt();
  }

  @Override
  public String toString() {
    return text;
  }
}
