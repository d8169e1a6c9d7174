/*
 * Unit tests of db/records/guide_sessions: what is done in a session, by one
 * and by two, taken back, ended, and told.
 *
 * Turned red by: an answer that does not look where the session is, the same
 * answer counted twice, an undo that leaves its row in the path, a pause whose
 * time is worked, an escalation without a note, feedback taken twice, a mail
 * about an escalation that was undone.
 */
#include "common/clock.h"
#include "common/str.h"
#include "db/core/op.h"
#include "db/records/guide_sessions.h"
#include "db/records/mails.h"
#include "db/records/outbox.h"
#include "db/records/tenant_settings.h"
#include "db/records/tickets.h"
#include "tests/lib/desk_test.h"
#include "tests/lib/guide_data.h"

static int64_t
start(struct desk_fixture *f, const char *login)
{
	struct guide_session_new in = {.lang = "es", .step = 1};
	struct err err = ERR_INIT;
	int64_t id;

	guide_data_make(f, "vpn_fails", "{}", &in.knowledge_id, &in.version_id);
	desk_fixture_act(f, FIXTURE_TENANT, login);
	assert_ok(guide_session_start(f->d, &in, &id, &err));
	return id;
}

static int
answer(struct desk_fixture *f, int64_t id, enum path_action action,
    int64_t from, int64_t to, struct err *err)
{
	const struct session_answer in = {.action = action,
	    .from_step = from,
	    .may_repeat = true,
	    .to_step = to,
	    .notes = action == PATH_SKIPPED ? "no cable" : NULL};
	bool again;

	return guide_session_answer(f->d, id, &in, &again, err);
}

/* "started yes 1 > 2" */
static void
assert_path(struct desk_fixture *f, int64_t id, const char *expected)
{
	struct guide_step_row *rows;
	struct guide_session s;
	struct err err = ERR_INIT;
	struct str got = STR_INIT;
	int64_t trail[16];
	size_t n, k;

	assert_ok(guide_session_get(f->d, id, &s, &err));
	assert_ok(guide_session_steps(f->d, id, &rows, &n, &err));
	for (size_t i = 0; i < n; i++)
		str_addf(&got, "%s ", path_action_names[rows[i].action]);
	k = guide_session_trail(rows, n, s.step, trail, 16);
	for (size_t i = 0; i < k; i++)
		str_addf(
		    &got, "%s%lld", i > 0 ? " > " : "", (long long)trail[i]);
	assert_string_equal(got.s, expected);
	str_free(&got);
	guide_steps_free(&rows, n);
	guide_session_clear(&s);
}

static struct guide_session
get(struct desk_fixture *f, int64_t id)
{
	struct guide_session s;
	struct err err = ERR_INIT;

	assert_ok(guide_session_get(f->d, id, &s, &err));
	guide_session_clear(&s);
	return s;
}

static void
session_answer__step_by_step__the_path_is_kept(void **state)
{
	struct desk_fixture *f = *state;
	int64_t id = start(f, "operator");
	struct err err = ERR_INIT;

	assert_path(f, id, "started 1");
	assert_ok(answer(f, id, PATH_NO, 1, 2, &err));
	assert_ok(answer(f, id, PATH_YES, 2, 4, &err));
	assert_path(f, id, "started no yes 1 > 2 > 4");
	assert_ok(answer(f, id, PATH_BACK, 4, 2, &err));
	assert_path(f, id, "started no yes back 1 > 2");
	assert_ok(answer(f, id, PATH_SKIPPED, 2, 3, &err));
	assert_ok(guide_session_note(f->d, id, "se oye mal", false, &err));
	assert_path(f, id, "started no yes back skipped note 1 > 2 > 3");
	assert_ok(answer(f, id, PATH_RESTARTED, 3, 1, &err));
	assert_path(f, id, "started no yes back skipped note restarted 1");
	assert_int_equal(
	    get(f, id).operator_id, f->demo.operators[ROLE_OPERATOR]);
}

