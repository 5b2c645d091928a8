package ostler.allocator.onetimeuse;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;

/**
 * Where a service of OpenStack's answers, without a slash at its end.
 *
 * @param uri over https, or over http on this machine: secrets travel with each request
 */
public record PlacementUrl(URI uri) {

  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "[::1]", "localhost");

  /**
   * Reads an address.
   *
   * @throws IllegalArgumentException with the broken rule
   */
  public static PlacementUrl parse(String text) {
    URI uri;
    try {
      uri = new URI(text.replaceAll("/+$", ""));
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "is an address like https://placement.example/placement", e);
    }
    boolean isOne =
        uri.getHost() != null
            && uri.getUserInfo() == null
            && uri.getQuery() == null
            && uri.getFragment() == null;
    boolean isSafe =
        "https".equals(uri.getScheme())
            || ("http".equals(uri.getScheme()) && LOOPBACK.contains(uri.getHost()));
    if (!isOne || !isSafe) {
      throw new IllegalArgumentException(
          "is an address like https://placement.example/placement; http only on this machine,"
              + " since secrets could be read on the way");
    }
    return new PlacementUrl(uri);
  }

  /** What lies below it. */
  URI at(String path) {
    return URI.create(uri + path);
  }
}
