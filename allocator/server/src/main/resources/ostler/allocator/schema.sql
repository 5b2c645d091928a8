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
