/* My day and the system's state: golden screens, and what keys do. */
#include "tests/lib/console_test.h"

#include "common/fsutil.h"
#include "db/engine/pg_keeper.h"
#include "db/records/channels.h"
#include "db/records/outbox.h"
#include "db/records/raw_events.h"
#include "db/records/seat.h"
#include "tests/lib/desk_test.h"
#include "tests/lib/inbox_fixture.h"
#include "tui/model/model_seat.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

static void
must(int rc, const struct err *err)
{
	if (rc != 0)
		fail_msg("%d %s", rc, err->text);
}

/* Something of everything. */
static void
seed_day(struct console_fixture *f)
{
	int64_t ticket, c[4];
	struct err err = ERR_INIT;

	c[0] = console_seed_writes(f, 300, "34600111001", "Lucía Peña",
	    "¿Sigue en pie la visita de las cinco?");
	c[1] = console_seed_writes(f, 12, "34600111002", "José Ángel Muñoz",
	    "Se ha vuelto a cortar 😠");
	c[2] = console_seed_writes(
	    f, 45, "34600111003", console_hostile, console_hostile);
	c[3] = console_seed_writes(
	    f, 6, "447700900121", "Emily Carter", "Nobody can call us");
	console_seed_claim(f, c[0], "operator");
	console_seed_claim(f, c[1], "operator");
	console_seed_send(
	    f, c[1], "operator", "Ahora mismo lo miro", OUTBOX_DEAD);
	console_seed_writes(f, 8, "34600111002", "José Ángel Muñoz", "¿Hola?");
	console_seed_ticket(
	    f, 600, "Cambiar el router", 2, 2, "Lucía Peña", "operator");
	ticket = console_seed_ticket(
	    f, 30, "Sin línea en la planta 2", 5, 5, "Emily", "operator");
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	must(draft_save(f->desk.d, RECORD_TICKET, ticket, DRAFT_NOTE,
		 "llamar antes de ir", 0, 1, &err),
	    &err);
	must(draft_save(f->desk.d, RECORD_CONVERSATION, c[0], DRAFT_REPLY,
		 "Sí, a las cinco", 0, 1, &err),
	    &err);
}

static void
desk__nothing__says_so(void **state)
{
	struct console_fixture *f = *state;

	console_fixture_start(f, "operator", &scr_desk, 0);
	golden_check(f->ui, "desk", "empty", LANG_ES, 80, 24, 0);
	console_fixture_keys(f, "Enter j k G gg");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_desk);
}

static void
desk__full__in_every_size(void **state)
{
	struct console_fixture *f = *state;

	seed_day(f);
	console_fixture_start(f, "operator", &scr_desk, 0);
	golden_check(f->ui, "desk", "full", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "desk", "full", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "desk", "full", LANG_EN, 80, 24, GOLDEN_MONO);
	golden_check(f->ui, "desk", "full", LANG_EN, 40, 10, 0);
}

static void
desk__filter__and_enter_opens(void **state)
{
	struct console_fixture *f = *state;

	seed_day(f);
	console_fixture_start(f, "operator", &scr_desk, 0);
	console_fixture_keys(f, "/");
	console_fixture_type(f, "planta 2");
	golden_check(f->ui, "desk", "filter", LANG_ES, 80, 24, 0);
	console_fixture_keys(f, "Enter gg Enter");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_ticket);
	assert_true(console_fixture_shows(f, "Sin línea en la planta 2"));
	console_fixture_keys(f, "q");
	console_fixture_keys(f, "Esc gg Enter");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_inbox);
	assert_true(console_fixture_shows(f, "¿Sigue en pie la visita"));
}

