/*
 * Unit tests of kb/session: guides of files walked in a desk, found from what
 * was said, with values, reports and buttons; and a long random walk beside a
 * slow model of what a session is.
 *
 * Turned red by: an answer that does not follow the guide's branches, a value
 * of another type that is kept, a report without an answer, an end that leaves
 * the session open, an undone answer that is walked back over.
 */
#include "kb/session.h"
#include "common/clock.h"
#include "common/fsutil.h"
#include "common/str.h"
#include "db/core/op.h"
#include "db/records/seat.h"
#include "db/records/tickets.h"
#include "kb/guide_walk.h"
#include "tests/lib/desk_test.h"
#include "tests/lib/guide_data.h"
#include <stdlib.h>

static int64_t
begin(struct desk_fixture *f, const char *topic)
{
	const struct session_begin in = {
	    .topic = topic, .problem = "no va", .lang = "es", .threshold = -1};
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	guide_data_file(f, "tests/data/guides/good.json");
	assert_ok(session_begin(f->d, &in, &id, &err));
	return id;
}

static int
reply(struct desk_fixture *f, int64_t id, enum path_action action,
    struct err *err)
{
	const struct session_reply in = {
	    .action = action, .notes = action == PATH_SKIPPED ? "sin" : NULL};
	bool again;

	return session_reply(f->d, id, &in, &again, err);
}

static void
session_reply__along_branches__ends_where_the_guide_says(void **state)
{
	struct desk_fixture *f = *state;
	int64_t id = begin(f, "screen_flickers");
	struct err err = ERR_INIT;
	struct session s;

	assert_ok(reply(f, id, PATH_NO, &err));
	assert_ok(session_open(f->d, id, &s, &err));
	assert_int_equal(session_step(&s)->number, 3);
	session_close(&s);
	assert_ok(reply(f, id, PATH_BACK, &err));
	assert_rc(reply(f, id, PATH_BACK, &err), OD_ECONFLICT);
	assert_ok(reply(f, id, PATH_YES, &err));
	assert_ok(reply(f, id, PATH_YES, &err));
	assert_ok(session_open(f->d, id, &s, &err));
	assert_int_equal(s.s.state, SESSION_RESOLVED);
	assert_null(session_step(&s));
	session_close(&s);
}

static void
session_reply__to_escalate__reports_path_and_values(void **state)
{
	const struct session_given kind = {"kind", "Portatil"};
	struct desk_fixture *f = *state;
	int64_t id = begin(f, "screen_flickers");
	struct ticket_comment *rows;
	struct err err = ERR_INIT;
	struct session s;
	size_t n;

	assert_ok(session_give(f->d, id, 0, &kind, 1, &err));
	assert_ok(reply(f, id, PATH_YES, &err));
	assert_ok(reply(f, id, PATH_NO, &err));
	assert_ok(session_open(f->d, id, &s, &err));
	assert_int_equal(s.s.state, SESSION_ESCALATED);
	assert_ok(ticket_comments(f->d, s.s.ticket_id, &rows, &n, &err));
	assert_int_equal(n, 1);
	assert_non_null(strstr(rows[0].body, "portátil"));
	assert_non_null(strstr(rows[0].body, "- 1 "));
	assert_non_null(strstr(rows[0].body, "- 2 "));
	assert_non_null(strstr(rows[0].body, "no va"));
	ticket_comments_free(&rows, n);
	session_close(&s);
}

static void
session_begin__newer_version__runs_on_with_its_own(void **state)
{
	struct desk_fixture *f = *state;
	int64_t id = begin(f, "screen_flickers"), guide, version;
	struct err err = ERR_INIT;
	struct session s;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	guide_data_make(f, "screen_flickers", "{}", &guide, &version);
	assert_ok(session_open(f->d, id, &s, &err));
	assert_int_equal(s.s.guide_version, 1);
	session_close(&s);
	assert_ok(reply(f, id, PATH_NO, &err));
}

static void
session_open__version_that_cannot_be_read__can_be_ended(void **state)
{
	struct desk_fixture *f = *state;
	int64_t id = begin(f, "screen_flickers");
	struct err err = ERR_INIT;
	struct guide_session plain;
	struct session s;

	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_exec(f->d->db,
	    "UPDATE knowledge_versions SET body = '{' WHERE tenant_id = $1",
	    BINDS(b_int(f->demo.id)), NULL, &err));
	assert_ok(db_commit(f->d->db, &err));
	assert_rc(session_open(f->d, id, &s, &err), OD_EDATA);
	assert_rc(reply(f, id, PATH_NO, &err), OD_EDATA);
	assert_ok(
	    session_finish(f->d, id, SESSION_ESCALATED, 0, "guía rota", &err));
	assert_ok(guide_session_get(f->d, id, &plain, &err));
	assert_int_equal(plain.state, SESSION_ESCALATED);
	guide_session_clear(&plain);
}

