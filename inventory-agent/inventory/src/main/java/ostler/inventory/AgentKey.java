package ostler.inventory;

import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;

/**
 * The key by which an agent's signatures are checked.
 *
 * @param value an Ed25519 public key in X.509 form, in base 64: 60 characters
 */
public record AgentKey(String value) {

  static final String ALGORITHM = "Ed25519";

  private static final int MAX_CHARS = 128;

  public AgentKey {
    if (decode(value).isEmpty()) {
      throw new IllegalArgumentException(
          "an agent's key is an Ed25519 public key in X.509 form, in base 64");
    }
  }

  /** Answers empty where the text is not such a key. */
  public static Optional<AgentKey> tryParse(String text) {
    return decode(text).map(key -> new AgentKey(text));
  }

  public static AgentKey of(PublicKey key) {
    return new AgentKey(Base64.getEncoder().encodeToString(key.getEncoded()));
  }

  /** Whether the holder of the private key signed that hash. */
  public boolean hasSigned(ChainHash hash, String signature) {
    try {
      Signature verifier = Signature.getInstance(ALGORITHM);
      verifier.initVerify(decode(value).orElseThrow());
      verifier.update(WipeChain.signedBytes(hash));
      return verifier.verify(Base64.getDecoder().decode(signature));
    } catch (SignatureException | IllegalArgumentException e) {
      // Not the form of a signature at all, so not this key's.
      return false;
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("a JDK of 15 or later has Ed25519", e);
    }
  }

  @Override
  public String toString() {
    return value;
  }

  private static Optional<PublicKey> decode(String text) {
    if (text.length() > MAX_CHARS) {
      return Optional.empty();
    }
    try {
      X509EncodedKeySpec spec = new X509EncodedKeySpec(Base64.getDecoder().decode(text));
      return Optional.of(KeyFactory.getInstance(ALGORITHM).generatePublic(spec));
    } catch (IllegalArgumentException | InvalidKeySpecException e) {
      return Optional.empty();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("a JDK of 15 or later has " + ALGORITHM, e);
    }
  }
}