static void
session_answer__twice__same_is_one_and_other_is_a_conflict(void **state)
{
	const struct session_answer no = {.action = PATH_NO,
	    .from_step = 1,
	    .to_step = 2,
	    .may_repeat = true};
	struct desk_fixture *f = *state;
	int64_t id = start(f, "operator");
	struct err err = ERR_INIT;
	bool again;

	assert_ok(guide_session_answer(f->d, id, &no, &again, &err));
	assert_false(again);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(guide_session_answer(f->d, id, &no, &again, &err));
	assert_true(again);
	assert_path(f, id, "started no 1 > 2");
	assert_rc(answer(f, id, PATH_YES, 1, 4, &err), OD_ECONFLICT);
	assert_non_null(strstr(err.text, "step 2, not at 1"));
	assert_rc(answer(f, id, PATH_SKIPPED, 3, 4, &err), OD_ECONFLICT);
	assert_path(f, id, "started no 1 > 2");
}

static void
session_answer__of_a_stale_version__is_a_conflict(void **state)
{
	struct desk_fixture *f = *state;
	int64_t id = start(f, "operator");
	struct session_answer in = {.action = PATH_NO,
	    .to_step = 2,
	    .seen_version = get(f, id).version};
	struct err err = ERR_INIT;
	bool again;

	assert_ok(guide_session_answer(f->d, id, &in, &again, &err));
	in.to_step = 3;
	assert_rc(
	    guide_session_answer(f->d, id, &in, &again, &err), OD_ECONFLICT);
	assert_rc(guide_session_pause(f->d, id, in.seen_version, NULL, &err),
	    OD_ECONFLICT);
	assert_path(f, id, "started no 1 > 2");
}

/* Of the session's name, as far as the command line shows it. */
static const char *
first_digits(struct desk_fixture *f, int64_t id, char digits[9])
{
	str_format(digits, 9, "%.8s", get(f, id).name);
	return digits;
}

static void
session_answer__undone__is_not_in_the_path(void **state)
{
	struct desk_fixture *f = *state;
	int64_t id = start(f, "operator");
	struct err err = ERR_INIT;
	char sentence[256], digits[9], title[201];

	assert_ok(answer(f, id, PATH_NO, 1, 2, &err));
	assert_ok(answer(f, id, PATH_NO, 2, 3, &err));
	assert_ok(op_undo(f->d, sentence, &err));
	assert_non_null(strstr(sentence, "step 2"));
	/* In a guide that a person knows, not in a session of digits. */
	assert_non_null(strstr(sentence, get(f, id).title));
	assert_null(strstr(sentence, first_digits(f, id, digits)));
	assert_path(f, id, "started no 1 > 2");
	assert_ok(op_redo(f->d, sentence, &err));
	assert_path(f, id, "started no no 1 > 2 > 3");
	assert_ok(op_undo(f->d, sentence, &err));
	assert_ok(answer(f, id, PATH_YES, 2, 4, &err));
	assert_path(f, id, "started no yes 1 > 2 > 4");
	assert_ok(op_undo(f->d, sentence, &err));
	assert_ok(op_undo(f->d, sentence, &err));
	assert_path(f, id, "started 1");
	str_copy(title, sizeof(title), get(f, id).title);
	assert_ok(op_undo(f->d, sentence, &err));
	assert_non_null(strstr(sentence, title));
	struct guide_session s;

	assert_rc(guide_session_get(f->d, id, &s, &err), OD_ENOTFOUND);
}

static void
session_answer__bad_data__is_refused(void **state)
{
	struct desk_fixture *f = *state;
	int64_t id = start(f, "operator");
	const struct session_answer skip = {
	    .action = PATH_SKIPPED, .to_step = 2, .notes = " "};
	const struct session_answer strange = {.action = PATH_SENT};
	struct err err = ERR_INIT;
	struct str long_text = STR_INIT;
	bool again;

	assert_rc(
	    guide_session_answer(f->d, id, &skip, &again, &err), OD_EDATA);
	assert_rc(
	    guide_session_answer(f->d, id, &strange, &again, &err), OD_EDATA);
	assert_rc(guide_session_note(f->d, id, "", false, &err), OD_EDATA);
	assert_rc(guide_session_note(f->d, id, "\xff", false, &err), OD_EDATA);
	for (int i = 0; i <= SESSION_NOTES_MAX; i++)
		str_addc(&long_text, 'x');
	assert_rc(
	    guide_session_note(f->d, id, long_text.s, false, &err), OD_EDATA);
	str_free(&long_text);
	assert_path(f, id, "started 1");
}

