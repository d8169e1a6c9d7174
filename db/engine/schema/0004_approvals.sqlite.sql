-- What takes two people: proposed by one, decided by another.  args is the
-- wish as canonical JSON, which is what will be done; sentence is what the
-- second person reads; digest is over both and over who proposed it.

CREATE TABLE approvals (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	operation TEXT NOT NULL,
	kind INTEGER NOT NULL,
	record_id BIGINT NOT NULL,
	args TEXT NOT NULL,
	sentence TEXT NOT NULL,
	digest TEXT NOT NULL,
	state INTEGER NOT NULL,
	proposer_kind INTEGER NOT NULL,
	proposer_id BIGINT NOT NULL,
	decider_id BIGINT,
	reason TEXT NOT NULL DEFAULT '',
	expires_us BIGINT NOT NULL,
	decided_us BIGINT,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL
);
CREATE INDEX approvals_tenant ON approvals(tenant_id, id);
CREATE INDEX approvals_state ON approvals(tenant_id, state, id);

-- How long a tenant keeps what belongs to a class; without a row: the
-- program's own number of days.
CREATE TABLE retention_rules (
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	name TEXT NOT NULL,
	days BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	PRIMARY KEY (tenant_id, name)
);

-- A record that is kept, with what belongs to it, until the hold is taken off.
CREATE TABLE holds (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	kind INTEGER NOT NULL,
	record_id BIGINT NOT NULL,
	reason TEXT NOT NULL,
	placed_by BIGINT,
	created_at BIGINT NOT NULL,
	released_us BIGINT
);
CREATE UNIQUE INDEX holds_record ON holds(tenant_id, kind, record_id)
	WHERE released_us IS NULL;
