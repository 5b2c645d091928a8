package ostler.allocator.store;

import java.security.SecureRandom;
import java.util.HexFormat;
import ostler.inventory.ChainHash;

/** Makes tokens. Only their hashes are stored: who reads the database cannot use what is in it. */
public final class Secrets {

  private static final int BYTES = 32;

  private final SecureRandom random;

  public Secrets(SecureRandom random) {
    this.random = random;
  }

  /** A new token of 64 hexadecimal digits. */
  public String next() {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** What is stored of a token; it has enough randomness of its own to need no salt. */
  public static String hash(String token) {
    return ChainHash.of(token).value();
  }
}