static void
session_pause__until_resumed__takes_no_answer_and_no_time(void **state)
{
	struct desk_fixture *f = *state;
	int64_t id, now = clock_wall_us(), worked;
	struct err err = ERR_INIT;

	clock_fake_wall(now);
	id = start(f, "operator");
	clock_fake_wall(now + 10 * US_PER_SECOND);
	assert_ok(guide_session_pause(f->d, id, 0, "almuerzo", &err));
	assert_rc(answer(f, id, PATH_NO, 1, 2, &err), OD_ECONFLICT);
	assert_non_null(strstr(err.text, "paused"));
	assert_rc(guide_session_pause(f->d, id, 0, NULL, &err), OD_ECONFLICT);
	clock_fake_wall(now + 500 * US_PER_SECOND);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(guide_session_resume(f->d, id, 0, &err));
	assert_rc(guide_session_resume(f->d, id, 0, &err), OD_ECONFLICT);
	clock_fake_wall(now + 520 * US_PER_SECOND);
	assert_ok(answer(f, id, PATH_NO, 1, 2, &err));
	worked = get(f, id).active_us;
	clock_fake_wall(0);
	assert_int_equal(worked / US_PER_SECOND, 30);
	assert_path(f, id, "started paused resumed no 1 > 2");
}

static void
session_assign__to_a_mate__who_goes_on(void **state)
{
	struct desk_fixture *f = *state;
	int64_t id = start(f, "operator");
	const struct session_handover to = {
	    .operator_id = f->demo.mate, .note = "fin de turno"};
	const struct session_handover nobody = {.operator_id = 999999};
	const struct session_handover foreign = {
	    .operator_id = f->other.operators[ROLE_OPERATOR]};
	struct err err = ERR_INIT;
	char sentence[256];

	assert_rc(guide_session_assign(f->d, id, &nobody, &err), OD_ENOTFOUND);
	assert_rc(guide_session_assign(f->d, id, &foreign, &err), OD_ENOTFOUND);
	assert_ok(guide_session_assign(f->d, id, &to, &err));
	assert_int_equal(get(f, id).operator_id, f->demo.mate);
	assert_ok(op_undo(f->d, sentence, &err));
	assert_int_equal(
	    get(f, id).operator_id, f->demo.operators[ROLE_OPERATOR]);
	assert_path(f, id, "started 1");
}

static size_t
notes_of(struct desk_fixture *f, int64_t ticket_id, const char *with)
{
	struct ticket_comment *rows;
	struct err err = ERR_INIT;
	size_t n, found = 0;

	assert_ok(ticket_comments(f->d, ticket_id, &rows, &n, &err));
	for (size_t i = 0; i < n; i++)
		found += rows[i].kind == COMMENT_NOTE &&
		         strstr(rows[i].body, with) != NULL;
	ticket_comments_free(&rows, n);
	return found;
}

static int64_t
events(struct desk_fixture *f, const char *name)
{
	struct err err = ERR_INIT;
	int64_t n;

	assert_ok(db_int(f->d->db, &n,
	    "SELECT count(*) FROM events WHERE tenant_id = $1 AND name = $2",
	    BINDS(b_int(f->demo.id), b_text(name)), &err));
	return n;
}

static void
session_finish__escalated_without_ticket__opens_one(void **state)
{
	struct desk_fixture *f = *state;
	int64_t id = start(f, "operator");
	const struct session_end end = {.state = SESSION_ESCALATED,
	    .notes = "no arranca",
	    .report = {"VPN", "Path: 1 no"}};
	struct err err = ERR_INIT;
	struct guide_session s;
	struct ticket t;
	char sentence[256];

	assert_ok(guide_session_finish(f->d, id, &end, &err));
	s = get(f, id);
	assert_int_equal(s.state, SESSION_ESCALATED);
	assert_true(s.ended_us != 0 && s.ticket_id != 0);
	assert_int_equal(notes_of(f, s.ticket_id, "Path: 1 no"), 1);
	assert_int_equal(events(f, "session.escalated"), 1);
	assert_rc(answer(f, id, PATH_NO, 1, 2, &err), OD_ECONFLICT);
	assert_rc(guide_session_finish(f->d, id, &end, &err), OD_ECONFLICT);
	assert_ok(op_undo(f->d, sentence, &err));
	assert_ok(ticket_get(f->d, s.ticket_id, &t, &err));
	assert_true(t.deleted_at != 0);
	ticket_clear(&t);
	s = get(f, id);
	assert_int_equal(s.state, SESSION_ACTIVE);
	assert_true(s.ended_us == 0 && s.ticket_id == 0);
	assert_path(f, id, "started 1");
}

