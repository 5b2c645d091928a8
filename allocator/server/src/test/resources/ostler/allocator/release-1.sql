-- A database of the first release, as that release made it: its schema, and two hosts with four units,
-- a project with a limit, a claim in use, one being prepared and one given back, their charges, wipe
-- records and ledger. Never edited: later releases must take it over with all that is in it.

CREATE TABLE databasechangelog (
  id VARCHAR(255) NOT NULL,
  author VARCHAR(255) NOT NULL,
  filename VARCHAR(255) NOT NULL,
  dateexecuted TIMESTAMP NOT NULL,
  orderexecuted INT NOT NULL,
  exectype VARCHAR(10) NOT NULL,
  md5sum VARCHAR(35),
  description VARCHAR(255),
  comments VARCHAR(255),
  tag VARCHAR(255),
  liquibase VARCHAR(20),
  contexts VARCHAR(255),
  labels VARCHAR(255),
  deployment_id VARCHAR(10)
);
CREATE TABLE databasechangeloglock (
  id INT NOT NULL PRIMARY KEY,
  locked BOOLEAN NOT NULL,
  lockgranted TIMESTAMP,
  lockedby VARCHAR(255)
);
INSERT INTO databasechangeloglock (id, locked) VALUES (1, FALSE);

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
CREATE TABLE unit_member (
  unit_id UUID NOT NULL REFERENCES unit (id),
  position INTEGER NOT NULL,
  device_id UUID NOT NULL REFERENCES device (id),
  PRIMARY KEY (unit_id, position),
  UNIQUE (unit_id, device_id)
);

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
CREATE TABLE claim_charge (
  claim_id UUID NOT NULL REFERENCES claim (id),
  project_id VARCHAR(128) NOT NULL,
  resource_key VARCHAR(128) NOT NULL,
  amount BIGINT NOT NULL CHECK (amount >= 1),
  PRIMARY KEY (claim_id, project_id, resource_key)
);

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

