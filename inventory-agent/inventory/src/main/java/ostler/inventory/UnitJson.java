package ostler.inventory;

import java.util.ArrayList;
import java.util.List;
import ostler.pci.PciAddress;
import ostler.wire.JsonObject;
import ostler.wire.JsonWriter;
import ostler.wire.WireException;

/** Units, their members and tenants as JSON: the parts that several documents share. */
public final class UnitJson {

  private UnitJson() {}

  public static Tenant readTenant(JsonObject in) throws WireException {
    return new Tenant(
        in.value("id", ClaimId::tryParse, "a UUID"),
        in.value("project", ProjectId::tryParse, "a project"),
        in.object("consumer", UnitJson::readConsumer));
  }

  public static void writeTenant(Tenant tenant, JsonWriter out) {
    out.text("id", tenant.claim())
        .text("project", tenant.project())
        .object("consumer", consumer -> writeConsumer(tenant.consumer(), consumer));
  }

  public static Consumer readConsumer(JsonObject in) throws WireException {
    return new Consumer(in.text("source"), in.text("type"), in.text("id"));
  }

  public static void writeConsumer(Consumer consumer, JsonWriter out) {
    out.text("source", consumer.source()).text("type", consumer.type()).text("id", consumer.id());
  }

  /** Reads a member as one object: its address beside the fields of its identity. */
  public static UnitMember readMember(JsonObject in) throws WireException {
    PciAddress address = in.value("address", PciAddress::tryParse, "a PCI address");
    UnitMember member = new UnitMember(address, IdentityJson.read(in));
    in.done();
    return member;
  }

  public static void writeMember(UnitMember member, JsonWriter out) {
    out.text("address", member.address());
    IdentityJson.write(member.identity(), out);
  }

  /** Reads addresses and identities that stand in two lists of the same order. */
  static UnitMembers readMembers(JsonObject in) throws WireException {
    List<PciAddress> addresses = in.values("members", PciAddress::tryParse, "a PCI address");
    List<DeviceIdentity> identities = in.list("identities", IdentityJson::read);
    if (addresses.size() != identities.size()) {
      throw in.refusal("identities", "are not as many as the members");
    }
    List<UnitMember> members = new ArrayList<>(addresses.size());
    for (int i = 0; i < addresses.size(); i++) {
      members.add(new UnitMember(addresses.get(i), identities.get(i)));
    }
    return new UnitMembers(members);
  }

  static void writeMembers(UnitMembers members, JsonWriter out) {
    out.texts("members", members.addresses())
        .list(
            "identities",
            members.members(),
            (member, identity) -> IdentityJson.write(member.identity(), identity));
  }
}
