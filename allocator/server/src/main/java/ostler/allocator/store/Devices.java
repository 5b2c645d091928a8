package ostler.allocator.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import ostler.allocator.engine.Device;
import ostler.allocator.engine.Device.Where;
import ostler.allocator.engine.DeviceId;
import ostler.inventory.DeviceIdentity;
import ostler.inventory.DeviceUuid;
import ostler.inventory.HostName;
import ostler.inventory.NumaNode;
import ostler.inventory.SerialNumber;
import ostler.inventory.SlotName;
import ostler.inventory.UnitId;
import ostler.pci.DriverName;
import ostler.pci.IommuGroup;
import ostler.pci.PciAddress;
import ostler.pci.PciClass;
import ostler.pci.PciId;
import ostler.pci.ResetMethod;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.WireException;

/** The devices' rows, and which of them make up a unit. */
public final class Devices {

  private static final String NO_PROBLEMS = write(List.of());
  private static final int MAX_PROBLEMS = 50;
  private static final int MAX_PROBLEM_CHARS = 500;

  private final JdbcClient sql;

  public Devices(JdbcClient sql) {
    this.sql = sql;
  }

  public Optional<Device> find(DeviceId id) {
    return sql.sql("SELECT * FROM device WHERE id = ?")
        .param(id.value())
        .query(Devices::read)
        .optional();
  }

  /** The device that sits there, or that was last seen there. */
  public Optional<Device> at(HostName host, PciAddress address) {
    return sql.sql("SELECT * FROM device WHERE seat = ?")
        .param(seat(host, address))
        .query(Devices::read)
        .optional();
  }

  public List<Device> ofHost(HostName host) {
    return sql.sql("SELECT * FROM device WHERE host = ? ORDER BY address, id")
        .param(host.value())
        .query(Devices::read)
        .list();
  }

  /** Devices in order of id, after one. */
  public List<Device> list(Optional<HostName> host, UUID after, int limit) {
    Map<String, Object> params = new HashMap<>(Map.of("after", after, "limit", limit));
    host.ifPresent(name -> params.put("host", name.value()));
    return sql.sql(
            "SELECT * FROM device WHERE id > :after"
                + (host.isPresent() ? " AND host = :host" : "")
                + " ORDER BY id LIMIT :limit")
        .params(params)
        .query(Devices::read)
        .list();
  }

  /** A unit's members as they were when it was taken in, in order of address. */
  public List<Device> membersOf(UnitId unit) {
    return sql.sql(
            "SELECT device.* FROM device JOIN unit_member ON unit_member.device_id = device.id"
                + " WHERE unit_member.unit_id = ? ORDER BY unit_member.position")
        .param(unit.value())
        .query(Devices::read)
        .list();
  }

  /** As {@link #membersOf(UnitId)}, for many units at once. */
  public Map<UnitId, List<Device>> membersOf(List<UnitId> units) {
    Map<UnitId, List<Device>> members = new HashMap<>();
    if (units.isEmpty()) {
      return members;
    }
    sql.sql(
            "SELECT device.*, unit_member.unit_id AS member_of FROM device"
                + " JOIN unit_member ON unit_member.device_id = device.id"
                + " WHERE unit_member.unit_id IN (:units) ORDER BY unit_member.position")
        .param("units", units.stream().map(UnitId::value).toList())
        .query(
            rs -> {
              members
                  .computeIfAbsent(
                      new UnitId(rs.getObject("member_of", UUID.class)), u -> new ArrayList<>())
                  .add(read(rs, 0));
            });
    return members;
  }

  void add(Device device) {
    Map<String, Object> values = values(device);
    values.put("id", device.id().value());
    values.put("host", device.host().value());
    values.put("address", device.address().toString());
    values.put("first_seen", Columns.time(device.firstSeen()));
    sql.sql(
            "INSERT INTO device ("
                + String.join(", ", values.keySet())
                + ") VALUES (:"
                + String.join(", :", values.keySet())
                + ")")
        .params(values)
        .update();
  }

  void save(Device device) {
    Map<String, Object> values = values(device);
    String sets =
        String.join(", ", values.keySet().stream().map(name -> name + " = :" + name).toList());
    values.put("id", device.id().value());
    sql.sql("UPDATE device SET " + sets + " WHERE id = :id").params(values).update();
  }

