-- The first schema.  Times are UTC microseconds; flags are 0 or 1; states are
-- the numbers of the enums in db/records/*.h and never change their meaning.
-- Every table carries tenant_id; 0 stands for the desk itself.

CREATE TABLE meta (
	name TEXT PRIMARY KEY,
	value TEXT NOT NULL
);

CREATE TABLE schema (
	version INTEGER NOT NULL,
	min_writer INTEGER NOT NULL
);

CREATE TABLE tenants (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT GENERATED ALWAYS AS (id) STORED,
	slug TEXT NOT NULL UNIQUE,
	name TEXT NOT NULL,
	rehearsal INTEGER NOT NULL CHECK (rehearsal IN (0, 1)),
	lang TEXT NOT NULL,
	zone TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);

CREATE TABLE counters (
	tenant_id BIGINT NOT NULL,
	name TEXT NOT NULL,
	value BIGINT NOT NULL,
	PRIMARY KEY (tenant_id, name)
);

CREATE TABLE teams (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	name TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX teams_name ON teams(tenant_id, name)
	WHERE deleted_at IS NULL;

CREATE TABLE operators (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	login TEXT NOT NULL,
	full_name TEXT NOT NULL,
	role INTEGER NOT NULL,
	team_id BIGINT REFERENCES teams(id),
	email TEXT NOT NULL DEFAULT '',
	lang TEXT NOT NULL DEFAULT '',
	zone TEXT NOT NULL DEFAULT '',
	unix_uid BIGINT,
	login_required INTEGER NOT NULL DEFAULT 0,
	password_hash TEXT NOT NULL DEFAULT '',
	enabled INTEGER NOT NULL DEFAULT 1,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX operators_login ON operators(tenant_id, login)
	WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX operators_uid ON operators(tenant_id, unix_uid)
	WHERE deleted_at IS NULL AND unix_uid IS NOT NULL;
CREATE INDEX operators_team ON operators(tenant_id, team_id);

CREATE TABLE companies (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	name TEXT NOT NULL,
	name_folded TEXT NOT NULL,
	fiscal_id TEXT NOT NULL DEFAULT '',
	crm_company_id TEXT NOT NULL DEFAULT '',
	notes TEXT NOT NULL DEFAULT '',
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX companies_name ON companies(tenant_id, name_folded, id);
CREATE UNIQUE INDEX companies_crm ON companies(tenant_id, crm_company_id)
	WHERE crm_company_id <> '' AND deleted_at IS NULL;

CREATE TABLE divisions (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	company_id BIGINT NOT NULL REFERENCES companies(id),
	name TEXT NOT NULL,
	unclassified INTEGER NOT NULL DEFAULT 0,
	crm_division_id TEXT NOT NULL DEFAULT '',
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX divisions_company ON divisions(tenant_id, company_id, id);
CREATE UNIQUE INDEX divisions_unclassified ON divisions(tenant_id)
	WHERE unclassified = 1;
CREATE UNIQUE INDEX divisions_crm ON divisions(tenant_id, crm_division_id)
	WHERE crm_division_id <> '' AND deleted_at IS NULL;

CREATE TABLE contacts (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	division_id BIGINT NOT NULL REFERENCES divisions(id),
	full_name TEXT NOT NULL,
	name_folded TEXT NOT NULL,
	email TEXT NOT NULL DEFAULT '',
	phone_number TEXT NOT NULL DEFAULT '',
	lang TEXT NOT NULL DEFAULT '',
	crm_contact_id TEXT NOT NULL DEFAULT '',
	problem_statement TEXT NOT NULL DEFAULT '',
	notes TEXT NOT NULL DEFAULT '',
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX contacts_name ON contacts(tenant_id, name_folded, id);
CREATE INDEX contacts_division ON contacts(tenant_id, division_id, id);
CREATE UNIQUE INDEX contacts_crm ON contacts(tenant_id, crm_contact_id)
	WHERE crm_contact_id <> '' AND deleted_at IS NULL;

-- How a contact is reached: a phone, a provider's user id, a mail address.
CREATE TABLE contact_points (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	contact_id BIGINT NOT NULL REFERENCES contacts(id),
	kind INTEGER NOT NULL,
	value TEXT NOT NULL,
	username TEXT NOT NULL DEFAULT '',
	parent_value TEXT NOT NULL DEFAULT '',
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX contact_points_value
	ON contact_points(tenant_id, kind, value) WHERE deleted_at IS NULL;
CREATE INDEX contact_points_contact ON contact_points(tenant_id, contact_id);

CREATE TABLE conversations (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	contact_id BIGINT NOT NULL REFERENCES contacts(id),
	channel TEXT NOT NULL,
	channel_kind INTEGER NOT NULL,
	peer TEXT NOT NULL,
	peer_user_id TEXT NOT NULL DEFAULT '',
	state INTEGER NOT NULL,
	intent INTEGER NOT NULL DEFAULT 0,
	operator_id BIGINT REFERENCES operators(id),
	team_id BIGINT REFERENCES teams(id),
	ticket_id BIGINT,
	unread INTEGER NOT NULL DEFAULT 0,
	last_inbound_us BIGINT,
	last_outbound_us BIGINT,
	last_message_us BIGINT NOT NULL,
	waiting_since_us BIGINT,
	preview TEXT NOT NULL DEFAULT '',
	preview_kind INTEGER NOT NULL DEFAULT 0,
	preview_inbound INTEGER NOT NULL DEFAULT 1,
	closed_us BIGINT,
	is_open INTEGER GENERATED ALWAYS AS
		(CASE WHEN state < 2 AND deleted_at IS NULL THEN 1 ELSE 0 END)
		STORED,
	is_unread INTEGER GENERATED ALWAYS AS
		(CASE WHEN unread > 0 THEN 1 ELSE 0 END) STORED,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX conversations_peer
	ON conversations(tenant_id, channel, peer) WHERE state < 2;
CREATE INDEX conversations_contact
	ON conversations(tenant_id, contact_id, last_message_us, id);
CREATE INDEX conversations_user
	ON conversations(tenant_id, channel, peer_user_id)
	WHERE peer_user_id <> '';
CREATE INDEX conversations_recent
	ON conversations(tenant_id, is_open, last_message_us, id);
CREATE INDEX conversations_mine
	ON conversations(tenant_id, is_open, operator_id, last_message_us, id);
CREATE INDEX conversations_team
	ON conversations(tenant_id, is_open, team_id, last_message_us, id);
CREATE INDEX conversations_unread
	ON conversations(tenant_id, is_open, is_unread, last_message_us, id);

CREATE INDEX conversations_ticket ON conversations(tenant_id, ticket_id)
	WHERE ticket_id IS NOT NULL;

CREATE TABLE messages (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	conversation_id BIGINT NOT NULL REFERENCES conversations(id),
	channel TEXT NOT NULL,
	inbound INTEGER NOT NULL,
	role INTEGER NOT NULL,
	kind INTEGER NOT NULL,
	kind_name TEXT NOT NULL,
	operator_id BIGINT,
	body TEXT NOT NULL,
	detail TEXT NOT NULL DEFAULT '',
	provider_id TEXT NOT NULL DEFAULT '',
	reply_to TEXT NOT NULL DEFAULT '',
	state INTEGER NOT NULL,
	error_code INTEGER NOT NULL DEFAULT 0,
	error_text TEXT NOT NULL DEFAULT '',
	file_id BIGINT,
	edited_us BIGINT,
	revoked_us BIGINT,
	at_us BIGINT NOT NULL,
	sent_us BIGINT,
	delivered_us BIGINT,
	read_us BIGINT,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX messages_provider
	ON messages(tenant_id, channel, provider_id) WHERE provider_id <> '';
CREATE INDEX messages_thread
	ON messages(tenant_id, conversation_id, at_us, id);

-- Internal notes never share a table or a sending path with messages.
CREATE TABLE conversation_notes (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	conversation_id BIGINT NOT NULL REFERENCES conversations(id),
	operator_id BIGINT,
	kind INTEGER NOT NULL,
	body TEXT NOT NULL,
	at_us BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX conversation_notes_thread
	ON conversation_notes(tenant_id, conversation_id, at_us, id);

-- Every status a provider ever reported; message_id is NULL until matched.
CREATE TABLE message_statuses (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL,
	channel TEXT NOT NULL,
	message_id BIGINT,
	provider_id TEXT NOT NULL,
	callback TEXT NOT NULL DEFAULT '',
	status TEXT NOT NULL,
	recipient TEXT NOT NULL DEFAULT '',
	error_code INTEGER NOT NULL DEFAULT 0,
	error_text TEXT NOT NULL DEFAULT '',
	at_us BIGINT NOT NULL,
	received_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX message_statuses_once
	ON message_statuses(tenant_id, channel, provider_id, status, recipient);
CREATE INDEX message_statuses_message ON message_statuses(message_id)
	WHERE message_id IS NOT NULL;
CREATE INDEX message_statuses_callback
	ON message_statuses(tenant_id, callback) WHERE callback <> '';

CREATE TABLE raw_events (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL,
	channel TEXT NOT NULL,
	digest TEXT NOT NULL,
	body BLOB NOT NULL,
	state INTEGER NOT NULL,
	reason TEXT NOT NULL DEFAULT '',
	attempts INTEGER NOT NULL DEFAULT 0,
	received_us BIGINT NOT NULL,
	processed_us BIGINT
);
CREATE UNIQUE INDEX raw_events_once ON raw_events(channel, digest);
CREATE INDEX raw_events_pending ON raw_events(state, id) WHERE state <> 1;

CREATE TABLE tickets (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	number BIGINT NOT NULL,
	subject TEXT NOT NULL,
	description TEXT NOT NULL DEFAULT '',
	state INTEGER NOT NULL,
	priority INTEGER NOT NULL,
	urgency INTEGER NOT NULL,
	impact INTEGER NOT NULL,
	category TEXT NOT NULL DEFAULT '',
	tags TEXT NOT NULL DEFAULT '',
	source INTEGER NOT NULL,
	external_id TEXT NOT NULL DEFAULT '',
	contact_id BIGINT REFERENCES contacts(id),
	company_id BIGINT REFERENCES companies(id),
	conversation_id BIGINT REFERENCES conversations(id),
	operator_id BIGINT REFERENCES operators(id),
	team_id BIGINT REFERENCES teams(id),
	created_by BIGINT,
	waiting_reason TEXT NOT NULL DEFAULT '',
	waiting_until_us BIGINT,
	merged_into BIGINT,
	solved_us BIGINT,
	closed_us BIGINT,
	active INTEGER GENERATED ALWAYS AS
		(CASE WHEN state < 3 AND deleted_at IS NULL THEN 1 ELSE 0 END)
		STORED,
	alive INTEGER GENERATED ALWAYS AS
		(CASE WHEN deleted_at IS NULL THEN 1 ELSE 0 END) STORED,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX tickets_number ON tickets(tenant_id, number);
CREATE UNIQUE INDEX tickets_external ON tickets(tenant_id, external_id)
	WHERE external_id <> '';
CREATE INDEX tickets_recent ON tickets(tenant_id, alive, updated_at, id);
CREATE INDEX tickets_active ON tickets(tenant_id, active, updated_at, id);
CREATE INDEX tickets_mine
	ON tickets(tenant_id, active, operator_id, updated_at, id);
CREATE INDEX tickets_team ON tickets(tenant_id, active, team_id, updated_at, id);
CREATE INDEX tickets_state ON tickets(tenant_id, alive, state, updated_at, id);
CREATE INDEX tickets_priority
	ON tickets(tenant_id, active, priority DESC, updated_at, id);
CREATE INDEX tickets_contact
	ON tickets(tenant_id, contact_id, updated_at, id);
CREATE INDEX tickets_changed ON tickets(tenant_id, updated_at, id);

CREATE TABLE ticket_comments (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	ticket_id BIGINT NOT NULL REFERENCES tickets(id),
	kind INTEGER NOT NULL,
	operator_id BIGINT,
	author TEXT NOT NULL DEFAULT '',
	body TEXT NOT NULL,
	at_us BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX ticket_comments_ticket
	ON ticket_comments(tenant_id, ticket_id, at_us, id);

CREATE TABLE outbox (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL,
	channel TEXT NOT NULL,
	kind INTEGER NOT NULL,
	record_id BIGINT NOT NULL,
	callback TEXT NOT NULL,
	intent TEXT NOT NULL,
	state INTEGER NOT NULL,
	attempts INTEGER NOT NULL DEFAULT 0,
	next_try_us BIGINT NOT NULL,
	expires_us BIGINT,
	lease_owner TEXT NOT NULL DEFAULT '',
	lease_until_us BIGINT,
	sent_us BIGINT,
	error_code INTEGER NOT NULL DEFAULT 0,
	error_text TEXT NOT NULL DEFAULT '',
	response TEXT NOT NULL DEFAULT '',
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX outbox_callback ON outbox(callback);
CREATE INDEX outbox_due ON outbox(state, next_try_us, id) WHERE state < 2;
CREATE INDEX outbox_lane
	ON outbox(tenant_id, channel, state, next_try_us, id) WHERE state < 2;
CREATE INDEX outbox_state ON outbox(tenant_id, state, id);
CREATE INDEX outbox_record ON outbox(tenant_id, kind, record_id);

CREATE TABLE jobs (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL,
	name TEXT NOT NULL UNIQUE,
	kind INTEGER NOT NULL,
	record_id BIGINT NOT NULL DEFAULT 0,
	args TEXT NOT NULL,
	state INTEGER NOT NULL,
	attempts INTEGER NOT NULL DEFAULT 0,
	next_try_us BIGINT NOT NULL,
	lease_owner TEXT NOT NULL DEFAULT '',
	lease_until_us BIGINT,
	result TEXT NOT NULL DEFAULT '',
	error_text TEXT NOT NULL DEFAULT '',
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL
);
CREATE INDEX jobs_due ON jobs(state, next_try_us, id) WHERE state < 2;
CREATE INDEX jobs_record ON jobs(tenant_id, kind, record_id);

CREATE TABLE drafts (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL,
	operator_id BIGINT NOT NULL,
	kind INTEGER NOT NULL,
	record_id BIGINT NOT NULL,
	slot INTEGER NOT NULL,
	body TEXT NOT NULL,
	cursor_at BIGINT NOT NULL DEFAULT 0,
	seen_version BIGINT NOT NULL DEFAULT 0,
	updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX drafts_place
	ON drafts(tenant_id, operator_id, kind, record_id, slot);

CREATE TABLE presence (
	tenant_id BIGINT NOT NULL,
	operator_id BIGINT NOT NULL,
	session TEXT NOT NULL,
	kind INTEGER NOT NULL,
	record_id BIGINT NOT NULL,
	typing INTEGER NOT NULL,
	since_us BIGINT NOT NULL,
	lease_until_us BIGINT NOT NULL,
	PRIMARY KEY (session)
);
CREATE INDEX presence_record ON presence(tenant_id, kind, record_id);

CREATE TABLE settings (
	tenant_id BIGINT NOT NULL,
	operator_id BIGINT NOT NULL,
	name TEXT NOT NULL,
	value TEXT NOT NULL,
	updated_at BIGINT NOT NULL,
	PRIMARY KEY (tenant_id, operator_id, name)
);

CREATE TABLE tokens (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	name TEXT NOT NULL,
	hash TEXT NOT NULL UNIQUE,
	hint TEXT NOT NULL,
	scopes TEXT NOT NULL,
	created_by BIGINT,
	expires_us BIGINT,
	last_used_us BIGINT,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);

CREATE TABLE idempotency (
	tenant_id BIGINT NOT NULL,
	token_id BIGINT NOT NULL,
	name TEXT NOT NULL,
	request_hash TEXT NOT NULL,
	status INTEGER NOT NULL,
	response TEXT NOT NULL,
	at_us BIGINT NOT NULL,
	PRIMARY KEY (tenant_id, token_id, name)
);

CREATE TABLE files (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL,
	name TEXT NOT NULL UNIQUE,
	kind INTEGER NOT NULL,
	state INTEGER NOT NULL,
	size BIGINT NOT NULL,
	digest TEXT NOT NULL,
	mime TEXT NOT NULL DEFAULT '',
	title TEXT NOT NULL DEFAULT '',
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT
);

-- Templates as the provider lists them; fetched, never edited here.
CREATE TABLE channel_templates (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL,
	channel TEXT NOT NULL,
	name TEXT NOT NULL,
	lang TEXT NOT NULL,
	category TEXT NOT NULL DEFAULT '',
	status TEXT NOT NULL,
	body TEXT NOT NULL,
	parameters INTEGER NOT NULL,
	components TEXT NOT NULL,
	fetched_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX channel_templates_name
	ON channel_templates(tenant_id, channel, name, lang);

-- What the daemon knows of a channel: stopped, paused, last contact.
CREATE TABLE channel_states (
	tenant_id BIGINT NOT NULL,
	channel TEXT NOT NULL,
	state INTEGER NOT NULL,
	reason TEXT NOT NULL DEFAULT '',
	paused_until_us BIGINT,
	last_in_us BIGINT,
	last_out_us BIGINT,
	tested_us BIGINT,
	test_result TEXT NOT NULL DEFAULT '',
	updated_at BIGINT NOT NULL,
	PRIMARY KEY (tenant_id, channel)
);

-- One row a daemon; whether it lives is told by its lock, not by this row.
CREATE TABLE daemons (
	tenant_id BIGINT NOT NULL,
	name TEXT PRIMARY KEY,
	listen TEXT NOT NULL,
	program_version TEXT NOT NULL,
	started_us BIGINT NOT NULL,
	stopped_us BIGINT
);

-- What changed, field by field: history, conflicts and undo are read from it.
CREATE TABLE changes (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL,
	kind INTEGER NOT NULL,
	record_id BIGINT NOT NULL,
	version BIGINT NOT NULL,
	field TEXT NOT NULL,
	before_value TEXT,
	after_value TEXT,
	operation TEXT NOT NULL,
	actor_kind INTEGER NOT NULL,
	actor_id BIGINT NOT NULL,
	undo_id BIGINT,
	at_us BIGINT NOT NULL
);
CREATE INDEX changes_record ON changes(tenant_id, kind, record_id, id);
CREATE INDEX changes_undo ON changes(undo_id) WHERE undo_id IS NOT NULL;

CREATE TABLE undo (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL,
	operator_id BIGINT NOT NULL,
	operation TEXT NOT NULL,
	sentence TEXT NOT NULL,
	state INTEGER NOT NULL,
	at_us BIGINT NOT NULL
);
CREATE INDEX undo_operator ON undo(tenant_id, operator_id, state, id);

CREATE TABLE audit (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	at_us BIGINT NOT NULL,
	actor_kind INTEGER NOT NULL,
	actor_id BIGINT NOT NULL,
	session TEXT NOT NULL,
	operation TEXT NOT NULL,
	kind INTEGER NOT NULL,
	record_id BIGINT NOT NULL,
	result INTEGER NOT NULL,
	reason TEXT NOT NULL,
	digest TEXT NOT NULL,
	prev_hash TEXT NOT NULL,
	hash TEXT NOT NULL
);
CREATE UNIQUE INDEX audit_seq ON audit(tenant_id, seq);
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN
	SELECT RAISE(ABORT, 'audit rows are never changed');
END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN
	SELECT RAISE(ABORT, 'audit rows are never deleted');
END;

-- Folded text of what can be searched; scope keeps tenants and kinds apart.
CREATE TABLE search_texts (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL,
	kind INTEGER NOT NULL,
	record_id BIGINT NOT NULL,
	at_us BIGINT NOT NULL,
	scope TEXT NOT NULL,
	text TEXT NOT NULL
);
CREATE UNIQUE INDEX search_texts_record ON search_texts(kind, record_id);
CREATE VIRTUAL TABLE search USING fts5(scope, text,
	content='search_texts', content_rowid='id',
	tokenize='unicode61 remove_diacritics 2', prefix='2 3');
INSERT INTO search(search, rank) VALUES('automerge', 0);

-- Things that happened and that subscribers may be told.
CREATE TABLE events (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL,
	name TEXT NOT NULL,
	kind INTEGER NOT NULL,
	record_id BIGINT NOT NULL,
	at_us BIGINT NOT NULL
);
CREATE INDEX events_tenant ON events(tenant_id, id);
