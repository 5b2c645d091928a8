package ostler.vfio;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ostler.inventory.DeviceIdentity;
import ostler.inventory.IdentityJson;
import ostler.pci.DriverName;
import ostler.pci.PciAddress;
import ostler.root.Permission;
import ostler.root.PowerPolicy;
import ostler.root.Word;
import ostler.wire.JsonObject;
import ostler.wire.JsonWriter;
import ostler.wire.WireException;

/** A managed unit in its file. */
final class ManagedUnitJson {

  private static final int VERSION = 1;

  private ManagedUnitJson() {}

  private record Member(SavedState saved, DeviceIdentity identity) {}

  static ManagedUnit read(JsonObject in) throws WireException {
    in.integer("v", VERSION, VERSION);
    List<Member> members = in.list("members", ManagedUnitJson::member);
    Map<PciAddress, DeviceIdentity> identities = new HashMap<>();
    members.forEach(member -> identities.put(member.saved().device(), member.identity()));
    List<SavedState> saved = members.stream().map(Member::saved).toList();
    ManagedUnit unit =
        new ManagedUnit(
            new Members(saved.stream().map(SavedState::device).toList()),
            identities,
            saved,
            ManagedUnit.Phase.valueOf(in.text("phase")),
            in.optionalObject("permit", Permission::read));
    in.done();
    return unit;
  }

  static void write(ManagedUnit unit, JsonWriter out) {
    out.integer("v", VERSION)
        .text("phase", unit.phase().name())
        .list("members", unit.saved(), (saved, in) -> write(saved, unit, in))
        .object("permit", unit.permission(), Permission::write);
  }

  /** What a device was before, also a part of answers. */
  static void writeSaved(SavedState saved, JsonWriter out) {
    out.text("address", saved.device())
        .text("driver", saved.driver())
        .bool("driver_known", saved.driverKnown())
        .text("driver_override", saved.override())
        .text("power_control", saved.power())
        .bool("d3cold_allowed", saved.mayLosePower());
  }

  private static void write(SavedState saved, ManagedUnit unit, JsonWriter out) {
    writeSaved(saved, out);
    out.object("identity", in -> IdentityJson.write(unit.identities().get(saved.device()), in));
  }

  private static Member member(JsonObject in) throws WireException {
    Member member =
        new Member(
            new SavedState(
                in.value("address", PciAddress::tryParse, "a PCI address"),
                driver("driver", in),
                in.optionalBool("driver_known").orElse(true),
                driver("driver_override", in),
                in.optionalValue(
                    "power_control", text -> PowerPolicy.of(new Word(text)), "a power policy"),
                in.optionalBool("d3cold_allowed")),
            in.object("identity", IdentityJson::read));
    in.done();
    return member;
  }

  private static Optional<DriverName> driver(String name, JsonObject in) throws WireException {
    return in.optionalValue(name, DriverName::tryParse, "a driver's name");
  }
}
