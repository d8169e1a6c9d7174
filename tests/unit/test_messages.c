/* Unit tests of db/records/messages and message_inbound. */
#include "db/core/search.h"
#include "db/records/jobs.h"
#include "tests/lib/talk_test.h"
#include <stdio.h>

static void
message_receive__new_customer__makes_contact_and_conversation(void **state)
{
	struct desk_fixture *f = *state;
	int64_t id = talk_says(f, "wamid.1", "Hola, ¿hay alguien?");
	struct conversation c = talk_get(f, id);

	assert_string_equal(c.peer, TALK_NUMBER);
	assert_string_equal(c.contact_name, "Ana");
	assert_string_equal(c.preview, "Hola, ¿hay alguien?");
	assert_true(c.preview_inbound);
	assert_int_equal(c.state, CONVERSATION_ACTIVE);
	assert_int_equal(c.unread, 1);
	assert_int_equal(c.last_inbound_us, TALK_T0);
	assert_int_equal(c.waiting_since_us, TALK_T0);
	assert_int_equal(
	    conversation_window_left(&c, TALK_T0), WHATSAPP_WINDOW_US);
}

static void
message_receive__again__is_a_duplicate(void **state)
{
	struct desk_fixture *f = *state;
	struct inbound_message in = talk_message("wamid.1", "Hola", TALK_T0);
	struct err err = ERR_INIT;
	int64_t id = talk_receive(f, &in).conversation_id;

	assert_true(talk_receive(f, &in).duplicate);
	assert_int_equal(talk_get(f, id).unread, 1);
	/* Also when its conversation was closed long ago. */
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	f->d->single_user = true;
	assert_ok(conversation_close(f->d, id, 0, &err));
	clock_fake_wall(TALK_T0 + 3 * US_PER_DAY);
	assert_true(talk_receive(f, &in).duplicate);
	assert_int_equal(talk_int(f, "SELECT COUNT(*) FROM conversations"), 1);
	assert_int_equal(talk_int(f, "SELECT COUNT(*) FROM messages"), 1);
}

static void
message_receive__late_arrival__moves_nothing_back(void **state)
{
	struct desk_fixture *f = *state;
	int64_t early = TALK_T0 - US_PER_MINUTE;
	struct inbound_message late = talk_message("wamid.1", "primero", early);
	int64_t id = talk_says(f, "wamid.2", "segundo");
	struct conversation c;

	talk_receive(f, &late);
	c = talk_get(f, id);
	assert_string_equal(c.preview, "segundo");
	assert_int_equal(c.last_inbound_us, TALK_T0);
	assert_int_equal(c.last_message_us, TALK_T0);
	assert_int_equal(c.waiting_since_us, early);
	assert_int_equal(c.unread, 2);
}

static void
message_receive__clock_ahead__counts_as_now(void **state)
{
	struct desk_fixture *f = *state;
	struct inbound_message in =
	    talk_message("wamid.1", "Hola", TALK_T0 + US_PER_DAY);
	int64_t id = talk_receive(f, &in).conversation_id;

	assert_int_equal(talk_get(f, id).last_inbound_us, TALK_T0);
}

static void
message_receive__reaction__raises_nothing_and_is_folded(void **state)
{
	struct desk_fixture *f = *state;
	int64_t id = talk_says(f, "wamid.1", "Hola");
	struct inbound_message in = talk_message("wamid.2", "👍", 0);
	struct err err = ERR_INIT;
	struct message *rows;
	struct conversation c;
	size_t count;

	clock_fake_wall(TALK_T0 + US_PER_HOUR);
	in.kind = MESSAGE_REACTION;
	in.reply_to = "wamid.1";
	assert_int_equal(talk_receive(f, &in).conversation_id, id);
	c = talk_get(f, id);
	assert_int_equal(c.unread, 1);
	assert_int_equal(c.last_inbound_us, TALK_T0);
	assert_string_equal(c.preview, "Hola");
	assert_ok(message_thread(f->d, id, 0, 0, 10, &rows, &count, &err));
	assert_int_equal(count, 1);
	assert_string_equal(rows[0].reactions, "👍");
	message_list_free(&rows, count);
	/* An empty one takes it back. */
	in.provider_id = "wamid.3";
	in.body = "";
	talk_receive(f, &in);
	assert_ok(message_thread(f->d, id, 0, 0, 10, &rows, &count, &err));
	assert_string_equal(rows[0].reactions, "");
	message_list_free(&rows, count);
}

