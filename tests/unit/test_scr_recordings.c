/*
 * The screen of recordings: views and words, the one that is heard with its
 * picture, its marks and its end, and what is deleted and had back.
 *
 * Turned red by: a search that lists all, a trash that shows what is not in
 * it, a picture without its marks, a picture that stays after Esc, a call
 * whose recordings are everybody's, a reason that is asked for nothing.
 */
#include "tests/lib/console_test.h"

#include "common/wav.h"
#include "db/records/approvals.h"
#include "db/records/calls.h"
#include "db/records/recordings.h"
#include "db/records/staff.h"
#include "tui/screens/recordings_int.h"

#include <unistd.h>

/* So many seconds of sound, begun that long ago. */
static int64_t
record(struct console_fixture *f, const char *login, const char *contact,
    int64_t seconds_ago, int seconds, int64_t call)
{
	const struct recording_facts facts = {.duration_us = -1,
	    .peak = 12,
	    .device = "headset",
	    .silent = seconds == 1};
	struct recording_new in = {.consent = CONSENT_YES,
	    .rate = 8000,
	    .channels = 1,
	    .call_id = call,
	    .contact_name = contact,
	    .contact_phone = "+34600111222"};
	uint32_t bytes = (uint32_t)seconds * 16000;
	uint8_t head[WAV_HEAD_SIZE];
	struct err err = ERR_INIT;
	char name[33];
	int64_t id;
	int fd;

	clock_fake_wall(CONSOLE_FIXTURE_NOW - seconds_ago * US_PER_SECOND);
	desk_fixture_act(&f->desk, FIXTURE_TENANT, login);
	assert_int_equal(recording_begin(f->desk.d, &in, &id, name, &err), 0);
	assert_int_equal(recording_open_part(f->desk.d, name, &fd, &err), 0);
	wav_head(head, 8000, 1, bytes);
	assert_int_equal(write(fd, head, sizeof(head)), sizeof(head));
	assert_int_equal(ftruncate(fd, WAV_HEAD_SIZE + (off_t)bytes), 0);
	close(fd);
	assert_int_equal(recording_mark(f->desk.d, id, RECORDING_PAUSE,
			     seconds * INT64_C(250000), seconds * INT64_C(400000), "", &err),
	    0);
	assert_int_equal(recording_mark(f->desk.d, id, RECORDING_MARK,
			     seconds * INT64_C(600000), 0, "price", &err),
	    0);
	clock_fake_wall(
	    CONSOLE_FIXTURE_NOW - (seconds_ago - seconds) * US_PER_SECOND);
	assert_int_equal(
	    recording_end(f->desk.d, id, &facts, RECORDING_READY, &err), 0);
	/* Their names are drawn at random, and a picture of them is not. */
	assert_int_equal(db_begin(f->desk.d->db, "test", &err), 0);
	assert_int_equal(
	    db_exec(f->desk.d->db,
		"UPDATE recordings SET sha256 = 'a', hash = 'b'"
		" WHERE tenant_id = $1 AND id = $2",
		BINDS(b_int(f->desk.demo.id), b_int(id)), NULL, &err),
	    0);
	assert_int_equal(db_commit(f->desk.d->db, &err), 0);
	clock_fake_wall(CONSOLE_FIXTURE_NOW);
	return id;
}

static void
fill(struct console_fixture *f)
{
	(void)record(f, "operator", "Ana Pérez", 90000, 190, 0);
	(void)record(f, "mate", "Nora \033[31mPeña", 7200, 3700, 0);
	(void)record(f, "operator", "Luis Gil", 600, 1, 0);
}

/* What a player would have said by now. */
static void
hear(struct console_fixture *f, int channels)
{
	struct screen *s = ui_top(f->ui);
	struct recordings_data *d = s->data;
	const struct recording *r = recordings__row(d);
	struct err err = ERR_INIT;

	assert_non_null(r);
	d->is_open = true;
	d->sound.recording = *r;
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	assert_int_equal(recording_marks(f->desk.d, r->id, &d->sound.marks,
			     &d->sound.mark_count, &err),
	    0);
	d->facts = (struct playback_facts){.has_begun = true,
	    .at_us = r->duration_us / 2,
	    .duration_us = r->duration_us,
	    .speed = 125,
	    .channels = channels};
	for (int c = 0; c < channels; c++)
		for (int i = 0; i < PLAYBACK_PEAKS; i++)
			d->facts.peaks[c][i] =
			    i == 200 ? 32767
				     : (i * (37 + c) % 60) * (i % 40) * 12;
	ui_mark(f->ui, s, REACT_LAYOUT | REACT_REDRAW);
	console_fixture_settle(f);
}

