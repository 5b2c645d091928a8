package ostler.flavor;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import ostler.pci.PciClass;

/**
 * The beginning of a PCI class: the base class ({@code 03}), with the subclass ({@code 0302}), or
 * all of it ({@code 030200}). A leading {@code 0x} is read and not kept.
 *
 * @param digits 2, 4 or 6 small hexadecimal digits
 */
public record ClassPrefix(String digits) {

  private static final Pattern FORM = Pattern.compile("([0-9a-f]{2}){1,3}");

  public ClassPrefix {
    if (!FORM.matcher(digits).matches()) {
      throw new IllegalArgumentException("a class is 2, 4 or 6 hexadecimal digits");
    }
  }

  /**
   * Reads {@code 0302}, {@code 0x030200} and the like.
   *
   * @throws IllegalArgumentException if the text is none of them
   */
  @JsonCreator
  public static ClassPrefix parse(String text) {
    String digits = text.toLowerCase(Locale.ROOT);
    return new ClassPrefix(digits.startsWith("0x") ? digits.substring(2) : digits);
  }

  /** As {@link #parse}, but answers empty where the text has another form. */
  public static Optional<ClassPrefix> tryParse(String text) {
    try {
      return Optional.of(parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  boolean covers(PciClass pciClass) {
    return pciClass.toString().startsWith(digits, "0x".length());
  }

  @Override
  @JsonValue
  public String toString() {
    return digits;
  }
}