/* Sent, and then reported as failed: it must not be found by chance only. */
static void
desk__not_delivered__is_told_here_and_in_system(void **state)
{
	struct console_fixture *f = *state;
	int64_t id =
	    inbox_fixture_says(f, "34600111222", "Lucía Peña", "Hola", 60);

	inbox_fixture_assign(f, id, f->desk.demo.operators[ROLE_OPERATOR], 0);
	inbox_fixture_status(f,
	    inbox_fixture_answers(f, "operator", id, "¿Sigue ahí?", 20),
	    "failed", 131026, "Message undeliverable");
	console_fixture_start(f, "operator", &scr_desk, 0);
	assert_true(console_fixture_shows(f, "Not sent 1"));
	assert_true(console_fixture_shows(f, "X failed"));
	console_fixture_end(f);
	console_fixture_start(f, "admin", &scr_system, 0);
	assert_true(
	    console_fixture_shows(f, "not delivered (see the inbox): 1"));
	(void)inbox_fixture_answers(f, "operator", id, "Aquí sigo", 10);
	console_fixture_changed(f);
	assert_false(console_fixture_shows(f, "not delivered"));
	console_fixture_end(f);
	console_fixture_start(f, "operator", &scr_desk, 0);
	assert_true(console_fixture_shows(f, "Not sent 0"));
}

static void
desk__late_answers__break_nothing(void **state)
{
	struct console_fixture *f = *state;

	seed_day(f);
	console_fixture_start(f, "operator", &scr_desk, 0);
	model_delay_answers(f->app.model, 300);
	golden_keys(f->ui, "R j R Enter");
	ui_paint(f->ui, f->grid);
	golden_keys(f->ui, "q j R");
	console_fixture_settle(f);
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_desk);
}

static void
language__f12__is_kept_for_the_next_time(void **state)
{
	struct console_fixture *f = *state;
	struct err err = ERR_INIT;
	char *value = NULL;

	i18n_set_process(LANG_ES);
	console_fixture_start(f, "operator", &scr_desk, 0);
	console_fixture_keys(f, "F12");
	assert_int_equal(i18n_lang(), LANG_EN);
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	assert_int_equal(setting_get(f->desk.d, SETTING_LANG, &value, &err), 0);
	assert_string_equal(value, "en");
	free(value);
}

/* ---- system ---- */

static void
seed_failures(struct console_fixture *f)
{
	struct err err = ERR_INIT;
	int64_t c =
	    console_seed_writes(f, 60, "34600111001", "Lucía Peña", "Hola");

	console_seed_claim(f, c, "operator");
	console_seed_send(f, c, "operator", "uno", OUTBOX_DEAD);
	console_seed_send(f, c, "operator", "dos", OUTBOX_UNCERTAIN);
	console_seed_send(f, c, "operator", "tres", OUTBOX_DUE);
	console_seed_event(f, 90, "{\"entry\": [\033[31m",
	    "The body is no JSON: unexpected byte at 12");
	console_seed_event(f, 15, "{\"entry\":[{\"id\":\"0\"}]}",
	    "No message, status or change in it");
	desk_act_as_system(f->desk.d, 0);
	clock_fake_wall(CONSOLE_FIXTURE_NOW - 3 * US_PER_HOUR);
	must(daemon_started(f->desk.d, "main", "127.0.0.1:8480", "0.1.0", &err),
	    &err);
	desk_act_as_system(f->desk.d, f->desk.demo.id);
	must(channel_tested(
		 f->desk.d, "ventas", "ok: Ventas, +34 600 111 000", &err),
	    &err);
	clock_fake_wall(CONSOLE_FIXTURE_NOW - 20 * US_PER_MINUTE);
	must(channel_set_state(f->desk.d, "soporte", CHANNEL_STOPPED,
		 "The access token is not valid any more; put a new one into "
		 "access.token",
		 0, &err),
	    &err);
	must(channel_set_state(f->desk.d, "avisos", CHANNEL_PAUSED,
		 "Too many messages in a second",
		 CONSOLE_FIXTURE_NOW + 5 * US_PER_MINUTE, &err),
	    &err);
	clock_fake_wall(CONSOLE_FIXTURE_NOW);
}

