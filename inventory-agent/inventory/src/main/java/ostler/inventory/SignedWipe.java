package ostler.inventory;

import java.util.Objects;

/**
 * A wipe record as it travels: its exact text, its place in the unit's chain, and the agent's
 * signature over the hash.
 *
 * @param body the text that {@link WipeRecord#body} wrote
 * @param prevHash of the record before it in the unit's chain
 * @param hash over prevHash and body
 * @param signature Ed25519 over the hash's 64 digits, in base 64
 */
public record SignedWipe(String body, ChainHash prevHash, ChainHash hash, String signature) {

  /** An Ed25519 signature is 64 bytes, and so 88 characters of base 64. */
  public static final int SIGNATURE_CHARS = 88;

  public SignedWipe {
    Objects.requireNonNull(prevHash);
    Objects.requireNonNull(hash);
    if (body.length() > WipeRecord.MAX_BODY_CHARS) {
      throw new IllegalArgumentException(
          "a wipe record's body has at most " + WipeRecord.MAX_BODY_CHARS + " characters");
    }
    if (signature.length() != SIGNATURE_CHARS) {
      throw new IllegalArgumentException(
          "a signature is " + SIGNATURE_CHARS + " characters of base 64");
    }
  }
}
