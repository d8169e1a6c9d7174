-- Inventory agents: the programs that report what a machine is.

-- agent_key: the agent's own id, else its device id.
-- state: 0 somebody has to look at it, 1 accepted.
-- by_token: it has shown a token; from then on it has to.
-- report_us: when its newest report came, 0 for never; the three behind it
-- are that report's.
CREATE TABLE agents (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	agent_key TEXT NOT NULL,
	device_id TEXT NOT NULL,
	program TEXT NOT NULL DEFAULT '',
	program_version TEXT NOT NULL DEFAULT '',
	tag TEXT NOT NULL DEFAULT '',
	state INTEGER NOT NULL DEFAULT 0,
	by_token INTEGER NOT NULL DEFAULT 0,
	contact_us BIGINT NOT NULL,
	reports BIGINT NOT NULL DEFAULT 0,
	report_us BIGINT NOT NULL DEFAULT 0,
	report_size BIGINT NOT NULL DEFAULT 0,
	report_digest TEXT NOT NULL DEFAULT '',
	report_partial INTEGER NOT NULL DEFAULT 0,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX agents_key ON agents(tenant_id, agent_key);
CREATE INDEX agents_device ON agents(tenant_id, device_id, contact_us);
CREATE INDEX agents_order ON agents(tenant_id, contact_us, id)
	WHERE deleted_at IS NULL;
CREATE INDEX agents_review ON agents(tenant_id, contact_us, id)
	WHERE state = 0 AND deleted_at IS NULL;
CREATE INDEX agents_deleted ON agents(tenant_id, deleted_at, id)
	WHERE deleted_at IS NOT NULL;

-- Reports as they came: of each agent the newest whole one and the partial ones
-- behind it, which together say what the machine is.
CREATE TABLE agent_reports (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	agent_id BIGINT NOT NULL REFERENCES agents(id),
	partial INTEGER NOT NULL,
	body BLOB NOT NULL,
	received_us BIGINT NOT NULL
);
CREATE INDEX agent_reports_agent ON agent_reports(agent_id, tenant_id, id);
