package ostler.inventory;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a kind of mediated device, as the directory in {@code mdev_supported_types} has it,
 * for example {@code nvidia-222}, or a MIG profile, {@code 1g.10gb+me}. It is one path element, and
 * it may change with the driver's version: aliases go by the readable name.
 *
 * @param value 1 to 63 letters, digits, hyphens, dots, plus signs and underscores, beginning with a
 *     letter or digit
 */
public record MdevTypeId(String value) implements Comparable<MdevTypeId> {

  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,62}");

  @JsonCreator
  public MdevTypeId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "an mdev type is 1 to 63 letters, digits, hyphens, dots, plus signs and underscores,"
              + " beginning with a letter or digit");
    }
  }

  /** Answers empty where the text has another form. */
  public static Optional<MdevTypeId> tryParse(String text) {
    return FORM.matcher(text).matches() ? Optional.of(new MdevTypeId(text)) : Optional.empty();
  }

  @Override
  public int compareTo(MdevTypeId other) {
    return value.compareTo(other.value);
  }

  @Override
  @JsonValue
  public String toString() {
    return value;
  }
}
