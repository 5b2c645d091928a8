package ostler.cli;

import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.util.regex.Pattern;

/**
 * Where the allocator listens.
 *
 * @param base {@code http} or {@code https}, a host and perhaps a port; no path's end slash, no
 *     query, and no user, since credentials on a command line are seen by every user of the machine
 */
record Endpoint(URI base) {

  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127\\.\\d+\\.\\d+\\.\\d+|\\[::1]");

  Endpoint {
    String scheme = base.getScheme();
    if (!"http".equals(scheme) && !"https".equals(scheme)) {
      throw new IllegalArgumentException("an address of the allocator begins with http or https");
    }
    if (base.getHost() == null
        || base.getRawUserInfo() != null
        || base.getRawQuery() != null
        || base.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "an address of the allocator has a host and perhaps a port and a path, nothing else");
    }
  }

  /**
   * Reads {@code http://127.0.0.1:7878}.
   *
   * @throws IllegalArgumentException if the text is not such an address
   */
  static Endpoint parse(String text) {
    try {
      return new Endpoint(new URI(text.replaceAll("/+$", "")));
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("is not an address such as http://127.0.0.1:7878", e);
    }
  }

  boolean isEncrypted() {
    return "https".equals(base.getScheme());
  }

  boolean isLoopback() {
    return LOOPBACK.matcher(base.getHost()).matches();
  }

  URL url(ApiPath path) {
    try {
      return URI.create(base + path.value()).toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException("an endpoint with a checked scheme gives a URL", e);
    }
  }

  @Override
  public String toString() {
    return base.toString();
  }
}