static void
session_begin__from_words__finds_the_guide_or_says_which_is_near(void **state)
{
	struct session_begin in = {
	    .problem = "el monitor parpadea", .threshold = -1};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct session s;
	int64_t id;

	guide_data_train(f, "tests/data/guides/good.json");
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	guide_data_file(f, "tests/data/guides/good.json");
	assert_ok(session_begin(f->d, &in, &id, &err));
	assert_ok(session_open(f->d, id, &s, &err));
	assert_string_equal(s.s.topic, "screen_flickers");
	assert_true(s.s.score >= s.s.threshold && s.s.threshold > 0);
	assert_non_null(strstr(s.s.matched, "screen_flickers"));
	session_close(&s);
	in.problem = "quiero dos pizzas";
	assert_rc(session_begin(f->d, &in, &id, &err), OD_ENOTFOUND);
	in.problem = "";
	assert_rc(session_begin(f->d, &in, &id, &err), OD_EDATA);
	in.topic = "nothing_such";
	assert_rc(session_begin(f->d, &in, &id, &err), OD_ENOTFOUND);
	in.topic = "screen_flickers";
	in.lang = "fr";
	assert_rc(session_begin(f->d, &in, &id, &err), OD_EDATA);
}

static void
session_give__values__are_of_their_type(void **state)
{
	static const struct {
		struct session_given given;
		int rc;
	} cases[] = {
	    {{"kind", "sobremesa"}, 0},
	    {{"kind", "nevera"}, OD_EDATA},
	    {{"kind", ""}, 0},
	    {{"color", "rojo"}, OD_EDATA},
	    {{"equipment", "PC \"9\""}, 0},
	};
	struct desk_fixture *f = *state;
	int64_t id = begin(f, "screen_flickers");
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	struct session s;

	assert_ok(session_open(f->d, id, &s, &err));
	assert_rc(session_text(&s, &text, &err), OD_EDATA);
	session_close(&s);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_rc(session_give(f->d, id, 0, &cases[i].given, 1, &err),
		    cases[i].rc);
	assert_ok(session_give(f->d, id, 0, &cases[0].given, 1, &err));
	assert_ok(session_open(f->d, id, &s, &err));
	assert_ok(session_text(&s, &text, &err));
	assert_non_null(strstr(text.s, "PC \"9\" (sobremesa)"));
	session_close(&s);
	str_free(&text);
}

/* ---- the random walk ---- */

/* xorshift64, the same on every machine. */
struct random {
	uint64_t x;
};

static uint32_t
random_under(struct random *r, uint32_t limit)
{
	r->x ^= r->x << 13;
	r->x ^= r->x >> 7;
	r->x ^= r->x << 17;
	return (uint32_t)((r->x >> 16) % limit);
}

static int64_t
setting(const char *name, int64_t usual)
{
	const char *text = getenv(name);
	int64_t n;

	return text != NULL && str_to_int64(text, 1, INT64_MAX, &n) ? n : usual;
}

#define WALK_ROWS 64

/* What a session is, as slowly and plainly as it can be said. */
struct model {
	int steps[WALK_ROWS + 1]; /* visited, the present one last */
	int count;
	enum guide_session_state state;
};

/* What one deed makes of it; false: it has to be refused. */
static bool
model_do(struct model *m, const struct guide *g, enum path_action action)
{
	bool ended = m->state >= SESSION_RESOLVED;

	if (action == PATH_PAUSED || action == PATH_RESUMED) {
		bool pause = action == PATH_PAUSED;

		if (ended || pause == (m->state == SESSION_PAUSED))
			return false;
		m->state = pause ? SESSION_PAUSED : SESSION_ACTIVE;
		return true;
	}
	if (action == PATH_ABANDONED) {
		if (ended)
			return false;
		m->state = SESSION_ABANDONED;
		return true;
	}
	if (m->state != SESSION_ACTIVE)
		return action == PATH_NOTE && !ended;
	if (action == PATH_NOTE)
		return true;
	if (action == PATH_BACK) {
		if (m->count < 2)
			return false;
		m->count--;
		return true;
	}
	if (action == PATH_RESTARTED) {
		m->count = 1;
		return true;
	}
	struct guide_place place = guide_walk_next(g, m->steps[m->count - 1],
	    action == PATH_YES  ? GUIDE_YES
	    : action == PATH_NO ? GUIDE_NO
				: GUIDE_SKIP);

	if (place.end == GUIDE_GOES_ON)
		m->steps[m->count++] = place.step;
	else
		m->state = place.end == GUIDE_RESOLVED ? SESSION_RESOLVED
		                                       : SESSION_ESCALATED;
	return true;
}

