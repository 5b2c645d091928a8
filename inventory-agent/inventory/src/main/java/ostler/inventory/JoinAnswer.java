package ostler.inventory;

import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.WireException;

/**
 * What an agent gets for its join token.
 *
 * @param credential shown with every call from then on; 1 to 512 characters
 * @param epoch of the allocator now, 0 or more
 */
public record JoinAnswer(String credential, long epoch) {

  private static final int MAX_CREDENTIAL_CHARS = 512;

  public JoinAnswer {
    if (credential.isEmpty() || credential.length() > MAX_CREDENTIAL_CHARS || epoch < 0) {
      throw new IllegalArgumentException(
          "a credential is 1 to " + MAX_CREDENTIAL_CHARS + " characters and an epoch 0 or more");
    }
  }

  public String toJson() {
    return Json.write(out -> out.text("credential", credential).integer("epoch", epoch));
  }

  /** Reads it, and leaves fields alone that it does not know. */
  public static JoinAnswer read(byte[] document) throws WireException {
    return Json.read(
        document,
        JsonLimits.MESSAGE,
        in -> new JoinAnswer(in.text("credential"), in.longInteger("epoch", 0, Long.MAX_VALUE)));
  }

  /** Without the credential, since an answer may end up in a log. */
  @Override
  public String toString() {
    return "JoinAnswer[epoch=" + epoch + "]";
  }
}
