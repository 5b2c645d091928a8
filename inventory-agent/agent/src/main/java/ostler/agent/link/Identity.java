package ostler.agent.link;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import ostler.agent.journal.SecretFile;
import ostler.inventory.AgentKey;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.WireException;

/**
 * The key by which this host signs its wipe records, made at the first join and kept for good: the
 * private half never leaves the state directory.
 */
public record Identity(PrivateKey key, AgentKey publicKey) {

  private static final String FILE = "key";
  private static final String ALGORITHM = "Ed25519";

  /**
   * Reads the key, and makes one where there is none.
   *
   * @throws IOException if the file cannot be read or written, or holds no key
   */
  public static Identity load(Path stateDirectory) throws IOException {
    SecretFile file = new SecretFile(stateDirectory, FILE);
    Optional<String> saved = file.read();
    try {
      return saved.isPresent() ? parse(saved.get()) : make(file);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("a JDK of 15 or later has " + ALGORITHM, e);
    } catch (WireException | InvalidKeySpecException | IllegalArgumentException e) {
      throw new IOException(file + " holds no key: " + e.getMessage(), e);
    }
  }

  private static Identity make(SecretFile file) throws IOException, NoSuchAlgorithmException {
    KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
    Identity identity = new Identity(pair.getPrivate(), AgentKey.of(pair.getPublic()));
    String secret = Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded());
    file.write(Json.write(out -> out.text("private", secret).text("public", identity.publicKey())));
    return identity;
  }

  private static Identity parse(String saved)
      throws WireException, NoSuchAlgorithmException, InvalidKeySpecException {
    record Halves(String secret, AgentKey open) {}
    Halves halves =
        Json.read(
            saved,
            JsonLimits.MESSAGE,
            in ->
                new Halves(
                    in.text("private"), in.value("public", AgentKey::tryParse, "a public key")));
    PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(halves.secret()));
    return new Identity(KeyFactory.getInstance(ALGORITHM).generatePrivate(spec), halves.open());
  }

  /** Without the private half. */
  @Override
  public String toString() {
    return "Identity[" + publicKey + "]";
  }
}
