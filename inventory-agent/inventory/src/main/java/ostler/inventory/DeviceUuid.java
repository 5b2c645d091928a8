package ostler.inventory;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The UUID that a vendor's driver gives one card, in the driver's own form: NVML says {@code
 * GPU-8f6d5f5c-...}, with a prefix, so this is not a {@link java.util.UUID}.
 *
 * @param value 1 to 95 letters, digits, hyphens, dots, colons, slashes and underscores; NVML's own
 *     buffer for one is 96 bytes (NVML_DEVICE_UUID_V2_BUFFER_SIZE)
 */
public record DeviceUuid(String value) implements Comparable<DeviceUuid> {

  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._:/-]{1,95}");

  @JsonCreator
  public DeviceUuid {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "a device UUID is 1 to 95 letters, digits, hyphens, dots, colons, slashes and"
              + " underscores");
    }
  }

  /** Answers empty where the text has another form. */
  public static Optional<DeviceUuid> tryParse(String text) {
    return FORM.matcher(text).matches() ? Optional.of(new DeviceUuid(text)) : Optional.empty();
  }

  @Override
  public int compareTo(DeviceUuid other) {
    return value.compareTo(other.value);
  }

  @Override
  @JsonValue
  public String toString() {
    return value;
  }
}
