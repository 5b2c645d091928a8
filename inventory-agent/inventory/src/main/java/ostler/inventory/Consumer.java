package ostler.inventory;

import java.util.regex.Pattern;

/**
 * What uses a claim's units. Ids of several clouds mix, so one is known only with its source and
 * type: {@code libvirt/domain/0b4e...}.
 *
 * @param source who gave the id, for example {@code libvirt} or {@code nova}
 * @param type what it names there, for example {@code domain}
 * @param id the name itself; for libvirt a domain's UUID or its name
 */
public record Consumer(String source, String type, String id) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:@-]{1,128}");

  public Consumer {
    requireName("a consumer's source", source);
    requireName("a consumer's type", type);
    requireName("a consumer's id", id);
  }

  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  static void requireName(String what, String text) {
    if (!isName(text)) {
      throw new IllegalArgumentException(
          what + " is 1 to 128 letters, digits and any of \". _ : @ -\"");
    }
  }

  /** The three parts with slashes between, for people. */
  @Override
  public String toString() {
    return source + '/' + type + '/' + id;
  }
}