static struct engine_conn *session; /* that holds it on a server */

/* As a daemon does: hold the keeper's lock, until drop_keeper. */
static int
hold_keeper(struct console_fixture *f)
{
	struct str path = STR_INIT;
	struct err err = ERR_INIT;
	int fd;

	if (engine_is_postgres()) {
		assert_ok(pg__keeper_hold(f->desk.uri, true, &session, &err));
		return -1;
	}
	str_addf(&path, "%s.keeper", f->desk.uri);
	fd = open(path.s, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
	str_free(&path);
	return fd;
}

/* A server learns of the end a moment later. */
static void
drop_keeper(struct console_fixture *f, int fd)
{
	int64_t until = clock_mono_us() + 60 * US_PER_SECOND;
	const struct timespec pause = {0, 2000000};

	if (fd >= 0) {
		close(fd);
		return;
	}
	pg__keeper_leave(session);
	session = NULL;
	while (pg__keeper_is_held(f->desk.uri) && clock_mono_us() < until)
		nanosleep(&pause, NULL);
}

static void
system__nothing__says_so(void **state)
{
	struct console_fixture *f = *state;

	console_fixture_start(f, "admin", &scr_system, 0);
	golden_check(f->ui, "system", "empty", LANG_ES, 80, 24, 0);
	console_fixture_keys(f, "t f R r s H Enter 2 r Enter 3 r s Enter");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_system);
}

static void
system__everything_fails__in_every_size(void **state)
{
	struct console_fixture *f = *state;

	seed_failures(f);
	console_fixture_start(f, "admin", &scr_system, 0);
	console_fixture_keys(f, "j");
	golden_check(f->ui, "system", "failing", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "system", "failing", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "system", "failing", LANG_EN, 80, 24, GOLDEN_MONO);
	golden_check(f->ui, "system", "failing", LANG_EN, 40, 10, 0);
	console_fixture_keys(f, "2");
	golden_check(f->ui, "system", "events", LANG_ES, 80, 24, 0);
	console_fixture_keys(f, "3");
	golden_check(f->ui, "system", "outbox", LANG_ES, 80, 24, 0);
}

static void
system__daemon__is_told_alive_by_its_lock(void **state)
{
	struct console_fixture *f = *state;
	int fd;

	seed_failures(f);
	fd = hold_keeper(f);
	console_fixture_start(f, "admin", &scr_system, 0);
	assert_true(console_fixture_shows(f, "+ Daemon runs  since 07:57"));
	assert_true(console_fixture_shows(f, "127.0.0.1:8480"));
	drop_keeper(f, fd);
	console_fixture_changed(f);
	assert_true(console_fixture_shows(f, "X No daemon"));
}

static void
system__disk_nearly_full__says_so(void **state)
{
	struct console_fixture *f = *state;

	fs_fake_space((int64_t)5 << 30, (int64_t)100 << 30);
	console_fixture_start(f, "admin", &scr_system, 0);
	assert_true(console_fixture_shows(f, "! little room on the disk"));
	fs_fake_space((int64_t)4 << 30, (int64_t)100 << 30);
	console_fixture_changed(f);
	assert_true(console_fixture_shows(f, "X room is scarce"));
	fs_fake_space((int64_t)1 << 20, (int64_t)100 << 30);
	console_fixture_changed(f);
	assert_true(console_fixture_shows(f, "X the disk is full"));
}

static void
system__body__passes_the_gate(void **state)
{
	struct console_fixture *f = *state;

	seed_failures(f);
	i18n_set_process(LANG_ES);
	console_fixture_start(f, "admin", &scr_system, 0);
	console_fixture_keys(f, "2 j Enter");
	golden_check(f->ui, "system", "body", LANG_ES, 80, 24, 0);
	assert_true(console_fixture_shows(f, "␛[31m"));
}

