-- The ticket desk: the tenant's own statuses, categories and fields, tags,
-- links, merges, checklists, replies and macros, views, calendars, promises
-- and their clocks, snoozes, time worked, mail, imports and employees.
--
-- 9223372036854775807 stands for never.  A NULL operator_id and team_id of a
-- reply, macro or view make it the whole tenant's.

-- The tenant's words for a state.  Each state has one that is_default, which
-- its tickets have unless they name another one: their status_id is NULL.
CREATE TABLE ticket_statuses (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	name TEXT NOT NULL,
	state INTEGER NOT NULL,
	is_default INTEGER NOT NULL DEFAULT 0,
	position BIGINT NOT NULL DEFAULT 0,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX ticket_statuses_default
	ON ticket_statuses(tenant_id, state) WHERE is_default = 1;
CREATE INDEX ticket_statuses_order ON ticket_statuses(tenant_id, position, id);

-- A ticket's category is the key of one; a key never changes.
CREATE TABLE ticket_categories (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	key TEXT NOT NULL,
	name TEXT NOT NULL,
	position BIGINT NOT NULL DEFAULT 0,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX ticket_categories_key
	ON ticket_categories(tenant_id, key);

-- A field that tickets of a category have, those of all when it is NULL.
-- choices: one a line.
CREATE TABLE ticket_fields (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	category_id BIGINT REFERENCES ticket_categories(id),
	key TEXT NOT NULL,
	name TEXT NOT NULL,
	type INTEGER NOT NULL,
	choices TEXT NOT NULL DEFAULT '',
	help TEXT NOT NULL DEFAULT '',
	required INTEGER NOT NULL DEFAULT 0,
	position BIGINT NOT NULL DEFAULT 0,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX ticket_fields_key ON ticket_fields(tenant_id, key);

-- value is written as its type says; folded is its beginning, to be found by.
CREATE TABLE ticket_field_values (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	ticket_id BIGINT NOT NULL REFERENCES tickets(id),
	field_id BIGINT NOT NULL REFERENCES ticket_fields(id),
	value TEXT NOT NULL,
	folded TEXT NOT NULL DEFAULT '',
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX ticket_field_values_ticket
	ON ticket_field_values(ticket_id, field_id, tenant_id);
CREATE INDEX ticket_field_values_folded
	ON ticket_field_values(tenant_id, field_id, folded, ticket_id);

-- Made from tickets.tags, one row for each of its words.
CREATE TABLE ticket_tags (
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	ticket_id BIGINT NOT NULL REFERENCES tickets(id),
	folded TEXT NOT NULL,
	tag TEXT NOT NULL,
	PRIMARY KEY (tenant_id, folded, ticket_id)
);
CREATE INDEX ticket_tags_ticket ON ticket_tags(ticket_id, tenant_id);

-- What a ticket has to do with: a record of the kind, or, where that is kept
-- by another system, its name there.
CREATE TABLE ticket_links (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	ticket_id BIGINT NOT NULL REFERENCES tickets(id),
	kind INTEGER NOT NULL,
	record_id BIGINT NOT NULL DEFAULT 0,
	record_name TEXT NOT NULL DEFAULT '',
	relation INTEGER NOT NULL DEFAULT 0,
	operator_id BIGINT,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX ticket_links_ticket
	ON ticket_links(ticket_id, tenant_id, kind, record_id);
CREATE INDEX ticket_links_record
	ON ticket_links(tenant_id, kind, record_id, ticket_id);
CREATE INDEX ticket_links_deleted ON ticket_links(tenant_id, deleted_at, id)
	WHERE deleted_at IS NOT NULL;

-- One ticket taken into another, and what of the desk that changed: a record's
-- field, with the value from before and the one that it was given.
CREATE TABLE ticket_merges (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	source_id BIGINT NOT NULL REFERENCES tickets(id),
	target_id BIGINT NOT NULL REFERENCES tickets(id),
	operator_id BIGINT,
	at_us BIGINT NOT NULL,
	undone_us BIGINT,
	undone_by BIGINT,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX ticket_merges_source ON ticket_merges(source_id, tenant_id, id);
CREATE INDEX ticket_merges_target ON ticket_merges(target_id, tenant_id, id);
CREATE TABLE ticket_merge_rows (
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	merge_id BIGINT NOT NULL REFERENCES ticket_merges(id),
	seq BIGINT NOT NULL,
	kind INTEGER NOT NULL,
	record_id BIGINT NOT NULL,
	field TEXT NOT NULL,
	before_value TEXT,
	after_value TEXT,
	PRIMARY KEY (merge_id, seq)
);

-- items: one a line; category: put into its tickets by themselves.
CREATE TABLE checklists (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	name TEXT NOT NULL,
	items TEXT NOT NULL DEFAULT '',
	category TEXT NOT NULL DEFAULT '',
	position BIGINT NOT NULL DEFAULT 0,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX checklists_order ON checklists(tenant_id, position, id);
CREATE TABLE ticket_checks (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	ticket_id BIGINT NOT NULL REFERENCES tickets(id),
	checklist_id BIGINT REFERENCES checklists(id),
	position BIGINT NOT NULL DEFAULT 0,
	body TEXT NOT NULL,
	done_us BIGINT,
	done_by BIGINT,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX ticket_checks_ticket
	ON ticket_checks(ticket_id, tenant_id, position, id);
CREATE INDEX ticket_checks_deleted ON ticket_checks(tenant_id, deleted_at, id)
	WHERE deleted_at IS NOT NULL;

-- folded: title, shortcut and body, to be searched in.
CREATE TABLE canned_replies (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	operator_id BIGINT REFERENCES operators(id),
	team_id BIGINT REFERENCES teams(id),
	title TEXT NOT NULL,
	shortcut TEXT NOT NULL DEFAULT '',
	lang TEXT NOT NULL DEFAULT '',
	body TEXT NOT NULL,
	folded TEXT NOT NULL DEFAULT '',
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX canned_replies_title ON canned_replies(tenant_id, title, id);

-- actions: a JSON list; bound: the key that runs it, written as in a keymap.
CREATE TABLE macros (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	operator_id BIGINT REFERENCES operators(id),
	team_id BIGINT REFERENCES teams(id),
	name TEXT NOT NULL,
	actions TEXT NOT NULL,
	bound TEXT NOT NULL DEFAULT '',
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX macros_name ON macros(tenant_id, name, id);

-- A list as it was left: filter, order and columns as they are typed; slot: the
-- number key that it is under, 0 for none.
CREATE TABLE ticket_views (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	operator_id BIGINT REFERENCES operators(id),
	team_id BIGINT REFERENCES teams(id),
	name TEXT NOT NULL,
	filter TEXT NOT NULL DEFAULT '',
	ordering TEXT NOT NULL DEFAULT '',
	columns TEXT NOT NULL DEFAULT '',
	slot BIGINT NOT NULL DEFAULT 0,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX ticket_views_owner ON ticket_views(tenant_id, operator_id, id);

-- When a tenant works: "09:00-14:00 15:00-18:00" for each weekday, "" closed.
-- zone "": the tenant's.
CREATE TABLE calendars (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	name TEXT NOT NULL,
	zone TEXT NOT NULL DEFAULT '',
	monday TEXT NOT NULL DEFAULT '',
	tuesday TEXT NOT NULL DEFAULT '',
	wednesday TEXT NOT NULL DEFAULT '',
	thursday TEXT NOT NULL DEFAULT '',
	friday TEXT NOT NULL DEFAULT '',
	saturday TEXT NOT NULL DEFAULT '',
	sunday TEXT NOT NULL DEFAULT '',
	is_default INTEGER NOT NULL DEFAULT 0,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX calendars_default ON calendars(tenant_id)
	WHERE is_default = 1;

-- A date with hours of its own: "2026-12-25", or "12-25" for every year.
CREATE TABLE calendar_dates (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	calendar_id BIGINT NOT NULL REFERENCES calendars(id),
	date TEXT NOT NULL,
	hours TEXT NOT NULL DEFAULT '',
	name TEXT NOT NULL DEFAULT '',
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX calendar_dates_calendar
	ON calendar_dates(calendar_id, tenant_id, date, id);

-- What is promised, in microseconds of working time; 0: nothing is.  Of those
-- that fit a ticket, one for its company goes before one for all (NULL), then
-- one for its priority before one for any (0).  calendar_id NULL: the default.
CREATE TABLE service_policies (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	name TEXT NOT NULL,
	company_id BIGINT REFERENCES companies(id),
	priority INTEGER NOT NULL DEFAULT 0,
	first_us BIGINT NOT NULL DEFAULT 0,
	next_us BIGINT NOT NULL DEFAULT 0,
	resolution_us BIGINT NOT NULL DEFAULT 0,
	calendar_id BIGINT REFERENCES calendars(id),
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX service_policies_priority
	ON service_policies(tenant_id, priority, company_id);
CREATE INDEX service_policies_company ON service_policies(company_id)
	WHERE company_id IS NOT NULL;

-- A promise that runs, or ran: the n-th of its kind for this ticket.  due_us,
-- notice_us (the next notice, at 75 % and at the breach) and spent_us (where
-- it ended) follow from its intervals.
CREATE TABLE ticket_clocks (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	ticket_id BIGINT NOT NULL REFERENCES tickets(id),
	kind INTEGER NOT NULL,
	round BIGINT NOT NULL DEFAULT 1,
	policy_id BIGINT,
	target_us BIGINT NOT NULL,
	state INTEGER NOT NULL,
	started_us BIGINT NOT NULL,
	stopped_us BIGINT,
	spent_us BIGINT NOT NULL DEFAULT 0,
	due_us BIGINT NOT NULL DEFAULT 9223372036854775807,
	notice_us BIGINT,
	noticed INTEGER NOT NULL DEFAULT 0,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX ticket_clocks_ticket
	ON ticket_clocks(ticket_id, tenant_id, kind, round);
CREATE INDEX ticket_clocks_notice ON ticket_clocks(tenant_id, notice_us, id)
	WHERE notice_us IS NOT NULL;
CREATE INDEX ticket_clocks_started
	ON ticket_clocks(tenant_id, kind, started_us, id);
CREATE INDEX ticket_clocks_stopped
	ON ticket_clocks(tenant_id, kind, stopped_us, id)
	WHERE stopped_us IS NOT NULL;

-- They follow one another; to_us NULL: it goes on.  reason: why it counts or
-- stands still; calendar_id: by whose hours.
CREATE TABLE clock_intervals (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	clock_id BIGINT NOT NULL REFERENCES ticket_clocks(id),
	from_us BIGINT NOT NULL,
	to_us BIGINT,
	counts INTEGER NOT NULL,
	reason INTEGER NOT NULL,
	note TEXT NOT NULL DEFAULT '',
	calendar_id BIGINT REFERENCES calendars(id),
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX clock_intervals_clock
	ON clock_intervals(clock_id, tenant_id, from_us, id);

-- Every time that a ticket was put to sleep; woken: how it ended, 0 not yet.
CREATE TABLE ticket_snoozes (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	ticket_id BIGINT NOT NULL REFERENCES tickets(id),
	operator_id BIGINT,
	from_us BIGINT NOT NULL,
	until_us BIGINT,
	until_reply INTEGER NOT NULL DEFAULT 0,
	woken INTEGER NOT NULL DEFAULT 0,
	woken_us BIGINT,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX ticket_snoozes_ticket
	ON ticket_snoozes(ticket_id, tenant_id, from_us, id);

-- Time worked: to_us NULL while it runs; idle_us is not counted.
CREATE TABLE ticket_times (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	ticket_id BIGINT NOT NULL REFERENCES tickets(id),
	operator_id BIGINT NOT NULL REFERENCES operators(id),
	from_us BIGINT NOT NULL,
	to_us BIGINT,
	idle_us BIGINT NOT NULL DEFAULT 0,
	worked_us BIGINT NOT NULL DEFAULT 0,
	note TEXT NOT NULL DEFAULT '',
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX ticket_times_ticket
	ON ticket_times(ticket_id, tenant_id, from_us, id);
CREATE INDEX ticket_times_operator
	ON ticket_times(tenant_id, operator_id, from_us, id);
CREATE INDEX ticket_times_running ON ticket_times(tenant_id, operator_id)
	WHERE to_us IS NULL;
CREATE INDEX ticket_times_deleted ON ticket_times(tenant_id, deleted_at, id)
	WHERE deleted_at IS NOT NULL;

-- What came with a ticket or with one of its comments.
CREATE TABLE ticket_files (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	ticket_id BIGINT NOT NULL REFERENCES tickets(id),
	comment_id BIGINT REFERENCES ticket_comments(id),
	file_id BIGINT NOT NULL,
	created_at BIGINT NOT NULL
);
CREATE INDEX ticket_files_ticket ON ticket_files(ticket_id, tenant_id, id);
CREATE INDEX ticket_files_comment ON ticket_files(comment_id)
	WHERE comment_id IS NOT NULL;

-- Which ticket a mail belongs to, and its comment unless it made the ticket.
CREATE TABLE mail_ids (
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	message_id TEXT NOT NULL,
	ticket_id BIGINT NOT NULL REFERENCES tickets(id),
	comment_id BIGINT REFERENCES ticket_comments(id),
	at_us BIGINT NOT NULL,
	PRIMARY KEY (tenant_id, message_id)
);
CREATE INDEX mail_ids_ticket ON mail_ids(ticket_id, tenant_id);
CREATE INDEX mail_ids_comment ON mail_ids(comment_id)
	WHERE comment_id IS NOT NULL;

-- What an import made of which record of another system.
CREATE TABLE import_marks (
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	source TEXT NOT NULL,
	key TEXT NOT NULL,
	kind INTEGER NOT NULL,
	record_id BIGINT NOT NULL,
	digest TEXT NOT NULL,
	at_us BIGINT NOT NULL,
	PRIMARY KEY (tenant_id, source, key)
);
CREATE INDEX import_marks_record ON import_marks(tenant_id, kind, record_id);

-- Who works for the tenant, and gets its equipment; code: the number by which
-- its other systems know the person.
CREATE TABLE employees (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	code TEXT NOT NULL DEFAULT '',
	full_name TEXT NOT NULL,
	name_folded TEXT NOT NULL,
	email TEXT NOT NULL DEFAULT '',
	phone_number TEXT NOT NULL DEFAULT '',
	department TEXT NOT NULL DEFAULT '',
	job TEXT NOT NULL DEFAULT '',
	notes TEXT NOT NULL DEFAULT '',
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX employees_code ON employees(tenant_id, code)
	WHERE code <> '' AND deleted_at IS NULL;
CREATE INDEX employees_name ON employees(tenant_id, name_folded, id);
CREATE INDEX employees_deleted ON employees(tenant_id, deleted_at, id)
	WHERE deleted_at IS NOT NULL;

ALTER TABLE tickets ADD COLUMN status_id BIGINT REFERENCES ticket_statuses(id);
ALTER TABLE tickets ADD COLUMN priority_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN due_us BIGINT NOT NULL
	DEFAULT 9223372036854775807;
ALTER TABLE tickets ADD COLUMN snoozed_until_us BIGINT;
ALTER TABLE tickets ADD COLUMN snooze_until_reply INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN reminded_us BIGINT;
ALTER TABLE ticket_comments ADD COLUMN contact_id BIGINT;
ALTER TABLE ticket_comments ADD COLUMN inbound INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ticket_comments ADD COLUMN source INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ticket_comments ADD COLUMN held_until_us BIGINT;
ALTER TABLE ticket_comments ADD COLUMN recalled_us BIGINT;

CREATE INDEX tickets_due ON tickets(tenant_id, active, due_us, id);
CREATE INDEX tickets_created ON tickets(tenant_id, alive, created_at, id);
CREATE INDEX tickets_category
	ON tickets(tenant_id, category, alive, updated_at, id)
	WHERE category <> '';
CREATE INDEX tickets_status
	ON tickets(tenant_id, status_id, alive, updated_at, id)
	WHERE status_id IS NOT NULL;
CREATE INDEX tickets_merged ON tickets(merged_into, tenant_id)
	WHERE merged_into IS NOT NULL;
CREATE INDEX tickets_snoozed ON tickets(tenant_id, snoozed_until_us, id)
	WHERE snoozed_until_us IS NOT NULL;
CREATE INDEX tickets_waiting ON tickets(tenant_id, waiting_until_us, id)
	WHERE waiting_until_us IS NOT NULL;
-- It serves a company's list too.
DROP INDEX tickets_company;
CREATE INDEX tickets_company
	ON tickets(company_id, tenant_id, updated_at, id)
	WHERE company_id IS NOT NULL;

-- As the older help desk's screens were named.
CREATE VIEW mesa_ayuda AS
	SELECT t.number AS id, t.tenant_id, t.subject, t.description, t.state,
		t.priority, t.category, t.tags, c.full_name AS contact,
		o.full_name AS assigned_to, t.created_at, t.updated_at
	FROM tickets t
	LEFT JOIN contacts c ON c.tenant_id = t.tenant_id
		AND c.id = t.contact_id
	LEFT JOIN operators o ON o.tenant_id = t.tenant_id
		AND o.id = t.operator_id
	WHERE t.deleted_at IS NULL;
CREATE VIEW new_ticket AS SELECT * FROM mesa_ayuda WHERE state = 0;
CREATE VIEW edit_ticket AS SELECT * FROM mesa_ayuda WHERE state < 3;

-- What a new tenant begins with, for those that are there; see tenant_start.c.
INSERT INTO ticket_statuses(tenant_id, name, state, is_default, position,
	created_at, updated_at)
	SELECT t.id, CASE WHEN t.lang = 'en' THEN w.en ELSE w.es END, w.state,
		1, w.state, t.created_at, t.created_at
	FROM tenants t CROSS JOIN (SELECT 0 AS state, 'new' AS en,
			'nuevo' AS es
		UNION ALL SELECT 1, 'open', 'abierto'
		UNION ALL SELECT 2, 'waiting', 'en espera'
		UNION ALL SELECT 3, 'solved', 'resuelto'
		UNION ALL SELECT 4, 'closed', 'cerrado'
		UNION ALL SELECT 5, 'merged', 'fusionado') w
	ORDER BY t.id, w.state;
INSERT INTO calendars(tenant_id, name, monday, tuesday, wednesday, thursday,
	friday, is_default, created_at, updated_at)
	SELECT t.id, CASE WHEN t.lang = 'en' THEN 'Working hours'
			ELSE 'Horario laboral' END,
		w.hours, w.hours, w.hours, w.hours, w.hours, 1, t.created_at,
		t.created_at
	FROM tenants t
	CROSS JOIN (SELECT '09:00-14:00 15:00-18:00' AS hours) w ORDER BY t.id;
INSERT INTO service_policies(tenant_id, name, priority, first_us, next_us,
	resolution_us, created_at, updated_at)
	SELECT t.id, CASE WHEN t.lang = 'en' THEN w.en ELSE w.es END,
		w.priority, w.first * CAST(60000000 AS BIGINT),
		w.first * CAST(60000000 AS BIGINT),
		w.resolution * CAST(60000000 AS BIGINT), t.created_at,
		t.created_at
	FROM tenants t CROSS JOIN (SELECT 5 AS priority, 'Urgent' AS en,
			'Urgente' AS es, 15 AS first, 60 AS resolution
		UNION ALL SELECT 4, 'High', 'Alta', 60, 240
		UNION ALL SELECT 3, 'Medium', 'Media', 60, 480
		UNION ALL SELECT 2, 'Low', 'Baja', 240, 960
		UNION ALL SELECT 1, 'Very low', 'Muy baja', 480, 2400) w
	ORDER BY t.id, w.priority DESC;
INSERT INTO ticket_categories(tenant_id, key, name, created_at, updated_at)
	SELECT tenant_id, category, category, min(created_at), min(created_at)
	FROM tickets WHERE category <> ''
	GROUP BY tenant_id, category ORDER BY tenant_id, category;
-- Whatever else utf8_fold does is done when the tags are written again.
WITH RECURSIVE part(tenant_id, ticket_id, tag, rest) AS (
	SELECT tenant_id, id, '', tags || ',' FROM tickets WHERE tags <> ''
	UNION ALL
	SELECT tenant_id, ticket_id,
		trim(substr(rest, 1, instr(rest, ',') - 1)),
		substr(rest, instr(rest, ',') + 1)
	FROM part WHERE rest <> '')
INSERT INTO ticket_tags(tenant_id, ticket_id, folded, tag)
	SELECT tenant_id, ticket_id,
		replace(replace(replace(replace(replace(replace(replace(
		replace(replace(replace(replace(replace(replace(replace(
		lower(tag), 'á', 'a'), 'é', 'e'), 'í', 'i'), 'ó', 'o'),
		'ú', 'u'), 'ü', 'u'), 'ñ', 'n'), 'Á', 'a'), 'É', 'e'),
		'Í', 'i'), 'Ó', 'o'), 'Ú', 'u'), 'Ü', 'u'), 'Ñ', 'n'), tag
	FROM part WHERE tag <> ''
	ON CONFLICT DO NOTHING;
