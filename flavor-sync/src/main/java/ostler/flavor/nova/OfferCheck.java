package ostler.flavor.nova;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import ostler.flavor.nova.Difference.Code;
import ostler.pci.PciId;

/** Compares what Nova may give away with what there is. */
final class OfferCheck {

  private final Offer offer;
  private final Cloud cloud;
  private final List<Difference> found = new ArrayList<>();

  private OfferCheck(Offer offer, Cloud cloud) {
    this.offer = offer;
    this.cloud = cloud;
  }

  static List<Difference> of(Offer offer, Cloud cloud) {
    OfferCheck check = new OfferCheck(offer, cloud);
    check.unitsNotOffered();
    check.groupsInPart();
    check.unmanaged();
    check.specs();
    return check.found;
  }

  /** One model on one host: what is told in one sentence. */
  private record Kind(String host, PciId id) implements Comparable<Kind> {
    @Override
    public int compareTo(Kind other) {
      int byHost = host.compareTo(other.host);
      return byHost == 0 ? id.compareTo(other.id) : byHost;
    }
  }

  private static SortedMap<Kind, List<NovaDevice>> byKind(Collection<NovaDevice> devices) {
    return devices.stream()
        .collect(
            Collectors.groupingBy(
                device -> new Kind(device.host().value(), device.id()),
                TreeMap::new,
                Collectors.toList()));
  }

  private void tell(Code code, List<NovaDevice> devices, String sentence, String next) {
    byKind(devices)
        .forEach(
            (kind, alike) ->
                found.add(
                    new Difference(
                        code,
                        kind.host(),
                        kind.id() + " at " + NovaDevice.listed(alike) + ' ' + sentence,
                        next)));
  }

  private void unitsNotOffered() {
    List<NovaDevice> mains =
        cloud.units().stream()
            .filter(NovaUnit::isPci)
            .filter(unit -> unit.members().stream().noneMatch(offer::has))
            .map(NovaUnit::main)
            .toList();
    tell(
        Code.DEVICE_NOT_OFFERED,
        mains,
        "is matched by no device_spec, so Nova never gives it",
        "add a device_spec: ostler flavor sync --dry-run writes one");
  }

  /** Bridges are no part of it: vfio needs none of them. */
  private void groupsInPart() {
    Map<String, List<NovaDevice>> groups = new LinkedHashMap<>();
    for (NovaDevice device : cloud.devices()) {
      if (device.group().isPresent() && !device.model().pciClass().isBridge()) {
        groups
            .computeIfAbsent(device.host() + " " + device.group().get(), group -> new ArrayList<>())
            .add(device);
      }
    }
    List<NovaDevice> companions = new ArrayList<>();
    for (List<NovaDevice> group : groups.values()) {
      List<NovaDevice> offered = group.stream().filter(offer::has).toList();
      List<NovaDevice> left = group.stream().filter(Predicate.not(offer::has)).toList();
      if (!offered.isEmpty()) {
        left.stream()
            .filter(device -> offered.stream().anyMatch(device::sharesSlotWith))
            .forEach(companions::add);
        foreign(offered, left);
      }
    }
    tell(
        Code.COMPANION_NOT_OFFERED,
        companions,
        "is not offered, and another function of the same card is: a guest gets the card in part",
        "add a device_spec for it: ostler flavor sync --dry-run writes one");
  }

  private void foreign(List<NovaDevice> offered, List<NovaDevice> left) {
    List<NovaDevice> foreign =
        left.stream().filter(device -> offered.stream().noneMatch(device::sharesSlotWith)).toList();
    if (!foreign.isEmpty()) {
      found.add(
          new Difference(
              Code.GROUP_NOT_VIABLE,
              foreign.get(0).host().value(),
              NovaDevice.listed(offered)
                  + " is offered, and its IOMMU group "
                  + foreign.get(0).group().map(String::valueOf).orElse("")
                  + " holds "
                  + NovaDevice.listed(foreign)
                  + " too, which is not",
              "offer the whole group or nothing of it; a guest starts only if all of it is free"));
    }
  }

  /** Networks and storage may well be offered without Ostler; what computes is Ostler's. */
  private void unmanaged() {
    List<NovaDevice> unmanaged =
        offer.specs().keySet().stream()
            .filter(device -> device.unit().isEmpty() && device.model().pciClass().computes())
            .toList();
    tell(
        Code.UNMANAGED_DEVICE_OFFERED,
        unmanaged,
        "is offered and was never admitted, so Nova gives it away without a wipe",
        "admit it (ostler device admit), or narrow the device_spec");
  }

  private void specs() {
    for (DeviceSpec spec : offer.config().deviceSpecs()) {
      Optional<String> devname = spec.devname();
      if (devname.isPresent()) {
        found.add(
            new Difference(
                Code.DEVNAME_NOT_CHECKED,
                spec.place().toString(),
                "names the interface " + devname.get() + ", whose address only its host knows",
                "name the device by its address, and run this again"));
      } else if (cloud.host().isEmpty() && cloud.devices().stream().noneMatch(spec::matches)) {
        found.add(
            new Difference(
                Code.SPEC_MATCHES_NOTHING,
                spec.place().toString(),
                "matches no device that any host reported",
                "correct it, or remove it"));
      }
    }
  }
}