static void
system__keys__replay_settle_and_resume(void **state)
{
	struct console_fixture *f = *state;
	struct outbox_counts counts;
	struct channel_status c;
	struct err err = ERR_INIT;
	int events[3];

	seed_failures(f);
	console_fixture_start(f, "admin", &scr_system, 0);
	console_fixture_keys(f, "j R");
	console_fixture_keys(f, "2 r");
	console_fixture_keys(f, "3 s");
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "gg r");
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "admin");
	must(channel_status_get(f->desk.d, "soporte", &c, &err), &err);
	assert_int_equal(c.state, CHANNEL_OK);
	must(raw_event_count(f->desk.d, events, &err), &err);
	assert_int_equal(events[RAW_EVENT_FAILED], 1);
	must(outbox_count(f->desk.d, &counts, &err), &err);
	assert_int_equal(counts.by_state[OUTBOX_UNCERTAIN], 0);
	assert_int_equal(counts.by_state[OUTBOX_DEAD], 0);
	assert_int_equal(counts.by_state[OUTBOX_DUE], 2);
}

/* It comes late: what was opened by then is not covered. */
static void
system__body__covers_nothing_opened_meanwhile(void **state)
{
	struct console_fixture *f = *state;

	seed_failures(f);
	console_fixture_start(f, "admin", &scr_system, 0);
	console_fixture_keys(f, "2 Enter");
	assert_ptr_not_equal(ui_top(f->ui)->ops, &scr_system);
	console_fixture_keys(f, "Esc");
	console_fixture_keys(f, "Enter :");
	assert_false(console_fixture_shows(f, "Event "));
	console_fixture_keys(f, "Esc");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_system);
	console_fixture_keys(f, "Enter 3");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_system);
}

static void
system__test__shows_its_answer_by_itself(void **state)
{
	struct console_fixture *f = *state;
	struct err err = ERR_INIT;

	seed_failures(f);
	console_fixture_start(f, "admin", &scr_system, 0);
	console_fixture_keys(f, "j t");
	assert_true(console_fixture_shows(f, "Noted; it happens as soon as"));
	desk_act_as_system(f->desk.d, f->desk.demo.id);
	must(channel_tested(f->desk.d, "soporte", "failed: token", &err), &err);
	console_fixture_changed(f);
	assert_true(console_fixture_shows(f, "failed: token"));
}

static void
system__operator__sees_channels_only(void **state)
{
	struct console_fixture *f = *state;

	seed_failures(f);
	console_fixture_start(f, "operator", &scr_system, 0);
	assert_true(console_fixture_shows(f, "soporte"));
	console_fixture_keys(f, "3");
	assert_true(console_fixture_shows(f, "Your role does not see"));
	console_fixture_keys(f, "r");
	assert_true(console_fixture_shows(f, "Select a row first") ||
		    console_fixture_shows(f, "Your role may not do this"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    SCREEN_TEST(desk__nothing__says_so),
	    SCREEN_TEST(desk__full__in_every_size),
	    SCREEN_TEST(desk__filter__and_enter_opens),
	    SCREEN_TEST(desk__not_delivered__is_told_here_and_in_system),
	    SCREEN_TEST(desk__late_answers__break_nothing),
	    SCREEN_TEST(language__f12__is_kept_for_the_next_time),
	    SCREEN_TEST(system__nothing__says_so),
	    SCREEN_TEST(system__everything_fails__in_every_size),
	    SCREEN_TEST(system__daemon__is_told_alive_by_its_lock),
	    SCREEN_TEST(system__disk_nearly_full__says_so),
	    SCREEN_TEST(system__body__passes_the_gate),
	    SCREEN_TEST(system__keys__replay_settle_and_resume),
	    SCREEN_TEST(system__body__covers_nothing_opened_meanwhile),
	    SCREEN_TEST(system__test__shows_its_answer_by_itself),
	    SCREEN_TEST(system__operator__sees_channels_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
