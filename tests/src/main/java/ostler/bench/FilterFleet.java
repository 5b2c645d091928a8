package ostler.bench;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.HostStanding;
import ostler.allocator.engine.placement.Fleet;
import ostler.allocator.engine.placement.HostUnits;
import ostler.allocator.engine.placement.PlacedUnit;
import ostler.allocator.engine.placement.Shapes;
import ostler.allocator.engine.placement.UnitPlace;
import ostler.flavor.UnitModel;
import ostler.flavor.UnitShape;
import ostler.inventory.HostName;
import ostler.inventory.NumaNode;
import ostler.inventory.UnitId;
import ostler.inventory.WipeLevel;
import ostler.pci.PciAddress;

/**
 * Hosts of 8 GPUs: four on each of two NUMA nodes, two behind each switch, all in one island. One
 * unit in five is dirty, so that some hosts have one of 8 to give, fewer have 4 and few have all.
 */
record FilterFleet(List<boolean[]> free) {

  static final int UNITS = BenchFleet.UNITS_PER_HOST;

  private static final int NODES = 2;
  static final int UNITS_PER_NODE = UNITS / NODES;
  private static final int UNITS_PER_SWITCH = 2;
  private static final double SHARE_DIRTY = 0.2;
  private static final long SEED = 1;
  private static final long MEMORY_MIB = 81_920;

  static FilterFleet of(int hosts) {
    Random random = new Random(SEED);
    List<boolean[]> free = new ArrayList<>();
    for (int host = 0; host < hosts; host++) {
      boolean[] units = new boolean[UNITS];
      for (int i = 0; i < UNITS; i++) {
        units[i] = random.nextDouble() >= SHARE_DIRTY;
      }
      free.add(units);
    }
    return new FilterFleet(free);
  }

  /** How many of the first hosts have so many units to give, on one NUMA node or on any. */
  long expected(int hosts, int count, boolean onOneNode) {
    return free.stream()
        .limit(hosts)
        .filter(
            units ->
                onOneNode
                    ? freeOn(units, 0) >= count || freeOn(units, 1) >= count
                    : freeOn(units, 0) + freeOn(units, 1) >= count)
        .count();
  }

  /** {@code [[4,3],...]}: how many units of each node the hosts have to give. */
  String toJson() {
    List<String> nodes = new ArrayList<>();
    for (boolean[] units : free) {
      nodes.add("[" + freeOn(units, 0) + "," + freeOn(units, 1) + "]");
    }
    return "[" + String.join(",", nodes) + "]";
  }

  private static int freeOn(boolean[] units, int node) {
    int count = 0;
    for (int i = node * UNITS / NODES; i < (node + 1) * UNITS / NODES; i++) {
      count += units[i] ? 1 : 0;
    }
    return count;
  }

  static String name(int host) {
    return String.format("host-%05d", host + 1);
  }

  /** The same in memory, as the allocator's feed draws it. */
  Fleet drawn(Instant now) {
    Shapes shapes = new Shapes();
    UnitShape shape =
        UnitShape.whole(
            UnitModel.parse(BenchFleet.MODEL), OptionalLong.of(MEMORY_MIB), new TreeSet<>());
    List<HostUnits> hosts = new ArrayList<>();
    for (int host = 0; host < free.size(); host++) {
      List<PlacedUnit> units = new ArrayList<>();
      for (int i = 0; i < UNITS; i++) {
        units.add(
            new PlacedUnit(
                new UnitId(new UUID(host, i)),
                1,
                shape,
                place(i),
                WipeLevel.L3,
                free.get(host)[i] ? Optional.empty() : Optional.of(Code.DIRTY)));
      }
      hosts.add(
          HostUnits.draw(
              new HostStanding(new HostName(name(host)), Optional.empty(), false),
              Optional.of(now),
              Map.of(),
              units,
              shapes));
    }
    return Fleet.EMPTY.with(hosts, Set.of(), shapes);
  }

  private static UnitPlace place(int unit) {
    return new UnitPlace(
        OptionalLong.of(MEMORY_MIB),
        Optional.of(new NumaNode(unit * NODES / UNITS)),
        Optional.of(new PciAddress(0, unit / UNITS_PER_SWITCH, 0, 0)),
        Optional.of(new UnitPlace.Island("nvlink")),
        Optional.of(new PciAddress(0, 16 + unit, 0, 0)));
  }

  /** The same in an allocator's database. */
  void write(BenchPostgres postgres, String database) throws SQLException {
    BenchFleet.write(postgres, database, free.size());
    StringBuilder dirty = new StringBuilder();
    for (int host = 0; host < free.size(); host++) {
      for (int i = 0; i < UNITS; i++) {
        if (!free.get(host)[i]) {
          dirty.append(dirty.length() == 0 ? "" : ",").append("('").append(name(host));
          dirty.append("',").append(i).append(')');
        }
      }
    }
    postgres.run(
        database,
        "CREATE TEMPORARY TABLE slot AS SELECT id, host,"
            + " row_number() OVER (PARTITION BY host ORDER BY id)::int - 1 AS slot FROM unit",
        "CREATE TEMPORARY TABLE dirty (host VARCHAR(253), slot INTEGER)",
        "INSERT INTO dirty VALUES " + dirty,
        "UPDATE unit SET generation = generation + 1, memory_mib = "
            + MEMORY_MIB
            + ", numa_node = slot.slot * 2 / 8, island = 'nvlink',"
            + " pcie_switch = '0000:' || lpad(to_hex(slot.slot / 2), 2, '0') || ':00.0',"
            + " card = '0000:' || lpad(to_hex(16 + slot.slot), 2, '0') || ':00.0'"
            + " FROM slot WHERE slot.id = unit.id",
        "UPDATE unit SET generation = generation + 1, state = 'DIRTY', cert_wipe = NULL,"
            + " cert_level = NULL FROM slot JOIN dirty ON dirty.host = slot.host"
            + " AND dirty.slot = slot.slot WHERE slot.id = unit.id",
        "UPDATE host SET changes = changes + 1",
        "INSERT INTO alias (name, vendor, level, numa_policy)"
            + " VALUES ('near', '10de', 'L3', 'REQUIRED')",
        "ANALYZE");
  }

  /** Withdraws what is dirty from everybody's reach, as an operator may. */
  void retireDirty(BenchPostgres postgres, String database) throws SQLException {
    postgres.run(
        database,
        "UPDATE unit SET generation = generation + 1, admin = 'RETIRED', admin_reason = 'bench'"
            + " WHERE state = 'DIRTY'",
        "UPDATE host SET changes = changes + 1",
        "ANALYZE");
  }
}
