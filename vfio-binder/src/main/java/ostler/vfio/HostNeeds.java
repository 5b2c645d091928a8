package ostler.vfio;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ostler.pci.DriverName;
import ostler.pci.PciAddress;
import ostler.root.BarRange;
import ostler.root.ClassLinks;
import ostler.root.Code;
import ostler.root.Devices;
import ostler.root.KernelError;
import ostler.root.KernelException;
import ostler.root.Layout;
import ostler.root.Refusal;

/** Refuses to take from the host what it lives on, and what cannot be passed through as it is. */
final class HostNeeds {

  /** A range of physical addresses and who claims it. */
  private static final Pattern IOMEM =
      Pattern.compile("\\s*([0-9a-f]{1,16})-([0-9a-f]{1,16}) : (.*)");

  /** What the kernel's own drawers of the firmware's picture call their memory. */
  private static final Pattern FRAMEBUFFER =
      Pattern.compile("(efi|vesa|simple|boot)fb|simple-framebuffer.*", Pattern.CASE_INSENSITIVE);

  /** A PCI-to-PCI bridge: the kernel lets these keep their driver beside passed-through devices. */
  private static final int PCI_BRIDGE = 0x0604;

  private static final int ISA_BRIDGE = 0x0601;

  private final Layout layout;
  private final Devices devices;

  HostNeeds(Layout layout, Devices devices) {
    this.layout = layout;
    this.devices = devices;
  }

  /**
   * Lets pass only a group that the host can do without.
   *
   * @throws Refusal PROTECTED, NOT_VIABLE, SLICED; CANNOT_LOOK if it cannot be found out
   */
  void check(GroupNow group) throws Refusal {
    try {
      checkBridges(group);
      for (PciAddress member : group.members()) {
        checkDisplay(member);
        checkSlices(member);
      }
      protect(new Disks(layout).needed(group.members()));
      protect(new NetLinks(layout).needed(group.members()));
      checkMediated(group.members());
    } catch (KernelException e) {
      throw new Refusal(Code.CANNOT_LOOK, e, "Whether the host needs it could not be found out.");
    } catch (IOException e) {
      throw new Refusal(
          Code.CANNOT_LOOK,
          "Whether the host needs %s could not be found out: %s."
              .formatted(group.members(), KernelError.wordsOf(e)));
    }
  }

  private void checkBridges(GroupNow group) throws KernelException, Refusal {
    for (PciAddress bridge : group.bridges()) {
      int kind = devices.pciClass(bridge).baseAndSub();
      if (kind == ISA_BRIDGE) {
        throw new Refusal(
            Code.PROTECTED,
            "IOMMU group %s holds %s, the bridge to the machine's old devices, which the host needs."
                .formatted(group.number(), bridge));
      }
      Optional<DriverName> driver = devices.driver(bridge);
      if (kind != PCI_BRIDGE && driver.isPresent()) {
        throw new Refusal(
            Code.NOT_VIABLE,
            "IOMMU group %s holds the bridge %s with driver %s: the kernel passes nothing in this group through. Use another slot."
                .formatted(group.number(), bridge, driver.get()));
      }
    }
  }

  private void checkDisplay(PciAddress member) throws KernelException, IOException, Refusal {
    if (devices.isBootDisplay(member)) {
      throw new Refusal(
          Code.PROTECTED,
          "%s is the display that this host started on. Choose another in the firmware first."
              .formatted(member));
    }
    List<BarRange> bars = devices.bars(member);
    for (String line : Files.readAllLines(iomem(), StandardCharsets.US_ASCII)) {
      Matcher range = IOMEM.matcher(line);
      if (range.matches() && FRAMEBUFFER.matcher(range.group(3)).matches()) {
        long from = Long.parseUnsignedLong(range.group(1), 16);
        long to = Long.parseUnsignedLong(range.group(2), 16);
        if (bars.stream().anyMatch(bar -> bar.isMemory() && bar.overlaps(from, to))) {
          throw new Refusal(
              Code.PROTECTED,
              "The kernel's console (%s) draws into the memory of %s. Choose another display in the firmware first."
                  .formatted(range.group(3), member));
        }
      }
    }
  }

  private Path iomem() {
    return layout.proc().resolve("iomem");
  }

  private void checkSlices(PciAddress member) throws IOException, Refusal {
    try (DirectoryStream<Path> functions =
        Files.newDirectoryStream(layout.device(member), "virtfn*")) {
      if (functions.iterator().hasNext()) {
        throw new Refusal(
            Code.SLICED,
            "%s has virtual functions, which would lose their parent. Remove them first."
                .formatted(member));
      }
    }
  }

  private void checkMediated(Members members) throws IOException, Refusal {
    List<ClassLinks.Entry> slices =
        new ClassLinks(layout.mediatedDevices()).below(members.addresses());
    if (!slices.isEmpty()) {
      throw new Refusal(
          Code.SLICED,
          "%s has the mediated device %s, which would lose its parent. Remove it first."
              .formatted(slices.get(0).device(), slices.get(0).name()));
    }
  }

  private static void protect(Optional<String> need) throws Refusal {
    if (need.isPresent()) {
      throw new Refusal(Code.PROTECTED, need.get());
    }
  }
}
