--liquibase formatted sql

-- The allocator's schema, for H2 and for PostgreSQL alike: only primary keys, unique columns, foreign
-- keys and checks, since the two have nothing stronger in common. Times are UTC to the microsecond.
-- A change set that is out in the world is never edited; a change is a new one, and a column goes
-- only after no running version reads it.

--changeset ostler:1-tokens
CREATE TABLE token (
  id UUID PRIMARY KEY,
  hash VARCHAR(64) NOT NULL UNIQUE,
  name VARCHAR(128) NOT NULL,
  role VARCHAR(16) NOT NULL CHECK (role IN ('ADMIN', 'OPERATOR', 'READER', 'PROJECT')),
  project_id VARCHAR(128),
  created_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  expires_at TIMESTAMP(6) WITH TIME ZONE,
  revoked_at TIMESTAMP(6) WITH TIME ZONE,
  CHECK ((role = 'PROJECT') = (project_id IS NOT NULL))
);

--changeset ostler:1-hosts
CREATE TABLE host (
  name VARCHAR(253) PRIMARY KEY,
  epoch BIGINT NOT NULL CHECK (epoch >= 1),
  fence_counter BIGINT NOT NULL CHECK (fence_counter >= 0),
  revision BIGINT NOT NULL CHECK (revision >= 0),
  applied_revision BIGINT NOT NULL CHECK (applied_revision >= 0),
  admin VARCHAR(16) NOT NULL CHECK (admin IN ('ENABLED', 'CORDONED')),
  admin_reason VARCHAR(1024) NOT NULL,
  credential_hash VARCHAR(64) UNIQUE,
  public_key VARCHAR(128),
  agent_instance UUID,
  agent_version VARCHAR(128),
  agent_sequence BIGINT NOT NULL,
  boot_id UUID,
  kernel VARCHAR(256),
  iommu BOOLEAN,
  last_seen TIMESTAMP(6) WITH TIME ZONE,
  skew_ms BIGINT,
  inventory_digest VARCHAR(64),
  warnings VARCHAR(1000000) NOT NULL,
  created_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  CHECK ((credential_hash IS NULL) OR (public_key IS NOT NULL))
);
CREATE TABLE join_token (
  host VARCHAR(253) PRIMARY KEY REFERENCES host (name),
  hash VARCHAR(64) NOT NULL,
  expires_at TIMESTAMP(6) WITH TIME ZONE NOT NULL
);
CREATE TABLE host_inventory (
  host VARCHAR(253) PRIMARY KEY REFERENCES host (name),
  body TEXT NOT NULL
);

