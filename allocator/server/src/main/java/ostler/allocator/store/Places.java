package ostler.allocator.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import org.springframework.jdbc.core.simple.JdbcClient;
import ostler.allocator.engine.Device;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.placement.PlaceReading;
import ostler.allocator.engine.placement.UnitPlace;
import ostler.flavor.ModelMemory;
import ostler.flavor.Trait;
import ostler.flavor.UnitModel;
import ostler.flavor.UnitShape;
import ostler.inventory.HostInventory;
import ostler.inventory.HostName;
import ostler.inventory.NumaNode;
import ostler.inventory.SliceTypeName;
import ostler.inventory.UnitId;
import ostler.inventory.UnitKind;
import ostler.pci.PciAddress;

/** Where units lie, and the rest of what rules may ask: columns of the units' rows. */
public final class Places {

  private static final String SELECT =
      "SELECT unit.*, model.name AS model_name FROM unit JOIN model ON model.id = unit.model_id ";

  private final JdbcClient sql;
  private final Devices devices;
  private final Units units;
  private final ModelMemory memory = ModelMemory.known();

  Places(JdbcClient sql, Devices devices, Units units) {
    this.sql = sql;
    this.units = units;
    this.devices = devices;
  }

  /** The managed units of some hosts, each host's in order of id. */
  Map<HostName, List<Placed>> of(Collection<HostName> hosts) {
    Map<HostName, List<Placed>> placed = new HashMap<>();
    if (hosts.isEmpty()) {
      return placed;
    }
    List<Placed> read =
        sql.sql(
                SELECT
                    + "WHERE unit.host IN (:hosts) AND unit.state <> 'UNMANAGED'"
                    + " ORDER BY unit.host, unit.id")
            .param("hosts", Batches.padded(hosts.stream().map(HostName::value).toList()))
            .query((rs, n) -> read(rs))
            .list();
    for (Placed unit : withParents(read)) {
      placed.computeIfAbsent(unit.unit().host(), host -> new ArrayList<>()).add(unit);
    }
    return placed;
  }

  /** Each shape that any managed unit has. */
  List<UnitShape> shapes() {
    return sql.sql(
            "SELECT DISTINCT model.name AS model_name, unit.kind, unit.slice_type, unit.weight,"
                + " unit.memory_mib, unit.traits FROM unit JOIN model ON model.id = unit.model_id"
                + " WHERE unit.state <> 'UNMANAGED'")
        .query(
            (rs, n) -> {
              Columns row = new Columns(rs);
              return shape(row, UnitModel.parse(row.text("model_name")));
            })
        .list();
  }

  /** The managed units of some models, in order of host and id. */
  List<Placed> ofModels(Collection<String> models, int limit) {
    if (models.isEmpty()) {
      return List.of();
    }
    return withParents(
        sql.sql(
                SELECT
                    + "WHERE unit.model_id IN (:models) AND unit.state <> 'UNMANAGED'"
                    + " ORDER BY unit.host, unit.id LIMIT :limit")
            .param("models", models)
            .param("limit", limit)
            .query((rs, n) -> read(rs))
            .list());
  }

  private List<Placed> withParents(List<Placed> read) {
    Map<UnitId, Unit> parents = units.parentsOf(read.stream().map(Placed::unit).toList());
    return parents.isEmpty() ? read : read.stream().map(unit -> unit.below(parents)).toList();
  }

  /** For each host the sum of its units' generations, which grows with every change of any. */
  Map<HostName, Long> generations(Collection<HostName> hosts) {
    Map<HostName, Long> sums = new HashMap<>();
    sql.sql(
            "SELECT host, SUM(generation) + COUNT(*) AS changes FROM unit"
                + " WHERE host IN (:hosts) GROUP BY host")
        .param("hosts", Batches.padded(hosts.stream().map(HostName::value).toList()))
        .query(
            rs -> {
              sums.put(new HostName(rs.getString("host")), rs.getLong("changes"));
            });
    return sums;
  }

  Optional<Placed> find(UnitId unit) {
    return withParents(
            sql.sql(SELECT + "WHERE unit.id = ?")
                .param(unit.value())
                .query((rs, n) -> read(rs))
                .list())
        .stream()
        .findFirst();
  }

  /** Sets what an operator says of a unit. */
  void label(UnitId unit, SortedSet<Trait> traits, Optional<UnitPlace.Island> island) {
    sql.sql("UPDATE unit SET generation = generation + 1, traits = ?, island = ? WHERE id = ?")
        .param(Aliases.words(traits))
        .param(Columns.orNull(island.map(UnitPlace.Island::name)))
        .param(unit.value())
        .update();
  }

  /**
   * Takes over where a host's inventory shows its units. What changes raises the unit's generation,
   * so a unit that was read before is to be read again.
   */
  void take(HostName host, HostInventory shown) {
    List<Placed> units = of(List.of(host)).getOrDefault(host, List.of());
    if (units.isEmpty()) {
      return;
    }
    PlaceReading reading = new PlaceReading(shown, memory);
    Map<UnitId, List<Device>> members =
        devices.membersOf(units.stream().map(Placed::unit).map(Unit::id).toList());
    for (Placed unit : units) {
      List<PciAddress> addresses =
          members.getOrDefault(unit.unit().id(), List.of()).stream().map(Device::address).toList();
      // An island that was declared stays; no inventory shows one.
      reading
          .of(addresses)
          .map(place -> place.in(unit.place().island()))
          .map(place -> isTyped(unit) ? place.with(unit.place().memoryMib()) : place)
          .filter(place -> !place.equals(unit.place()))
          .ifPresent(place -> save(unit.unit().id(), place));
    }
  }

  /** What an inventory shows of a typed slice is its parent's, or the function's that it is on. */
  private static boolean isTyped(Placed unit) {
    return unit.unit().kind().isTyped();
  }

  private void save(UnitId unit, UnitPlace place) {
    sql.sql(
            "UPDATE unit SET generation = generation + 1, memory_mib = ?, numa_node = ?,"
                + " pcie_switch = ?, island = ?, card = ? WHERE id = ?")
        .param(place.memoryMib().isPresent() ? place.memoryMib().getAsLong() : null)
        .param(Columns.orNull(place.numaNode().map(NumaNode::number)))
        .param(Columns.orNull(place.pcieSwitch().map(PciAddress::toString)))
        .param(Columns.orNull(place.island().map(UnitPlace.Island::name)))
        .param(Columns.orNull(place.card().map(PciAddress::toString)))
        .param(unit.value())
        .update();
  }

  private static Placed read(ResultSet rs) throws SQLException {
    Columns row = new Columns(rs);
    Unit unit = Units.read(rs, 0);
    UnitShape shape = shape(row, unit.model());
    return new Placed(
        unit,
        shape,
        new UnitPlace(
            shape.memoryMib(),
            row.optionalInt("numa_node").stream().mapToObj(NumaNode::new).findFirst(),
            row.text("pcie_switch", PciAddress::parse),
            row.text("island", UnitPlace.Island::new),
            row.text("card", PciAddress::parse)),
        Optional.empty());
  }

  private static UnitShape shape(Columns row, UnitModel model) throws SQLException {
    return new UnitShape(
        model,
        UnitKind.parse(row.text("kind")),
        row.text("slice_type", SliceTypeName::new),
        (int) Math.max(1, row.number("weight")),
        row.optionalNumber("memory_mib").map(OptionalLong::of).orElse(OptionalLong.empty()),
        Aliases.set(row.text("traits"), Trait::new));
  }
}
