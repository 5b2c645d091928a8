package ostler.root;

import java.util.regex.Pattern;

/**
 * A name from outside that stays a name: it may be kept, compared and printed, and is never part of
 * a path.
 *
 * @param text 1 to 128 letters, digits, dots, underscores, colons, at signs and hyphens
 */
public record Word(String text) {

  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._:@-]{1,128}");

  public Word {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "a name is 1 to 128 letters, digits, dots, underscores, colons, at signs and hyphens");
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
