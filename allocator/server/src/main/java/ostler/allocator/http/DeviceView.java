package ostler.allocator.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import ostler.allocator.engine.Device;
import ostler.allocator.engine.Slice;
import ostler.allocator.engine.Unit;
import ostler.inventory.SerialNumber;
import ostler.inventory.SliceTypeName;
import ostler.pci.DriverName;
import ostler.pci.IommuGroup;
import ostler.pci.PciId;
import ostler.pci.ResetMethod;

/**
 * A device as operators see it.
 *
 * @param kind of the unit that it belongs to, whose parent and type these are, where it is a slice
 * @param couldHold what more a parent could be cut into; null where its host never said
 */
public record DeviceView(
    String id,
    String host,
    String address,
    String vendor,
    String device,
    String subsystem,
    @JsonProperty("class") String pciClass,
    String name,
    Integer group,
    Integer numaNode,
    String driver,
    List<String> resetMethods,
    String presence,
    boolean admitted,
    String unit,
    String kind,
    String parent,
    String sliceType,
    List<RoomView> couldHold,
    String serial,
    List<String> problems,
    Instant firstSeen,
    Instant lastSeen) {

  static DeviceView of(
      Device device, Optional<Unit> unit, List<RoomView> couldHold, ModelNames names) {
    PciId id = device.identity().id();
    return new DeviceView(
        device.id().toString(),
        device.host().value(),
        device.address().toString(),
        vendor(id),
        product(id),
        device.identity().subsystem().map(PciId::toString).orElse(null),
        device.pciClass().toString(),
        names.of(id, device.pciClass()),
        device.where().group().map(IommuGroup::number).orElse(null),
        device.where().numaNode().map(node -> node.number()).orElse(null),
        device.where().driver().map(DriverName::name).orElse(null),
        device.where().resetMethods().stream().map(ResetMethod::kernelName).toList(),
        device.present() ? "present" : "missing",
        device.unit().isPresent(),
        device.unit().map(Object::toString).orElse(null),
        unit.map(its -> its.kind().toString()).orElse(null),
        unit.flatMap(Unit::slice).map(slice -> slice.parent().toString()).orElse(null),
        unit.flatMap(Unit::slice).flatMap(Slice::type).map(SliceTypeName::value).orElse(null),
        couldHold.isEmpty() ? null : couldHold,
        device.identity().serial().map(SerialNumber::value).orElse(null),
        device.where().problems(),
        device.firstSeen(),
        device.lastSeen());
  }

  /** A model's id is written as two times four digits with a colon between. */
  static String vendor(PciId id) {
    return id.toString().substring(0, 4);
  }

  static String product(PciId id) {
    return id.toString().substring(5);
  }
}