--changeset ostler:1-units
-- What units are made of. The id is the SHA-256 of the name, which may be longer than an index takes.
CREATE TABLE model (
  id VARCHAR(64) PRIMARY KEY,
  name VARCHAR(8192) NOT NULL
);
CREATE TABLE unit (
  id UUID PRIMARY KEY,
  host VARCHAR(253) NOT NULL REFERENCES host (name),
  model_id VARCHAR(64) NOT NULL REFERENCES model (id),
  state VARCHAR(16) NOT NULL CHECK (state IN
    ('UNMANAGED', 'DIRTY', 'CLEANING', 'CLEAN', 'PREPARING', 'READY', 'IN_USE', 'RELEASING')),
  since TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  generation BIGINT NOT NULL,
  fence_epoch BIGINT NOT NULL,
  fence_number BIGINT NOT NULL,
  presence VARCHAR(16) NOT NULL CHECK (presence IN ('PRESENT', 'MISSING', 'WEDGED')),
  group_whole BOOLEAN NOT NULL,
  admin VARCHAR(16) NOT NULL CHECK (admin IN ('ENABLED', 'CORDONED', 'DRAINING', 'RETIRED')),
  admin_reason VARCHAR(1024) NOT NULL,
  health VARCHAR(16) NOT NULL CHECK (health IN ('UNKNOWN', 'HEALTHY', 'DEGRADED', 'FAILED')),
  quarantine_code VARCHAR(64),
  quarantine_reason VARCHAR(1024),
  quarantine_by VARCHAR(256),
  quarantine_at TIMESTAMP(6) WITH TIME ZONE,
  leaving BOOLEAN NOT NULL,
  order_wipe UUID,
  order_level VARCHAR(2),
  cert_wipe UUID,
  cert_level VARCHAR(2),
  attempts INTEGER NOT NULL CHECK (attempts >= 0),
  chain_head VARCHAR(64) NOT NULL,
  claim_id UUID,
  last_claim_id UUID,
  cause_code VARCHAR(64),
  cause_message VARCHAR(1024),
  seen_epoch BIGINT,
  seen_number BIGINT,
  seen_phase VARCHAR(16),
  bound BOOLEAN NOT NULL,
  guarded BOOLEAN NOT NULL,
  holders VARCHAR(1000000) NOT NULL,
  holders_known BOOLEAN NOT NULL,
  problem_code VARCHAR(64),
  problem_message VARCHAR(4096),
  problem_attempts INTEGER,
  -- The promises that one row can keep.
  CHECK ((claim_id IS NOT NULL) = (state IN ('PREPARING', 'READY', 'IN_USE', 'RELEASING'))),
  CHECK ((order_wipe IS NOT NULL) = (state = 'CLEANING')),
  CHECK (state <> 'CLEAN' OR cert_wipe IS NOT NULL),
  CHECK (state <> 'DIRTY' OR cert_wipe IS NULL),
  CHECK (quarantine_code IS NULL OR state <> 'CLEANING')
);
CREATE INDEX unit_by_host ON unit (host, id);
CREATE INDEX unit_by_state ON unit (state, host, id);
CREATE INDEX unit_by_claim ON unit (claim_id);

--changeset ostler:1-devices
-- A seat is a host and an address. A present device has one, so that two cannot sit at one address;
-- one that went missing keeps its own until another device is seen there.
CREATE TABLE device (
  id UUID PRIMARY KEY,
  host VARCHAR(253) NOT NULL REFERENCES host (name),
  address VARCHAR(16) NOT NULL,
  seat VARCHAR(272) UNIQUE,
  pci_id VARCHAR(9) NOT NULL,
  subsystem VARCHAR(9),
  revision INTEGER NOT NULL,
  serial VARCHAR(64),
  driver_uuid VARCHAR(95),
  slot VARCHAR(64),
  pci_class VARCHAR(8) NOT NULL,
  iommu_group INTEGER,
  numa_node INTEGER,
  driver VARCHAR(63),
  reset_methods VARCHAR(128) NOT NULL,
  problems VARCHAR(1000000) NOT NULL,
  presence VARCHAR(16) NOT NULL CHECK (presence IN ('PRESENT', 'MISSING')),
  unit_id UUID REFERENCES unit (id),
  first_seen TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  last_seen TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  CHECK (presence <> 'PRESENT' OR seat IS NOT NULL)
);
CREATE INDEX device_by_host ON device (host, address, id);
CREATE INDEX device_by_unit ON device (unit_id);
-- A unit's members as they were when it was taken in, in order of address.
CREATE TABLE unit_member (
  unit_id UUID NOT NULL REFERENCES unit (id),
  position INTEGER NOT NULL,
  device_id UUID NOT NULL REFERENCES device (id),
  PRIMARY KEY (unit_id, position),
  UNIQUE (unit_id, device_id)
);

