package ostler.inventory;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A SHA-256 sum as 64 small hexadecimal digits: the head of a chain of wipe records, or the digest
 * of a document.
 */
public record ChainHash(String value) {

  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  /** What the first record of a chain follows. */
  public static final ChainHash START = new ChainHash("0".repeat(64));

  @JsonCreator
  public ChainHash {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("a hash is 64 small hexadecimal digits");
    }
  }

  /** Answers empty where the text has another form. */
  public static Optional<ChainHash> tryParse(String text) {
    return FORM.matcher(text).matches() ? Optional.of(new ChainHash(text)) : Optional.empty();
  }

  /** The sum over a text in UTF-8. */
  public static ChainHash of(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return new ChainHash(
          HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8))));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform must have SHA-256", e);
    }
  }

  /** The hash of a record that follows this one: over this hash, a line's end, and its body. */
  public ChainHash followedBy(String body) {
    return of(value + '\n' + body);
  }

  @Override
  @JsonValue
  public String toString() {
    return value;
  }
}
