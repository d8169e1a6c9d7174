-- The call desk: calls with their intervals, what operators are doing, shifts,
-- how calls end, promised calls, numbers not to be called, recordings, and
-- what a model was asked.  Sums are kept when something ends; they can always
-- be made again from the intervals.

-- Of the telephone that an operator has; "" for none.
ALTER TABLE operators ADD COLUMN extension TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX operators_extension ON operators(tenant_id, extension)
	WHERE extension <> '' AND deleted_at IS NULL;

-- Keys never change.  label: "es" and "en"; hot_key: one character or "".
CREATE TABLE dispositions (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	key TEXT NOT NULL,
	label_es TEXT NOT NULL,
	label_en TEXT NOT NULL,
	hot_key TEXT NOT NULL DEFAULT '',
	is_sale INTEGER NOT NULL DEFAULT 0,
	is_human INTEGER NOT NULL DEFAULT 0,
	is_callback INTEGER NOT NULL DEFAULT 0,
	is_do_not_call INTEGER NOT NULL DEFAULT 0,
	is_answered INTEGER NOT NULL DEFAULT 0,
	position BIGINT NOT NULL DEFAULT 0,
	active INTEGER NOT NULL DEFAULT 1,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX dispositions_key ON dispositions(tenant_id, key)
	WHERE deleted_at IS NULL;
CREATE TABLE pause_reasons (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	key TEXT NOT NULL,
	label_es TEXT NOT NULL,
	label_en TEXT NOT NULL,
	hot_key TEXT NOT NULL DEFAULT '',
	position BIGINT NOT NULL DEFAULT 0,
	active INTEGER NOT NULL DEFAULT 1,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX pause_reasons_key ON pause_reasons(tenant_id, key)
	WHERE deleted_at IS NULL;

-- A promised call: an operator's own, else the team's, else the tenant's.
-- state: 0 due, 1 done, 2 cancelled.
CREATE TABLE callbacks (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	contact_id BIGINT REFERENCES contacts(id),
	number TEXT NOT NULL,
	number_folded TEXT NOT NULL,
	operator_id BIGINT REFERENCES operators(id),
	team_id BIGINT REFERENCES teams(id),
	due_us BIGINT NOT NULL,
	note TEXT NOT NULL DEFAULT '',
	state INTEGER NOT NULL DEFAULT 0,
	call_id BIGINT,
	done_call_id BIGINT,
	reminded_us BIGINT,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX callbacks_due ON callbacks(tenant_id, state, due_us, id)
	WHERE deleted_at IS NULL;
CREATE INDEX callbacks_order ON callbacks(tenant_id, due_us, id)
	WHERE deleted_at IS NULL;
CREATE INDEX callbacks_over ON callbacks(tenant_id, updated_at, id)
	WHERE state > 0 AND deleted_at IS NULL;
CREATE INDEX callbacks_remind ON callbacks(tenant_id, due_us, id)
	WHERE state = 0 AND reminded_us IS NULL AND deleted_at IS NULL;
CREATE INDEX callbacks_operator
	ON callbacks(operator_id, tenant_id, state, due_us, id)
	WHERE deleted_at IS NULL;
CREATE INDEX callbacks_contact ON callbacks(contact_id, tenant_id, id)
	WHERE contact_id IS NOT NULL;
CREATE INDEX callbacks_call ON callbacks(call_id, tenant_id)
	WHERE call_id IS NOT NULL;
CREATE INDEX callbacks_done_call ON callbacks(done_call_id, tenant_id)
	WHERE done_call_id IS NOT NULL;
CREATE INDEX callbacks_deleted ON callbacks(tenant_id, deleted_at, id)
	WHERE deleted_at IS NOT NULL;

-- name: how a call is called outside.  direction: 0 in, 1 out.
-- state: 0 ringing, 1 talking, 2 hold, 3 wrap-up, 4 ended.
-- number_folded: digits alone.  ended_us: the talk is over; wrapped_us: so is
-- what is done after it, which has time until wrap_until_us.
-- consent: 0 not asked, 1 yes, 2 announced, 3 refused.
-- stop_override: why a number that is not to be called was called all the same.
CREATE TABLE calls (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	name TEXT NOT NULL,
	direction INTEGER NOT NULL,
	provider TEXT NOT NULL DEFAULT 'manual',
	provider_call TEXT NOT NULL DEFAULT '',
	number TEXT NOT NULL DEFAULT '',
	number_folded TEXT NOT NULL DEFAULT '',
	contact_id BIGINT REFERENCES contacts(id),
	operator_id BIGINT REFERENCES operators(id),
	team_id BIGINT REFERENCES teams(id),
	extension TEXT NOT NULL DEFAULT '',
	state INTEGER NOT NULL DEFAULT 0,
	started_us BIGINT NOT NULL,
	answered_us BIGINT,
	ended_us BIGINT,
	wrapped_us BIGINT,
	wrap_until_us BIGINT,
	wrap_extended INTEGER NOT NULL DEFAULT 0,
	ring_us BIGINT NOT NULL DEFAULT 0,
	talk_us BIGINT NOT NULL DEFAULT 0,
	hold_us BIGINT NOT NULL DEFAULT 0,
	wrap_us BIGINT NOT NULL DEFAULT 0,
	disposition_id BIGINT REFERENCES dispositions(id),
	sale_cents BIGINT NOT NULL DEFAULT 0,
	currency TEXT NOT NULL DEFAULT '',
	notes TEXT NOT NULL DEFAULT '',
	transferred_to TEXT NOT NULL DEFAULT '',
	stop_override TEXT NOT NULL DEFAULT '',
	ticket_id BIGINT REFERENCES tickets(id),
	conversation_id BIGINT REFERENCES conversations(id),
	session_id BIGINT REFERENCES guide_sessions(id),
	lead_id BIGINT,
	callback_id BIGINT REFERENCES callbacks(id),
	consent INTEGER NOT NULL DEFAULT 0,
	consent_us BIGINT,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX calls_name ON calls(name);
CREATE UNIQUE INDEX calls_provider ON calls(tenant_id, provider_call)
	WHERE provider_call <> '';
CREATE UNIQUE INDEX calls_open ON calls(operator_id, tenant_id)
	WHERE state < 4 AND operator_id IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX calls_ringing ON calls(tenant_id, state, id)
	WHERE state < 4 AND deleted_at IS NULL;
CREATE INDEX calls_started ON calls(tenant_id, started_us, id)
	WHERE deleted_at IS NULL;
CREATE INDEX calls_operator ON calls(operator_id, tenant_id, started_us, id)
	WHERE deleted_at IS NULL;
CREATE INDEX calls_team ON calls(team_id, tenant_id, started_us, id)
	WHERE deleted_at IS NULL AND team_id IS NOT NULL;
CREATE INDEX calls_disposition
	ON calls(disposition_id, tenant_id, started_us, id)
	WHERE disposition_id IS NOT NULL;
CREATE INDEX calls_number ON calls(tenant_id, number_folded, started_us, id)
	WHERE deleted_at IS NULL;
CREATE INDEX calls_contact ON calls(contact_id, tenant_id, started_us, id)
	WHERE contact_id IS NOT NULL;
CREATE INDEX calls_ticket ON calls(ticket_id, tenant_id, started_us, id)
	WHERE ticket_id IS NOT NULL;
CREATE INDEX calls_conversation
	ON calls(conversation_id, tenant_id, started_us, id)
	WHERE conversation_id IS NOT NULL;
CREATE INDEX calls_session ON calls(session_id, tenant_id, id)
	WHERE session_id IS NOT NULL;
CREATE INDEX calls_callback ON calls(callback_id, tenant_id)
	WHERE callback_id IS NOT NULL;
CREATE INDEX calls_deleted ON calls(tenant_id, deleted_at, id)
	WHERE deleted_at IS NOT NULL;

-- state: as a call's; an interval that goes on has no ended_us.
CREATE TABLE call_intervals (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	call_id BIGINT NOT NULL REFERENCES calls(id),
	state INTEGER NOT NULL,
	begun_us BIGINT NOT NULL,
	ended_us BIGINT
);
CREATE INDEX call_intervals_call ON call_intervals(call_id, tenant_id, id);
CREATE UNIQUE INDEX call_intervals_open ON call_intervals(call_id, tenant_id)
	WHERE ended_us IS NULL;

-- state: 0 off, 1 ready, 2 ringing, 3 talking, 4 hold, 5 wrap-up, 6 paused.
CREATE TABLE operator_states (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	operator_id BIGINT NOT NULL REFERENCES operators(id),
	state INTEGER NOT NULL,
	reason_id BIGINT REFERENCES pause_reasons(id),
	call_id BIGINT REFERENCES calls(id),
	begun_us BIGINT NOT NULL,
	ended_us BIGINT
);
CREATE UNIQUE INDEX operator_states_open
	ON operator_states(operator_id, tenant_id) WHERE ended_us IS NULL;
CREATE INDEX operator_states_now ON operator_states(tenant_id, operator_id)
	WHERE ended_us IS NULL;
CREATE INDEX operator_states_operator
	ON operator_states(operator_id, tenant_id, begun_us, id);
CREATE INDEX operator_states_begun
	ON operator_states(tenant_id, begun_us, id);
CREATE INDEX operator_states_call ON operator_states(call_id, tenant_id)
	WHERE call_id IS NOT NULL;
CREATE INDEX operator_states_reason ON operator_states(reason_id, tenant_id)
	WHERE reason_id IS NOT NULL;

-- kind: 0 work, 1 break.  ended_by: 0 the person, 1 the question whether
-- somebody is still there, 2 a supervisor.  seen_us: when that was answered,
-- or something done, last.
CREATE TABLE shifts (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	operator_id BIGINT NOT NULL REFERENCES operators(id),
	kind INTEGER NOT NULL DEFAULT 0,
	begun_us BIGINT NOT NULL,
	ended_us BIGINT,
	ended_by INTEGER NOT NULL DEFAULT 0,
	seen_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX shifts_open ON shifts(operator_id, tenant_id)
	WHERE ended_us IS NULL;
CREATE INDEX shifts_seen ON shifts(tenant_id, seen_us, id)
	WHERE ended_us IS NULL;
CREATE INDEX shifts_operator ON shifts(operator_id, tenant_id, begun_us, id);
CREATE INDEX shifts_begun ON shifts(tenant_id, begun_us, id);

-- until_us: not to be called before then, NULL for never.
CREATE TABLE do_not_call (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	number TEXT NOT NULL,
	number_folded TEXT NOT NULL,
	reason TEXT NOT NULL DEFAULT '',
	source_call_id BIGINT REFERENCES calls(id),
	operator_id BIGINT REFERENCES operators(id),
	until_us BIGINT,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX do_not_call_number ON do_not_call(tenant_id, number_folded)
	WHERE deleted_at IS NULL;
CREATE INDEX do_not_call_order ON do_not_call(tenant_id, created_at, id)
	WHERE deleted_at IS NULL;
CREATE INDEX do_not_call_call ON do_not_call(source_call_id, tenant_id)
	WHERE source_call_id IS NOT NULL;
CREATE INDEX do_not_call_deleted ON do_not_call(tenant_id, deleted_at, id)
	WHERE deleted_at IS NOT NULL;

-- name: how it is called outside, and its file.  state: 0 recording,
-- 1 finishing, 2 ready, 3 recovered, 4 failed, 5 missing.
-- format: 0 WAV, 1 FLAC, 2 Opus.  source: 0 made here, 1 by an exchange.
-- hold: kept whatever kept_until_us says.
CREATE TABLE recordings (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	name TEXT NOT NULL,
	call_id BIGINT REFERENCES calls(id),
	operator_id BIGINT REFERENCES operators(id),
	team_id BIGINT REFERENCES teams(id),
	contact_id BIGINT REFERENCES contacts(id),
	contact_name TEXT NOT NULL DEFAULT '',
	contact_phone TEXT NOT NULL DEFAULT '',
	state INTEGER NOT NULL DEFAULT 0,
	started_us BIGINT NOT NULL,
	ended_us BIGINT,
	duration_us BIGINT NOT NULL DEFAULT 0,
	rate BIGINT NOT NULL DEFAULT 0,
	channels BIGINT NOT NULL DEFAULT 0,
	format INTEGER NOT NULL DEFAULT 0,
	bytes BIGINT NOT NULL DEFAULT 0,
	sha256 TEXT NOT NULL DEFAULT '',
	device TEXT NOT NULL DEFAULT '',
	consent INTEGER NOT NULL DEFAULT 0,
	peak BIGINT NOT NULL DEFAULT 0,
	silent INTEGER NOT NULL DEFAULT 0,
	previous_hash TEXT NOT NULL DEFAULT '',
	hash TEXT NOT NULL DEFAULT '',
	hold INTEGER NOT NULL DEFAULT 0,
	source INTEGER NOT NULL DEFAULT 0,
	kept_until_us BIGINT,
	reason TEXT NOT NULL DEFAULT '',
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX recordings_name ON recordings(name);
CREATE INDEX recordings_started ON recordings(tenant_id, started_us, id)
	WHERE deleted_at IS NULL;
CREATE INDEX recordings_operator
	ON recordings(operator_id, tenant_id, started_us, id)
	WHERE deleted_at IS NULL;
CREATE INDEX recordings_team ON recordings(team_id, tenant_id, started_us, id)
	WHERE deleted_at IS NULL AND team_id IS NOT NULL;
CREATE INDEX recordings_call ON recordings(call_id, tenant_id, id)
	WHERE call_id IS NOT NULL;
CREATE INDEX recordings_contact
	ON recordings(contact_id, tenant_id, started_us, id)
	WHERE contact_id IS NOT NULL;
CREATE INDEX recordings_running ON recordings(tenant_id, state, id)
	WHERE state < 2;
CREATE INDEX recordings_kept ON recordings(tenant_id, kept_until_us, id)
	WHERE kept_until_us IS NOT NULL;
CREATE INDEX recordings_deleted ON recordings(tenant_id, deleted_at, id)
	WHERE deleted_at IS NOT NULL;
-- kind: 0 a mark, 1 paused for card data, 2 clipping, 3 consent.
-- at_us and until_us: from the beginning of the sound.
CREATE TABLE recording_marks (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	recording_id BIGINT NOT NULL REFERENCES recordings(id),
	kind INTEGER NOT NULL,
	at_us BIGINT NOT NULL,
	until_us BIGINT,
	text TEXT NOT NULL DEFAULT '',
	operator_id BIGINT REFERENCES operators(id),
	created_at BIGINT NOT NULL
);
CREATE INDEX recording_marks_recording
	ON recording_marks(recording_id, tenant_id, at_us, id);

-- What a model was asked and what it said.  kind: 0 a hint.
-- outcome: 0 running, 1 whole, 2 cancelled, 3 failed, 4 timed out.
-- rating: -1 none, 0 bad, 1 good.
CREATE TABLE ai_logs (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	kind INTEGER NOT NULL,
	operator_id BIGINT REFERENCES operators(id),
	call_id BIGINT REFERENCES calls(id),
	conversation_id BIGINT REFERENCES conversations(id),
	contact_id BIGINT REFERENCES contacts(id),
	model TEXT NOT NULL DEFAULT '',
	server TEXT NOT NULL DEFAULT '',
	topic TEXT NOT NULL DEFAULT '',
	asked TEXT NOT NULL DEFAULT '',
	said TEXT NOT NULL DEFAULT '',
	prompt_version_id BIGINT REFERENCES knowledge_versions(id),
	tokens_in BIGINT NOT NULL DEFAULT 0,
	tokens_out BIGINT NOT NULL DEFAULT 0,
	asked_us BIGINT NOT NULL,
	first_us BIGINT,
	done_us BIGINT,
	outcome INTEGER NOT NULL DEFAULT 0,
	reason TEXT NOT NULL DEFAULT '',
	rating BIGINT NOT NULL DEFAULT -1,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX ai_logs_asked ON ai_logs(tenant_id, asked_us, id);
CREATE INDEX ai_logs_order ON ai_logs(tenant_id, id);
CREATE INDEX ai_logs_texts ON ai_logs(tenant_id, asked_us, id)
	WHERE asked <> '' OR said <> '';
CREATE INDEX ai_logs_operator ON ai_logs(operator_id, tenant_id, asked_us, id)
	WHERE operator_id IS NOT NULL;
CREATE INDEX ai_logs_call ON ai_logs(call_id, tenant_id, id)
	WHERE call_id IS NOT NULL;
CREATE INDEX ai_logs_conversation ON ai_logs(conversation_id, tenant_id, id)
	WHERE conversation_id IS NOT NULL;
CREATE INDEX ai_logs_contact ON ai_logs(contact_id, tenant_id, id)
	WHERE contact_id IS NOT NULL;
CREATE INDEX ai_logs_prompt ON ai_logs(prompt_version_id, tenant_id)
	WHERE prompt_version_id IS NOT NULL;

INSERT INTO dispositions(tenant_id, key, label_es, label_en, hot_key, is_sale,
	is_human, is_callback, is_do_not_call, is_answered, position,
	created_at, updated_at)
	SELECT t.id, w.key, w.es, w.en, w.hot, w.sale, w.human, w.callback,
		w.stop, w.answered, w.position, t.created_at, t.created_at
	FROM tenants t CROSS JOIN (SELECT 1 AS position, 'SALE' AS key,
			'Venta' AS es, 'Sale' AS en, 's' AS hot, 1 AS sale,
			1 AS human, 0 AS callback, 0 AS stop, 1 AS answered
		UNION ALL SELECT 2, 'NI', 'No le interesa', 'Not interested',
			'n', 0, 1, 0, 0, 1
		UNION ALL SELECT 3, 'CALLBK', 'Volver a llamar', 'Call back',
			'c', 0, 1, 1, 0, 1
		UNION ALL SELECT 4, 'DNC', 'No quiere llamadas',
			'Do not call', 'd', 0, 1, 0, 1, 1
		UNION ALL SELECT 5, 'NA', 'No contesta', 'No answer', 'a',
			0, 0, 0, 0, 0
		UNION ALL SELECT 6, 'BUSY', 'Comunica', 'Busy', 'b',
			0, 0, 0, 0, 0
		UNION ALL SELECT 7, 'MACHINE', 'Contestador',
			'Answering machine', 'm', 0, 0, 0, 0, 1
		UNION ALL SELECT 8, 'WRONG', 'Número equivocado',
			'Wrong number', 'w', 0, 1, 0, 0, 1
		UNION ALL SELECT 9, 'DISC', 'Número fuera de servicio',
			'Out of service', 'f', 0, 0, 0, 0, 0
		UNION ALL SELECT 10, 'XFER', 'Transferida', 'Transferred', 'x',
			0, 1, 0, 0, 1
		UNION ALL SELECT 11, 'DROP', 'Se cortó', 'Dropped', 'r',
			0, 0, 0, 0, 1
		UNION ALL SELECT 12, 'OTHER', 'Otro', 'Other', 'o',
			0, 1, 0, 0, 1) w
	ORDER BY t.id, w.position;
INSERT INTO pause_reasons(tenant_id, key, label_es, label_en, hot_key,
	position, created_at, updated_at)
	SELECT t.id, w.key, w.es, w.en, w.hot, w.position, t.created_at,
		t.created_at
	FROM tenants t CROSS JOIN (SELECT 1 AS position, 'BREAK' AS key,
			'Descanso' AS es, 'Break' AS en, 'b' AS hot
		UNION ALL SELECT 2, 'LUNCH', 'Comida', 'Lunch', 'l'
		UNION ALL SELECT 3, 'MEETING', 'Reunión', 'Meeting', 'm'
		UNION ALL SELECT 4, 'TRAIN', 'Formación', 'Training', 't'
		UNION ALL SELECT 5, 'CHAT', 'Chats y tickets',
			'Chats and tickets', 'c'
		UNION ALL SELECT 6, 'TECH', 'Problema técnico',
			'Technical problem', 'p'
		UNION ALL SELECT 7, 'OTHER', 'Otro', 'Other', 'o') w
	ORDER BY t.id, w.position;