--changeset ostler:1-claims
CREATE TABLE alias (
  name VARCHAR(64) PRIMARY KEY,
  vendor VARCHAR(4),
  product VARCHAR(4),
  class_prefix VARCHAR(6),
  members INTEGER CHECK (members >= 1),
  level VARCHAR(2) NOT NULL
);
CREATE TABLE project (
  id VARCHAR(128) PRIMARY KEY,
  name VARCHAR(255) NOT NULL,
  created_at TIMESTAMP(6) WITH TIME ZONE NOT NULL
);
-- No row, or one without a limit, means that nothing may be had.
CREATE TABLE quota (
  project_id VARCHAR(128) NOT NULL REFERENCES project (id),
  resource_key VARCHAR(128) NOT NULL,
  limit_count BIGINT CHECK (limit_count >= 0),
  used_count BIGINT NOT NULL CHECK (used_count >= 0),
  PRIMARY KEY (project_id, resource_key)
);
CREATE TABLE claim (
  id UUID PRIMARY KEY,
  project_id VARCHAR(128) NOT NULL REFERENCES project (id),
  alias VARCHAR(64) NOT NULL,
  unit_count INTEGER NOT NULL CHECK (unit_count >= 1),
  asked_host VARCHAR(253),
  host VARCHAR(253) NOT NULL REFERENCES host (name),
  consumer_source VARCHAR(128) NOT NULL,
  consumer_type VARCHAR(128) NOT NULL,
  consumer_id VARCHAR(128) NOT NULL,
  state VARCHAR(16) NOT NULL CHECK (state IN
    ('PREPARING', 'READY', 'IN_USE', 'RELEASING', 'RELEASED')),
  adopted BOOLEAN NOT NULL,
  created_by VARCHAR(256) NOT NULL,
  created_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  released_at TIMESTAMP(6) WITH TIME ZONE,
  CHECK ((state = 'RELEASED') = (released_at IS NOT NULL))
);
CREATE INDEX claim_by_project ON claim (project_id, id);
CREATE TABLE claim_unit (
  claim_id UUID NOT NULL REFERENCES claim (id),
  unit_id UUID NOT NULL REFERENCES unit (id),
  PRIMARY KEY (claim_id, unit_id)
);
-- What a claim was charged, as it was charged: usage is recounted from these rows, never from rules.
CREATE TABLE claim_charge (
  claim_id UUID NOT NULL REFERENCES claim (id),
  project_id VARCHAR(128) NOT NULL,
  resource_key VARCHAR(128) NOT NULL,
  amount BIGINT NOT NULL CHECK (amount >= 1),
  PRIMARY KEY (claim_id, project_id, resource_key)
);

--changeset ostler:1-wipes
CREATE TABLE wipe_record (
  id UUID PRIMARY KEY,
  unit_id UUID NOT NULL REFERENCES unit (id),
  host VARCHAR(253) NOT NULL,
  accepted BOOLEAN NOT NULL,
  refusal_code VARCHAR(64),
  level VARCHAR(2) NOT NULL,
  result VARCHAR(16) NOT NULL CHECK (result IN ('clean', 'failed')),
  code VARCHAR(64),
  bytes_total BIGINT NOT NULL,
  bytes_scrubbed BIGINT NOT NULL,
  bytes_verified BIGINT NOT NULL,
  started_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  ended_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  received_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  body TEXT NOT NULL,
  prev_hash VARCHAR(64) NOT NULL,
  hash VARCHAR(64) NOT NULL,
  signature VARCHAR(88) NOT NULL,
  public_key VARCHAR(128) NOT NULL,
  CHECK (accepted = (refusal_code IS NULL))
);
CREATE INDEX wipe_by_unit ON wipe_record (unit_id, id);

--changeset ostler:1-ledger
CREATE TABLE usage_current (
  unit_id UUID PRIMARY KEY REFERENCES unit (id),
  state VARCHAR(32) NOT NULL,
  claim_id UUID,
  project_id VARCHAR(128),
  alias VARCHAR(64),
  started_at TIMESTAMP(6) WITH TIME ZONE NOT NULL
);
CREATE TABLE usage_segment (
  unit_id UUID NOT NULL REFERENCES unit (id),
  started_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  ended_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  state VARCHAR(32) NOT NULL,
  claim_id UUID,
  project_id VARCHAR(128),
  alias VARCHAR(64),
  PRIMARY KEY (unit_id, started_at),
  CHECK (started_at < ended_at)
);

