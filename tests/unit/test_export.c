/*
 * Lists that are taken away: what of them, by whom, and what is kept of it.
 */
#include "common/fsutil.h"
#include "common/json.h"
#include "db/records/audit.h"
#include "db/records/calls.h"
#include "db/records/conversations.h"
#include "db/records/leads.h"
#include "db/records/people.h"
#include "db/records/recordings.h"
#include "db/records/tickets.h"
#include "tests/lib/desk_test.h"
#include "tui/export/export.h"
#include <stdio.h>
#include <unistd.h>

struct result {
	struct str text;
	int64_t rows;
};

static int
take_as(struct desk_fixture *f, struct export_ask *ask,
    enum sheet_format format, struct result *r, struct err *err)
{
	struct export *e = NULL;
	bool more = true;
	char path[TMP_SIZE];
	int rc;

	str_copy(path, sizeof(path), tmp_path(&f->tmp, "list"));
	ask->path = path;
	ask->format = format;
	ask->replace = true;
	ask->zone = zone_utc();
	str_clear(&r->text);
	if ((rc = export_begin(f->d, ask, &e, err)) != 0)
		return rc;
	while (rc == 0 && more)
		rc = export_step(f->d, e, &more, err);
	r->rows = export_rows(e);
	if (rc != 0)
		export_cancel(&e);
	else
		rc = export_end(f->d, &e, err);
	return rc != 0 ? rc : fs_read(path, 64 << 20, &r->text, err);
}

static int
take(struct desk_fixture *f, struct export_ask *ask, struct result *r,
    struct err *err)
{
	return take_as(f, ask, SHEET_JSON, r, err);
}

static int
take_list(
    struct desk_fixture *f, const char *list, struct result *r, struct err *err)
{
	struct export_ask ask = {.list = list};

	return take(f, &ask, r, err);
}

static int64_t
ticket_of(struct desk_fixture *f, const char *subject, int64_t operator_id)
{
	struct ticket_new in = {
	    .subject = subject, .description = "", .operator_id = operator_id};
	struct err err = ERR_INIT;
	int64_t id, number;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(ticket_new(f->d, &in, &id, &number, &err));
	return id;
}

/* ---- who, and what of it ---- */