static int
really_do(struct desk_fixture *f, int64_t id, enum path_action action,
    struct err *err)
{
	if (action == PATH_PAUSED)
		return guide_session_pause(f->d, id, 0, NULL, err);
	if (action == PATH_RESUMED)
		return guide_session_resume(f->d, id, 0, err);
	if (action == PATH_NOTE)
		return guide_session_note(f->d, id, "x", false, err);
	if (action == PATH_ABANDONED)
		return session_finish(
		    f->d, id, SESSION_ABANDONED, 0, NULL, err);
	return reply(f, id, action, err);
}

static void
assert_same(struct desk_fixture *f, int64_t id, const struct model *m)
{
	struct err err = ERR_INIT;
	struct session s;

	assert_ok(session_open(f->d, id, &s, &err));
	assert_int_equal(s.s.state, m->state);
	assert_int_equal(s.s.step, m->steps[m->count - 1]);
	assert_int_equal(s.trail_count, m->count);
	for (int i = 0; i < m->count; i++)
		assert_int_equal(s.trail[i], m->steps[i]);
	session_close(&s);
}

static enum path_action
draw(struct random *r)
{
	static const enum path_action often[] = {PATH_YES, PATH_NO, PATH_NO,
	    PATH_NO, PATH_SKIPPED, PATH_BACK, PATH_BACK, PATH_RESTARTED,
	    PATH_NOTE, PATH_PAUSED, PATH_RESUMED, PATH_RESUMED};

	if (random_under(r, 200) == 0)
		return PATH_ABANDONED;
	return often[random_under(r, sizeof(often) / sizeof(often[0]))];
}

/* One undo, as far as it goes, and what was before it. */
static bool
undo(struct desk_fixture *f, struct model *m, const struct model *before)
{
	struct err err = ERR_INIT;
	char sentence[256];

	assert_ok(op_undo(f->d, sentence, &err));
	*m = *before;
	return true;
}

static void
walk(struct desk_fixture *f, struct random *r, const struct guide *g,
    const char *topic, int *left)
{
	const struct session_begin in = {
	    .topic = topic, .lang = "es", .threshold = -1};
	struct model m = {.steps = {guide_walk_first(g)}, .count = 1}, was = m;
	struct err err = ERR_INIT;
	bool can_undo = false;
	int64_t id;

	assert_ok(session_begin(f->d, &in, &id, &err));
	for (int i = 0; i < WALK_ROWS - 1 && *left > 0; i++, (*left)--) {
		enum path_action action = draw(r);
		struct model next = m;

		if (can_undo && random_under(r, 8) == 0) {
			can_undo = !undo(f, &m, &was);
			assert_same(f, id, &m);
			continue;
		}
		if (model_do(&next, g, action)) {
			assert_ok(really_do(f, id, action, &err));
			can_undo = action != PATH_NOTE;
			was = m;
			m = next;
		} else {
			assert_int_not_equal(really_do(f, id, action, &err), 0);
		}
		assert_same(f, id, &m);
		if (m.state >= SESSION_RESOLVED && random_under(r, 4) > 0)
			return;
	}
}

static void
session__random_walks__are_as_the_model_says(void **state)
{
	struct desk_fixture *f = *state;
	struct random r = {(uint64_t)setting("SESSION_SEED", 20261122)};
	struct guide_file *file = NULL;
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	int left = (int)setting("SESSION_STEPS", 10000);

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	guide_data_file(f, "tests/data/guides/good.json");
	guide_data_file(f, "tests/data/guides/older.json");
	assert_ok(fs_read(
	    "tests/data/guides/good.json", GUIDE_MAX_BYTES, &text, &err));
	assert_ok(guide_file_read(text.s, text.len, NULL, &file, &err));
	while (left > 0)
		walk(f, &r, &file->guides[0], file->guides[0].topic, &left);
	guide_file_free(&file);
	str_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(session_reply__along_branches__ends_where_the_guide_says),
	    DESK_TEST(session_reply__to_escalate__reports_path_and_values),
	    DESK_TEST(session_begin__newer_version__runs_on_with_its_own),
	    DESK_TEST(session_open__version_that_cannot_be_read__can_be_ended),
	    DESK_TEST(
		session_begin__from_words__finds_the_guide_or_says_which_is_near),
	    DESK_TEST(session_give__values__are_of_their_type),
	    DESK_TEST(session__random_walks__are_as_the_model_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