--changeset ostler:1-trail
CREATE TABLE audit (
  id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  recorded_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  actor VARCHAR(256) NOT NULL,
  verb VARCHAR(64) NOT NULL,
  target VARCHAR(512) NOT NULL,
  outcome VARCHAR(64) NOT NULL,
  reason VARCHAR(1024) NOT NULL,
  request_id VARCHAR(64) NOT NULL,
  detail VARCHAR(4096) NOT NULL
);
CREATE TABLE event (
  id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  recorded_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  kind VARCHAR(64) NOT NULL,
  target VARCHAR(512) NOT NULL,
  project_id VARCHAR(128),
  detail VARCHAR(4096) NOT NULL
);

--changeset ostler:2-quota
-- Projects are a tree of any depth. The closure lists every ancestor of a project, itself at
-- distance 0. A lineage is the version of the tree at the last change on the project's path to its
-- root; who judged by an older one judges again.
CREATE TABLE project_tree (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  version BIGINT NOT NULL
);
INSERT INTO project_tree (id, version) VALUES (1, 0);
ALTER TABLE project ADD COLUMN parent_id VARCHAR(128) REFERENCES project (id);
ALTER TABLE project ADD COLUMN lineage BIGINT DEFAULT 0 NOT NULL;
ALTER TABLE project ADD COLUMN deleted_at TIMESTAMP(6) WITH TIME ZONE;
CREATE TABLE project_ancestor (
  project_id VARCHAR(128) NOT NULL REFERENCES project (id),
  ancestor_id VARCHAR(128) NOT NULL REFERENCES project (id),
  distance INTEGER NOT NULL CHECK (distance >= 0),
  PRIMARY KEY (project_id, ancestor_id),
  CHECK ((distance = 0) = (project_id = ancestor_id))
);
CREATE INDEX project_descendant ON project_ancestor (ancestor_id, project_id);
INSERT INTO project_ancestor (project_id, ancestor_id, distance) SELECT id, id, 0 FROM project;
-- Without a row a node sets nothing. A row without a number is unlimited, and its counter rests.
ALTER TABLE quota ADD COLUMN unlimited BOOLEAN DEFAULT FALSE NOT NULL;
DELETE FROM quota WHERE limit_count IS NULL;
UPDATE quota SET limit_count = 9007199254740991 WHERE limit_count > 9007199254740991;
CREATE INDEX charge_by_project ON claim_charge (project_id, resource_key);
-- What was claimed by the first release was charged its alias alone.
INSERT INTO claim_charge (claim_id, project_id, resource_key, amount)
  SELECT id, project_id, 'total', unit_count FROM claim WHERE state <> 'RELEASED';
INSERT INTO claim_charge (claim_id, project_id, resource_key, amount)
  SELECT id, project_id, 'kind:whole', unit_count FROM claim WHERE state <> 'RELEASED';
INSERT INTO claim_charge (claim_id, project_id, resource_key, amount)
  SELECT id, project_id, 'fraction', unit_count * 5040 FROM claim WHERE state <> 'RELEASED';
INSERT INTO claim_charge (claim_id, project_id, resource_key, amount)
  SELECT held.claim_id, held.project_id, 'model:' || held.main_id, COUNT(*)
  FROM (
    SELECT claim.id AS claim_id, claim.project_id AS project_id, claim_unit.unit_id AS unit_id,
      COALESCE(
        MIN(CASE WHEN device.pci_class LIKE '0x03%' OR device.pci_class LIKE '0x12%'
          THEN device.pci_id END),
        MIN(device.pci_id)) AS main_id
    FROM claim
    JOIN claim_unit ON claim_unit.claim_id = claim.id
    JOIN unit_member ON unit_member.unit_id = claim_unit.unit_id
    JOIN device ON device.id = unit_member.device_id
    WHERE claim.state <> 'RELEASED'
    GROUP BY claim.id, claim.project_id, claim_unit.unit_id) held
  GROUP BY held.claim_id, held.project_id, held.main_id;

