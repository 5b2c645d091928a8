package ostler.flavor;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One half of a model's id: the vendor's number or the product's.
 *
 * @param number 0 to 0xffff, written with four hexadecimal digits
 */
public record PciNumber(int number) {

  private static final int MAX = 0xffff;
  private static final Pattern FORM = Pattern.compile("(0[xX])?[0-9a-fA-F]{4}");

  public PciNumber {
    if (number < 0 || number > MAX) {
      throw new IllegalArgumentException("a vendor or product is 16 bits, not " + number);
    }
  }

  /**
   * Reads {@code 10de}.
   *
   * @throws IllegalArgumentException if the text is not four hexadecimal digits
   */
  @JsonCreator
  public static PciNumber parse(String text) {
    return tryParse(text)
        .orElseThrow(
            () -> new IllegalArgumentException("a vendor or product is 4 hexadecimal digits"));
  }

  /** As {@link #parse}, but answers empty where the text has another form. */
  public static Optional<PciNumber> tryParse(String text) {
    return FORM.matcher(text).matches()
        ? Optional.of(new PciNumber(HexFormat.fromHexDigits(text.substring(text.length() - 4))))
        : Optional.empty();
  }

  @Override
  @JsonValue
  public String toString() {
    return HexFormat.of().toHexDigits((short) number);
  }
}
