package ostler.vfio.scrub;

import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The secret from which canaries are made, so that nobody can have put them there before.
 *
 * @param hex 32 lower-case hexadecimal digits
 */
public record Nonce(String hex) {

  private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");

  public Nonce {
    if (!FORM.matcher(hex).matches()) {
      throw new IllegalArgumentException("a canary is 32 lower-case hexadecimal digits");
    }
  }

  byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }
}
