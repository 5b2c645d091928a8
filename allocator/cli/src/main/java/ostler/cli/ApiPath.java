package ostler.cli;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A path below the allocator's address, with its query. Every part is encoded here, so no name can
 * reach beyond its own place.
 */
record ApiPath(String value) {

  private static final String ROOT = "/v1";
  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

  /** The path of these parts below {@code /v1}. */
  static ApiPath of(Object... parts) {
    StringBuilder path = new StringBuilder(ROOT);
    for (Object part : parts) {
      path.append('/').append(encoded(part.toString()));
    }
    return new ApiPath(path.toString());
  }

  /** A path one part below this one, which has no query yet. */
  ApiPath then(String part) {
    return new ApiPath(value + '/' + encoded(part));
  }

  /** The same path asked with one more parameter, if there is a value for it. */
  ApiPath with(String name, Optional<?> parameter) {
    return parameter.isEmpty() ? this : with(name, parameter.get());
  }

  ApiPath with(String name, Object parameter) {
    char before = value.indexOf('?') < 0 ? '?' : '&';
    return new ApiPath(value + before + name + '=' + encoded(parameter.toString()));
  }

  private static String encoded(String part) {
    StringBuilder encoded = new StringBuilder(part.length());
    for (byte b : part.getBytes(StandardCharsets.UTF_8)) {
      if (UNRESERVED.indexOf(b) >= 0) {
        encoded.append((char) b);
      } else {
        encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return encoded.toString();
  }

  @Override
  public String toString() {
    return value;
  }
}
