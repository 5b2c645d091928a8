package ostler.mdev;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import ostler.inventory.MdevType;
import ostler.inventory.MdevTypeId;
import ostler.pci.PciAddress;
import ostler.root.Devices;
import ostler.root.KernelException;

/**
 * What more could be made on a device: as the host says at this moment, and no more than allowed.
 */
final class Capacity {

  private final Host host;
  private final Devices devices;
  private final Limits limits;

  Capacity(Host host, Devices devices, Limits limits) {
    this.host = host;
    this.devices = devices;
    this.limits = limits;
  }

  /**
   * The types with what is left of each. A device that still lacks something that the books have
   * offers nothing: what the host would make there is promised already.
   */
  List<Offer> offers(ParentRecord record) throws KernelException {
    List<Offer> offers = new ArrayList<>();
    if (lacks(record)) {
      return offers;
    }
    for (SliceKind kind : List.of(SliceKind.MDEV, SliceKind.VENDOR_VF, SliceKind.MIG)) {
      for (List<At> places : typed(record, kind).values()) {
        offers.add(offer(record, kind, places));
      }
    }
    plain(record).ifPresent(offers::add);
    return offers;
  }

  /** Whether a slice or a virtual function of the books is not there, as after a reboot. */
  boolean lacks(ParentRecord record) throws KernelException {
    int functions = host.sriov().functions(record.parent()).size();
    boolean fewer = record.functions().filter(f -> f.have() > functions).isPresent();
    for (Slice slice : record.slices()) {
      if (slice.phase() == Slice.Phase.LIVE && isMissing(slice, record)) {
        return true;
      }
    }
    return fewer;
  }

  private boolean isMissing(Slice slice, ParentRecord record) throws KernelException {
    Sight sight = host.look(slice, record.parent());
    return sight == Sight.ABSENT || sight == Sight.HALF;
  }

  /** How many more slices of a type the operator allows; empty where nothing is said. */
  OptionalInt allowance(ParentRecord record, MdevTypeId type) {
    OptionalInt limit = limits.of(record, type);
    long ours =
        record.slices().stream()
            .filter(slice -> slice.wish().type().equals(Optional.of(type)))
            .count();
    return limit.isEmpty() ? limit : OptionalInt.of((int) Math.max(0, limit.getAsInt() - ours));
  }

  private record At(PciAddress place, MdevType type) {}

  private Map<MdevTypeId, List<At>> typed(ParentRecord record, SliceKind kind)
      throws KernelException {
    Map<MdevTypeId, List<At>> found = new LinkedHashMap<>();
    for (PciAddress place : host.places(record.parent())) {
      boolean taken = kind.takesFunction() && record.on(place).isPresent();
      if (host.backend(kind).isAt(place) && !taken) {
        for (MdevType type : host.backend(kind).types(place)) {
          found.computeIfAbsent(type.id(), id -> new ArrayList<>()).add(new At(place, type));
        }
      }
    }
    return found;
  }

  private Offer offer(ParentRecord record, SliceKind kind, List<At> places) throws KernelException {
    MdevType first = places.get(0).type();
    int onHost = places.stream().mapToInt(at -> at.type().availableInstances().orElse(0)).sum();
    MdevType whole =
        new MdevType(
            first.id(),
            first.name(),
            first.description(),
            first.deviceApi(),
            OptionalInt.of(onHost));
    return new Offer(
        kind,
        whole,
        limits.of(record, first.id()),
        Math.min(onHost, allowance(record, first.id()).orElse(Integer.MAX_VALUE)),
        places.stream()
            .filter(at -> at.type().availableInstances().orElse(0) > 0)
            .map(At::place)
            .toList(),
        kind == SliceKind.MIG ? host.mig().placements(record.parent(), first.id()) : List.of());
  }

  /** Functions that are nothing else, have no driver and are nobody's. */
  private Optional<Offer> plain(ParentRecord record) throws KernelException {
    List<PciAddress> free =
        host.sriov().functions(record.parent()).stream()
            .filter(function -> !host.backend(SliceKind.MDEV).isAt(function))
            .filter(function -> !host.backend(SliceKind.VENDOR_VF).isAt(function))
            .filter(function -> record.on(function).isEmpty())
            .filter(function -> devices.driver(function).isEmpty())
            .toList();
    if (free.isEmpty()) {
      return Optional.empty();
    }
    MdevType none =
        new MdevType(
            new MdevTypeId(SliceKind.SRIOV_VF.toString()),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalInt.of(free.size()));
    return Optional.of(
        new Offer(SliceKind.SRIOV_VF, none, OptionalInt.empty(), free.size(), free, List.of()));
  }
}