static void
export__each_role__takes_what_it_may(void **state)
{
	struct desk_fixture *f = *state;
	struct result r = {STR_INIT, 0};
	struct err err = ERR_INIT;

	ticket_of(f, "del equipo", f->demo.mate);
	ticket_of(f, "de ventas", f->demo.stranger);
	ticket_of(f, "de nadie", 0);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_rc(take_list(f, "tickets", &r, &err), OD_EDENIED);
	desk_fixture_act(f, FIXTURE_TENANT, "technician");
	assert_rc(take_list(f, "tickets", &r, &err), OD_EDENIED);
	desk_fixture_act(f, FIXTURE_TENANT, "auditor");
	assert_rc(take_list(f, "tickets", &r, &err), OD_EDENIED);
	assert_ok(take_list(f, "audit", &r, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_rc(take_list(f, "audit", &r, &err), OD_EDENIED);
	assert_ok(take_list(f, "tickets", &r, &err));
	assert_int_equal(r.rows, 2);
	assert_non_null(strstr(r.text.s, "del equipo"));
	assert_non_null(strstr(r.text.s, "de nadie"));
	assert_null(strstr(r.text.s, "de ventas"));
	/* He reads more than he takes away, also afterwards. */
	assert_int_equal(op_scope(f->d, OP_TICKET_READ), SCOPE_ALL);
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(take_list(f, "tickets", &r, &err));
	assert_int_equal(r.rows, 3);
	desk_fixture_act(f, FIXTURE_OTHER, "admin");
	assert_ok(take_list(f, "tickets", &r, &err));
	assert_int_equal(r.rows, 0);
	assert_string_equal(r.text.s, "[\n]\n");
	str_free(&r.text);
}

static void
export__contacts__a_supervisor_takes_those_that_his_team_knows(void **state)
{
	struct desk_fixture *f = *state;
	struct result r = {STR_INIT, 0};
	struct err err = ERR_INIT;
	int64_t id, conversation;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	desk_fixture_contact(f, "Nadie Nuevo", "34600000001");
	id = desk_fixture_contact(f, "Venta Ajena", "34600000002");
	desk_fixture_act(f, FIXTURE_TENANT, "stranger");
	assert_ok(conversation_open(f->d, "soporte", CHANNEL_WHATSAPP, id,
	    "34600000002", &conversation, &err));
	assert_ok(conversation_claim(f->d, conversation, 0, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(take_list(f, "contacts", &r, &err));
	assert_int_equal(r.rows, 1);
	assert_non_null(strstr(r.text.s, "34600000001"));
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(take_list(f, "contacts", &r, &err));
	assert_int_equal(r.rows, 2);
	assert_null(strstr(r.text.s, "34600000001")); /* masked, as he reads */
	str_free(&r.text);
}

/* A call that ended, and its recording, of who acts. */
static void
call_of(struct desk_fixture *f, const char *who, const char *number)
{
	struct call_new in = {.direction = CALL_OUT, .number = number};
	struct recording_new heard = {.contact_name = "=1+1",
	    .contact_phone = number,
	    .consent = CONSENT_YES,
	    .rate = 16000,
	    .channels = 1};
	struct err err = ERR_INIT;
	char name[33];
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, who);
	assert_ok(call_start(f->d, &in, &id, NULL, &err));
	assert_ok(call_end(f->d, id, &err));
	assert_ok(call_notes_set(f->d, id, 0, "=HYPERLINK(1)", &err));
	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_exec(f->d->db,
	    "UPDATE calls SET talk_us = 3723400000, started_us = 2000000"
	    " WHERE id = $1 AND tenant_id > 0",
	    BINDS(b_int(id)), NULL, &err));
	assert_ok(db_commit(f->d->db, &err));
	heard.call_id = id;
	assert_ok(recording_begin(f->d, &heard, &id, name, &err));
	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_exec(f->d->db,
	    "UPDATE recordings SET duration_us = 61900000,"
	    " started_us = 2000000 WHERE id = $1 AND tenant_id > 0",
	    BINDS(b_int(id)), NULL, &err));
	assert_ok(db_commit(f->d->db, &err));
}

/* Spans whole, no formula, no number that its reader may not see. */
static void
export__calls_and_recordings__are_those_of_who_asks(void **state)
{
	static const char *const lists[] = {"calls", "recordings"};
	static const char *const spans[] = {"1:02:03", "0:01:01"};
	static const char *const texts[] = {"'=HYPERLINK(1)", "'=1+1"};
	struct desk_fixture *f = *state;
	struct result r = {STR_INIT, 0};
	struct err err = ERR_INIT;

	call_of(f, "mate", "+34600111222");
	call_of(f, "stranger", "+34600333444");
	for (int i = 0; i < 2; i++) {
		struct export_ask ask = {.list = lists[i]};

		desk_fixture_act(f, FIXTURE_TENANT, "operator");
		assert_rc(take(f, &ask, &r, &err), OD_EDENIED);
		desk_fixture_act(f, FIXTURE_TENANT, "auditor");
		assert_rc(take(f, &ask, &r, &err), OD_EDENIED);
		desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
		assert_ok(take_as(f, &ask, SHEET_CSV, &r, &err));
		assert_int_equal(r.rows, 1);
		assert_non_null(strstr(r.text.s, "600111222"));
		assert_non_null(strstr(r.text.s, spans[i]));
		assert_non_null(strstr(r.text.s, texts[i]));
		desk_fixture_act(f, FIXTURE_TENANT, "admin");
		assert_ok(take(f, &ask, &r, &err));
		assert_int_equal(r.rows, 2);
		assert_null(strstr(r.text.s, "600111222"));
		ask.from_us = 2000000;
		ask.to_us = 2000001;
		assert_ok(take(f, &ask, &r, &err));
		assert_int_equal(r.rows, 2);
		ask.from_us = 1;
		ask.to_us = 2000000;
		assert_ok(take(f, &ask, &r, &err));
		assert_int_equal(r.rows, 0);
		desk_fixture_act(f, FIXTURE_OTHER, "admin");
		ask.to_us = 0;
		assert_ok(take(f, &ask, &r, &err));
		assert_int_equal(r.rows, 0);
	}
	str_free(&r.text);
}

static void
export__leads__are_those_of_who_asks_and_of_the_filter(void **state)
{
	static const char *const owners[] = {"mate", "stranger"};
	struct export_ask ask = {.list = "leads"};
	struct desk_fixture *f = *state;
	struct result r = {STR_INIT, 0};
	struct err err = ERR_INIT;
	int64_t id;

	for (int i = 0; i < 2; i++) {
		const struct lead_new in = {.problem_statement = "=1+1"};

		desk_fixture_act(f, FIXTURE_TENANT, owners[i]);
		assert_ok(lead_new(f->d, &in, &id, &err));
	}
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_rc(take(f, &ask, &r, &err), OD_EDENIED);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(take_as(f, &ask, SHEET_CSV, &r, &err));
	assert_int_equal(r.rows, 1);
	assert_non_null(strstr(r.text.s, "'=1+1"));
	assert_non_null(strstr(r.text.s, "mate"));
	assert_null(strstr(r.text.s, "stranger"));
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	ask.filter = "owner:stranger";
	assert_ok(take(f, &ask, &r, &err));
	assert_int_equal(r.rows, 1);
	ask.filter = "state:closed";
	assert_ok(take(f, &ask, &r, &err));
	assert_int_equal(r.rows, 0);
	ask.filter = "price:9";
	assert_rc(take(f, &ask, &r, &err), OD_EDATA);
	ask = (struct export_ask){.list = "leads", .to_us = 1};
	assert_ok(take(f, &ask, &r, &err));
	assert_int_equal(r.rows, 0);
	str_free(&r.text);
}

static void
export__every_list__is_an_array_of_its_rows(void **state)
{
	struct desk_fixture *f = *state;
	struct result r = {STR_INIT, 0};
	struct err err = ERR_INIT;
	struct json *doc = NULL;

	desk_fixture_contact(f, "Ana", "34600000001");
	ticket_of(f, "uno", 0);
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	for (int i = 0; export_names[i] != NULL; i++) {
		assert_int_not_equal(
		    export_operation(export_names[i]), OP_COUNT);
		assert_ok(take_list(f, export_names[i], &r, &err));
		assert_ok(json_parse(
		    r.text.s, r.text.len, &json_limits_webhook, &doc, &err));
		assert_int_equal(json_type(doc), JSON_ARRAY);
		assert_int_equal(json_size(doc), r.rows);
		json_free(&doc);
	}
	assert_rc(take_list(f, "secrets", &r, &err), OD_ENOTFOUND);
	assert_int_equal(export_operation("secrets"), OP_COUNT);
	str_free(&r.text);
}

/* ---- what is kept of it ---- */

static void
export__the_trail__says_who_took_how_many(void **state)
{
	struct desk_fixture *f = *state;
	struct result r = {STR_INIT, 0};
	struct audit_row *rows = NULL;
	struct err err = ERR_INIT;
	struct export_ask ask = {.list = "tickets", .filter = "state:("};
	size_t count = 0;

	ticket_of(f, "uno", 0);
	ticket_of(f, "dos", 0);
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(take_list(f, "tickets", &r, &err));
	assert_ok(audit_list(f->d, 0, 2, &rows, &count, &err));
	assert_int_equal(count, 2);
	assert_string_equal(rows[0].operation, "export.done");
	assert_string_equal(rows[0].reason, "tickets json 2");
	assert_int_equal(rows[0].actor_id, f->demo.operators[ROLE_ADMIN]);
	assert_string_equal(rows[1].operation, "export.tickets");
	assert_string_equal(rows[1].reason, "json");
	audit_list_free(&rows, count);
	assert_rc(take(f, &ask, &r, &err), OD_EDATA);
	/* A refusal is in it as well. */
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_rc(take_list(f, "tickets", &r, &err), OD_EDENIED);
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(audit_list(f->d, 0, 1, &rows, &count, &err));
	assert_string_equal(rows[0].operation, "export.tickets");
	assert_true(rows[0].denied);
	audit_list_free(&rows, count);
	str_free(&r.text);
}

static void
export__what_cannot_be_noted__has_no_file(void **state)
{
	struct desk_fixture *f = *state;
	struct result r = {STR_INIT, 0};
	struct err err = ERR_INIT;
	struct export_ask ask = {.list = "tickets", .format = SHEET_CSV};
	struct export *e = NULL;
	char path[TMP_SIZE];
	bool more;

	ticket_of(f, "uno", 0);
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	str_copy(path, sizeof(path), tmp_path(&f->tmp, "none.csv"));
	ask.path = path;
	ask.zone = zone_utc();
	assert_ok(export_begin(f->d, &ask, &e, &err));
	assert_ok(export_step(f->d, e, &more, &err));
	db_fail_after(f->d->db, 1, OD_EIO);
	assert_rc(export_end(f->d, &e, &err), OD_EIO);
	db_fail_after(f->d->db, 0, 0);
	assert_null(e);
	assert_int_not_equal(access(path, F_OK), 0);
	str_free(&r.text);
}

/* ---- many ---- */

static void
add_many(struct desk_fixture *f, int n)
{
	struct err err = ERR_INIT;

	assert_ok(db_begin(f->d->db, "test", &err));
	for (int i = 0; i < n; i++)
		assert_ok(db_exec(f->d->db,
		    "INSERT INTO tickets(tenant_id, number, subject, state,"
		    " priority, urgency, impact, source, created_at,"
		    " updated_at) VALUES($1, $2, 'uno de muchos', 0, 3, 3, 3,"
		    " 0, $3, $3)",
		    BINDS(b_int(f->demo.id), b_int(100000 + i),
			b_int(1000000 + i / 3)),
		    NULL, &err));
	assert_ok(db_commit(f->d->db, &err));
}

static int
count_of(const char *text, const char *what)
{
	int n = 0;

	for (; (text = strstr(text, what)) != NULL; text++)
		n++;
	return n;
}

static void
export__pages__each_row_once_and_times_as_they_are_asked_for(void **state)
{
	struct desk_fixture *f = *state;
	struct export_ask ask = {.list = "tickets"};
	struct result r = {STR_INIT, 0};
	struct err err = ERR_INIT;
	char number[64];

	add_many(f, 2500);
	assert_ok(take(f, &ask, &r, &err));
	assert_int_equal(r.rows, 2500);
	for (int i = 0; i < 2500; i += 7) {
		str_format(
		    number, sizeof(number), "\"number\":%d,", 100000 + i);
		assert_int_equal(count_of(r.text.s, number), 1);
	}
	ask.from_us = 1000000 + 100;
	ask.to_us = 1000000 + 700;
	assert_ok(take(f, &ask, &r, &err));
	assert_int_equal(r.rows, 1800);
	assert_non_null(strstr(r.text.s, "\"number\":100300,"));
	assert_non_null(strstr(r.text.s, "\"number\":102099,"));
	ask.filter = "state:new";
	assert_ok(take(f, &ask, &r, &err));
	assert_int_equal(r.rows, 1800);
	ask.filter = "state:closed";
	assert_ok(take(f, &ask, &r, &err));
	assert_int_equal(r.rows, 0);
	str_free(&r.text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(export__each_role__takes_what_it_may),
	    DESK_TEST(
		export__contacts__a_supervisor_takes_those_that_his_team_knows),
	    DESK_TEST(export__calls_and_recordings__are_those_of_who_asks),
	    DESK_TEST(export__leads__are_those_of_who_asks_and_of_the_filter),
	    DESK_TEST(export__every_list__is_an_array_of_its_rows),
	    DESK_TEST(export__the_trail__says_who_took_how_many),
	    DESK_TEST(export__what_cannot_be_noted__has_no_file),
	    DESK_TEST(
		export__pages__each_row_once_and_times_as_they_are_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
