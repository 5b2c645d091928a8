package ostler.cli;

import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import ostler.inventory.HostName;
import ostler.inventory.UnitId;
import ostler.pci.PciAddress;

/** How somebody names a unit, a device, a claim or a wipe. */
sealed interface Ref {

  Pattern PREFIX = Pattern.compile("[0-9a-f]{8}[0-9a-f-]{0,27}");

  /** By its whole id. */
  record Whole(UUID id) implements Ref {
    @Override
    public String toString() {
      return id.toString();
    }
  }

  /** By the beginning of its id, eight signs at least, as tables show it. */
  record Prefix(String text) implements Ref {
    @Override
    public String toString() {
      return text;
    }
  }

  /** By the place where it sits. */
  record Place(HostName host, PciAddress address) implements Ref {
    @Override
    public String toString() {
      return host + "/" + address;
    }
  }

  /**
   * Reads an id, or the first eight or more signs of one.
   *
   * @throws IllegalArgumentException if the text is neither
   */
  static Ref parseId(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return UnitId.tryParse(lower)
        .<Ref>map(id -> new Whole(id.value()))
        .orElseGet(() -> new Prefix(checkedPrefix(lower)));
  }

  /** As {@link #parseId}, and also {@code host/address}. */
  static Ref parse(String text) {
    int slash = text.indexOf('/');
    return slash < 0
        ? parseId(text)
        : new Place(
            new HostName(text.substring(0, slash)), PciAddress.parse(text.substring(slash + 1)));
  }

  private static String checkedPrefix(String text) {
    if (!PREFIX.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "is not a UUID, nor the first 8 or more signs of one: \"" + text + '"');
    }
    return text;
  }
}