static void
session_answer__that_ends__tells_and_reports_on_the_ticket(void **state)
{
	struct desk_fixture *f = *state;
	struct guide_session_new in = {.lang = "es", .step = 1};
	struct session_answer yes = {.action = PATH_YES,
	    .from_step = 1,
	    .may_repeat = true,
	    .to_step = 1,
	    .ends = SESSION_RESOLVED,
	    .report = {"VPN", "Path: 1 yes"}};
	struct err err = ERR_INIT;
	int64_t id;
	bool again;

	guide_data_make(f, "vpn_fails", "{}", &in.knowledge_id, &in.version_id);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	in.ticket_id = desk_fixture_ticket(f, "VPN");
	assert_ok(guide_session_start(f->d, &in, &id, &err));
	assert_ok(guide_session_answer(f->d, id, &yes, &again, &err));
	assert_int_equal(get(f, id).state, SESSION_RESOLVED);
	assert_int_equal(notes_of(f, in.ticket_id, "Path: 1 yes"), 1);
	assert_int_equal(events(f, "session.started"), 1);
	assert_int_equal(events(f, "session.step"), 1);
	assert_int_equal(events(f, "session.resolved"), 1);
	assert_path(f, id, "started yes resolved 1");
	assert_ok(guide_session_answer(f->d, id, &yes, &again, &err));
	assert_true(again);
	assert_int_equal(events(f, "session.resolved"), 1);
	yes.action = PATH_NO;
	assert_rc(
	    guide_session_answer(f->d, id, &yes, &again, &err), OD_ECONFLICT);
}

static void
session_feedback__twice__is_a_conflict(void **state)
{
	struct desk_fixture *f = *state;
	int64_t id = start(f, "operator");
	struct session_feedback in = {.rating = 6, .was_helpful = 1};
	struct err err = ERR_INIT;

	assert_rc(guide_session_feedback(f->d, id, &in, &err), OD_EDATA);
	in.rating = 0;
	assert_rc(guide_session_feedback(f->d, id, &in, &err), OD_EDATA);
	in.rating = 4;
	assert_ok(guide_session_feedback(f->d, id, &in, &err));
	assert_rc(guide_session_feedback(f->d, id, &in, &err), OD_ECONFLICT);
	assert_int_equal(get(f, id).rating, 4);
	assert_int_equal(events(f, "session.feedback"), 1);
}

static void
session_start__bad_data__is_refused(void **state)
{
	struct desk_fixture *f = *state;
	struct guide_session_new in = {.lang = "es", .step = 1}, bad;
	struct err err = ERR_INIT;
	int64_t id;

	guide_data_make(f, "vpn_fails", "{}", &in.knowledge_id, &in.version_id);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	bad = in;
	bad.version_id += 1000;
	assert_rc(guide_session_start(f->d, &bad, &id, &err), OD_ENOTFOUND);
	bad = in;
	bad.ticket_id = 999999;
	assert_rc(guide_session_start(f->d, &bad, &id, &err), OD_ENOTFOUND);
	bad = in;
	bad.contact_id = 999999;
	assert_rc(guide_session_start(f->d, &bad, &id, &err), OD_ENOTFOUND);
	bad = in;
	bad.variables = "[1]";
	assert_rc(guide_session_start(f->d, &bad, &id, &err), OD_EDATA);
	bad = in;
	bad.problem = "\xc3";
	assert_rc(guide_session_start(f->d, &bad, &id, &err), OD_EDATA);
	desk_fixture_act(f, FIXTURE_TENANT, "auditor");
	assert_rc(guide_session_start(f->d, &in, &id, &err), OD_EDENIED);
}