static void
recordings__of_a_team__are_listed_and_found(void **state)
{
	struct console_fixture *f = *state;

	fill(f);
	console_fixture_start(f, "supervisor", &scr_recordings, 0);
	golden_check(f->ui, "recordings", "list", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "recordings", "list", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "recordings", "list", LANG_EN, 80, 24, GOLDEN_MONO);
	golden_check(
	    f->ui, "recordings", "list", LANG_EN, 80, 24, GOLDEN_PLAIN);
	golden_check(f->ui, "recordings", "list", LANG_ES, 40, 10, 0);
	golden_check(f->ui, "recordings", "list", LANG_EN, 40, 10, 0);
	console_fixture_keys(f, "3");
	assert_false(console_fixture_shows(f, "Ana"));
	assert_true(console_fixture_shows(f, "Luis"));
	console_fixture_keys(f, "4");
	assert_true(console_fixture_shows(f, "Luis"));
	console_fixture_keys(f, "1 /");
	console_fixture_type(f, "per");
	assert_true(console_fixture_shows(f, "Ana"));
	assert_false(console_fixture_shows(f, "Luis"));
	console_fixture_keys(f, "C-u");
	console_fixture_type(f, "operator:operator is:silent");
	assert_true(console_fixture_shows(f, "Luis"));
	assert_false(console_fixture_shows(f, "Ana"));
	console_fixture_keys(f, "C-u");
	console_fixture_type(f, "fecha<1h");
	assert_true(console_fixture_shows(f, "Luis"));
	assert_false(console_fixture_shows(f, "Ana"));
	console_fixture_keys(f, "C-u");
	console_fixture_type(f, "colour:red");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "colour"));
}

/* Four views and figures: their names are cut to make room. */
static void
recordings__click_on_a_view__shows_it(void **state)
{
	struct console_fixture *f = *state;

	fill(f);
	console_fixture_start(f, "admin", &scr_recordings, 0);
	assert_true(console_fixture_click(f, "Trash"));
	assert_int_equal(
	    recordings_of(ui_top(f->ui))->view, RECORDINGS_TRASH);
	assert_true(console_fixture_click(f, "1 All"));
	assert_true(console_fixture_click(f, "3 Rec"));
	assert_int_equal(
	    recordings_of(ui_top(f->ui))->view, RECORDINGS_OF_TODAY);
}

static void
recordings__one_is_heard__with_its_picture(void **state)
{
	struct console_fixture *f = *state;

	fill(f);
	console_fixture_start(f, "operator", &scr_recordings, 0);
	assert_false(console_fixture_shows(f, "Nora"));
	console_fixture_keys(f, "G");
	hear(f, 2);
	golden_check(f->ui, "recordings", "heard", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "recordings", "heard", LANG_EN, 80, 24, 0);
	golden_check(
	    f->ui, "recordings", "heard", LANG_EN, 80, 24, GOLDEN_MONO);
	golden_check(
	    f->ui, "recordings", "heard", LANG_EN, 80, 24, GOLDEN_PLAIN);
	golden_check(f->ui, "recordings", "heard", LANG_ES, 40, 10, 0);
	golden_check(f->ui, "recordings", "heard", LANG_EN, 40, 10, 0);
	/* Nothing plays: the keys say so, and do no harm. */
	console_fixture_keys(f, "p ] [ + - Right Left");
	console_fixture_keys(f, "i");
	assert_true(console_fixture_shows(f, "price"));
	console_fixture_keys(f, "Esc Esc");
	assert_false(console_fixture_shows(f, "x1.25"));
}

/* Beside a test there is no player to be started. */
static void
recordings__without_a_player__it_is_said(void **state)
{
	struct console_fixture *f = *state;

	fill(f);
	console_fixture_start(f, "operator", &scr_recordings, 0);
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "opdesk-recorder"));
	assert_false(console_fixture_shows(f, "[ ]"));
}

static void
recordings__deleted_by_two__are_had_back(void **state)
{
	const struct operator_new second = {.login = "second",
	    .full_name = "Second",
	    .role = ROLE_ADMIN,
	    .unix_uid = -1};
	struct console_fixture *f = *state;
	struct approval *waiting;
	struct err err = ERR_INIT;
	int64_t id;
	size_t n;

	fill(f);
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "admin");
	assert_int_equal(operator_new(f->desk.d, &second, &id, &err), 0);
	console_fixture_start(f, "admin", &scr_recordings, 0);
	console_fixture_keys(f, "G x");
	console_fixture_type(f, "he asked");
	console_fixture_keys(f, "Enter");
	console_fixture_type(f, "admin"); /* who he is */
	console_fixture_keys(f, "Enter");
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "second");
	assert_int_equal(
	    approval_waiting(f->desk.d, 10, &waiting, &n, &err), 0);
	assert_int_equal(n, 1);
	id = waiting[0].id;
	approval_list_free(&waiting, n);
	assert_int_equal(approval_approve(f->desk.d, id, &err), 0);
	console_fixture_changed(f);
	assert_false(console_fixture_shows(f, "Ana"));
	console_fixture_keys(f, "4");
	assert_true(console_fixture_shows(f, "Ana"));
	assert_false(console_fixture_shows(f, "Luis"));
	golden_check(f->ui, "recordings", "trash", LANG_ES, 80, 24, 0);
	console_fixture_keys(f, "R 1");
	assert_true(console_fixture_shows(f, "Ana"));
}