static void
message_receive__closed_conversation__reopens_for_a_day(void **state)
{
	struct desk_fixture *f = *state;
	int64_t id = talk_says(f, "wamid.1", "Hola");
	struct err err = ERR_INIT;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(conversation_close(f->d, id, 0, &err));
	clock_fake_wall(TALK_T0 + US_PER_HOUR);
	assert_int_equal(talk_says(f, "wamid.2", "Otra cosa"), id);
	assert_int_equal(talk_get(f, id).state, CONVERSATION_ACTIVE);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(conversation_close(f->d, id, 0, &err));
	clock_fake_wall(TALK_T0 + 2 * US_PER_DAY);
	assert_int_not_equal(talk_says(f, "wamid.3", "Días después"), id);
	assert_int_equal(talk_get(f, id).state, CONVERSATION_CLOSED);
}

static void
message_receive__user_without_number__keeps_one_row(void **state)
{
	struct desk_fixture *f = *state;
	struct inbound_message in = talk_message("wamid.1", "Hola", 0);
	struct conversation c;
	int64_t id;

	in.number = "";
	in.user_id = "US.123";
	id = talk_receive(f, &in).conversation_id;
	assert_string_equal(talk_get(f, id).peer, "US.123");
	in.provider_id = "wamid.2";
	in.number = TALK_NUMBER;
	assert_int_equal(talk_receive(f, &in).conversation_id, id);
	c = talk_get(f, id);
	assert_string_equal(c.peer, TALK_NUMBER);
	assert_string_equal(c.peer_user_id, "US.123");
	in.provider_id = "wamid.3";
	in.number = NULL;
	assert_int_equal(talk_receive(f, &in).conversation_id, id);
	assert_int_equal(talk_int(f, "SELECT COUNT(*) FROM conversations"), 1);
	assert_int_equal(talk_int(f, "SELECT COUNT(*) FROM contacts"), 1);
}

static void
message_receive__two_turn_out_to_be_one__are_joined(void **state)
{
	struct desk_fixture *f = *state;
	struct inbound_message in = talk_message("wamid.1", "uno", 0);
	struct conversation c;
	int64_t id;

	talk_receive(f, &in);
	in = talk_message("wamid.2", "dos", 0);
	in.number = "";
	in.user_id = "US.123";
	talk_receive(f, &in);
	in = talk_message("wamid.3", "tres", 0);
	in.user_id = "US.123";
	id = talk_receive(f, &in).conversation_id;
	c = talk_get(f, id);
	assert_int_equal(c.unread, 3);
	assert_string_equal(c.preview, "tres");
	assert_int_equal(
	    talk_int(f, "SELECT COUNT(*) FROM conversations WHERE state < 2"),
	    1);
	assert_int_equal(talk_int(f, "SELECT COUNT(DISTINCT conversation_id)"
				     " FROM messages"),
	    1);
}

static void
message_receive__nobody__is_bad_data(void **state)
{
	struct desk_fixture *f = *state;
	struct inbound_message in = talk_message("wamid.1", "Hola", 0);
	struct err err = ERR_INIT;
	struct inbound_result r;

	in.number = "";
	talk_system(f);
	assert_rc(message_receive(f->d, &in, &r, &err), OD_EDATA);
	assert_int_equal(talk_int(f, "SELECT COUNT(*) FROM messages"), 0);
}

static void
message_receive__media__queues_a_job(void **state)
{
	struct desk_fixture *f = *state;
	struct inbound_message in = talk_message("wamid.1", "", 0);
	struct err err = ERR_INIT;
	struct inbound_result r;
	int64_t next;
	size_t count;
	struct job *jobs;

	in.kind = MESSAGE_IMAGE;
	in.media_id = "42";
	r = talk_receive(f, &in);
	assert_ok(job_claim(f->d, "t", 60, 10, &jobs, &count, &next, &err));
	assert_int_equal(count, 1);
	assert_int_equal(jobs[0].kind, JOB_MEDIA);
	assert_int_equal(jobs[0].record_id, r.message_id);
	assert_non_null(strstr(jobs[0].args, "\"media_id\":\"42\""));
	job_list_free(&jobs, count);
}

static void
message_receive__echo__is_an_answer(void **state)
{
	struct desk_fixture *f = *state;
	int64_t id = talk_says(f, "wamid.1", "Hola");
	struct inbound_message in = talk_message("wamid.2", "Buenas", 0);
	struct conversation c;

	in.from_app = in.from_us = true;
	assert_int_equal(talk_receive(f, &in).conversation_id, id);
	c = talk_get(f, id);
	assert_int_equal(c.waiting_since_us, 0);
	assert_false(c.preview_inbound);
	assert_int_equal(c.unread, 1);
}

static void
message_receive__other_tenant__is_apart(void **state)
{
	struct desk_fixture *f = *state;
	struct inbound_message in = talk_message("wamid.1", "Hola", 0);
	int64_t id = talk_receive(f, &in).conversation_id;
	struct err err = ERR_INIT;
	struct inbound_result r;
	struct conversation c;

	desk_act_as_system(f->d, f->other.id);
	assert_ok(message_receive(f->d, &in, &r, &err));
	assert_false(r.duplicate);
	assert_int_not_equal(r.conversation_id, id);
	assert_rc(conversation_get(f->d, id, &c, &err), OD_ENOTFOUND);
}

