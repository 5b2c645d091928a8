package ostler.sysfs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import ostler.inventory.Link;
import ostler.inventory.LockedAttributes;
import ostler.inventory.MdevType;
import ostler.inventory.MdevTypeId;
import ostler.inventory.Problem;
import ostler.inventory.SerialNumber;
import ostler.pci.DriverName;
import ostler.pci.PciAddress;

/**
 * Makes of what {@link LockedReads} read what it means. It runs in the process that asked, so that
 * the one that may hang does nothing but read.
 */
public final class LockedMeaning {

  /** What the kernel prints for a null pointer where no driver is set (seen with Linux 6.18). */
  private static final String UNSET = "(null)";

  private final PciAddress address;
  private final Map<String, Read<String>> raw;
  private final List<Problem> problems = new ArrayList<>();

  private LockedMeaning(PciAddress address, Map<String, Read<String>> raw) {
    this.address = address;
    this.raw = raw;
  }

  /**
   * The meaning of one function's attributes.
   *
   * @param raw what was read, by the attribute's path below the function's directory
   */
  public static LockedAttributes of(PciAddress address, Map<String, Read<String>> raw) {
    return new LockedMeaning(address, new TreeMap<>(raw)).attributes();
  }

  private LockedAttributes attributes() {
    // Root alone may read it, and its absence harms nothing: so no word about a refusal.
    Optional<SerialNumber> serial =
        text(LockedReads.SERIAL).value().map(String::strip).flatMap(SerialNumber::tryParse);
    Optional<DriverName> override =
        take(LockedReads.DRIVER_OVERRIDE, LockedMeaning::driverOverride);
    OptionalInt enabled =
        take(LockedReads.ENABLED_FUNCTIONS, Attributes::count)
            .map(OptionalInt::of)
            .orElse(OptionalInt.empty());
    Optional<Boolean> responds = take(LockedReads.CONFIG, LockedMeaning::responds);
    if (responds.equals(Optional.of(false))) {
      note(LockedReads.CONFIG, Problem.Code.DEVICE_DEAD, "it answers nothing but ones");
    }
    List<MdevType> types = mdevTypes();
    noteOtherFailures();
    return new LockedAttributes(override, enabled, responds, link(), serial, types, problems);
  }

  private static Read<DriverName> driverOverride(String text) {
    String name = text.strip();
    return name.isEmpty() || name.equals(UNSET)
        ? Read.absent()
        : Attributes.parse(name, DriverName::tryParse, "a driver's name");
  }

  /**
   * A read that no device answers comes back as all ones. The whole header is asked, since a
   * healthy virtual function has ones for vendor and device (so the SR-IOV specification wants it).
   */
  private static Read<Boolean> responds(String header) {
    return header.length() < LockedReads.CONFIG_HEADER_BYTES
        ? Read.failed(
            Problem.Code.ATTRIBUTE_UNREADABLE, "it ends after " + header.length() + " bytes")
        : Read.of(header.chars().anyMatch(c -> c != 0xff));
  }

  private Optional<Link> link() {
    Link link =
        new Link(
            Attributes.linkRate(found(LockedReads.CURRENT_SPEED), found(LockedReads.CURRENT_WIDTH)),
            Attributes.linkRate(found(LockedReads.MAX_SPEED), found(LockedReads.MAX_WIDTH)));
    return link.current().isEmpty() && link.max().isEmpty() ? Optional.empty() : Optional.of(link);
  }

  private List<MdevType> mdevTypes() {
    List<MdevType> types = new ArrayList<>();
    raw.keySet().stream()
        .flatMap(attribute -> mdevTypeIn(attribute).stream())
        .distinct()
        .forEach(type -> types.add(mdevType(type)));
    return types;
  }

  private static Optional<MdevTypeId> mdevTypeIn(String attribute) {
    String[] parts = attribute.split("/");
    return parts.length == 3 && parts[0].equals(FunctionDirectory.MDEV_TYPES)
        ? MdevTypeId.tryParse(parts[1])
        : Optional.empty();
  }

  private MdevType mdevType(MdevTypeId id) {
    String prefix = FunctionDirectory.MDEV_TYPES + '/' + id + '/';
    return new MdevType(
        id,
        take(prefix + LockedReads.NAME, LockedMeaning::words),
        take(prefix + LockedReads.DESCRIPTION, LockedMeaning::words),
        take(prefix + LockedReads.DEVICE_API, LockedMeaning::words),
        take(prefix + LockedReads.AVAILABLE, Attributes::count)
            .map(OptionalInt::of)
            .orElse(OptionalInt.empty()));
  }

  /** A driver's own words, in one line and no longer than is kept. */
  private static Read<String> words(String text) {
    String line = text.strip().replaceAll("[^ -~]+", " ");
    return line.isEmpty()
        ? Read.absent()
        : Read.of(line.substring(0, Math.min(line.length(), MdevType.MAX_TEXT_CHARS)));
  }

  private Read<String> text(String attribute) {
    return raw.getOrDefault(attribute, Read.absent());
  }

  private String found(String attribute) {
    return text(attribute).value().orElse("");
  }

  private <T> Optional<T> take(String attribute, Function<String, Read<T>> meaning) {
    Read<T> read = text(attribute).then(meaning);
    read.failure().ifPresent(failed -> note(attribute, failed.code(), failed.reason()));
    return read.value();
  }

  /** What failed of the rest: the link's files, and whatever a newer reader may send. */
  private void noteOtherFailures() {
    List<String> noted = problems.stream().map(Problem::attribute).toList();
    raw.forEach(
        (attribute, read) ->
            read.failure()
                .filter(failed -> !noted.contains(attribute))
                .filter(failed -> !attribute.equals(LockedReads.SERIAL) || isHang(failed))
                .ifPresent(failed -> note(attribute, failed.code(), failed.reason())));
  }

  private static boolean isHang(Read.Failed<String> failed) {
    return failed.code() == Problem.Code.ATTRIBUTE_TIMED_OUT;
  }

  private void note(String attribute, Problem.Code code, String reason) {
    problems.add(HostScan.problem(address.toString(), attribute, code, reason));
  }
}