  /** Makes devices, in order of address, the members of a unit that is their own. */
  void join(UnitId unit, List<Device> members) {
    share(unit, members);
    for (Device member : members) {
      sql.sql("UPDATE device SET unit_id = ? WHERE id = ?")
          .params(unit.value(), member.id().value())
          .update();
    }
  }

  /** Makes devices the members of a slice whose parent's own they stay. */
  void share(UnitId unit, List<Device> members) {
    sql.sql("DELETE FROM unit_member WHERE unit_id = ?").param(unit.value()).update();
    for (int position = 0; position < members.size(); position++) {
      UUID device = members.get(position).id().value();
      sql.sql("INSERT INTO unit_member (unit_id, position, device_id) VALUES (?, ?, ?)")
          .params(unit.value(), position, device)
          .update();
    }
  }

  /** Lets a unit's devices go; the unit keeps the list of what it was made of. */
  void part(UnitId unit) {
    sql.sql("UPDATE device SET unit_id = NULL WHERE unit_id = ?").param(unit.value()).update();
  }

  private static String seat(HostName host, PciAddress address) {
    return host + "/" + address;
  }

  private static Map<String, Object> values(Device device) {
    DeviceIdentity identity = device.identity();
    Where where = device.where();
    Map<String, Object> values = new HashMap<>();
    values.put("seat", device.seated() ? seat(device.host(), device.address()) : null);
    values.put("presence", device.present() ? "PRESENT" : "MISSING");
    values.put("pci_id", identity.id().toString());
    values.put("subsystem", Columns.orNull(identity.subsystem().map(PciId::toString)));
    values.put("revision", identity.revision());
    values.put("serial", Columns.orNull(identity.serial().map(SerialNumber::value)));
    values.put("driver_uuid", Columns.orNull(identity.uuid().map(DeviceUuid::value)));
    values.put("slot", Columns.orNull(identity.slot().map(SlotName::value)));
    values.put("pci_class", device.pciClass().toString());
    values.put("iommu_group", Columns.orNull(where.group().map(IommuGroup::number)));
    values.put("numa_node", Columns.orNull(where.numaNode().map(NumaNode::number)));
    values.put("driver", Columns.orNull(where.driver().map(DriverName::name)));
    values.put(
        "reset_methods",
        String.join(
            " ", where.resetMethods().stream().map(ResetMethod::kernelName).distinct().toList()));
    values.put("problems", write(where.problems()));
    values.put("unit_id", Columns.orNull(device.unit().map(UnitId::value)));
    values.put("last_seen", Columns.time(device.lastSeen()));
    return values;
  }

  private static Device read(ResultSet rs, int number) throws SQLException {
    Columns row = new Columns(rs);
    return new Device(
        new DeviceId(row.uuid("id")),
        new HostName(row.text("host")),
        PciAddress.parse(row.text("address")),
        row.text("seat") != null,
        row.text("presence").equals("PRESENT"),
        new DeviceIdentity(
            PciId.parse(row.text("pci_id")),
            row.text("subsystem", PciId::parse),
            (int) row.number("revision"),
            row.text("serial", SerialNumber::new),
            row.text("driver_uuid", DeviceUuid::new),
            row.text("slot", SlotName::new)),
        PciClass.parse(row.text("pci_class")),
        readWhere(row),
        row.uuid("unit_id", UnitId::new),
        row.time("first_seen"),
        row.time("last_seen"));
  }

  private static Where readWhere(Columns row) throws SQLException {
    return new Where(
        row.optionalInt("iommu_group").stream().mapToObj(IommuGroup::new).findFirst(),
        row.optionalInt("numa_node").stream().mapToObj(NumaNode::new).findFirst(),
        row.text("driver", DriverName::new),
        Arrays.stream(row.text("reset_methods").split(" "))
            .flatMap(name -> ResetMethod.tryParse(name).stream())
            .toList(),
        readProblems(row.text("problems")));
  }

  private static String write(List<String> problems) {
    return Json.write(
        out ->
            out.texts(
                "problems",
                problems.stream()
                    .limit(MAX_PROBLEMS)
                    .map(problem -> Columns.bounded(problem, MAX_PROBLEM_CHARS))
                    .toList()));
  }

  private static List<String> readProblems(String json) {
    if (json.equals(NO_PROBLEMS)) {
      return List.of();
    }
    try {
      return Json.read(
          json, JsonLimits.MESSAGE, in -> in.values("problems", Optional::of, "a sentence"));
    } catch (WireException e) {
      throw new IllegalStateException("the database holds problems that cannot be read", e);
    }
  }
}
