/*
 * Unit tests of clearing guides, cards, prompts and webhooks from the trash:
 * what nothing names any more goes with its versions, attempts and promises,
 * and what a session walked stays as long as the session.
 *
 * Turned red by: a guide in the trash that is not asked about its sessions, a
 * webhook whose attempts are left.
 */
#include "db/core/op.h"
#include "db/records/guide_sessions.h"
#include "db/records/knowledge.h"
#include "db/records/purge.h"
#include "db/records/webhooks.h"
#include "tests/lib/talk_test.h"

#define NOW  (TALK_T0 + 1000 * US_PER_DAY)
#define DAYS US_PER_DAY

static int64_t
import(struct desk_fixture *f, enum knowledge_kind kind, const char *topic)
{
	struct knowledge_new in = {topic, "c", topic, "{\"a\":1}"};
	struct err err = ERR_INIT;
	enum knowledge_put put;
	int64_t id;

	assert_ok(knowledge_import_of(f->d, kind, &in, false, &put, &id, &err));
	in.body = "{\"a\":2}";
	assert_ok(knowledge_import_of(f->d, kind, &in, false, &put, &id, &err));
	return id;
}

static int64_t
hook(struct desk_fixture *f, const char *name)
{
	const struct webhook_set in = {.name = name,
	    .url = "https://hooks.example.com/",
	    .is_private = -1};
	char secret[WEBHOOK_SECRET_MAX];
	struct err err = ERR_INIT;
	int64_t id;

	assert_ok(webhook_new(f->d, &in, &id, secret, &err));
	return id;
}

/* An attempt of each webhook, and a promise for each event. */
static void
promise(struct desk_fixture *f, int64_t id)
{
	const struct webhook_went went = {.outbox_id = 1,
	    .event = "guide.published",
	    .error = "",
	    .response = "ok",
	    .attempt = 1,
	    .status = 200};
	struct err err = ERR_INIT;
	bool more, is_off;
	int promised;

	desk_act_as_system(f->d, 0);
	assert_ok(db_batch_begin(f->d, &err));
	assert_ok(webhook_fan_out(f->d, &more, &promised, &err));
	assert_ok(db_batch_end(f->d, &err));
	assert_true(promised > 0);
	assert_ok(webhook_note(f->d, f->demo.id, id, &went, &is_off, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
}

static void
walk(struct desk_fixture *f, int64_t knowledge_id)
{
	struct guide_session_new in = {
	    .lang = "es", .step = 1, .knowledge_id = knowledge_id};
	const struct session_end end = {.state = SESSION_ABANDONED};
	struct knowledge_version v = {.id = 0};
	struct err err = ERR_INIT;
	int64_t id;

	assert_ok(knowledge_version(f->d, knowledge_id, 0, &v, &err));
	in.version_id = v.id;
	knowledge_version_clear(&v);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(guide_session_start(f->d, &in, &id, &err));
	assert_ok(guide_session_finish(f->d, id, &end, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
}

static int64_t
count(struct desk_fixture *f, const char *sql, int64_t id)
{
	struct err err = ERR_INIT;
	int64_t n;

	assert_ok(db_int(
	    f->d->db, &n, sql, BINDS(b_int(f->demo.id), b_int(id)), &err));
	return n;
}

static int64_t
versions(struct desk_fixture *f, int64_t id)
{
	return count(f,
	    "SELECT count(*) FROM knowledge_versions WHERE tenant_id = $1"
	    " AND knowledge_id = $2",
	    id);
}

static int64_t
of_hook(struct desk_fixture *f, int64_t id)
{
	return count(f,
		   "SELECT count(*) FROM webhooks WHERE tenant_id = $1"
		   " AND id = $2",
		   id) +
	       count(f,
		   "SELECT count(*) FROM webhook_attempts WHERE tenant_id = $1"
		   " AND webhook_id = $2",
		   id) +
	       count(f,
		   "SELECT count(*) FROM outbox WHERE tenant_id = $1"
		   " AND kind = 3 AND record_id = $2",
		   id) +
	       count(f,
		   "SELECT count(*) FROM changes WHERE tenant_id = $1"
		   " AND kind = 45 AND record_id = $2",
		   id);
}

static struct purge
clear(struct desk_fixture *f, int64_t now_us)
{
	struct err err = ERR_INIT;
	struct purge p;

	clock_fake_wall(now_us);
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(purge_run(f->d, &p, NULL, NULL, &err));
	return p;
}

static void
trash__old_enough__goes_unless_something_names_it(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t gone, card, used, stays, off, on;
	struct purge p;

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	off = hook(f, "off");
	on = hook(f, "on");
	gone = import(f, KNOWLEDGE_GUIDE, "gone");
	card = import(f, KNOWLEDGE_CARD, "gone");
	used = import(f, KNOWLEDGE_GUIDE, "used");
	stays = import(f, KNOWLEDGE_GUIDE, "stays");
	promise(f, off);
	assert_ok(knowledge_delete(f->d, gone, 0, &err));
	assert_ok(knowledge_delete(f->d, card, 0, &err));
	assert_ok(webhook_delete(f->d, off, 0, &err));
	clock_fake_wall(NOW - 100 * DAYS);
	walk(f, used);
	assert_ok(knowledge_delete(f->d, used, 0, &err));
	p = clear(f, NOW);
	assert_int_equal(p.rows[PURGE_KNOWLEDGE].due, 2);
	assert_int_equal(p.rows[PURGE_KNOWLEDGE].kept, 1);
	assert_int_equal(p.rows[PURGE_WEBHOOKS].due, 1);
	assert_int_equal(versions(f, gone), 0);
	assert_int_equal(versions(f, card), 0);
	assert_int_equal(versions(f, used), 2);
	assert_int_equal(versions(f, stays), 2);
	assert_int_equal(of_hook(f, off), 0);
	assert_true(of_hook(f, on) > 1);
	assert_rc(knowledge_restore(f->d, gone, &err), OD_ENOTFOUND);
	/* Its name is free again. */
	assert_int_not_equal(import(f, KNOWLEDGE_GUIDE, "gone"), gone);
	/* Sessions go after two years, and with the last one what it walked. */
	(void)clear(f, NOW + 800 * DAYS);
	assert_int_equal(versions(f, used), 0);
	assert_int_equal(versions(f, stays), 2);
}

static void
trash__young_or_to_be_undone__stays(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t id, off;
	char said[256];

	clock_fake_wall(NOW - DAYS);
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	off = hook(f, "off");
	id = import(f, KNOWLEDGE_GUIDE, "young");
	assert_ok(webhook_delete(f->d, off, 0, &err));
	assert_ok(knowledge_delete(f->d, id, 0, &err));
	(void)clear(f, NOW);
	assert_int_equal(versions(f, id), 2);
	assert_true(of_hook(f, off) > 0);
	assert_ok(op_undo(f->d, said, &err));
	assert_ok(op_undo(f->d, said, &err));
}

static int
setup(void **state)
{
	clock_fake_wall(TALK_T0);
	return desk_test_setup(state);
}

static int
teardown(void **state)
{
	clock_fake_wall(0);
	return desk_test_teardown(state);
}

int
main(void)
{
#define CASE(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
	    CASE(trash__old_enough__goes_unless_something_names_it),
	    CASE(trash__young_or_to_be_undone__stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
