package ostler.flavor.nova;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ostler.flavor.nova.Difference.Code;
import ostler.inventory.HostName;
import ostler.pci.PciAddress;

/** What is offered in a way over which nova-compute refuses to start. */
final class StartCheck {

  private static final String SEPARATE = "give them device_specs that say the same";

  private final Offer offer;
  private final List<Difference> found = new ArrayList<>();

  private StartCheck(Offer offer) {
    this.offer = offer;
  }

  static List<Difference> of(Offer offer) {
    StartCheck check = new StartCheck(offer);
    offer.specs().forEach(check::tags);
    if (offer.config().reportInPlacement()) {
      check.families();
    }
    return check.found;
  }

  private void tags(NovaDevice device, DeviceSpec spec) {
    if (spec.tags().oneTimeUse().isPresent() && device.type() == DeviceType.VF) {
      tell(
          Code.ONE_TIME_USE_ON_FUNCTION,
          device,
          "is a virtual function, and " + spec.place() + " says one_time_use of it",
          "say one_time_use of whole devices alone");
    }
    if (spec.tags().remoteManaged() && device.type() == DeviceType.PF) {
      tell(
          Code.REMOTE_MANAGED_ON_PARENT,
          device,
          "has virtual functions, and " + spec.place() + " says remote_managed of it",
          "say remote_managed of virtual functions alone, by their product_id");
    }
  }

  /** A place on a host. */
  private record Spot(HostName host, PciAddress address) {}

  /** Functions of one parent are one provider in Placement. */
  private void families() {
    Map<Spot, NovaDevice> bySpot = new HashMap<>();
    Map<Spot, List<NovaDevice>> families = new LinkedHashMap<>();
    for (NovaDevice device : offer.specs().keySet()) {
      bySpot.put(new Spot(device.host(), device.address()), device);
      device
          .parent()
          .map(parent -> new Spot(device.host(), parent))
          .ifPresent(spot -> families.computeIfAbsent(spot, any -> new ArrayList<>()).add(device));
    }
    families.forEach((spot, functions) -> family(Optional.ofNullable(bySpot.get(spot)), functions));
  }

  private void family(Optional<NovaDevice> parent, List<NovaDevice> functions) {
    NovaDevice head = functions.get(0);
    if (parent.isPresent()) {
      tell(
          Code.FUNCTION_OFFERED_WITH_ITS_PARENT,
          parent.get(),
          "is offered together with its virtual functions " + NovaDevice.listed(functions),
          "offer either the one or the others: product_id tells them apart");
    }
    DeviceSpec first = offer.specs().get(head);
    for (NovaDevice device : functions) {
      DeviceSpec spec = offer.specs().get(device);
      if (!spec.resourceClassOf(device).equals(first.resourceClassOf(head))) {
        tell(
            Code.MIXED_RESOURCE_CLASS,
            device,
            "is of resource class "
                + spec.resourceClassOf(device)
                + ", and "
                + head.address()
                + " of the same parent is of "
                + first.resourceClassOf(head),
            SEPARATE);
        return;
      }
      if (!spec.tags().traits().equals(first.tags().traits())) {
        tell(
            Code.MIXED_TRAITS,
            device,
            "has other traits than " + head.address() + ", which has the same parent",
            SEPARATE);
        return;
      }
    }
  }

  private void tell(Code code, NovaDevice device, String sentence, String next) {
    found.add(
        new Difference(
            code,
            device.host().value(),
            device.address() + " " + sentence + "; nova-compute will not start",
            next));
  }
}