INSERT INTO databasechangelog (id, author, filename, dateexecuted, orderexecuted, exectype, md5sum, description, comments, tag, liquibase, contexts, labels, deployment_id) VALUES ('1-tokens', 'ostler', 'ostler/allocator/schema.sql', '2026-11-20 10:59:05.993029', 1, 'EXECUTED', '9:3a7fb0fc8abbfa5627133c07fd8c242f', 'sql', '', NULL, '4.33.0', NULL, NULL, '5172345506');
INSERT INTO databasechangelog (id, author, filename, dateexecuted, orderexecuted, exectype, md5sum, description, comments, tag, liquibase, contexts, labels, deployment_id) VALUES ('1-hosts', 'ostler', 'ostler/allocator/schema.sql', '2026-11-20 10:59:06.040058', 2, 'EXECUTED', '9:973fcdae63aed70eb56cb1de7aeea395', 'sql', '', NULL, '4.33.0', NULL, NULL, '5172345506');
INSERT INTO databasechangelog (id, author, filename, dateexecuted, orderexecuted, exectype, md5sum, description, comments, tag, liquibase, contexts, labels, deployment_id) VALUES ('1-units', 'ostler', 'ostler/allocator/schema.sql', '2026-11-20 10:59:06.091211', 3, 'EXECUTED', '9:ea432e080c76e3a5923a25cc7ce29813', 'sql', '', NULL, '4.33.0', NULL, NULL, '5172345506');
INSERT INTO databasechangelog (id, author, filename, dateexecuted, orderexecuted, exectype, md5sum, description, comments, tag, liquibase, contexts, labels, deployment_id) VALUES ('1-devices', 'ostler', 'ostler/allocator/schema.sql', '2026-11-20 10:59:06.106322', 4, 'EXECUTED', '9:9ac076caa51f0ec7cf1f3eb8671355e6', 'sql', '', NULL, '4.33.0', NULL, NULL, '5172345506');
INSERT INTO databasechangelog (id, author, filename, dateexecuted, orderexecuted, exectype, md5sum, description, comments, tag, liquibase, contexts, labels, deployment_id) VALUES ('1-claims', 'ostler', 'ostler/allocator/schema.sql', '2026-11-20 10:59:06.118258', 5, 'EXECUTED', '9:301276d50f5c15052aab6b7afbadece1', 'sql', '', NULL, '4.33.0', NULL, NULL, '5172345506');
INSERT INTO databasechangelog (id, author, filename, dateexecuted, orderexecuted, exectype, md5sum, description, comments, tag, liquibase, contexts, labels, deployment_id) VALUES ('1-wipes', 'ostler', 'ostler/allocator/schema.sql', '2026-11-20 10:59:06.131883', 6, 'EXECUTED', '9:af1c7de0672b921ce1d37184473daaa8', 'sql', '', NULL, '4.33.0', NULL, NULL, '5172345506');
INSERT INTO databasechangelog (id, author, filename, dateexecuted, orderexecuted, exectype, md5sum, description, comments, tag, liquibase, contexts, labels, deployment_id) VALUES ('1-ledger', 'ostler', 'ostler/allocator/schema.sql', '2026-11-20 10:59:06.141723', 7, 'EXECUTED', '9:9a8a321aad5a5c45e509c525a1041e97', 'sql', '', NULL, '4.33.0', NULL, NULL, '5172345506');
INSERT INTO databasechangelog (id, author, filename, dateexecuted, orderexecuted, exectype, md5sum, description, comments, tag, liquibase, contexts, labels, deployment_id) VALUES ('1-trail', 'ostler', 'ostler/allocator/schema.sql', '2026-11-20 10:59:06.148896', 8, 'EXECUTED', '9:2225641f961a28aac5665173b884d95e', 'sql', '', NULL, '4.33.0', NULL, NULL, '5172345506');
INSERT INTO host (name, epoch, fence_counter, revision, applied_revision, admin, admin_reason, credential_hash, public_key, agent_instance, agent_version, agent_sequence, boot_id, kernel, iommu, last_seen, skew_ms, inventory_digest, warnings, created_at) VALUES ('gpu-1', 1, 12, 12, 12, 'ENABLED', '', '0b71da40a2698d60e1679bf666c11b188b992e0b50046dcafeaee50beab7499f', 'MCowBQYDK2VwAyEAQVd894JqsvKScg6cUH2U5H+lclfzEzZGf4QAOogTqn0=', '23d68c0f-60b7-4702-a51b-a19ebfce3850', '0.1.0', 10, '7ddaae6a-ad55-4c27-bded-7f114908e730', '6.1.0', true, '2026-01-01T00:15:00.000031Z', NULL, 'f80ccd63c9cd24fbb7166a554bde0d705ee60b040e187e72123404d82f52aff5', '{"warnings":[]}', '2026-01-01T00:00:00.000004Z');
INSERT INTO host (name, epoch, fence_counter, revision, applied_revision, admin, admin_reason, credential_hash, public_key, agent_instance, agent_version, agent_sequence, boot_id, kernel, iommu, last_seen, skew_ms, inventory_digest, warnings, created_at) VALUES ('gpu-2', 1, 8, 8, 6, 'ENABLED', '', '0e98c426c9663343002797037ad6c53312e23ce13a2a575acfb0225527f03136', 'MCowBQYDK2VwAyEAdXIiuvViyujKwRDfRnCcCo4kWdzEuRdSy0WfqG10ohs=', 'a17f43bb-ff5f-460b-9a72-0a7f5e6fc8bd', '0.1.0', 8, '9863f9d3-b098-4e67-af72-ae1a5c0bbfab', '6.1.0', true, '2026-01-01T00:15:00.000032Z', NULL, '5464e63e2d89202e12ee0922f58bb6479799b1915ebc28876f34c1473994e6e4', '{"warnings":[]}', '2026-01-01T00:00:00.000011Z');
INSERT INTO host_inventory (host, body) VALUES ('gpu-1', '{"host":"gpu-1","boot_id":"7ddaae6a-ad55-4c27-bded-7f114908e730","kernel":"6.1.0","iommu":true,"kernel_flags":[],"scan_complete":true,"functions":[{"address":"0000:01:00.0","vendor":"1002","device":"5046","revision":"00","class":"0x030000","driver":"vfio-pci","group":1,"reset_methods":["bus"],"boot_display":false,"bars":[],"mdev_types":[],"upstream":[]},{"address":"0000:01:00.1","vendor":"8086","device":"2668","revision":"00","class":"0x040300","driver":"vfio-pci","group":1,"reset_methods":[],"boot_display":false,"bars":[],"mdev_types":[],"upstream":[]},{"address":"0000:02:00.0","vendor":"1002","device":"5046","revision":"00","class":"0x030000","driver":"vfio-pci","group":2,"reset_methods":["bus"],"boot_display":false,"bars":[],"mdev_types":[],"upstream":[]},{"address":"0000:02:00.1","vendor":"8086","device":"2668","revision":"00","class":"0x040300","driver":"vfio-pci","group":2,"reset_methods":[],"boot_display":false,"bars":[],"mdev_types":[],"upstream":[]}],"groups":[{"number":1,"type":"DMA-FQ","members":[{"address":"0000:01:00.0","role":"ENDPOINT"},{"address":"0000:01:00.1","role":"ENDPOINT"}]},{"number":2,"type":"DMA-FQ","members":[{"address":"0000:02:00.0","role":"ENDPOINT"},{"address":"0000:02:00.1","role":"ENDPOINT"}]}],"unread":[]}');
INSERT INTO host_inventory (host, body) VALUES ('gpu-2', '{"host":"gpu-2","boot_id":"9863f9d3-b098-4e67-af72-ae1a5c0bbfab","kernel":"6.1.0","iommu":true,"kernel_flags":[],"scan_complete":true,"functions":[{"address":"0000:01:00.0","vendor":"1002","device":"5046","revision":"00","class":"0x030000","driver":"vfio-pci","group":1,"reset_methods":["bus"],"boot_display":false,"bars":[],"mdev_types":[],"upstream":[]},{"address":"0000:01:00.1","vendor":"8086","device":"2668","revision":"00","class":"0x040300","driver":"vfio-pci","group":1,"reset_methods":[],"boot_display":false,"bars":[],"mdev_types":[],"upstream":[]},{"address":"0000:02:00.0","vendor":"1002","device":"5046","revision":"00","class":"0x030000","driver":"vfio-pci","group":2,"reset_methods":["bus"],"boot_display":false,"bars":[],"mdev_types":[],"upstream":[]},{"address":"0000:02:00.1","vendor":"8086","device":"2668","revision":"00","class":"0x040300","driver":"vfio-pci","group":2,"reset_methods":[],"boot_display":false,"bars":[],"mdev_types":[],"upstream":[]}],"groups":[{"number":1,"type":"DMA-FQ","members":[{"address":"0000:01:00.0","role":"ENDPOINT"},{"address":"0000:01:00.1","role":"ENDPOINT"}]},{"number":2,"type":"DMA-FQ","members":[{"address":"0000:02:00.0","role":"ENDPOINT"},{"address":"0000:02:00.1","role":"ENDPOINT"}]}],"unread":[]}');
INSERT INTO model (id, name) VALUES ('07e3dba390245db50c024ea72ae61b7cc19d9177e849433f1597999d41dcd583', '1002:5046/0x030000+8086:2668/0x040300');
INSERT INTO unit (id, host, model_id, state, since, generation, fence_epoch, fence_number, presence, group_whole, admin, admin_reason, health, quarantine_code, quarantine_reason, quarantine_by, quarantine_at, leaving, order_wipe, order_level, cert_wipe, cert_level, attempts, chain_head, claim_id, last_claim_id, cause_code, cause_message, seen_epoch, seen_number, seen_phase, bound, guarded, holders, holders_known, problem_code, problem_message, problem_attempts) VALUES ('c0658957-423d-445e-87a3-4b7b99fa4764', 'gpu-1', '07e3dba390245db50c024ea72ae61b7cc19d9177e849433f1597999d41dcd583', 'IN_USE', '2026-01-01T00:08:00.000022Z', 11, 1, 7, 'PRESENT', true, 'ENABLED', '', 'UNKNOWN', NULL, NULL, NULL, NULL, false, NULL, NULL, '70bce96c-2180-4635-97a2-5088b3164737', 'L3', 0, '2766831f1608f2d55c0407c8455c301e45d87934d090477c5f0a03344bb24fc8', '3172439c-b6c3-48c0-8ac5-fd7e6f9750a3', NULL, NULL, NULL, 1, 7, 'IN_USE', true, false, '{"holders":[{"kind":"domain","id":"vm-1","name":"vm-1"}]}', true, NULL, NULL, NULL);
INSERT INTO unit (id, host, model_id, state, since, generation, fence_epoch, fence_number, presence, group_whole, admin, admin_reason, health, quarantine_code, quarantine_reason, quarantine_by, quarantine_at, leaving, order_wipe, order_level, cert_wipe, cert_level, attempts, chain_head, claim_id, last_claim_id, cause_code, cause_message, seen_epoch, seen_number, seen_phase, bound, guarded, holders, holders_known, problem_code, problem_message, problem_attempts) VALUES ('e19e04f4-299e-4403-944e-e71655efc377', 'gpu-1', '07e3dba390245db50c024ea72ae61b7cc19d9177e849433f1597999d41dcd583', 'CLEAN', '2026-01-01T00:15:00.000030Z', 16, 1, 12, 'PRESENT', true, 'ENABLED', '', 'UNKNOWN', NULL, NULL, NULL, NULL, false, NULL, NULL, '6f76a211-5a86-461f-8a63-5219a278647a', 'L3', 0, '2893cf229ad93f3a688edf290d44613fc1936d94cc1584df1045ad4f733df6a4', NULL, '25cecf01-fb86-4019-88d0-a592210c5b16', NULL, NULL, 1, 12, 'RESTING', true, true, '{"holders":[]}', true, NULL, NULL, NULL);
INSERT INTO unit (id, host, model_id, state, since, generation, fence_epoch, fence_number, presence, group_whole, admin, admin_reason, health, quarantine_code, quarantine_reason, quarantine_by, quarantine_at, leaving, order_wipe, order_level, cert_wipe, cert_level, attempts, chain_head, claim_id, last_claim_id, cause_code, cause_message, seen_epoch, seen_number, seen_phase, bound, guarded, holders, holders_known, problem_code, problem_message, problem_attempts) VALUES ('1feb20b2-c770-4331-a3b5-50e299ccb354', 'gpu-2', '07e3dba390245db50c024ea72ae61b7cc19d9177e849433f1597999d41dcd583', 'PREPARING', '2026-01-01T00:15:00.000034Z', 7, 1, 7, 'PRESENT', true, 'ENABLED', '', 'UNKNOWN', NULL, NULL, NULL, NULL, false, NULL, NULL, '4c9839c1-e6b3-4c18-82b5-9bd2010f7390', 'L3', 0, '2512819e6d7f5acf342cbd095ee19ea9a3ca9bb0050d1cd90397c8ea70c02ea2', 'a82fe684-7605-4faa-932d-09387b487b47', NULL, NULL, NULL, 1, 5, 'RESTING', true, true, '{"holders":[]}', true, NULL, NULL, NULL);
INSERT INTO unit (id, host, model_id, state, since, generation, fence_epoch, fence_number, presence, group_whole, admin, admin_reason, health, quarantine_code, quarantine_reason, quarantine_by, quarantine_at, leaving, order_wipe, order_level, cert_wipe, cert_level, attempts, chain_head, claim_id, last_claim_id, cause_code, cause_message, seen_epoch, seen_number, seen_phase, bound, guarded, holders, holders_known, problem_code, problem_message, problem_attempts) VALUES ('812abd9a-9c93-4b54-a1de-30b0fd5efa43', 'gpu-2', '07e3dba390245db50c024ea72ae61b7cc19d9177e849433f1597999d41dcd583', 'PREPARING', '2026-01-01T00:15:00.000034Z', 7, 1, 8, 'PRESENT', true, 'ENABLED', '', 'UNKNOWN', NULL, NULL, NULL, NULL, false, NULL, NULL, 'd66574f0-8062-4b69-89b7-7a0896531509', 'L3', 0, '77f84bbe6721dddb21db0a343e5dc41c08e01920198244062d2d88cc99d05cb4', 'a82fe684-7605-4faa-932d-09387b487b47', NULL, NULL, NULL, 1, 6, 'RESTING', true, true, '{"holders":[]}', true, NULL, NULL, NULL);
INSERT INTO device (id, host, address, seat, pci_id, subsystem, revision, serial, driver_uuid, slot, pci_class, iommu_group, numa_node, driver, reset_methods, problems, presence, unit_id, first_seen, last_seen) VALUES ('26f6ed75-3c7a-4984-b8b7-9fde19accb7a', 'gpu-1', '0000:01:00.0', 'gpu-1/0000:01:00.0', '1002:5046', NULL, 0, NULL, NULL, NULL, '0x030000', 1, NULL, 'vfio-pci', 'bus', '{"problems":[]}', 'PRESENT', 'c0658957-423d-445e-87a3-4b7b99fa4764', '2026-01-01T00:00:00.000006Z', '2026-01-01T00:00:00.000006Z');
INSERT INTO device (id, host, address, seat, pci_id, subsystem, revision, serial, driver_uuid, slot, pci_class, iommu_group, numa_node, driver, reset_methods, problems, presence, unit_id, first_seen, last_seen) VALUES ('5ccbb7c6-1be9-4fc3-bd67-0f368b3d3ada', 'gpu-1', '0000:01:00.1', 'gpu-1/0000:01:00.1', '8086:2668', NULL, 0, NULL, NULL, NULL, '0x040300', 1, NULL, 'vfio-pci', '', '{"problems":[]}', 'PRESENT', 'c0658957-423d-445e-87a3-4b7b99fa4764', '2026-01-01T00:00:00.000006Z', '2026-01-01T00:00:00.000006Z');
INSERT INTO device (id, host, address, seat, pci_id, subsystem, revision, serial, driver_uuid, slot, pci_class, iommu_group, numa_node, driver, reset_methods, problems, presence, unit_id, first_seen, last_seen) VALUES ('a5288eaf-1dfc-47e1-b72f-ac1221603333', 'gpu-1', '0000:02:00.0', 'gpu-1/0000:02:00.0', '1002:5046', NULL, 0, NULL, NULL, NULL, '0x030000', 2, NULL, 'vfio-pci', 'bus', '{"problems":[]}', 'PRESENT', 'e19e04f4-299e-4403-944e-e71655efc377', '2026-01-01T00:00:00.000006Z', '2026-01-01T00:00:00.000006Z');
INSERT INTO device (id, host, address, seat, pci_id, subsystem, revision, serial, driver_uuid, slot, pci_class, iommu_group, numa_node, driver, reset_methods, problems, presence, unit_id, first_seen, last_seen) VALUES ('7b6ae583-4b1f-4971-ad05-80c1c7bdee99', 'gpu-1', '0000:02:00.1', 'gpu-1/0000:02:00.1', '8086:2668', NULL, 0, NULL, NULL, NULL, '0x040300', 2, NULL, 'vfio-pci', '', '{"problems":[]}', 'PRESENT', 'e19e04f4-299e-4403-944e-e71655efc377', '2026-01-01T00:00:00.000006Z', '2026-01-01T00:00:00.000006Z');
INSERT INTO device (id, host, address, seat, pci_id, subsystem, revision, serial, driver_uuid, slot, pci_class, iommu_group, numa_node, driver, reset_methods, problems, presence, unit_id, first_seen, last_seen) VALUES ('f71cd66f-18dc-4dd7-8a3d-a3af44da51c0', 'gpu-2', '0000:01:00.0', 'gpu-2/0000:01:00.0', '1002:5046', NULL, 0, NULL, NULL, NULL, '0x030000', 1, NULL, 'vfio-pci', 'bus', '{"problems":[]}', 'PRESENT', '1feb20b2-c770-4331-a3b5-50e299ccb354', '2026-01-01T00:00:00.000013Z', '2026-01-01T00:00:00.000013Z');
INSERT INTO device (id, host, address, seat, pci_id, subsystem, revision, serial, driver_uuid, slot, pci_class, iommu_group, numa_node, driver, reset_methods, problems, presence, unit_id, first_seen, last_seen) VALUES ('64a68bdc-4d55-4989-b744-a5d0cc069fa1', 'gpu-2', '0000:01:00.1', 'gpu-2/0000:01:00.1', '8086:2668', NULL, 0, NULL, NULL, NULL, '0x040300', 1, NULL, 'vfio-pci', '', '{"problems":[]}', 'PRESENT', '1feb20b2-c770-4331-a3b5-50e299ccb354', '2026-01-01T00:00:00.000013Z', '2026-01-01T00:00:00.000013Z');
INSERT INTO device (id, host, address, seat, pci_id, subsystem, revision, serial, driver_uuid, slot, pci_class, iommu_group, numa_node, driver, reset_methods, problems, presence, unit_id, first_seen, last_seen) VALUES ('0eeb6751-67ca-46db-9d91-51b233ab6d39', 'gpu-2', '0000:02:00.0', 'gpu-2/0000:02:00.0', '1002:5046', NULL, 0, NULL, NULL, NULL, '0x030000', 2, NULL, 'vfio-pci', 'bus', '{"problems":[]}', 'PRESENT', '812abd9a-9c93-4b54-a1de-30b0fd5efa43', '2026-01-01T00:00:00.000013Z', '2026-01-01T00:00:00.000013Z');
INSERT INTO device (id, host, address, seat, pci_id, subsystem, revision, serial, driver_uuid, slot, pci_class, iommu_group, numa_node, driver, reset_methods, problems, presence, unit_id, first_seen, last_seen) VALUES ('7591ce46-8c1b-4fc3-81b4-a3d4010a45fe', 'gpu-2', '0000:02:00.1', 'gpu-2/0000:02:00.1', '8086:2668', NULL, 0, NULL, NULL, NULL, '0x040300', 2, NULL, 'vfio-pci', '', '{"problems":[]}', 'PRESENT', '812abd9a-9c93-4b54-a1de-30b0fd5efa43', '2026-01-01T00:00:00.000013Z', '2026-01-01T00:00:00.000013Z');
INSERT INTO unit_member (unit_id, position, device_id) VALUES ('c0658957-423d-445e-87a3-4b7b99fa4764', 0, '26f6ed75-3c7a-4984-b8b7-9fde19accb7a');
INSERT INTO unit_member (unit_id, position, device_id) VALUES ('c0658957-423d-445e-87a3-4b7b99fa4764', 1, '5ccbb7c6-1be9-4fc3-bd67-0f368b3d3ada');
INSERT INTO unit_member (unit_id, position, device_id) VALUES ('e19e04f4-299e-4403-944e-e71655efc377', 0, 'a5288eaf-1dfc-47e1-b72f-ac1221603333');
INSERT INTO unit_member (unit_id, position, device_id) VALUES ('e19e04f4-299e-4403-944e-e71655efc377', 1, '7b6ae583-4b1f-4971-ad05-80c1c7bdee99');
INSERT INTO unit_member (unit_id, position, device_id) VALUES ('1feb20b2-c770-4331-a3b5-50e299ccb354', 0, 'f71cd66f-18dc-4dd7-8a3d-a3af44da51c0');
INSERT INTO unit_member (unit_id, position, device_id) VALUES ('1feb20b2-c770-4331-a3b5-50e299ccb354', 1, '64a68bdc-4d55-4989-b744-a5d0cc069fa1');
INSERT INTO unit_member (unit_id, position, device_id) VALUES ('812abd9a-9c93-4b54-a1de-30b0fd5efa43', 0, '0eeb6751-67ca-46db-9d91-51b233ab6d39');
INSERT INTO unit_member (unit_id, position, device_id) VALUES ('812abd9a-9c93-4b54-a1de-30b0fd5efa43', 1, '7591ce46-8c1b-4fc3-81b4-a3d4010a45fe');
INSERT INTO alias (name, vendor, product, class_prefix, members, level) VALUES ('gpu', '1002', NULL, NULL, NULL, 'L3');
INSERT INTO project (id, name, created_at) VALUES ('p1', 'one', '2026-01-01T00:00:00.000002Z');
INSERT INTO quota (project_id, resource_key, limit_count, used_count) VALUES ('p1', 'alias:gpu', 5, 3);
INSERT INTO claim (id, project_id, alias, unit_count, asked_host, host, consumer_source, consumer_type, consumer_id, state, adopted, created_by, created_at, released_at) VALUES ('3172439c-b6c3-48c0-8ac5-fd7e6f9750a3', 'p1', 'gpu', 1, NULL, 'gpu-1', 'libvirt', 'domain', 'vm-1', 'IN_USE', false, 'test', '2026-01-01T00:00:00.000019Z', NULL);
INSERT INTO claim (id, project_id, alias, unit_count, asked_host, host, consumer_source, consumer_type, consumer_id, state, adopted, created_by, created_at, released_at) VALUES ('25cecf01-fb86-4019-88d0-a592210c5b16', 'p1', 'gpu', 1, NULL, 'gpu-1', 'libvirt', 'domain', 'vm-1', 'RELEASED', false, 'test', '2026-01-01T00:08:00.000025Z', '2026-01-01T00:15:00.000029Z');
INSERT INTO claim (id, project_id, alias, unit_count, asked_host, host, consumer_source, consumer_type, consumer_id, state, adopted, created_by, created_at, released_at) VALUES ('a82fe684-7605-4faa-932d-09387b487b47', 'p1', 'gpu', 2, NULL, 'gpu-2', 'libvirt', 'domain', 'vm-1', 'PREPARING', false, 'test', '2026-01-01T00:15:00.000034Z', NULL);
INSERT INTO claim_unit (claim_id, unit_id) VALUES ('25cecf01-fb86-4019-88d0-a592210c5b16', 'e19e04f4-299e-4403-944e-e71655efc377');
INSERT INTO claim_unit (claim_id, unit_id) VALUES ('3172439c-b6c3-48c0-8ac5-fd7e6f9750a3', 'c0658957-423d-445e-87a3-4b7b99fa4764');
INSERT INTO claim_unit (claim_id, unit_id) VALUES ('a82fe684-7605-4faa-932d-09387b487b47', '1feb20b2-c770-4331-a3b5-50e299ccb354');
INSERT INTO claim_unit (claim_id, unit_id) VALUES ('a82fe684-7605-4faa-932d-09387b487b47', '812abd9a-9c93-4b54-a1de-30b0fd5efa43');
INSERT INTO claim_charge (claim_id, project_id, resource_key, amount) VALUES ('3172439c-b6c3-48c0-8ac5-fd7e6f9750a3', 'p1', 'alias:gpu', 1);
INSERT INTO claim_charge (claim_id, project_id, resource_key, amount) VALUES ('a82fe684-7605-4faa-932d-09387b487b47', 'p1', 'alias:gpu', 2);
INSERT INTO wipe_record (id, unit_id, host, accepted, refusal_code, level, result, code, bytes_total, bytes_scrubbed, bytes_verified, started_at, ended_at, received_at, body, prev_hash, hash, signature, public_key) VALUES ('70bce96c-2180-4635-97a2-5088b3164737', 'c0658957-423d-445e-87a3-4b7b99fa4764', 'gpu-1', true, NULL, 'L3', 'clean', NULL, 16777216, 16777216, 16777216, '2026-01-02T03:04:05Z', '2026-01-02T03:04:06Z', '2026-01-01T00:00:00.000009Z', '{"v":1,"wipe":"70bce96c-2180-4635-97a2-5088b3164737","unit":"c0658957-423d-445e-87a3-4b7b99fa4764","host":"gpu-1","boot_id":"7ddaae6a-ad55-4c27-bded-7f114908e730","members":[{"address":"0000:01:00.0","vendor":"1002","device":"5046","revision":"00"},{"address":"0000:01:00.1","vendor":"8086","device":"2668","revision":"00"}],"fence":{"epoch":1,"number":3},"started":"2026-01-02T03:04:05Z","ended":"2026-01-02T03:04:06Z","steps":[{"step":"quiesce","address":"0000:01:00.0","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}},{"step":"reset","address":"0000:01:00.0","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}},{"step":"quiesce","address":"0000:01:00.1","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}},{"step":"reset","address":"0000:01:00.1","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}},{"step":"witness","address":"0000:01:00.0","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}},{"step":"scrub","address":"0000:01:00.0","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}},{"step":"verify","address":"0000:01:00.0","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}},{"step":"negative-control","address":"0000:01:00.0","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}}],"coverage":{"bytes_total":16777216,"bytes_scrubbed":16777216,"bytes_verified":16777216},"gaps":["firmware was not measured"],"level":"L3","result":"clean","kernel":"6.1.0","agent_version":"0.1.0"}', '0000000000000000000000000000000000000000000000000000000000000000', '2766831f1608f2d55c0407c8455c301e45d87934d090477c5f0a03344bb24fc8', 'RNESmn73sD/oU/gfLI+y0gvoQOHF+bFXB1VocqME2qPlNVW1gZoBJXrMWOMvHbIbS4LtVyItemqw7Z82db0vAw==', 'MCowBQYDK2VwAyEAQVd894JqsvKScg6cUH2U5H+lclfzEzZGf4QAOogTqn0=');
INSERT INTO wipe_record (id, unit_id, host, accepted, refusal_code, level, result, code, bytes_total, bytes_scrubbed, bytes_verified, started_at, ended_at, received_at, body, prev_hash, hash, signature, public_key) VALUES ('f20ba494-547e-4234-b624-78bb2e6dc43c', 'e19e04f4-299e-4403-944e-e71655efc377', 'gpu-1', true, NULL, 'L3', 'clean', NULL, 16777216, 16777216, 16777216, '2026-01-02T03:04:05Z', '2026-01-02T03:04:06Z', '2026-01-01T00:00:00.000009Z', '{"v":1,"wipe":"f20ba494-547e-4234-b624-78bb2e6dc43c","unit":"e19e04f4-299e-4403-944e-e71655efc377","host":"gpu-1","boot_id":"7ddaae6a-ad55-4c27-bded-7f114908e730","members":[{"address":"0000:02:00.0","vendor":"1002","device":"5046","revision":"00"},{"address":"0000:02:00.1","vendor":"8086","device":"2668","revision":"00"}],"fence":{"epoch":1,"number":4},"started":"2026-01-02T03:04:05Z","ended":"2026-01-02T03:04:06Z","steps":[{"step":"quiesce","address":"0000:02:00.0","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}},{"step":"reset","address":"0000:02:00.0","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}},{"step":"quiesce","address":"0000:02:00.1","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}},{"step":"reset","address":"0000:02:00.1","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}},{"step":"witness","address":"0000:02:00.0","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}},{"step":"scrub","address":"0000:02:00.0","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}},{"step":"verify","address":"0000:02:00.0","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}},{"step":"negative-control","address":"0000:02:00.0","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}}],"coverage":{"bytes_total":16777216,"bytes_scrubbed":16777216,"bytes_verified":16777216},"gaps":["firmware was not measured"],"level":"L3","result":"clean","kernel":"6.1.0","agent_version":"0.1.0"}', '0000000000000000000000000000000000000000000000000000000000000000', '75e47bc5bf6139e31859d315f2cb6364f4e5963fa7fc8ba1adf800a8e46f7547', 'u/6e4ShgX+wJhQOWIfIR9Vmt8iNtFEZ5wgvT4iPMljMKthuoHFpFw51O/d1QTnVShDPwfmtJuhxpjpyYCxF9AA==', 'MCowBQYDK2VwAyEAQVd894JqsvKScg6cUH2U5H+lclfzEzZGf4QAOogTqn0=');
INSERT INTO wipe_record (id, unit_id, host, accepted, refusal_code, level, result, code, bytes_total, bytes_scrubbed, bytes_verified, started_at, ended_at, received_at, body, prev_hash, hash, signature, public_key) VALUES ('4c9839c1-e6b3-4c18-82b5-9bd2010f7390', '1feb20b2-c770-4331-a3b5-50e299ccb354', 'gpu-2', true, NULL, 'L3', 'clean', NULL, 16777216, 16777216, 16777216, '2026-01-02T03:04:05Z', '2026-01-02T03:04:06Z', '2026-01-01T00:00:00.000016Z', '{"v":1,"wipe":"4c9839c1-e6b3-4c18-82b5-9bd2010f7390","unit":"1feb20b2-c770-4331-a3b5-50e299ccb354","host":"gpu-2","boot_id":"9863f9d3-b098-4e67-af72-ae1a5c0bbfab","members":[{"address":"0000:01:00.0","vendor":"1002","device":"5046","revision":"00"},{"address":"0000:01:00.1","vendor":"8086","device":"2668","revision":"00"}],"fence":{"epoch":1,"number":3},"started":"2026-01-02T03:04:05Z","ended":"2026-01-02T03:04:06Z","steps":[{"step":"quiesce","address":"0000:01:00.0","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}},{"step":"reset","address":"0000:01:00.0","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}},{"step":"quiesce","address":"0000:01:00.1","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}},{"step":"reset","address":"0000:01:00.1","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}},{"step":"witness","address":"0000:01:00.0","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}},{"step":"scrub","address":"0000:01:00.0","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}},{"step":"verify","address":"0000:01:00.0","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}},{"step":"negative-control","address":"0000:01:00.0","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}}],"coverage":{"bytes_total":16777216,"bytes_scrubbed":16777216,"bytes_verified":16777216},"gaps":["firmware was not measured"],"level":"L3","result":"clean","kernel":"6.1.0","agent_version":"0.1.0"}', '0000000000000000000000000000000000000000000000000000000000000000', '2512819e6d7f5acf342cbd095ee19ea9a3ca9bb0050d1cd90397c8ea70c02ea2', '+W9xrI7+0b+VrAHQxtX/8zN4XTmA1WYLg/y/0wa/sgdBD5nlUG7m2Ftppof09wTM6ZUiCCCcjlXTa5VAsOF2Bg==', 'MCowBQYDK2VwAyEAdXIiuvViyujKwRDfRnCcCo4kWdzEuRdSy0WfqG10ohs=');
INSERT INTO wipe_record (id, unit_id, host, accepted, refusal_code, level, result, code, bytes_total, bytes_scrubbed, bytes_verified, started_at, ended_at, received_at, body, prev_hash, hash, signature, public_key) VALUES ('d66574f0-8062-4b69-89b7-7a0896531509', '812abd9a-9c93-4b54-a1de-30b0fd5efa43', 'gpu-2', true, NULL, 'L3', 'clean', NULL, 16777216, 16777216, 16777216, '2026-01-02T03:04:05Z', '2026-01-02T03:04:06Z', '2026-01-01T00:00:00.000016Z', '{"v":1,"wipe":"d66574f0-8062-4b69-89b7-7a0896531509","unit":"812abd9a-9c93-4b54-a1de-30b0fd5efa43","host":"gpu-2","boot_id":"9863f9d3-b098-4e67-af72-ae1a5c0bbfab","members":[{"address":"0000:02:00.0","vendor":"1002","device":"5046","revision":"00"},{"address":"0000:02:00.1","vendor":"8086","device":"2668","revision":"00"}],"fence":{"epoch":1,"number":4},"started":"2026-01-02T03:04:05Z","ended":"2026-01-02T03:04:06Z","steps":[{"step":"quiesce","address":"0000:02:00.0","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}},{"step":"reset","address":"0000:02:00.0","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}},{"step":"quiesce","address":"0000:02:00.1","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}},{"step":"reset","address":"0000:02:00.1","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}},{"step":"witness","address":"0000:02:00.0","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}},{"step":"scrub","address":"0000:02:00.0","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}},{"step":"verify","address":"0000:02:00.0","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}},{"step":"negative-control","address":"0000:02:00.0","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}}],"coverage":{"bytes_total":16777216,"bytes_scrubbed":16777216,"bytes_verified":16777216},"gaps":["firmware was not measured"],"level":"L3","result":"clean","kernel":"6.1.0","agent_version":"0.1.0"}', '0000000000000000000000000000000000000000000000000000000000000000', '77f84bbe6721dddb21db0a343e5dc41c08e01920198244062d2d88cc99d05cb4', 'cOHY7WND8TZnkICGjUideU1Z8cUEv+zEuHg8ROmcDuw/Gu3PVkJ9nwvYdYdhYLeoohe6rAIi8cEVHIw0Mj+xDQ==', 'MCowBQYDK2VwAyEAdXIiuvViyujKwRDfRnCcCo4kWdzEuRdSy0WfqG10ohs=');
INSERT INTO wipe_record (id, unit_id, host, accepted, refusal_code, level, result, code, bytes_total, bytes_scrubbed, bytes_verified, started_at, ended_at, received_at, body, prev_hash, hash, signature, public_key) VALUES ('6f76a211-5a86-461f-8a63-5219a278647a', 'e19e04f4-299e-4403-944e-e71655efc377', 'gpu-1', true, NULL, 'L3', 'clean', NULL, 16777216, 16777216, 16777216, '2026-01-02T03:04:05Z', '2026-01-02T03:04:06Z', '2026-01-01T00:15:00.000030Z', '{"v":1,"wipe":"6f76a211-5a86-461f-8a63-5219a278647a","unit":"e19e04f4-299e-4403-944e-e71655efc377","host":"gpu-1","boot_id":"7ddaae6a-ad55-4c27-bded-7f114908e730","members":[{"address":"0000:02:00.0","vendor":"1002","device":"5046","revision":"00"},{"address":"0000:02:00.1","vendor":"8086","device":"2668","revision":"00"}],"fence":{"epoch":1,"number":11},"previous_claim":"25cecf01-fb86-4019-88d0-a592210c5b16","started":"2026-01-02T03:04:05Z","ended":"2026-01-02T03:04:06Z","steps":[{"step":"quiesce","address":"0000:02:00.0","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}},{"step":"reset","address":"0000:02:00.0","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}},{"step":"quiesce","address":"0000:02:00.1","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}},{"step":"reset","address":"0000:02:00.1","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}},{"step":"witness","address":"0000:02:00.0","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}},{"step":"scrub","address":"0000:02:00.0","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}},{"step":"verify","address":"0000:02:00.0","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}},{"step":"negative-control","address":"0000:02:00.0","result":"ok","started":"2026-01-02T03:04:05Z","millis":12,"detail":{}}],"coverage":{"bytes_total":16777216,"bytes_scrubbed":16777216,"bytes_verified":16777216},"gaps":["firmware was not measured"],"level":"L3","result":"clean","kernel":"6.1.0","agent_version":"0.1.0"}', '75e47bc5bf6139e31859d315f2cb6364f4e5963fa7fc8ba1adf800a8e46f7547', '2893cf229ad93f3a688edf290d44613fc1936d94cc1584df1045ad4f733df6a4', 'sHDL5UVFxIAYAtCbaAE6eLAwVaOMJyHVdDvRxVxSS8HZeIWMfKxI0OKKKLmNDkp/YC59tH31FwBEZqYlQBHHAw==', 'MCowBQYDK2VwAyEAQVd894JqsvKScg6cUH2U5H+lclfzEzZGf4QAOogTqn0=');
INSERT INTO usage_current (unit_id, state, claim_id, project_id, alias, started_at) VALUES ('c0658957-423d-445e-87a3-4b7b99fa4764', 'IN_USE', '3172439c-b6c3-48c0-8ac5-fd7e6f9750a3', 'p1', 'gpu', '2026-01-01T00:08:00.000022Z');
INSERT INTO usage_current (unit_id, state, claim_id, project_id, alias, started_at) VALUES ('e19e04f4-299e-4403-944e-e71655efc377', 'CLEAN', NULL, NULL, NULL, '2026-01-01T00:15:00.000030Z');
INSERT INTO usage_current (unit_id, state, claim_id, project_id, alias, started_at) VALUES ('1feb20b2-c770-4331-a3b5-50e299ccb354', 'PREPARING', 'a82fe684-7605-4faa-932d-09387b487b47', 'p1', 'gpu', '2026-01-01T00:15:00.000034Z');
INSERT INTO usage_current (unit_id, state, claim_id, project_id, alias, started_at) VALUES ('812abd9a-9c93-4b54-a1de-30b0fd5efa43', 'PREPARING', 'a82fe684-7605-4faa-932d-09387b487b47', 'p1', 'gpu', '2026-01-01T00:15:00.000034Z');
INSERT INTO usage_segment (unit_id, started_at, ended_at, state, claim_id, project_id, alias) VALUES ('c0658957-423d-445e-87a3-4b7b99fa4764', '2026-01-01T00:00:00.000007Z', '2026-01-01T00:00:00.000008Z', 'DIRTY', NULL, NULL, NULL);
INSERT INTO usage_segment (unit_id, started_at, ended_at, state, claim_id, project_id, alias) VALUES ('e19e04f4-299e-4403-944e-e71655efc377', '2026-01-01T00:00:00.000007Z', '2026-01-01T00:00:00.000008Z', 'DIRTY', NULL, NULL, NULL);
INSERT INTO usage_segment (unit_id, started_at, ended_at, state, claim_id, project_id, alias) VALUES ('c0658957-423d-445e-87a3-4b7b99fa4764', '2026-01-01T00:00:00.000008Z', '2026-01-01T00:00:00.000009Z', 'CLEANING', NULL, NULL, NULL);
INSERT INTO usage_segment (unit_id, started_at, ended_at, state, claim_id, project_id, alias) VALUES ('e19e04f4-299e-4403-944e-e71655efc377', '2026-01-01T00:00:00.000008Z', '2026-01-01T00:00:00.000009Z', 'CLEANING', NULL, NULL, NULL);
INSERT INTO usage_segment (unit_id, started_at, ended_at, state, claim_id, project_id, alias) VALUES ('1feb20b2-c770-4331-a3b5-50e299ccb354', '2026-01-01T00:00:00.000014Z', '2026-01-01T00:00:00.000015Z', 'DIRTY', NULL, NULL, NULL);
INSERT INTO usage_segment (unit_id, started_at, ended_at, state, claim_id, project_id, alias) VALUES ('812abd9a-9c93-4b54-a1de-30b0fd5efa43', '2026-01-01T00:00:00.000014Z', '2026-01-01T00:00:00.000015Z', 'DIRTY', NULL, NULL, NULL);
INSERT INTO usage_segment (unit_id, started_at, ended_at, state, claim_id, project_id, alias) VALUES ('1feb20b2-c770-4331-a3b5-50e299ccb354', '2026-01-01T00:00:00.000015Z', '2026-01-01T00:00:00.000016Z', 'CLEANING', NULL, NULL, NULL);
INSERT INTO usage_segment (unit_id, started_at, ended_at, state, claim_id, project_id, alias) VALUES ('812abd9a-9c93-4b54-a1de-30b0fd5efa43', '2026-01-01T00:00:00.000015Z', '2026-01-01T00:00:00.000016Z', 'CLEANING', NULL, NULL, NULL);
INSERT INTO usage_segment (unit_id, started_at, ended_at, state, claim_id, project_id, alias) VALUES ('c0658957-423d-445e-87a3-4b7b99fa4764', '2026-01-01T00:00:00.000009Z', '2026-01-01T00:00:00.000019Z', 'CLEAN', NULL, NULL, NULL);
INSERT INTO usage_segment (unit_id, started_at, ended_at, state, claim_id, project_id, alias) VALUES ('c0658957-423d-445e-87a3-4b7b99fa4764', '2026-01-01T00:00:00.000019Z', '2026-01-01T00:03:00.000020Z', 'PREPARING', '3172439c-b6c3-48c0-8ac5-fd7e6f9750a3', 'p1', 'gpu');
INSERT INTO usage_segment (unit_id, started_at, ended_at, state, claim_id, project_id, alias) VALUES ('c0658957-423d-445e-87a3-4b7b99fa4764', '2026-01-01T00:03:00.000020Z', '2026-01-01T00:08:00.000022Z', 'READY', '3172439c-b6c3-48c0-8ac5-fd7e6f9750a3', 'p1', 'gpu');
INSERT INTO usage_segment (unit_id, started_at, ended_at, state, claim_id, project_id, alias) VALUES ('e19e04f4-299e-4403-944e-e71655efc377', '2026-01-01T00:00:00.000009Z', '2026-01-01T00:08:00.000025Z', 'CLEAN', NULL, NULL, NULL);
INSERT INTO usage_segment (unit_id, started_at, ended_at, state, claim_id, project_id, alias) VALUES ('e19e04f4-299e-4403-944e-e71655efc377', '2026-01-01T00:08:00.000025Z', '2026-01-01T00:08:00.000026Z', 'PREPARING', '25cecf01-fb86-4019-88d0-a592210c5b16', 'p1', 'gpu');
INSERT INTO usage_segment (unit_id, started_at, ended_at, state, claim_id, project_id, alias) VALUES ('e19e04f4-299e-4403-944e-e71655efc377', '2026-01-01T00:08:00.000026Z', '2026-01-01T00:15:00.000028Z', 'READY', '25cecf01-fb86-4019-88d0-a592210c5b16', 'p1', 'gpu');
INSERT INTO usage_segment (unit_id, started_at, ended_at, state, claim_id, project_id, alias) VALUES ('e19e04f4-299e-4403-944e-e71655efc377', '2026-01-01T00:15:00.000028Z', '2026-01-01T00:15:00.000029Z', 'RELEASING', '25cecf01-fb86-4019-88d0-a592210c5b16', 'p1', 'gpu');
INSERT INTO usage_segment (unit_id, started_at, ended_at, state, claim_id, project_id, alias) VALUES ('e19e04f4-299e-4403-944e-e71655efc377', '2026-01-01T00:15:00.000029Z', '2026-01-01T00:15:00.000030Z', 'CLEANING', NULL, NULL, NULL);
INSERT INTO usage_segment (unit_id, started_at, ended_at, state, claim_id, project_id, alias) VALUES ('1feb20b2-c770-4331-a3b5-50e299ccb354', '2026-01-01T00:00:00.000016Z', '2026-01-01T00:15:00.000034Z', 'CLEAN', NULL, NULL, NULL);
INSERT INTO usage_segment (unit_id, started_at, ended_at, state, claim_id, project_id, alias) VALUES ('812abd9a-9c93-4b54-a1de-30b0fd5efa43', '2026-01-01T00:00:00.000016Z', '2026-01-01T00:15:00.000034Z', 'CLEAN', NULL, NULL, NULL);
INSERT INTO audit (id, recorded_at, actor, verb, target, outcome, reason, request_id, detail) VALUES (1, '2026-01-01T00:00:00.000001Z', 'test', 'alias.set', 'gpu', 'done', 'a test', 'request-1', 'vendor 1002 to L3');
INSERT INTO audit (id, recorded_at, actor, verb, target, outcome, reason, request_id, detail) VALUES (2, '2026-01-01T00:00:00.000002Z', 'test', 'project.set', 'p1', 'done', 'a test', 'request-1', 'one');
INSERT INTO audit (id, recorded_at, actor, verb, target, outcome, reason, request_id, detail) VALUES (3, '2026-01-01T00:00:00.000003Z', 'test', 'quota.set', 'p1', 'done', 'a test', 'request-1', 'alias:gpu=5');
INSERT INTO audit (id, recorded_at, actor, verb, target, outcome, reason, request_id, detail) VALUES (4, '2026-01-01T00:00:00.000004Z', 'test', 'host.enroll', 'gpu-1', 'done', 'a test', 'request-1', 'until 2026-01-02T00:00:00.000004Z');
INSERT INTO audit (id, recorded_at, actor, verb, target, outcome, reason, request_id, detail) VALUES (5, '2026-01-01T00:00:00.000005Z', 'test', 'host.join', 'gpu-1', 'done', 'a test', 'request-1', 'agent 0.1.0');
INSERT INTO audit (id, recorded_at, actor, verb, target, outcome, reason, request_id, detail) VALUES (6, '2026-01-01T00:00:00.000007Z', 'test', 'device.admit', 'c0658957-423d-445e-87a3-4b7b99fa4764', 'done', 'a test', 'request-1', 'gpu-1 0000:01:00.0 0000:01:00.1');
INSERT INTO audit (id, recorded_at, actor, verb, target, outcome, reason, request_id, detail) VALUES (7, '2026-01-01T00:00:00.000007Z', 'test', 'device.admit', 'e19e04f4-299e-4403-944e-e71655efc377', 'done', 'a test', 'request-1', 'gpu-1 0000:02:00.0 0000:02:00.1');
INSERT INTO audit (id, recorded_at, actor, verb, target, outcome, reason, request_id, detail) VALUES (8, '2026-01-01T00:00:00.000008Z', 'allocator', 'unit.clean', 'c0658957-423d-445e-87a3-4b7b99fa4764', 'done', 'a test', 'request-1', 'wipe 70bce96c-2180-4635-97a2-5088b3164737');
INSERT INTO audit (id, recorded_at, actor, verb, target, outcome, reason, request_id, detail) VALUES (9, '2026-01-01T00:00:00.000008Z', 'allocator', 'unit.clean', 'e19e04f4-299e-4403-944e-e71655efc377', 'done', 'a test', 'request-1', 'wipe f20ba494-547e-4234-b624-78bb2e6dc43c');
INSERT INTO audit (id, recorded_at, actor, verb, target, outcome, reason, request_id, detail) VALUES (10, '2026-01-01T00:00:00.000009Z', 'test', 'wipe.report', '70bce96c-2180-4635-97a2-5088b3164737', 'done', 'a test', 'request-1', 'unit c0658957-423d-445e-87a3-4b7b99fa4764 clean to L3');
INSERT INTO audit (id, recorded_at, actor, verb, target, outcome, reason, request_id, detail) VALUES (11, '2026-01-01T00:00:00.000009Z', 'test', 'wipe.report', 'f20ba494-547e-4234-b624-78bb2e6dc43c', 'done', 'a test', 'request-1', 'unit e19e04f4-299e-4403-944e-e71655efc377 clean to L3');
INSERT INTO audit (id, recorded_at, actor, verb, target, outcome, reason, request_id, detail) VALUES (12, '2026-01-01T00:00:00.000011Z', 'test', 'host.enroll', 'gpu-2', 'done', 'a test', 'request-1', 'until 2026-01-02T00:00:00.000011Z');
INSERT INTO audit (id, recorded_at, actor, verb, target, outcome, reason, request_id, detail) VALUES (13, '2026-01-01T00:00:00.000012Z', 'test', 'host.join', 'gpu-2', 'done', 'a test', 'request-1', 'agent 0.1.0');
INSERT INTO audit (id, recorded_at, actor, verb, target, outcome, reason, request_id, detail) VALUES (14, '2026-01-01T00:00:00.000014Z', 'test', 'device.admit', '1feb20b2-c770-4331-a3b5-50e299ccb354', 'done', 'a test', 'request-1', 'gpu-2 0000:01:00.0 0000:01:00.1');
INSERT INTO audit (id, recorded_at, actor, verb, target, outcome, reason, request_id, detail) VALUES (15, '2026-01-01T00:00:00.000014Z', 'test', 'device.admit', '812abd9a-9c93-4b54-a1de-30b0fd5efa43', 'done', 'a test', 'request-1', 'gpu-2 0000:02:00.0 0000:02:00.1');
INSERT INTO audit (id, recorded_at, actor, verb, target, outcome, reason, request_id, detail) VALUES (16, '2026-01-01T00:00:00.000015Z', 'allocator', 'unit.clean', '1feb20b2-c770-4331-a3b5-50e299ccb354', 'done', 'a test', 'request-1', 'wipe 4c9839c1-e6b3-4c18-82b5-9bd2010f7390');
INSERT INTO audit (id, recorded_at, actor, verb, target, outcome, reason, request_id, detail) VALUES (17, '2026-01-01T00:00:00.000015Z', 'allocator', 'unit.clean', '812abd9a-9c93-4b54-a1de-30b0fd5efa43', 'done', 'a test', 'request-1', 'wipe d66574f0-8062-4b69-89b7-7a0896531509');
INSERT INTO audit (id, recorded_at, actor, verb, target, outcome, reason, request_id, detail) VALUES (18, '2026-01-01T00:00:00.000016Z', 'test', 'wipe.report', '4c9839c1-e6b3-4c18-82b5-9bd2010f7390', 'done', 'a test', 'request-1', 'unit 1feb20b2-c770-4331-a3b5-50e299ccb354 clean to L3');
INSERT INTO audit (id, recorded_at, actor, verb, target, outcome, reason, request_id, detail) VALUES (19, '2026-01-01T00:00:00.000016Z', 'test', 'wipe.report', 'd66574f0-8062-4b69-89b7-7a0896531509', 'done', 'a test', 'request-1', 'unit 812abd9a-9c93-4b54-a1de-30b0fd5efa43 clean to L3');
INSERT INTO audit (id, recorded_at, actor, verb, target, outcome, reason, request_id, detail) VALUES (20, '2026-01-01T00:00:00.000019Z', 'test', 'claim.create', '3172439c-b6c3-48c0-8ac5-fd7e6f9750a3', 'done', 'a test', 'request-1', '1 of gpu for p1 on gpu-1');
INSERT INTO audit (id, recorded_at, actor, verb, target, outcome, reason, request_id, detail) VALUES (21, '2026-01-01T00:03:00.000020Z', 'test', 'unit.prepared', 'c0658957-423d-445e-87a3-4b7b99fa4764', 'done', 'a test', 'request-1', '');
INSERT INTO audit (id, recorded_at, actor, verb, target, outcome, reason, request_id, detail) VALUES (22, '2026-01-01T00:08:00.000022Z', 'test', 'unit.held', 'c0658957-423d-445e-87a3-4b7b99fa4764', 'done', 'a test', 'request-1', '');
INSERT INTO audit (id, recorded_at, actor, verb, target, outcome, reason, request_id, detail) VALUES (23, '2026-01-01T00:08:00.000025Z', 'test', 'claim.create', '25cecf01-fb86-4019-88d0-a592210c5b16', 'done', 'a test', 'request-1', '1 of gpu for p1 on gpu-1');
INSERT INTO audit (id, recorded_at, actor, verb, target, outcome, reason, request_id, detail) VALUES (24, '2026-01-01T00:08:00.000026Z', 'test', 'unit.prepared', 'e19e04f4-299e-4403-944e-e71655efc377', 'done', 'a test', 'request-1', '');
INSERT INTO audit (id, recorded_at, actor, verb, target, outcome, reason, request_id, detail) VALUES (25, '2026-01-01T00:15:00.000028Z', 'test', 'claim.release', '25cecf01-fb86-4019-88d0-a592210c5b16', 'done', 'a test', 'request-1', 'is RELEASING');
INSERT INTO audit (id, recorded_at, actor, verb, target, outcome, reason, request_id, detail) VALUES (26, '2026-01-01T00:15:00.000029Z', 'test', 'unit.released', 'e19e04f4-299e-4403-944e-e71655efc377', 'done', 'a test', 'request-1', 'claim 25cecf01-fb86-4019-88d0-a592210c5b16 gave it back');
INSERT INTO audit (id, recorded_at, actor, verb, target, outcome, reason, request_id, detail) VALUES (27, '2026-01-01T00:15:00.000029Z', 'allocator', 'unit.clean', 'e19e04f4-299e-4403-944e-e71655efc377', 'done', 'a test', 'request-1', 'wipe 6f76a211-5a86-461f-8a63-5219a278647a');
INSERT INTO audit (id, recorded_at, actor, verb, target, outcome, reason, request_id, detail) VALUES (28, '2026-01-01T00:15:00.000030Z', 'test', 'wipe.report', '6f76a211-5a86-461f-8a63-5219a278647a', 'done', 'a test', 'request-1', 'unit e19e04f4-299e-4403-944e-e71655efc377 clean to L3');
INSERT INTO audit (id, recorded_at, actor, verb, target, outcome, reason, request_id, detail) VALUES (29, '2026-01-01T00:15:00.000034Z', 'test', 'claim.create', 'a82fe684-7605-4faa-932d-09387b487b47', 'done', 'a test', 'request-1', '2 of gpu for p1 on gpu-2');
INSERT INTO event (id, recorded_at, kind, target, project_id, detail) VALUES (1, '2026-01-01T00:00:00.000006Z', 'host', 'gpu-1', NULL, 'boot 7ddaae6a-ad55-4c27-bded-7f114908e730');
INSERT INTO event (id, recorded_at, kind, target, project_id, detail) VALUES (2, '2026-01-01T00:00:00.000007Z', 'unit', 'c0658957-423d-445e-87a3-4b7b99fa4764', NULL, 'UNMANAGED -> DIRTY on ADMIT (ADMITTED)');
INSERT INTO event (id, recorded_at, kind, target, project_id, detail) VALUES (3, '2026-01-01T00:00:00.000007Z', 'unit', 'e19e04f4-299e-4403-944e-e71655efc377', NULL, 'UNMANAGED -> DIRTY on ADMIT (ADMITTED)');
INSERT INTO event (id, recorded_at, kind, target, project_id, detail) VALUES (4, '2026-01-01T00:00:00.000008Z', 'unit', 'c0658957-423d-445e-87a3-4b7b99fa4764', NULL, 'DIRTY -> CLEANING on ORDER_CLEAN');
INSERT INTO event (id, recorded_at, kind, target, project_id, detail) VALUES (5, '2026-01-01T00:00:00.000008Z', 'unit', 'e19e04f4-299e-4403-944e-e71655efc377', NULL, 'DIRTY -> CLEANING on ORDER_CLEAN');
INSERT INTO event (id, recorded_at, kind, target, project_id, detail) VALUES (6, '2026-01-01T00:00:00.000009Z', 'unit', 'c0658957-423d-445e-87a3-4b7b99fa4764', NULL, 'CLEANING -> CLEAN on WIPED');
INSERT INTO event (id, recorded_at, kind, target, project_id, detail) VALUES (7, '2026-01-01T00:00:00.000009Z', 'unit', 'e19e04f4-299e-4403-944e-e71655efc377', NULL, 'CLEANING -> CLEAN on WIPED');
INSERT INTO event (id, recorded_at, kind, target, project_id, detail) VALUES (8, '2026-01-01T00:00:00.000013Z', 'host', 'gpu-2', NULL, 'boot 9863f9d3-b098-4e67-af72-ae1a5c0bbfab');
INSERT INTO event (id, recorded_at, kind, target, project_id, detail) VALUES (9, '2026-01-01T00:00:00.000014Z', 'unit', '1feb20b2-c770-4331-a3b5-50e299ccb354', NULL, 'UNMANAGED -> DIRTY on ADMIT (ADMITTED)');
INSERT INTO event (id, recorded_at, kind, target, project_id, detail) VALUES (10, '2026-01-01T00:00:00.000014Z', 'unit', '812abd9a-9c93-4b54-a1de-30b0fd5efa43', NULL, 'UNMANAGED -> DIRTY on ADMIT (ADMITTED)');
INSERT INTO event (id, recorded_at, kind, target, project_id, detail) VALUES (11, '2026-01-01T00:00:00.000015Z', 'unit', '1feb20b2-c770-4331-a3b5-50e299ccb354', NULL, 'DIRTY -> CLEANING on ORDER_CLEAN');
INSERT INTO event (id, recorded_at, kind, target, project_id, detail) VALUES (12, '2026-01-01T00:00:00.000015Z', 'unit', '812abd9a-9c93-4b54-a1de-30b0fd5efa43', NULL, 'DIRTY -> CLEANING on ORDER_CLEAN');
INSERT INTO event (id, recorded_at, kind, target, project_id, detail) VALUES (13, '2026-01-01T00:00:00.000016Z', 'unit', '1feb20b2-c770-4331-a3b5-50e299ccb354', NULL, 'CLEANING -> CLEAN on WIPED');
INSERT INTO event (id, recorded_at, kind, target, project_id, detail) VALUES (14, '2026-01-01T00:00:00.000016Z', 'unit', '812abd9a-9c93-4b54-a1de-30b0fd5efa43', NULL, 'CLEANING -> CLEAN on WIPED');
INSERT INTO event (id, recorded_at, kind, target, project_id, detail) VALUES (15, '2026-01-01T00:00:00.000019Z', 'unit', 'c0658957-423d-445e-87a3-4b7b99fa4764', 'p1', 'CLEAN -> PREPARING on CLAIM');
INSERT INTO event (id, recorded_at, kind, target, project_id, detail) VALUES (16, '2026-01-01T00:03:00.000020Z', 'claim', '3172439c-b6c3-48c0-8ac5-fd7e6f9750a3', 'p1', 'PREPARING -> READY');
INSERT INTO event (id, recorded_at, kind, target, project_id, detail) VALUES (17, '2026-01-01T00:03:00.000020Z', 'unit', 'c0658957-423d-445e-87a3-4b7b99fa4764', 'p1', 'PREPARING -> READY on PREPARED');
INSERT INTO event (id, recorded_at, kind, target, project_id, detail) VALUES (18, '2026-01-01T00:08:00.000022Z', 'claim', '3172439c-b6c3-48c0-8ac5-fd7e6f9750a3', 'p1', 'READY -> IN_USE');
INSERT INTO event (id, recorded_at, kind, target, project_id, detail) VALUES (19, '2026-01-01T00:08:00.000022Z', 'unit', 'c0658957-423d-445e-87a3-4b7b99fa4764', 'p1', 'READY -> IN_USE on HELD');
INSERT INTO event (id, recorded_at, kind, target, project_id, detail) VALUES (20, '2026-01-01T00:08:00.000025Z', 'unit', 'e19e04f4-299e-4403-944e-e71655efc377', 'p1', 'CLEAN -> PREPARING on CLAIM');
INSERT INTO event (id, recorded_at, kind, target, project_id, detail) VALUES (21, '2026-01-01T00:08:00.000026Z', 'claim', '25cecf01-fb86-4019-88d0-a592210c5b16', 'p1', 'PREPARING -> READY');
INSERT INTO event (id, recorded_at, kind, target, project_id, detail) VALUES (22, '2026-01-01T00:08:00.000026Z', 'unit', 'e19e04f4-299e-4403-944e-e71655efc377', 'p1', 'PREPARING -> READY on PREPARED');
INSERT INTO event (id, recorded_at, kind, target, project_id, detail) VALUES (23, '2026-01-01T00:15:00.000028Z', 'claim', '25cecf01-fb86-4019-88d0-a592210c5b16', 'p1', 'READY -> RELEASING');
INSERT INTO event (id, recorded_at, kind, target, project_id, detail) VALUES (24, '2026-01-01T00:15:00.000028Z', 'unit', 'e19e04f4-299e-4403-944e-e71655efc377', 'p1', 'READY -> RELEASING on RELEASE');
INSERT INTO event (id, recorded_at, kind, target, project_id, detail) VALUES (25, '2026-01-01T00:15:00.000029Z', 'claim', '25cecf01-fb86-4019-88d0-a592210c5b16', 'p1', 'RELEASING -> RELEASED');
INSERT INTO event (id, recorded_at, kind, target, project_id, detail) VALUES (26, '2026-01-01T00:15:00.000029Z', 'unit', 'e19e04f4-299e-4403-944e-e71655efc377', 'p1', 'RELEASING -> DIRTY on RELEASED (RELEASED)');
INSERT INTO event (id, recorded_at, kind, target, project_id, detail) VALUES (27, '2026-01-01T00:15:00.000029Z', 'unit', 'e19e04f4-299e-4403-944e-e71655efc377', NULL, 'DIRTY -> CLEANING on ORDER_CLEAN');
INSERT INTO event (id, recorded_at, kind, target, project_id, detail) VALUES (28, '2026-01-01T00:15:00.000030Z', 'unit', 'e19e04f4-299e-4403-944e-e71655efc377', NULL, 'CLEANING -> CLEAN on WIPED');
INSERT INTO event (id, recorded_at, kind, target, project_id, detail) VALUES (29, '2026-01-01T00:15:00.000034Z', 'unit', '1feb20b2-c770-4331-a3b5-50e299ccb354', 'p1', 'CLEAN -> PREPARING on CLAIM');
INSERT INTO event (id, recorded_at, kind, target, project_id, detail) VALUES (30, '2026-01-01T00:15:00.000034Z', 'unit', '812abd9a-9c93-4b54-a1de-30b0fd5efa43', 'p1', 'CLEAN -> PREPARING on CLAIM');
ALTER TABLE audit ALTER COLUMN id RESTART WITH 1000;
ALTER TABLE event ALTER COLUMN id RESTART WITH 1000;
