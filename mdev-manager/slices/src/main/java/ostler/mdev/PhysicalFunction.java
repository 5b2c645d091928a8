package ostler.mdev;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ostler.pci.PciAddress;
import ostler.root.Attribute;
import ostler.root.Deadline;
import ostler.root.KernelException;
import ostler.root.KernelFiles;
import ostler.root.KernelOperation;
import ostler.root.Layout;

/**
 * The SR-IOV files of devices (Linux, {@code drivers/pci/iov.c}). Functions are counted by their
 * links, since reading {@code sriov_numvfs} waits for the device's lock.
 */
final class PhysicalFunction {

  private static final Pattern LINK = Pattern.compile("virtfn(\\d{1,5})");

  private final Layout layout;
  private final KernelFiles files;

  PhysicalFunction(Layout layout, Deadline deadline) {
    this.layout = layout;
    this.files = new KernelFiles(deadline);
  }

  /** How many functions the hardware could have; empty where it has no SR-IOV. */
  OptionalInt total(PciAddress parent) throws KernelException {
    return files
        .read(KernelOperation.READ, parent, layout.attribute(parent, Attribute.SRIOV_TOTALVFS))
        .filter(text -> text.matches("\\d{1,5}"))
        .map(text -> OptionalInt.of(Integer.parseInt(text)))
        .orElse(OptionalInt.empty());
  }

  /**
   * Those that there are, in the device's own order; none of a device that is not there.
   *
   * @throws KernelException if that cannot be seen, which does not mean that there are none
   */
  List<PciAddress> functions(PciAddress parent) throws KernelException {
    Map<Integer, PciAddress> found = new TreeMap<>();
    try (DirectoryStream<Path> links = Files.newDirectoryStream(layout.device(parent), "virtfn*")) {
      for (Path link : links) {
        Matcher number = LINK.matcher(link.getFileName().toString());
        if (number.matches()) {
          nameOf(link)
              .flatMap(PciAddress::tryParse)
              .ifPresent(function -> found.put(Integer.valueOf(number.group(1)), function));
        }
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw new KernelException(KernelOperation.READ, parent, e.getCause());
    } catch (IOException e) {
      throw new KernelException(KernelOperation.READ, parent, e);
    }
    return new ArrayList<>(found.values());
  }

  /** Whether a function belongs to this device; one that is not there does not. */
  boolean isOf(PciAddress function, PciAddress parent) throws KernelException {
    try {
      return nameOf(layout.attribute(function, Attribute.PHYSFN))
          .filter(parent.toString()::equals)
          .isPresent();
    } catch (IOException e) {
      throw new KernelException(KernelOperation.READ, function, e);
    }
  }

  /** Where a link leads; empty where there is none. */
  private static Optional<String> nameOf(Path link) throws IOException {
    try {
      return Optional.of(Files.readSymbolicLink(link).getFileName().toString());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Has the kernel look for no driver for functions that come from now on. */
  void bindNoDriver(PciAddress parent) throws KernelException {
    write(parent, Attribute.SRIOV_DRIVERS_AUTOPROBE, 0);
  }

  /** Whether the kernel would bind drivers to new functions; false where it does not say. */
  boolean bindsDrivers(PciAddress parent) throws KernelException {
    return files
        .read(
            KernelOperation.READ,
            parent,
            layout.attribute(parent, Attribute.SRIOV_DRIVERS_AUTOPROBE))
        .filter("1"::equals)
        .isPresent();
  }

  /** Sets their number: from none to some, or to none. The kernel may make fewer. */
  void count(PciAddress parent, int functions) throws KernelException {
    write(parent, Attribute.SRIOV_NUMVFS, functions);
  }

  private void write(PciAddress parent, Attribute attribute, int number) throws KernelException {
    files.write(
        KernelOperation.FUNCTIONS,
        parent,
        layout.attribute(parent, attribute),
        Integer.toString(number));
  }
}
