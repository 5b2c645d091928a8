package ostler.demo;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * What the first tenant leaves in the card's memory, 8 to 4096 bytes.
 *
 * @param hex lower case, two digits a byte
 */
record Secret(String hex) {

  private static final int LEAST_BYTES = 8;
  private static final int MOST_BYTES = 4096;
  private static final int RANDOM_BYTES = 16;

  Secret {
    if (hex.length() % 2 != 0 || !hex.matches("[0-9a-f]*")) {
      throw new IllegalArgumentException("is an even number of hexadecimal digits");
    }
    int bytes = hex.length() / 2;
    if (bytes < LEAST_BYTES || bytes > MOST_BYTES) {
      throw new IllegalArgumentException(
          "is " + LEAST_BYTES + " to " + MOST_BYTES + " bytes, and this has " + bytes);
    }
    if (hex.matches("(00)+")) {
      throw new IllegalArgumentException("has a byte other than zero, or nobody could find it");
    }
  }

  static Secret parse(String text) {
    return new Secret(text.toLowerCase(java.util.Locale.ROOT));
  }

  /** Readable for a person who opens the evidence, and unlike anything else in a memory. */
  static Secret any(RandomGenerator random) {
    byte[] tail = new byte[RANDOM_BYTES];
    random.nextBytes(tail);
    String text = "tenant A was here " + HexFormat.of().formatHex(tail);
    return new Secret(HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII)));
  }

  byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }
}
