package ostler.cli.print;

import java.util.Locale;

/** In which form data is printed. */
public enum Format {
  TABLE,
  JSON,
  YAML,
  CSV;

  /**
   * Reads the form's name in lower case.
   *
   * @throws IllegalArgumentException if no form has this name
   */
  public static Format parse(String text) {
    for (Format format : values()) {
      if (format.toString().equals(text)) {
        return format;
      }
    }
    throw new IllegalArgumentException("is not table, json, yaml or csv");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
