package ostler.mdev;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ostler.nvml.NvmlLibrary;
import ostler.pci.PciAddress;
import ostler.root.Deadline;
import ostler.root.Devices;
import ostler.root.KernelException;
import ostler.root.Layout;
import ostler.root.Outside;

/** The host as slices are made on it: its ways to make them, and where. */
final class Host {

  /** How long a slice may take to appear, or to go, behind a write that succeeded. */
  private static final Duration APPEARANCE = Duration.ofSeconds(15);

  private static final Duration PAUSE = Duration.ofMillis(50);

  private final Outside outside;
  private final Deadline deadline;
  private final Devices devices;
  private final PhysicalFunction sriov;
  private final MigInstances mig;
  private final Map<SliceKind, Backend> backends = new EnumMap<>(SliceKind.class);

  Host(Outside outside, Deadline deadline, NvmlLibrary nvml) {
    Layout layout = outside.layout();
    this.outside = outside;
    this.deadline = deadline;
    this.devices = new Devices(layout, deadline);
    this.sriov = new PhysicalFunction(layout, deadline);
    backends.put(SliceKind.MDEV, new MediatedDevices(layout, deadline));
    backends.put(SliceKind.VENDOR_VF, new VendorFunctions(layout, deadline));
    backends.put(SliceKind.SRIOV_VF, new SriovFunctions(layout));
    this.mig = new MigInstances(layout, deadline, nvml);
    backends.put(SliceKind.MIG, mig);
  }

  Backend backend(SliceKind kind) {
    return backends.get(kind);
  }

  PhysicalFunction sriov() {
    return sriov;
  }

  MigInstances mig() {
    return mig;
  }

  /** The device itself and its virtual functions. */
  List<PciAddress> places(PciAddress parent) throws KernelException {
    List<PciAddress> places = new ArrayList<>(List.of(parent));
    places.addAll(sriov.functions(parent));
    return places;
  }

  /**
   * What is where the slice should be. A function's address may be another device's by now, and
   * then whatever is on it is not the slice.
   */
  Sight look(Slice slice, PciAddress parent) throws KernelException {
    Optional<PciAddress> function = slice.wish().function().filter(devices::exists);
    if (function.isPresent() && !sriov.isOf(function.get(), parent)) {
      return Sight.OTHER;
    }
    return backend(slice.wish().kind()).look(slice, parent);
  }

  /** Every slice that the host shows on a device, whoever made it. */
  List<Present> present(PciAddress parent) throws KernelException {
    List<Present> found = new ArrayList<>();
    for (PciAddress place : places(parent)) {
      for (Backend backend : backends.values()) {
        found.addAll(backend.present(place));
      }
    }
    return found;
  }

  /** Something that may be so soon. */
  @FunctionalInterface
  interface Hope {
    boolean comesTrue() throws KernelException;
  }

  /** Waits a little for what should be so, and says whether it is. */
  boolean awaits(Hope hope) throws KernelException {
    long looks = deadline.paced(APPEARANCE).dividedBy(PAUSE);
    for (long look = 0; look < looks; look++) {
      if (hope.comesTrue()) {
        return true;
      }
      outside.pause().last(PAUSE);
    }
    return hope.comesTrue();
  }
}
