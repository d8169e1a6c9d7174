-- What the desk knows: guides, cards against objections, prompts.  Each tenant
-- has its own, in versions that stay; what runs on one goes on with it.
-- kind: 1 guide, 2 objection, 3 prompt.  published: the number of the version
-- in use, 0 for none; draft: what is being written, "" for nothing.
CREATE TABLE knowledge (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	kind BIGINT NOT NULL,
	topic TEXT NOT NULL,
	category TEXT NOT NULL DEFAULT '',
	title TEXT NOT NULL DEFAULT '',
	published BIGINT NOT NULL DEFAULT 0,
	draft TEXT NOT NULL DEFAULT '',
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX knowledge_topic ON knowledge(tenant_id, kind, topic);
CREATE TABLE knowledge_versions (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	knowledge_id BIGINT NOT NULL REFERENCES knowledge(id),
	number BIGINT NOT NULL,
	body TEXT NOT NULL,
	digest TEXT NOT NULL,
	author_id BIGINT REFERENCES operators(id),
	created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX knowledge_versions_number
	ON knowledge_versions(knowledge_id, tenant_id, number);
-- What was learned from all published versions of a kind; digest: of them.
CREATE TABLE knowledge_models (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	kind BIGINT NOT NULL,
	digest TEXT NOT NULL,
	body BLOB NOT NULL,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX knowledge_models_kind ON knowledge_models(tenant_id, kind);

-- A guide walked with a customer.  name: how it is called outside.
-- walker: 0 an operator, 1 the customer, 2 another program.
-- state: 0 active, 1 paused, 2 resolved, 3 escalated, 4 abandoned.
-- score: of the match, in thousandths; matched: who else stood there, and why,
-- as JSON; variables: a JSON object.
CREATE TABLE guide_sessions (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	name TEXT NOT NULL,
	knowledge_id BIGINT NOT NULL REFERENCES knowledge(id),
	version_id BIGINT NOT NULL REFERENCES knowledge_versions(id),
	lang TEXT NOT NULL,
	walker BIGINT NOT NULL DEFAULT 0,
	state BIGINT NOT NULL DEFAULT 0,
	step BIGINT NOT NULL,
	step_since_us BIGINT NOT NULL,
	operator_id BIGINT REFERENCES operators(id),
	team_id BIGINT REFERENCES teams(id),
	ticket_id BIGINT REFERENCES tickets(id),
	conversation_id BIGINT REFERENCES conversations(id),
	contact_id BIGINT REFERENCES contacts(id),
	call_name TEXT NOT NULL DEFAULT '',
	external_ticket TEXT NOT NULL DEFAULT '',
	customer_name TEXT NOT NULL DEFAULT '',
	customer_email TEXT NOT NULL DEFAULT '',
	problem TEXT NOT NULL DEFAULT '',
	score BIGINT NOT NULL DEFAULT 0,
	threshold BIGINT NOT NULL DEFAULT 0,
	matched TEXT NOT NULL DEFAULT '',
	variables TEXT NOT NULL DEFAULT '',
	active_us BIGINT NOT NULL DEFAULT 0,
	ended_us BIGINT,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX guide_sessions_name ON guide_sessions(name);
CREATE INDEX guide_sessions_state ON guide_sessions(tenant_id, state, id);
CREATE INDEX guide_sessions_created
	ON guide_sessions(tenant_id, created_at, id);
CREATE INDEX guide_sessions_guide
	ON guide_sessions(knowledge_id, tenant_id, created_at, id);
CREATE INDEX guide_sessions_ticket ON guide_sessions(ticket_id, tenant_id, id)
	WHERE ticket_id IS NOT NULL;
CREATE INDEX guide_sessions_conversation
	ON guide_sessions(conversation_id, tenant_id, state, id)
	WHERE conversation_id IS NOT NULL;
CREATE INDEX guide_sessions_contact
	ON guide_sessions(contact_id, tenant_id, id)
	WHERE contact_id IS NOT NULL;
CREATE INDEX guide_sessions_version ON guide_sessions(version_id, tenant_id, id);
CREATE INDEX guide_sessions_deleted ON guide_sessions(tenant_id, deleted_at, id)
	WHERE deleted_at IS NOT NULL;

-- The path of a session, one row for each thing done in it.
-- action: 0 started, 1 yes, 2 no, 3 skipped, 4 back, 5 restarted, 6 note,
-- 7 sent to the customer, 8 paused, 9 resumed, 10 handed over, 11 warning read,
-- 12 resolved, 13 escalated, 14 abandoned, 15 variables filled.
CREATE TABLE guide_steps (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	session_id BIGINT NOT NULL REFERENCES guide_sessions(id),
	step BIGINT NOT NULL,
	action BIGINT NOT NULL,
	notes TEXT NOT NULL DEFAULT '',
	operator_id BIGINT REFERENCES operators(id),
	by_customer INTEGER NOT NULL DEFAULT 0,
	begun_us BIGINT NOT NULL,
	created_at BIGINT NOT NULL
);
CREATE INDEX guide_steps_session ON guide_steps(session_id, tenant_id, id);

CREATE TABLE guide_feedback (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	session_id BIGINT NOT NULL REFERENCES guide_sessions(id),
	rating BIGINT NOT NULL,
	was_helpful BIGINT,
	body TEXT NOT NULL DEFAULT '',
	created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX guide_feedback_session ON guide_feedback(session_id);
CREATE INDEX guide_feedback_created
	ON guide_feedback(tenant_id, created_at, id);

-- Kept sums, one row a day, guide and version: day in the tenant's zone.
CREATE TABLE guide_days (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	day TEXT NOT NULL,
	knowledge_id BIGINT NOT NULL,
	version_id BIGINT NOT NULL,
	started BIGINT NOT NULL,
	resolved BIGINT NOT NULL,
	escalated BIGINT NOT NULL,
	abandoned BIGINT NOT NULL,
	active_us BIGINT NOT NULL,
	ratings BIGINT NOT NULL,
	rating_sum BIGINT NOT NULL,
	helpful BIGINT NOT NULL,
	unhelpful BIGINT NOT NULL,
	updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX guide_days_day
	ON guide_days(tenant_id, day, knowledge_id, version_id);

CREATE VIEW mv_daily_troubleshooting_summary AS
	SELECT tenant_id, day AS date, SUM(started) AS total_sessions,
		SUM(resolved) AS resolved_sessions,
		SUM(escalated) AS escalated_sessions,
		SUM(abandoned) AS abandoned_sessions
	FROM guide_days GROUP BY tenant_id, day;
CREATE VIEW mv_top_problems AS
	SELECT d.tenant_id, d.day AS date, k.topic AS problem_id,
		SUM(d.started) AS total_sessions,
		SUM(d.resolved) AS resolved_sessions
	FROM guide_days d JOIN knowledge k ON k.id = d.knowledge_id
		AND k.tenant_id = d.tenant_id
	GROUP BY d.tenant_id, d.day, k.topic;
CREATE VIEW mv_feedback_summary AS
	SELECT tenant_id, day AS date, SUM(ratings) AS total_feedback,
		CASE WHEN SUM(ratings) > 0
			THEN SUM(rating_sum) * 1.0 / SUM(ratings) END AS avg_rating,
		SUM(helpful) AS helpful
	FROM guide_days GROUP BY tenant_id, day;

-- Texts with {{variables}} that a guide can be made from; both JSON lists.
CREATE TABLE guide_templates (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	name TEXT NOT NULL,
	title TEXT NOT NULL,
	description TEXT NOT NULL DEFAULT '',
	category TEXT NOT NULL DEFAULT '',
	variables TEXT NOT NULL DEFAULT '',
	steps TEXT NOT NULL DEFAULT '',
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX guide_templates_name ON guide_templates(tenant_id, name)
	WHERE deleted_at IS NULL;

-- Who is told of events.  kind: 0 Standard Webhooks, 1 Slack, 2 Kestra.
-- events: a JSON list of names, "" for all; url and secrets are sealed.
-- state: 0 on, 1 switched off, 2 gone (410), 3 failing for too long.
-- next_event: the first of the tenant's events that it was not asked about yet.
CREATE TABLE webhooks (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	name TEXT NOT NULL,
	kind BIGINT NOT NULL DEFAULT 0,
	url TEXT NOT NULL,
	host TEXT NOT NULL DEFAULT '',
	events TEXT NOT NULL DEFAULT '',
	filter TEXT NOT NULL DEFAULT '',
	body_template TEXT NOT NULL DEFAULT '',
	secret TEXT NOT NULL DEFAULT '',
	older_secret TEXT NOT NULL DEFAULT '',
	older_until_us BIGINT,
	is_private INTEGER NOT NULL DEFAULT 0,
	state BIGINT NOT NULL DEFAULT 0,
	next_event BIGINT NOT NULL,
	failing_since_us BIGINT,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX webhooks_name ON webhooks(tenant_id, name)
	WHERE deleted_at IS NULL;
CREATE INDEX webhooks_on ON webhooks(state, id) WHERE deleted_at IS NULL;

-- Each attempt of a delivery; outbox_id: what is being delivered.
CREATE TABLE webhook_attempts (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	webhook_id BIGINT NOT NULL REFERENCES webhooks(id),
	outbox_id BIGINT NOT NULL,
	event TEXT NOT NULL,
	attempt BIGINT NOT NULL,
	status BIGINT NOT NULL DEFAULT 0,
	took_us BIGINT NOT NULL DEFAULT 0,
	error_text TEXT NOT NULL DEFAULT '',
	response TEXT NOT NULL DEFAULT '',
	created_at BIGINT NOT NULL
);
CREATE INDEX webhook_attempts_webhook
	ON webhook_attempts(webhook_id, tenant_id, id);
CREATE INDEX webhook_attempts_outbox
	ON webhook_attempts(outbox_id, tenant_id, id);
CREATE INDEX webhook_attempts_created
	ON webhook_attempts(tenant_id, created_at, id);
CREATE VIEW support_webhook_events AS
	SELECT a.id, a.tenant_id, w.name AS webhook_id, a.event AS event_type,
		a.attempt, a.status AS response_status, a.error_text AS error,
		a.created_at
	FROM webhook_attempts a JOIN webhooks w ON w.id = a.webhook_id
		AND w.tenant_id = a.tenant_id;