static void
message_edit__newest_wins__and_revoked_stays(void **state)
{
	struct desk_fixture *f = *state;
	struct inbound_message in =
	    talk_message("wamid.1", "Hola", TALK_T0 - US_PER_MINUTE);
	struct inbound_result r = talk_receive(f, &in);
	struct err err = ERR_INIT;
	struct search_hit hit;
	struct message m;
	size_t count;

	assert_ok(message_edit_inbound(f->d, TALK_CHANNEL, "wamid.1",
	    INBOUND_EDIT, "Adiós", TALK_T0 - 10, &err));
	assert_ok(message_edit_inbound(f->d, TALK_CHANNEL, "wamid.1",
	    INBOUND_EDIT, "viejo", TALK_T0 - 20, &err));
	assert_ok(message_get(f->d, r.message_id, &m, &err));
	assert_string_equal(m.body, "Adiós");
	assert_int_equal(m.edited_us, TALK_T0 - 10);
	message_clear(&m);
	assert_string_equal(talk_get(f, r.conversation_id).preview, "Adiós");
	assert_ok(search_find(
	    f->d, RECORD_MESSAGE, "adios", 0, 1, &hit, &count, &err));
	assert_int_equal(count, 1);
	assert_ok(message_edit_inbound(f->d, TALK_CHANNEL, "wamid.1",
	    INBOUND_REVOKE, NULL, TALK_T0 - 5, &err));
	assert_ok(message_edit_inbound(f->d, TALK_CHANNEL, "wamid.1",
	    INBOUND_EDIT, "tarde", TALK_T0, &err));
	assert_ok(message_get(f->d, r.message_id, &m, &err));
	assert_int_equal(m.revoked_us, TALK_T0 - 5);
	assert_string_equal(m.body, "Adiós");
	message_clear(&m);
	assert_string_equal(talk_get(f, r.conversation_id).preview, "");
	assert_ok(search_find(
	    f->d, RECORD_MESSAGE, "adios", 0, 1, &hit, &count, &err));
	assert_int_equal(count, 0);
	assert_rc(message_edit_inbound(f->d, TALK_CHANNEL, "wamid.9",
		      INBOUND_EDIT, "x", TALK_T0, &err),
	    OD_ENOTFOUND);
}

static void
message_peer_changed__conversation__moves_along(void **state)
{
	struct desk_fixture *f = *state;
	int64_t id = talk_says(f, "wamid.1", "Hola");
	struct inbound_message in = talk_message("wamid.2", "Soy yo", 0);
	struct err err = ERR_INIT;

	assert_ok(message_peer_changed(
	    f->d, TALK_CHANNEL, TALK_NUMBER, "34600999888", "", "", &err));
	assert_string_equal(talk_get(f, id).peer, "34600999888");
	in.number = "34600999888";
	assert_int_equal(talk_receive(f, &in).conversation_id, id);
	assert_int_equal(talk_int(f, "SELECT COUNT(*) FROM contacts"), 1);
}

static void
message_thread__messages_and_notes__page_back_in_order(void **state)
{
	struct desk_fixture *f = *state;
	char id[24], text[24];
	struct err err = ERR_INIT;
	struct message *rows;
	int64_t conv = 0;
	size_t count;

	for (int i = 0; i < 6; i++) {
		snprintf(id, sizeof(id), "wamid.%d", i);
		snprintf(text, sizeof(text), "texto %d", i);
		clock_fake_wall(TALK_T0 + i * US_PER_MINUTE);
		conv = talk_says(f, id, text);
	}
	clock_fake_wall(TALK_T0 + 6 * US_PER_MINUTE);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(conversation_note(f->d, conv, "ojo", NULL, &err));
	assert_ok(message_thread(f->d, conv, 0, 0, 4, &rows, &count, &err));
	assert_int_equal(count, 4);
	assert_true(rows[3].is_note);
	assert_string_equal(rows[0].body, "texto 3");
	int64_t us = rows[0].at_us, at = rows[0].id;

	message_list_free(&rows, count);
	assert_ok(message_thread(f->d, conv, us, at, 4, &rows, &count, &err));
	assert_int_equal(count, 3);
	assert_string_equal(rows[0].body, "texto 0");
	assert_string_equal(rows[2].body, "texto 2");
	message_list_free(&rows, count);
}

