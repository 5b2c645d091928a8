package ostler.flavor.nova;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * That a flavor asks for so many devices by an alias of Nova's.
 *
 * @param count 0 or more
 */
public record AliasRequest(String alias, int count) {

  /** The extra spec that holds these. */
  public static final String KEY = "pci_passthrough:alias";

  private static final Pattern COUNT = Pattern.compile("[0-9]{1,6}");

  public AliasRequest {
    Objects.requireNonNull(alias);
    if (count < 0) {
      throw new IllegalArgumentException("a flavor asks for 0 or more, not " + count);
    }
  }

  /** Reads {@code a1:2, a2:1}. */
  static List<AliasRequest> parse(Place place, String text) throws NovaRefusal {
    List<AliasRequest> requests = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      int colon = part.indexOf(':');
      String name = colon < 0 ? "" : part.substring(0, colon).strip();
      String count = part.substring(colon + 1).strip();
      if (name.isEmpty() || !COUNT.matcher(count).matches()) {
        throw new NovaRefusal(
            place, KEY, "is ALIAS:COUNT with commas between, as a1:2,a2:1, not \"" + text + '"');
      }
      requests.add(new AliasRequest(name, Integer.parseInt(count)));
    }
    return List.copyOf(requests);
  }

  /** {@code a1:2,a2:1}. */
  static String written(List<AliasRequest> requests) {
    return requests.stream().map(AliasRequest::toString).collect(Collectors.joining(","));
  }

  @Override
  public String toString() {
    return alias + ':' + count;
  }
}