--changeset ostler:2-placement
-- An alias may ask for more, have alternatives, and wish how its units lie.
ALTER TABLE alias ADD COLUMN memory_mib BIGINT CHECK (memory_mib >= 1);
ALTER TABLE alias ADD COLUMN kind VARCHAR(16) DEFAULT 'whole' NOT NULL;
ALTER TABLE alias ADD COLUMN traits VARCHAR(8192) DEFAULT '' NOT NULL;
ALTER TABLE alias ADD COLUMN numa_policy VARCHAR(16) DEFAULT 'LEGACY' NOT NULL
  CHECK (numa_policy IN ('REQUIRED', 'LEGACY', 'PREFERRED', 'SOCKET'));
ALTER TABLE alias ADD COLUMN topology VARCHAR(16)
  CHECK (topology IN ('SAME_SWITCH', 'SAME_ISLAND', 'SPREAD'));
ALTER TABLE alias ADD COLUMN host_order VARCHAR(16) DEFAULT 'PACK' NOT NULL
  CHECK (host_order IN ('PACK', 'SPREAD'));
-- The alternatives after the first, which is the alias's own row.
CREATE TABLE alias_alternative (
  alias VARCHAR(64) NOT NULL REFERENCES alias (name),
  position INTEGER NOT NULL CHECK (position >= 1),
  vendor VARCHAR(4),
  product VARCHAR(4),
  class_prefix VARCHAR(6),
  members INTEGER CHECK (members >= 1),
  memory_mib BIGINT CHECK (memory_mib >= 1),
  kind VARCHAR(16) NOT NULL,
  traits VARCHAR(8192) NOT NULL,
  PRIMARY KEY (alias, position)
);
-- Where a unit lies on its host and what it is of, as the host's inventory shows it. The card is
-- what a whole unit and the slices of it share, so that only one of them is given away.
ALTER TABLE unit ADD COLUMN kind VARCHAR(16) DEFAULT 'whole' NOT NULL;
ALTER TABLE unit ADD COLUMN memory_mib BIGINT CHECK (memory_mib >= 1);
ALTER TABLE unit ADD COLUMN numa_node INTEGER;
ALTER TABLE unit ADD COLUMN pcie_switch VARCHAR(16);
ALTER TABLE unit ADD COLUMN island VARCHAR(64);
ALTER TABLE unit ADD COLUMN card VARCHAR(16);
ALTER TABLE unit ADD COLUMN traits VARCHAR(8192) DEFAULT '' NOT NULL;
-- Raised whenever the host's row is saved, so that who keeps a picture sees that there is a change.
ALTER TABLE host ADD COLUMN changes BIGINT DEFAULT 0 NOT NULL;

--changeset ostler:2-claims
-- A claim of several aliases. The columns alias, unit_count and asked_host of table claim are still
-- written, with the first alias, the sum, and the host where one alone was asked for.
CREATE TABLE claim_part (
  claim_id UUID NOT NULL REFERENCES claim (id),
  position INTEGER NOT NULL CHECK (position >= 0),
  alias VARCHAR(64) NOT NULL,
  unit_count INTEGER NOT NULL CHECK (unit_count >= 1),
  PRIMARY KEY (claim_id, position)
);
INSERT INTO claim_part (claim_id, position, alias, unit_count)
  SELECT id, 0, alias, unit_count FROM claim;
-- Hosts are names in order with a space between them; no name has one.
ALTER TABLE claim ADD COLUMN asked_hosts TEXT;
UPDATE claim SET asked_hosts = asked_host;
ALTER TABLE claim ADD COLUMN hold_id UUID;
-- An abandoned claim is RELEASED too, for readers that know no other end.
ALTER TABLE claim ADD COLUMN abandoned BOOLEAN DEFAULT FALSE NOT NULL;
-- Which part of its claim a unit is, whether it still counts as being cleaned, and what stays
-- charged until it is clean.
ALTER TABLE claim_unit ADD COLUMN part INTEGER DEFAULT 0 NOT NULL;
ALTER TABLE claim_unit ADD COLUMN cleaning BOOLEAN DEFAULT FALSE NOT NULL;
ALTER TABLE claim_unit ADD COLUMN kept_charge VARCHAR(1024);
ALTER TABLE alias ADD COLUMN release_at VARCHAR(8) DEFAULT 'DETACH' NOT NULL
  CHECK (release_at IN ('DETACH', 'CLEAN'));
