package ostler.vfio;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ostler.inventory.DeviceIdentity;
import ostler.pci.IommuGroup;
import ostler.pci.PciAddress;
import ostler.root.Code;
import ostler.root.Devices;
import ostler.root.KernelError;
import ostler.root.KernelException;
import ostler.root.Layout;
import ostler.root.Refusal;

/** Finds the group behind a list of members, and refuses a list that is not exactly the group. */
final class Groups {

  private final Layout layout;
  private final Devices devices;

  Groups(Layout layout, Devices devices) {
    this.layout = layout;
    this.devices = devices;
  }

  /**
   * The group whose endpoints are exactly these.
   *
   * @throws Refusal DEVICE_GONE, NO_IOMMU, GROUP_CHANGED, PROTECTED for a bridge
   */
  GroupNow resolve(Members asked) throws Refusal {
    IommuGroup number = numberOf(asked);
    try {
      List<PciAddress> endpoints = new ArrayList<>();
      List<PciAddress> bridges = new ArrayList<>();
      for (PciAddress function : functionsOf(number)) {
        boolean bridge = devices.pciClass(function).isBridge();
        (bridge ? bridges : endpoints).add(function);
      }
      requireSame(asked, number, endpoints, bridges);
      Map<PciAddress, DeviceIdentity> identities = new HashMap<>();
      for (PciAddress member : asked) {
        identities.put(member, devices.identity(member));
      }
      return new GroupNow(number, asked, bridges, identities);
    } catch (KernelException e) {
      throw new Refusal(Code.DEVICE_GONE, e, "See whether the device is still there.");
    }
  }

  private IommuGroup numberOf(Members asked) throws Refusal {
    IommuGroup number = null;
    for (PciAddress member : asked) {
      if (!devices.exists(member)) {
        throw new Refusal(
            Code.DEVICE_GONE,
            "There is no device %s on this host. See whether it was moved, or has died."
                .formatted(member));
      }
      Optional<IommuGroup> its = devices.group(member);
      if (its.isEmpty() || Files.exists(layout.unsafeGroupNode(its.get()))) {
        throw new Refusal(
            Code.NO_IOMMU,
            "No IOMMU keeps %s apart from the rest of the machine. Enable it in the firmware and on the kernel's command line (intel_iommu=on or amd_iommu=on)."
                .formatted(member));
      }
      if (number != null && !number.equals(its.get())) {
        throw new Refusal(
            Code.GROUP_CHANGED,
            "%s is in IOMMU group %s and %s in group %s: they are not one unit."
                .formatted(asked.first(), number, member, its.get()));
      }
      number = its.get();
    }
    return number;
  }

  private List<PciAddress> functionsOf(IommuGroup group) throws Refusal {
    List<PciAddress> functions = new ArrayList<>();
    try (DirectoryStream<Path> links = Files.newDirectoryStream(layout.groupDevices(group))) {
      for (Path link : links) {
        PciAddress.tryParse(link.getFileName().toString()).ifPresent(functions::add);
      }
    } catch (IOException e) {
      throw new Refusal(
          Code.GROUP_CHANGED,
          "IOMMU group %s cannot be listed: %s.".formatted(group, KernelError.wordsOf(e)));
    }
    return functions;
  }

  private static void requireSame(
      Members asked, IommuGroup number, List<PciAddress> endpoints, List<PciAddress> bridges)
      throws Refusal {
    for (PciAddress member : asked) {
      if (bridges.contains(member)) {
        throw new Refusal(
            Code.PROTECTED, "%s is a bridge: bridges stay with the host.".formatted(member));
      }
    }
    Members now = new Members(endpoints);
    if (!now.equals(asked)) {
      throw new Refusal(
          Code.GROUP_CHANGED,
          "IOMMU group %s consists of %s now, not of %s: a unit is the whole group. Scan the host again."
              .formatted(number, now, asked),
          Map.of("group", (long) number.number(), "members_now", now.toString()));
    }
  }
}
