package ostler.inventory;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A kind of mediated device that a function's driver offers.
 *
 * <p>All but the id comes from calls into the vendor's driver, so a scan knows ids alone, and a
 * probe with a deadline the rest.
 *
 * @param name what people call it, for example {@code GRID T4-1B}; aliases go by it
 * @param description free text of the driver, for example the frame buffer's size
 * @param deviceApi for a PCI slice {@code vfio-pci}
 * @param availableInstances how many more can be made now
 */
public record MdevType(
    MdevTypeId id,
    Optional<String> name,
    Optional<String> description,
    Optional<String> deviceApi,
    OptionalInt availableInstances) {

  /** The longest text that is kept of a driver's own words, in characters. */
  public static final int MAX_TEXT_CHARS = 512;

  public MdevType {
    Objects.requireNonNull(id);
    requireBounded(name);
    requireBounded(description);
    requireBounded(deviceApi);
    if (availableInstances.orElse(0) < 0) {
      throw new IllegalArgumentException(
          "an mdev type has 0 or more instances, not " + availableInstances.getAsInt());
    }
  }

  private static void requireBounded(Optional<String> text) {
    if (text.isPresent() && text.get().length() > MAX_TEXT_CHARS) {
      throw new IllegalArgumentException(
          "an mdev type's texts have at most " + MAX_TEXT_CHARS + " characters");
    }
  }
}