-- A promise, charged when it is made, that pins no unit.
CREATE TABLE hold (
  id UUID PRIMARY KEY,
  project_id VARCHAR(128) NOT NULL REFERENCES project (id),
  asked_hosts TEXT,
  consumer_source VARCHAR(128) NOT NULL,
  consumer_type VARCHAR(128) NOT NULL,
  consumer_id VARCHAR(128) NOT NULL,
  state VARCHAR(16) NOT NULL CHECK (state IN ('HELD', 'USED', 'EXPIRED', 'RELEASED')),
  ttl_s INTEGER NOT NULL CHECK (ttl_s >= 1),
  claim_id UUID,
  created_by VARCHAR(256) NOT NULL,
  created_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  expires_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  ended_at TIMESTAMP(6) WITH TIME ZONE,
  CHECK ((state = 'HELD') = (ended_at IS NULL)),
  CHECK ((state = 'USED') = (claim_id IS NOT NULL))
);
CREATE INDEX hold_by_deadline ON hold (state, expires_at, id);
CREATE INDEX hold_by_project ON hold (project_id, id);
CREATE TABLE hold_part (
  hold_id UUID NOT NULL REFERENCES hold (id),
  position INTEGER NOT NULL CHECK (position >= 0),
  alias VARCHAR(64) NOT NULL,
  unit_count INTEGER NOT NULL CHECK (unit_count >= 1),
  PRIMARY KEY (hold_id, position)
);
CREATE TABLE hold_charge (
  hold_id UUID NOT NULL REFERENCES hold (id),
  project_id VARCHAR(128) NOT NULL,
  resource_key VARCHAR(128) NOT NULL,
  amount BIGINT NOT NULL CHECK (amount >= 1),
  PRIMARY KEY (hold_id, project_id, resource_key)
);
-- All that counts as used.
CREATE VIEW charge (project_id, resource_key, amount) AS
  SELECT project_id, resource_key, amount FROM claim_charge
  UNION ALL SELECT project_id, resource_key, amount FROM hold_charge;
-- A claim that takes the place of another one, and what it will be charged once it stands alone.
CREATE TABLE claim_move (
  claim_id UUID PRIMARY KEY REFERENCES claim (id),
  move_of UUID NOT NULL REFERENCES claim (id),
  state VARCHAR(16) NOT NULL CHECK (state IN ('OPEN', 'CONFIRMED', 'REVERTED')),
  CHECK (claim_id <> move_of)
);
CREATE INDEX claim_move_by_old ON claim_move (move_of);
CREATE TABLE claim_move_charge (
  claim_id UUID NOT NULL REFERENCES claim_move (claim_id),
  resource_key VARCHAR(128) NOT NULL,
  amount BIGINT NOT NULL CHECK (amount >= 1),
  PRIMARY KEY (claim_id, resource_key)
);
ALTER TABLE host ADD COLUMN draining BOOLEAN DEFAULT FALSE NOT NULL;
ALTER TABLE host ADD COLUMN fenced BOOLEAN DEFAULT FALSE NOT NULL;
ALTER TABLE host ADD COLUMN removed BOOLEAN DEFAULT FALSE NOT NULL;
ALTER TABLE host ADD COLUMN fence_evidence VARCHAR(1024) DEFAULT '' NOT NULL;
ALTER TABLE host ADD COLUMN fenced_boot UUID;
-- An abandoned unit is given to nobody until its host reports from another boot than this.
ALTER TABLE unit ADD COLUMN abandoned BOOLEAN DEFAULT FALSE NOT NULL;
ALTER TABLE unit ADD COLUMN abandoned_boot UUID;

