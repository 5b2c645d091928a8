package ostler.root;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the kernel knows a device node by, wherever in the file system it lies and whatever it is
 * called: containers have nodes of their own.
 */
public record DeviceNumber(long value) {

  private static final Pattern FORM = Pattern.compile("(\\d{1,7}):(\\d{1,7})");

  /** Reads sysfs's form, as in {@code /sys/dev/char/226:0}, packed as glibc's makedev does. */
  public static Optional<DeviceNumber> of(ClassLinks.Entry entry) {
    Matcher parts = FORM.matcher(entry.name());
    if (!parts.matches()) {
      return Optional.empty();
    }
    long major = Long.parseLong(parts.group(1));
    long minor = Long.parseLong(parts.group(2));
    return Optional.of(
        new DeviceNumber(
            ((major & ~0xfffL) << 32)
                | ((major & 0xfff) << 8)
                | ((minor & ~0xffL) << 12)
                | (minor & 0xff)));
  }

  /** Whether it is a device's number at all: plain files have zero. */
  public boolean isDevice() {
    return value != 0;
  }
}
