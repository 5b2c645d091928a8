package ostler.flavor.nova;

import java.util.List;
import java.util.stream.Stream;

/** In what Nova's configuration and flavors differ from what Ostler has. */
public final class Comparison {

  private Comparison() {}

  /**
   * All differences: devices first, then aliases, then flavors.
   *
   * @param flavors none if nobody exported them
   */
  public static List<Difference> of(NovaConfig config, List<NovaFlavor> flavors, Cloud cloud) {
    Offer offer = new Offer(config, cloud);
    return Stream.of(
            OfferCheck.of(offer, cloud),
            StartCheck.of(offer),
            AliasCheck.of(offer, cloud),
            FlavorCheck.of(offer, cloud, flavors))
        .flatMap(List::stream)
        .toList();
  }
}
