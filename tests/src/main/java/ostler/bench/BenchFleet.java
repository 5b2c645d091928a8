package ostler.bench;

import java.sql.SQLException;

/**
 * A fleet of clean units and a tree of projects, written straight into an allocator's database as
 * agents' reports would have left them. The hosts were heard an hour from now, so that they need no
 * heartbeats while the clients are measured.
 */
final class BenchFleet {

  static final int UNITS_PER_HOST = 8;

  /** Leaves of the tree, each below one of the departments, which are below the root. */
  static final int TEAMS = 16;

  private static final int DEPARTMENTS = 4;

  static final String MODEL = "10de:2330/0x030200";

  private BenchFleet() {}

  static void write(BenchPostgres postgres, String database, int hosts) throws SQLException {
    postgres.run(
        database,
        "INSERT INTO host (name, epoch, fence_counter, revision, applied_revision, admin,"
            + " admin_reason, agent_instance, agent_version, agent_sequence, boot_id, iommu,"
            + " last_seen, warnings, created_at)"
            + " SELECT 'host-' || lpad(h::text, 5, '0'), 1, 0, 0, 0, 'ENABLED', '',"
            + " gen_random_uuid(), 'bench', 1, gen_random_uuid(), TRUE,"
            + " now() + interval '1 hour', '{\"warnings\":[]}', now()"
            + " FROM generate_series(1, "
            + hosts
            + ") h",
        "INSERT INTO model (id, name) VALUES (encode(sha256('"
            + MODEL
            + "'::bytea), 'hex'), '"
            + MODEL
            + "')",
        "INSERT INTO unit (id, host, model_id, state, since, generation, fence_epoch,"
            + " fence_number, presence, group_whole, admin, admin_reason, health, leaving,"
            + " cert_wipe, cert_level, attempts, chain_head, bound, guarded, holders,"
            + " holders_known)"
            + " SELECT gen_random_uuid(), host.name, model.id, 'CLEAN', now(), 0, 1, 0, 'PRESENT',"
            + " TRUE, 'ENABLED', '', 'UNKNOWN', FALSE, gen_random_uuid(), 'L3', 0,"
            + " repeat('0', 64), TRUE, TRUE, '{\"holders\":[]}', TRUE"
            + " FROM host, model, generate_series(1, "
            + UNITS_PER_HOST
            + ")",
        "INSERT INTO device (id, host, address, seat, pci_id, revision, pci_class, iommu_group,"
            + " numa_node, driver, reset_methods, problems, presence, unit_id, first_seen,"
            + " last_seen)"
            + " SELECT gen_random_uuid(), host, address, host || '/' || address, '10de:2330', 161,"
            + " '0x030200', slot, (slot - 1) / 4, 'vfio-pci', 'bus', '{\"problems\":[]}',"
            + " 'PRESENT', id, now(), now() FROM (SELECT id, host, slot,"
            + " '0000:' || lpad(to_hex(slot), 2, '0') || ':00.0' AS address FROM (SELECT id, host,"
            + " row_number() OVER (PARTITION BY host ORDER BY id)::int AS slot FROM unit) s) a",
        "INSERT INTO unit_member (unit_id, position, device_id)"
            + " SELECT unit_id, 0, id FROM device",
        "INSERT INTO usage_current (unit_id, state, started_at) SELECT id, 'CLEAN', now()"
            + " FROM unit");
    writeTree(postgres, database);
    // As a report does, so that an allocator that saw the hosts before their units looks again.
    postgres.run(
        database,
        "UPDATE host SET changes = changes + 1",
        // Not those that are empty yet: for what it believes empty it reads every row.
        "VACUUM ANALYZE host, unit, device, unit_member, usage_current, project, quota");
  }

  private static void writeTree(BenchPostgres postgres, String database) throws SQLException {
    postgres.run(
        database,
        "INSERT INTO alias (name, vendor, level) VALUES ('gpu', '10de', 'L3')",
        "INSERT INTO project (id, name, created_at) VALUES ('root', 'root', now())",
        "INSERT INTO project (id, name, created_at, parent_id)"
            + " SELECT 'department-' || d, 'department', now(), 'root' FROM generate_series(0, "
            + (DEPARTMENTS - 1)
            + ") d",
        "INSERT INTO project (id, name, created_at, parent_id)"
            + " SELECT 'team-' || t, 'team', now(), 'department-' || (t % "
            + DEPARTMENTS
            + ") FROM generate_series(0, "
            + (TEAMS - 1)
            + ") t",
        "INSERT INTO project_ancestor (project_id, ancestor_id, distance)"
            + " WITH RECURSIVE step (id, up, distance) AS (SELECT id, id, 0 FROM project"
            + " UNION ALL SELECT step.id, project.parent_id, step.distance + 1 FROM step"
            + " JOIN project ON project.id = step.up WHERE project.parent_id IS NOT NULL)"
            + " SELECT id, up, distance FROM step",
        limit("total"),
        limit("alias:gpu"),
        limit("model:10de:2330"));
  }

  /** The root may have every unit that there is, and no more. */
  private static String limit(String key) {
    return "INSERT INTO quota (project_id, resource_key, limit_count, used_count)"
        + " SELECT 'root', '"
        + key
        + "', COUNT(*), 0 FROM unit";
  }
}