/* What every message costs must not grow with the desk. */
static void
message_receive__queries__use_indexes(void **state)
{
	SQLITE_ONLY("SQLite's words of a plan; test_plans has both");

	static const char *const plans[] = {
	    "EXPLAIN QUERY PLAN SELECT v.id FROM conversations v"
	    " WHERE v.tenant_id = 1 AND v.channel = 'a' AND v.peer = 'b'"
	    " AND v.state < 2",
	    "EXPLAIN QUERY PLAN SELECT v.id FROM conversations v"
	    " WHERE v.tenant_id = 1 AND v.channel = 'a'"
	    " AND v.peer_user_id = 'b' AND v.peer_user_id <> ''"
	    " AND v.state < 2 ORDER BY v.last_message_us DESC LIMIT 1",
	    "EXPLAIN QUERY PLAN SELECT id FROM conversations v"
	    " WHERE v.tenant_id = 1 AND v.contact_id = 3 AND v.channel = 'a'"
	    " AND v.state = 2 ORDER BY v.last_message_us DESC, v.id DESC",
	    "EXPLAIN QUERY PLAN SELECT 1 FROM messages WHERE tenant_id = 1"
	    " AND channel = 'a' AND provider_id = 'b' AND provider_id <> ''",
	    "EXPLAIN QUERY PLAN SELECT tenant_id, channel FROM outbox"
	    " WHERE state < 2 AND (tenant_id, channel) > (1, 'a')"
	    " ORDER BY tenant_id, channel LIMIT 1",
	    "EXPLAIN QUERY PLAN SELECT id FROM outbox WHERE tenant_id = 1"
	    " AND channel = 'a' AND state = 0 AND state < 2"
	    " AND next_try_us <= 5 ORDER BY next_try_us, id LIMIT 3",
	    "EXPLAIN QUERY PLAN SELECT id FROM outbox WHERE state = 1"
	    " AND state < 2 AND next_try_us <= 5 ORDER BY next_try_us, id",
	    "EXPLAIN QUERY PLAN SELECT 1 FROM outbox e WHERE e.tenant_id = 1"
	    " AND e.conversation_id = 3 AND e.state < 2 AND e.kind = 1"
	    " AND e.id <> 5 AND (e.state = 1 OR e.id < 5)",
	    "EXPLAIN QUERY PLAN SELECT id FROM outbox WHERE state < 2"
	    " AND kind = 1 AND conversation_id IS NULL",
	    "EXPLAIN QUERY PLAN SELECT id FROM outbox WHERE tenant_id = 1"
	    " AND kind = 1 AND record_id IN (7, 8)",
	    "EXPLAIN QUERY PLAN SELECT id FROM jobs WHERE state = 0"
	    " AND state < 2 AND next_try_us <= 5 ORDER BY next_try_us, id",
	    "EXPLAIN QUERY PLAN SELECT id FROM raw_events WHERE state <> 1"
	    " AND state = 0 AND id > 5 ORDER BY id LIMIT 9",
	    "EXPLAIN QUERY PLAN SELECT id FROM conversations"
	    " WHERE tenant_id = 1 AND ticket_id = 3"
	    " AND ticket_id IS NOT NULL",
	};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct stmt *st;

	for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
		assert_ok(db_query(f->d->db, &st, plans[i], NO_BINDS, &err));
		while (stmt_step(st, &err) == 1) {
			const char *line = stmt_text(st, 3);

			if (strstr(line, "SEARCH") == NULL ||
			    strstr(line, "TEMP B-TREE") != NULL)
				/* The newest of one user's few rows. */
				if (i != 1 && i != 4)
					fail_msg("%s: %s", plans[i], line);
			if (strncmp(line, "SCAN", 4) == 0 &&
			    strstr(line, "USING") == NULL)
				fail_msg("%s: %s", plans[i], line);
		}
		stmt_close(&st);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TALK_TEST(
		message_receive__new_customer__makes_contact_and_conversation),
	    TALK_TEST(message_receive__again__is_a_duplicate),
	    TALK_TEST(message_receive__late_arrival__moves_nothing_back),
	    TALK_TEST(message_receive__clock_ahead__counts_as_now),
	    TALK_TEST(message_receive__reaction__raises_nothing_and_is_folded),
	    TALK_TEST(message_receive__closed_conversation__reopens_for_a_day),
	    TALK_TEST(message_receive__user_without_number__keeps_one_row),
	    TALK_TEST(message_receive__two_turn_out_to_be_one__are_joined),
	    TALK_TEST(message_receive__nobody__is_bad_data),
	    TALK_TEST(message_receive__media__queues_a_job),
	    TALK_TEST(message_receive__echo__is_an_answer),
	    TALK_TEST(message_receive__other_tenant__is_apart),
	    TALK_TEST(message_edit__newest_wins__and_revoked_stays),
	    TALK_TEST(message_peer_changed__conversation__moves_along),
	    TALK_TEST(message_thread__messages_and_notes__page_back_in_order),
	    TALK_TEST(message_receive__queries__use_indexes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
