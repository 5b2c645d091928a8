package ostler.inventory;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Reads UUIDs strictly: {@link UUID#fromString} takes {@code 1-1-1-1-1} for one. */
final class CanonicalUuid {

  private static final Pattern FORM =
      Pattern.compile("[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}");

  private CanonicalUuid() {}

  static UUID parse(String text) {
    return tryParse(text)
        .orElseThrow(() -> new IllegalArgumentException("is not a UUID of 36 characters"));
  }

  static Optional<UUID> tryParse(String text) {
    return FORM.matcher(text).matches() ? Optional.of(UUID.fromString(text)) : Optional.empty();
  }
}
