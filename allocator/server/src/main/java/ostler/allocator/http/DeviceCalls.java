package ostler.allocator.http;

import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Device;
import ostler.allocator.engine.DeviceId;
import ostler.allocator.engine.Origin;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Unit;
import ostler.allocator.store.AdmissionDesk;
import ostler.allocator.store.AdmissionDesk.Admitted;
import ostler.allocator.store.Desk;
import ostler.inventory.HostName;
import ostler.pci.PciAddress;

/** Devices, for operators. */
@RestController
@Tag(name = "devices")
public final class DeviceCalls {

  private static final int MAX_ADDRESSES = 4096;

  private final Desk desk;
  private final AdmissionDesk admissionDesk;
  private final UnitViews views;

  public DeviceCalls(Desk desk, AdmissionDesk admissionDesk, UnitViews views) {
    this.desk = desk;
    this.admissionDesk = admissionDesk;
    this.views = views;
  }

  /** Which devices to take in: by address on one host, or by rule on one host or on all. */
  public record AdmitRequest(
      String host, List<String> addresses, RuleView rule, Boolean dryRun, String reason) {}

  /** What came in, or would come in. */
  public record AdmitView(boolean dryRun, List<UnitView> admitted, List<RefusedView> refused) {}

  /** A device that may not come in. */
  public record RefusedView(String host, String address, String code, String message) {
    static RefusedView of(AdmissionDesk.Refused refused) {
      return new RefusedView(
          refused.host().value(),
          refused.address().map(PciAddress::toString).orElse(null),
          refused.reason().code().name(),
          refused.reason().message());
    }
  }

  /** Which device is to go back to its host. */
  public record ForgetRequest(String host, String address, Boolean dryRun, String reason) {}

  @GetMapping("/v1/devices")
  Listing<DeviceView> listDevices(
      @RequestParam(required = false) String host,
      @RequestParam(required = false) Integer limit,
      @RequestParam(required = false) String marker) {
    int most = Door.limit(limit);
    Optional<HostName> name = Door.optional("host", host, HostName::new);
    return desk.read(
        () -> {
          List<Device> devices = desk.devices().list(name, Door.marker(marker), most);
          return new Listing<>(
              views.ofDevices(devices),
              devices.size() < most ? null : devices.get(devices.size() - 1).id().toString());
        });
  }

  /** A device by its id, or by its place with the slash encoded. */
  @GetMapping("/v1/devices/{id}")
  DeviceView showDevice(@PathVariable String id) {
    int slash = id.indexOf('/');
    if (slash >= 0) {
      return showDeviceAt(id.substring(0, slash), id.substring(slash + 1));
    }
    DeviceId device = new DeviceId(Door.uuid("id", id));
    return view(desk.read(() -> desk.devices().find(device)), id);
  }

  /** A device by its place; an address holds no slash, and a host's name neither. */
  @GetMapping("/v1/devices/{host}/{address}")
  DeviceView showDeviceAt(@PathVariable String host, @PathVariable String address) {
    HostName name = HostCalls.name(host);
    PciAddress place = Door.parse("address", address, PciAddress::parse);
    return view(desk.read(() -> desk.devices().at(name, place)), host + "/" + address);
  }

  @PostMapping("/v1/devices/admit")
  AdmitView admitDevices(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller, @RequestBody AdmitRequest body) {
    if ((body.addresses() == null) == (body.rule() == null)) {
      throw new BadInput("addresses", "is said, or else rule is; one of the two");
    }
    boolean dryRun = Boolean.TRUE.equals(body.dryRun());
    Origin origin = caller.origin(Door.optionalReason(body.reason()));
    Optional<HostName> host = Door.optional("host", body.host(), HostName::new);
    Outcome<Admitted> outcome =
        body.rule() != null
            ? admissionDesk.byRule(host, body.rule().parse(), dryRun, origin)
            : admissionDesk.byAddress(
                host.orElseThrow(() -> new BadInput("host", "is missing")),
                addresses(body.addresses()),
                dryRun,
                origin);
    return view(RefusedCall.unlessDone(outcome), dryRun);
  }

  @PostMapping("/v1/devices/forget")
  UnitView forgetDevice(
      @RequestAttribute(Caller.ATTRIBUTE) Caller caller, @RequestBody ForgetRequest body) {
    Unit unit =
        RefusedCall.unlessDone(
            admissionDesk.forget(
                HostCalls.name(Door.required("host", body.host())),
                Door.parse("address", Door.required("address", body.address()), PciAddress::parse),
                Boolean.TRUE.equals(body.dryRun()),
                caller.origin(Door.reason(body.reason()))));
    return desk.read(() -> views.of(unit));
  }

  private AdmitView view(Admitted admitted, boolean dryRun) {
    return new AdmitView(
        dryRun,
        desk.read(
            () ->
                admitted.units().stream()
                    .map(taken -> views.of(taken.unit(), taken.members()))
                    .toList()),
        admitted.refused().stream().map(RefusedView::of).toList());
  }

  private DeviceView view(Optional<Device> device, String asked) {
    Outcome<Device> known =
        device
            .map(Outcome::done)
            .orElseGet(
                () ->
                    Outcome.refused(
                        Code.UNKNOWN_DEVICE,
                        "there is no device " + asked + "; look at the devices"));
    Device shown = RefusedCall.unlessDone(known);
    return desk.read(() -> views.ofDevices(List.of(shown)).get(0));
  }

  private static List<PciAddress> addresses(List<String> texts) {
    if (texts.isEmpty() || texts.size() > MAX_ADDRESSES) {
      throw new BadInput("addresses", "are 1 to " + MAX_ADDRESSES);
    }
    return texts.stream().map(text -> Door.parse("addresses", text, PciAddress::parse)).toList();
  }
}