static void
session_list__views_and_filters__show_what_they_say(void **state)
{
	struct desk_fixture *f = *state;
	int64_t one = start(f, "operator"), two = start(f, "operator"), id;
	const struct session_end end = {.state = SESSION_ABANDONED};
	struct guide_session_filter all = {.view = SESSIONS_ALL, .state = -1},
				    mine = {.view = SESSIONS_MINE, .state = -1},
				    gone = {.view = SESSIONS_ALL,
					.state = SESSION_ABANDONED};
	struct page page = {0}, next = {.limit = 1};
	struct guide_session *rows, s;
	struct err err = ERR_INIT;
	size_t n;

	assert_ok(guide_session_finish(f->d, one, &end, &err));
	assert_ok(guide_session_list(f->d, &all, &page, &rows, &n, &err));
	assert_int_equal(n, 2);
	assert_int_equal(rows[0].id, two);
	next.after_key = rows[0].created_at;
	next.after_id = rows[0].id;
	guide_session_list_free(&rows, n);
	assert_ok(guide_session_list(f->d, &all, &next, &rows, &n, &err));
	assert_int_equal(n, 1);
	assert_int_equal(rows[0].id, one);
	guide_session_list_free(&rows, n);
	assert_ok(guide_session_list(f->d, &mine, &page, &rows, &n, &err));
	assert_int_equal(n, 1);
	guide_session_list_free(&rows, n);
	assert_ok(guide_session_list(f->d, &gone, &page, &rows, &n, &err));
	assert_int_equal(n, 1);
	id = rows[0].id;
	assert_ok(guide_session_by_name(f->d, rows[0].name, &s, &err));
	assert_int_equal(s.id, id);
	guide_session_clear(&s);
	rows[0].name[8] = '\0';
	assert_ok(guide_session_by_name(f->d, rows[0].name, &s, &err));
	guide_session_clear(&s);
	guide_session_list_free(&rows, n);
	assert_rc(guide_session_by_name(f->d, "zz", &s, &err), OD_ENOTFOUND);
	desk_fixture_act(f, FIXTURE_TENANT, "technician");
	assert_ok(guide_session_list(f->d, &all, &page, &rows, &n, &err));
	guide_session_list_free(&rows, n);
}

/* Three started at each moment, every third one goes on. */
static void
fill(struct desk_fixture *f, int count)
{
	int64_t guide, version, id;
	struct err err = ERR_INIT;
	char name[33];

	guide_data_make(f, "paged", "{}", &guide, &version);
	assert_ok(db_begin(f->d->db, "fill", &err));
	for (int i = 0; i < count; i++) {
		str_format(name, sizeof(name), "%032d", i);
		assert_ok(db_insert(f->d->db, &id,
		    "INSERT INTO guide_sessions(tenant_id, name, knowledge_id,"
		    " version_id, lang, walker, state, step, step_since_us,"
		    " created_at, updated_at) VALUES($1, $2, $3, $4, 'es', $5,"
		    " $6, 1, $7, $7, $7) RETURNING id",
		    BINDS(b_int(f->demo.id), b_text(name), b_int(guide),
			b_int(version), b_int(i % 2), b_int(i % 3 == 0 ? 0 : 2),
			b_int(1000 + i / 3)),
		    &err));
	}
	assert_ok(db_commit(f->d->db, &err));
}

/* All of a view by pages, the newest first; how many. */
static size_t
walk_pages(struct desk_fixture *f, enum guide_session_view view, bool back,
    int64_t ids[100])
{
	const struct guide_session_filter filter = {.view = view, .state = -1};
	struct page page = {.limit = 7, .backwards = back};
	struct guide_session *rows;
	struct err err = ERR_INIT;
	size_t n, all = 0;

	for (;;) {
		assert_ok(
		    guide_session_list(f->d, &filter, &page, &rows, &n, &err));
		if (back)
			memmove(ids + n, ids, all * sizeof(ids[0]));
		for (size_t i = 0; i < n; i++)
			ids[back ? i : all + i] = rows[i].id;
		all += n;
		if (n > 0) {
			page.after_key = rows[back ? 0 : n - 1].created_at;
			page.after_id = rows[back ? 0 : n - 1].id;
		}
		guide_session_list_free(&rows, n);
		if (n < 7)
			return all;
	}
}