--changeset ostler:2-ledger
-- What a report needs, as it was while the time went by: what changes later is not joined. A weight
-- is a numerator over 5040. A path has the ids of a project's ancestors, the root first, and its
-- own, each between slashes. Rows that a first release still writes have none of these.
ALTER TABLE usage_current ADD COLUMN began_at TIMESTAMP(6) WITH TIME ZONE;
ALTER TABLE usage_current ADD COLUMN host VARCHAR(253);
ALTER TABLE usage_current ADD COLUMN model VARCHAR(9);
ALTER TABLE usage_current ADD COLUMN weight INTEGER;
ALTER TABLE usage_current ADD COLUMN memory_mib BIGINT;
ALTER TABLE usage_current ADD COLUMN project_path VARCHAR(1000000);
ALTER TABLE usage_segment ADD COLUMN host VARCHAR(253);
ALTER TABLE usage_segment ADD COLUMN model VARCHAR(9);
ALTER TABLE usage_segment ADD COLUMN weight INTEGER;
ALTER TABLE usage_segment ADD COLUMN memory_mib BIGINT;
ALTER TABLE usage_segment ADD COLUMN project_path VARCHAR(1000000);
UPDATE usage_current SET
  began_at = COALESCE(
    (SELECT MIN(segment.started_at) FROM usage_segment segment
      WHERE segment.unit_id = usage_current.unit_id),
    started_at),
  host = (SELECT unit.host FROM unit WHERE unit.id = usage_current.unit_id),
  model = (SELECT COALESCE(
      MIN(CASE WHEN device.pci_class LIKE '0x03%' OR device.pci_class LIKE '0x12%'
        THEN device.pci_id END),
      MIN(device.pci_id))
    FROM unit_member JOIN device ON device.id = unit_member.device_id
    WHERE unit_member.unit_id = usage_current.unit_id),
  weight = 5040,
  project_path = '/' || project_id || '/';
UPDATE usage_segment SET
  host = (SELECT open.host FROM usage_current open WHERE open.unit_id = usage_segment.unit_id),
  model = (SELECT open.model FROM usage_current open WHERE open.unit_id = usage_segment.unit_id),
  weight = 5040,
  project_path = '/' || project_id || '/';
-- Segments end in the order in which they are written, so a period's rows lie together.
CREATE INDEX usage_segment_by_end ON usage_segment (ended_at);

--changeset ostler:2-stores
-- Whether the database was restored since the host last reported. Until it has, it counts as silent.
ALTER TABLE host ADD COLUMN restored BOOLEAN DEFAULT FALSE NOT NULL;
-- Work that any allocator may do and one at a time does: whoever gets the row when it is due.
CREATE TABLE chore (
  name VARCHAR(64) PRIMARY KEY,
  due_at TIMESTAMP(6) WITH TIME ZONE NOT NULL
);
INSERT INTO chore (name, due_at) VALUES ('FORGET_EVENTS', TIMESTAMP WITH TIME ZONE '2026-01-01 00:00:00+00:00');

--changeset ostler:4-levels
-- The level VENDOR has more letters than L3.
ALTER TABLE unit ALTER COLUMN order_level SET DATA TYPE VARCHAR(8);
ALTER TABLE unit ALTER COLUMN cert_level SET DATA TYPE VARCHAR(8);
ALTER TABLE wipe_record ALTER COLUMN level SET DATA TYPE VARCHAR(8);
ALTER TABLE alias ALTER COLUMN level SET DATA TYPE VARCHAR(8);

--changeset ostler:4-sliced dbms:h2
-- H2 names a column's check by a number of its own. Of two sets with one name, each database runs one.
EXECUTE IMMEDIATE 'ALTER TABLE unit DROP CONSTRAINT ' || QUOTE_IDENT((
  SELECT usage.constraint_name
  FROM information_schema.constraint_column_usage usage
  JOIN information_schema.check_constraints clause
    ON clause.constraint_schema = usage.constraint_schema
    AND clause.constraint_name = usage.constraint_name
  WHERE LOWER(usage.table_name) = 'unit' AND LOWER(usage.column_name) = 'state'
    AND clause.check_clause LIKE '%''UNMANAGED''%'));

--changeset ostler:4-sliced dbms:postgresql
ALTER TABLE unit DROP CONSTRAINT unit_state_check;