/* Every file is read, which lasts: what is typed by then is for that. */
static void
recordings__verified_late__cover_nothing(void **state)
{
	struct console_fixture *f = *state;

	fill(f);
	console_fixture_start(f, "admin", &scr_recordings, 0);
	console_fixture_keys(f, "v");
	assert_ptr_not_equal(ui_top(f->ui)->ops, &scr_recordings);
	console_fixture_keys(f, "Esc");
	console_fixture_keys(f, "v :");
	assert_true(console_fixture_shows(f, "of 3 recordings are not as"));
	console_fixture_keys(f, "Esc");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_recordings);
}

/* The row is gone while the reason is typed: the name is not its neighbour's.
 */
static void
recordings__copied__are_called_as_they_are(void **state)
{
	struct console_fixture *f = *state;
	struct err err = ERR_INIT;
	struct recording r;
	char name[9];
	int64_t id;

	fill(f);
	id = record(f, "operator", "Eva Ruiz", 300, 1, 0);
	assert_int_equal(recording_get(f->desk.d, id, &r, &err), 0);
	str_copy(name, sizeof(name), r.name);
	console_fixture_start(f, "supervisor", &scr_recordings, 0);
	console_fixture_keys(f, "gg e");
	console_fixture_type(f, "the court");
	assert_int_equal(db_begin(f->desk.d->db, "test", &err), 0);
	assert_int_equal(
	    db_exec(f->desk.d->db,
		"UPDATE recordings SET deleted_at = 1 WHERE id = $1"
		" AND tenant_id > 0",
		BINDS(b_int(id)), NULL, &err),
	    0);
	assert_int_equal(db_commit(f->desk.d->db, &err), 0);
	console_fixture_changed(f);
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, name));
}

/* Nobody types a reason for nothing. */
static void
recordings__what_cannot_be__is_said_before_the_reason(void **state)
{
	static const struct {
		const char *login, *keys, *said;
	} cases[] = {
	    {"operator", "gg e", "Your role may not do this: Take a copy"},
	    {"admin", "gg e", "Your role may not do this: Take a copy"},
	    {"operator", "gg x", "Your role may not do this: Delete"},
	    {"supervisor", "gg e", "There is no sound to be had"},
	    {"admin", "gg x", "It is being recorded"},
	    {"admin", "G x", "A legal hold keeps this recording"},
	};
	const struct recording_new in = {
	    .consent = CONSENT_YES, .rate = 8000, .channels = 1};
	struct console_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t first, id;
	char name[33];

	first = record(f, "operator", "Ana Pérez", 90000, 190, 0);
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	assert_int_equal(recording_begin(f->desk.d, &in, &id, name, &err), 0);
	assert_int_equal(db_begin(f->desk.d->db, "test", &err), 0);
	assert_int_equal(
	    db_exec(f->desk.d->db,
		"UPDATE recordings SET hold = 1"
		" WHERE tenant_id = $1 AND id = $2",
		BINDS(b_int(f->desk.demo.id), b_int(first)), NULL, &err),
	    0);
	assert_int_equal(db_commit(f->desk.d->db, &err), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		console_fixture_start(f, cases[i].login, &scr_recordings, 0);
		console_fixture_keys(f, cases[i].keys);
		if (!console_fixture_shows(f, cases[i].said))
			fail_msg("%s %s: not %s", cases[i].login, cases[i].keys,
			    cases[i].said);
		assert_ptr_equal(ui_top(f->ui)->ops, &scr_recordings);
		console_fixture_end(f);
	}
}

static void
recordings__of_a_call__are_one_key_away(void **state)
{
	const struct call_new in = {
	    .direction = CALL_OUT, .number = "+34600111222"};
	const struct call_close as = {.disposition = "NI"};
	struct console_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t call;

	fill(f);
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	assert_int_equal(call_start(f->desk.d, &in, &call, NULL, &err), 0);
	(void)record(f, "operator", "Eva Ruiz", 300, 60, call);
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	assert_int_equal(call_end(f->desk.d, call, &err), 0);
	assert_int_equal(call_close(f->desk.d, call, &as, &err), 0);
	console_fixture_start(f, "operator", &scr_call, 0);
	console_fixture_keys(f, "R");
	assert_true(console_fixture_shows(f, "Eva"));
	assert_false(console_fixture_shows(f, "Luis"));
	console_fixture_keys(f, "Esc gr");
	assert_true(console_fixture_shows(f, "Luis"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SCREEN_TEST(recordings__of_a_team__are_listed_and_found),
	    SCREEN_TEST(recordings__click_on_a_view__shows_it),
	    SCREEN_TEST(recordings__one_is_heard__with_its_picture),
	    SCREEN_TEST(recordings__without_a_player__it_is_said),
	    SCREEN_TEST(recordings__deleted_by_two__are_had_back),
	    SCREEN_TEST(recordings__verified_late__cover_nothing),
	    SCREEN_TEST(recordings__copied__are_called_as_they_are),
	    SCREEN_TEST(recordings__what_cannot_be__is_said_before_the_reason),
	    SCREEN_TEST(recordings__of_a_call__are_one_key_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
