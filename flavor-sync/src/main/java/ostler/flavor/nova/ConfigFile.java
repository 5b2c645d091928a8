package ostler.flavor.nova;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads a file as oslo.config does ({@code oslo_config/iniparser.py}): a key ends at the first
 * equals sign or colon, a line that begins with a blank continues the one before it, an empty line
 * ends it, and quotes go only where both stand on the key's own line.
 */
final class ConfigFile {

  private static final String DEFAULT = "DEFAULT";

  private final String file;
  private final List<Entry> entries = new ArrayList<>();
  private final List<String> value = new ArrayList<>();
  private String section = "";
  private String key = "";
  private int keyLine;

  private ConfigFile(String file) {
    this.file = file;
  }

  /** One assignment. The names of sections are compared without regard to case. */
  record Entry(Place place, String section, String key, String value) {}

  static List<Entry> parse(ConfigText config) throws NovaRefusal {
    ConfigFile parsed = new ConfigFile(config.file());
    int number = 0;
    for (String line : config.text().split("\r\n|\r|\n", -1)) {
      number++;
      parsed.take(line.stripTrailing(), number);
    }
    parsed.flush();
    return parsed.entries;
  }

  private void take(String line, int number) throws NovaRefusal {
    if (line.isEmpty()) {
      flush();
    } else if (line.startsWith(" ") || line.startsWith("\t")) {
      if (key.isEmpty()) {
        throw bad(number, "continues a value, and there is none before it");
      }
      value.add(line.stripLeading());
    } else {
      flush();
      begin(line, number);
    }
  }

  private void begin(String line, int number) throws NovaRefusal {
    if (line.startsWith("[")) {
      if (!line.endsWith("]") || line.length() <= 2) {
        throw bad(number, "is not the name of a section in brackets");
      }
      String name = line.substring(1, line.length() - 1);
      section = name.equals(DEFAULT) ? name : name.toLowerCase(Locale.ROOT);
    } else if (!line.startsWith("#") && !line.startsWith(";")) {
      assign(line, number);
    }
  }

  private void assign(String line, int number) throws NovaRefusal {
    int colon = line.indexOf(':');
    int equals = line.indexOf('=');
    int end = colon < 0 || (equals >= 0 && equals < colon) ? equals : colon;
    if (end < 0) {
      throw bad(number, "has neither an equals sign nor a colon behind its key");
    }
    key = line.substring(0, end).strip();
    if (key.isEmpty() || section.isEmpty()) {
      throw bad(number, key.isEmpty() ? "has no key" : "stands before the first section");
    }
    keyLine = number;
    value.add(unquoted(line.substring(end + 1).strip()));
  }

  private static String unquoted(String text) {
    boolean quoted =
        text.length() > 1
            && (text.startsWith("\"") || text.startsWith("'"))
            && text.charAt(0) == text.charAt(text.length() - 1);
    return quoted ? text.substring(1, text.length() - 1) : text;
  }

  private void flush() {
    if (!key.isEmpty()) {
      Place place = new Place(file, "line " + keyLine + ", [" + section + "] " + key);
      entries.add(new Entry(place, section, key, String.join("\n", value)));
    }
    key = "";
    value.clear();
  }

  private NovaRefusal bad(int line, String rule) {
    return new NovaRefusal(new Place(file, "line " + line), "", rule);
  }
}