--changeset ostler:4-slices
ALTER TABLE unit ADD CONSTRAINT unit_state_known CHECK (state IN
  ('UNMANAGED', 'DIRTY', 'CLEANING', 'CLEAN', 'SLICED', 'PREPARING', 'READY', 'IN_USE', 'RELEASING'));
-- A slice has a parent; its kind is in column kind and its memory in column memory_mib. A weight is a
-- numerator over 5040, and that of a slice is its exact share of its parent, rounded down.
ALTER TABLE unit ADD COLUMN parent_id UUID REFERENCES unit (id);
ALTER TABLE unit ADD COLUMN slice_type VARCHAR(64);
ALTER TABLE unit ADD COLUMN weight INTEGER DEFAULT 5040 NOT NULL
  CHECK (weight >= 0 AND weight <= 5040);
-- Of a parent while it is sliced: the project that it serves, whether it serves several at a time,
-- and whether its slices are being taken away.
ALTER TABLE unit ADD COLUMN tenant_project VARCHAR(128) REFERENCES project (id);
ALTER TABLE unit ADD COLUMN shared BOOLEAN DEFAULT FALSE NOT NULL;
ALTER TABLE unit ADD COLUMN emptying BOOLEAN DEFAULT FALSE NOT NULL;
ALTER TABLE unit ADD CONSTRAINT unit_whole_or_slice CHECK ((parent_id IS NULL) = (kind = 'whole'));
CREATE INDEX unit_by_parent ON unit (parent_id);
-- What a parent's host last said that it can be cut into, as the report has it.
CREATE TABLE parent_card (
  unit_id UUID PRIMARY KEY REFERENCES unit (id),
  body TEXT NOT NULL
);
-- What an operator declared that a parent is cut into, and of those what is to be so now.
CREATE TABLE layout (
  unit_id UUID NOT NULL REFERENCES unit (id),
  applied BOOLEAN NOT NULL,
  kind VARCHAR(16) NOT NULL CHECK (kind IN ('mdev', 'vendor-vf', 'sriov-vf', 'mig')),
  functions INTEGER NOT NULL CHECK (functions >= 0),
  shared BOOLEAN NOT NULL,
  mixed BOOLEAN NOT NULL,
  parent_level VARCHAR(8) NOT NULL,
  PRIMARY KEY (unit_id, applied)
);
CREATE TABLE layout_slice (
  unit_id UUID NOT NULL,
  applied BOOLEAN NOT NULL,
  position INTEGER NOT NULL CHECK (position >= 0),
  slice_type VARCHAR(64) NOT NULL,
  slice_count INTEGER NOT NULL CHECK (slice_count >= 1),
  PRIMARY KEY (unit_id, applied, position),
  FOREIGN KEY (unit_id, applied) REFERENCES layout (unit_id, applied)
);
-- A rule may ask for slices of one type.
ALTER TABLE alias ADD COLUMN slice_type VARCHAR(64);
ALTER TABLE alias_alternative ADD COLUMN slice_type VARCHAR(64);

--changeset ostler:4-cut
-- How many virtual functions the host of a parent was told to make, while it is sliced.
ALTER TABLE unit ADD COLUMN cut_functions INTEGER DEFAULT 0 NOT NULL CHECK (cut_functions >= 0);
-- By what a tenant attaches a slice, as its host last said.
ALTER TABLE unit ADD COLUMN observed_handle VARCHAR(80);

--changeset ostler:5-consumers
-- Nova's scheduler asks about one instance, whatever claims and promises there are.
CREATE INDEX claim_by_consumer ON claim (consumer_id);
CREATE INDEX hold_by_consumer ON hold (consumer_id);

--changeset ostler:5-one-time-use
-- Devices that Nova used once and uses no more, until Placement has them back. A provider that has
-- another generation by now may have been used again.
CREATE TABLE one_time_use (
  provider UUID PRIMARY KEY,
  unit_id UUID NOT NULL REFERENCES unit (id),
  seen_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  generation BIGINT NOT NULL
);
INSERT INTO chore (name, due_at) VALUES ('WATCH_ONE_TIME_USE', TIMESTAMP WITH TIME ZONE '2026-01-01 00:00:00+00:00');