static void
session_list__by_pages__on_and_back_are_the_same(void **state)
{
	static const size_t expected[] = {[SESSIONS_OPEN] = 20,
	    [SESSIONS_MINE] = 0,
	    [SESSIONS_CUSTOMERS] = 10,
	    [SESSIONS_ENDED] = 40,
	    [SESSIONS_ALL] = 60};
	struct desk_fixture *f = *state;
	int64_t on[100], back[100];

	fill(f, 60);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	for (int v = 0; v < SESSION_VIEW_COUNT; v++) {
		enum guide_session_view view = (enum guide_session_view)v;
		size_t n = walk_pages(f, view, false, on);

		assert_int_equal(n, expected[v]);
		assert_int_equal(walk_pages(f, view, true, back), n);
		assert_memory_equal(on, back, n * sizeof(on[0]));
		for (size_t i = 1; i < n; i++)
			assert_true(on[i] < on[i - 1]);
	}
}

/* The state of the one mail there is. */
static int64_t
mail_state(struct desk_fixture *f)
{
	int64_t state = -1;

	assert_int_equal(
	    db_int(f->d->db, &state,
		"SELECT state FROM outbox WHERE tenant_id = $1"
		" AND kind = $2",
		BINDS(b_int(f->demo.id), b_int(OUTBOX_MAIL)), NULL),
	    0);
	return state;
}

static struct outbox_item *
claim(struct desk_fixture *f, size_t *n)
{
	struct outbox_item *rows = NULL;
	struct err err = ERR_INIT;
	int64_t next;

	desk_act_as_system(f->d, 0);
	assert_ok(outbox_claim(
	    f->d, "test", 60, 10, 10, NULL, &rows, n, &next, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	return rows;
}

static void
session_escalate__undone__takes_the_mail_back_unless_it_left(void **state)
{
	const struct mail_sender sender = {"correo", "desk@opdesk.example"};
	const struct session_end end = {
	    .state = SESSION_ESCALATED, .notes = "no va", .report = {"x", "y"}};
	struct desk_fixture *f = *state;
	struct outbox_item *rows;
	struct err err = ERR_INIT;
	char said[256];
	int64_t id;
	size_t n;

	id = start(f, "supervisor");
	desk_act_as_system(f->d, f->demo.id);
	assert_ok(mail_sender_set(f->d, &sender, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(tenant_setting_set(
	    f->d, SETTING_GUIDE_ESCALATIONS, "n2@opdesk.example", &err));
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(guide_session_finish(f->d, id, &end, &err));
	assert_int_equal(mail_state(f), OUTBOX_DUE);
	assert_ok(op_undo(f->d, said, &err));
	assert_null(strstr(said, "mail"));
	assert_int_equal(mail_state(f), OUTBOX_RECALLED);
	rows = claim(f, &n);
	assert_int_equal(n, 0);
	outbox_list_free(&rows, n);
	/* Done again it is promised again, and once it is taken up it stays. */
	assert_ok(op_redo(f->d, said, &err));
	rows = claim(f, &n);
	assert_int_equal(n, 1);
	assert_ok(op_undo(f->d, said, &err));
	assert_non_null(strstr(said, "the mail about it has gone out"));
	assert_int_equal(get(f, id).state, SESSION_ACTIVE);
	assert_int_equal(mail_state(f), OUTBOX_SENDING);
	outbox_list_free(&rows, n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(session_answer__step_by_step__the_path_is_kept),
	    DESK_TEST(
		session_answer__twice__same_is_one_and_other_is_a_conflict),
	    DESK_TEST(session_answer__of_a_stale_version__is_a_conflict),
	    DESK_TEST(session_answer__undone__is_not_in_the_path),
	    DESK_TEST(session_answer__bad_data__is_refused),
	    DESK_TEST(
		session_pause__until_resumed__takes_no_answer_and_no_time),
	    DESK_TEST(session_assign__to_a_mate__who_goes_on),
	    DESK_TEST(session_finish__escalated_without_ticket__opens_one),
	    DESK_TEST(
		session_answer__that_ends__tells_and_reports_on_the_ticket),
	    DESK_TEST(
		session_escalate__undone__takes_the_mail_back_unless_it_left),
	    DESK_TEST(session_feedback__twice__is_a_conflict),
	    DESK_TEST(session_start__bad_data__is_refused),
	    DESK_TEST(session_list__views_and_filters__show_what_they_say),
	    DESK_TEST(session_list__by_pages__on_and_back_are_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
