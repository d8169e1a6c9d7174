/*
 * The board: operators with state, its age and their calls of today, ordered
 * as wanted, beside what waits; the calls and formulas behind the figures.
 *
 * Turned red by: calls of yesterday that are counted, a pause that is never
 * too long, an order that leaves the rows as they are, another team's
 * operators shown to a supervisor, limits that the tenant's settings do not
 * move, an order that is not turned round, chats that are counted for nobody;
 * a figure without rows or formula, a sale that only the total counts.
 */
#include "tests/lib/console_test.h"

#include "db/records/calls.h"
#include "db/records/channels.h"
#include "db/records/operator_states.h"
#include "db/records/tenant_settings.h"
#include "db/records/tickets.h"
#include "tui/screens/board_int.h"

/* Who acts from now on, seconds before the present. */
static void
act(struct console_fixture *f, const char *login, int64_t seconds_ago)
{
	clock_fake_wall(CONSOLE_FIXTURE_NOW - seconds_ago * US_PER_SECOND);
	desk_fixture_act(&f->desk, FIXTURE_TENANT, login);
}

static int64_t
begin(struct console_fixture *f, const char *login, int64_t seconds_ago)
{
	const struct call_new in = {
	    .direction = CALL_OUT, .number = "+34600111222"};
	struct err err = ERR_INIT;
	int64_t id;

	act(f, login, seconds_ago);
	assert_int_equal(call_start(f->desk.d, &in, &id, NULL, &err), 0);
	return id;
}

/* So long talked; closed at once. */
static void
whole(struct console_fixture *f, const char *login, int64_t seconds_ago,
    int64_t talk_s, const char *code)
{
	const struct call_close close = {.disposition = code,
	    .sale_cents = str_equal(code, "SALE") ? 4990 : 0};
	int64_t id = begin(f, login, seconds_ago);
	struct err err = ERR_INIT;

	act(f, login, seconds_ago - talk_s);
	assert_int_equal(call_end(f->desk.d, id, &err), 0);
	assert_int_equal(call_close(f->desk.d, id, &close, &err), 0);
}

static void
seat(struct console_fixture *f, const char *login, int64_t seconds_ago,
    enum seat_state state, const char *reason)
{
	struct err err = ERR_INIT;

	act(f, login, seconds_ago);
	assert_int_equal(seat_set(f->desk.d, 0, state, reason, &err), 0);
}

#define YESTERDAY (20 * 3600)

static void
fill(struct console_fixture *f)
{
	struct err err = ERR_INIT;
	int64_t id;

	whole(f, "operator", YESTERDAY, 600, "SALE");
	whole(f, "operator", 7200, 300, "SALE");
	whole(f, "operator", 5400, 100, "NI");
	whole(f, "mate", 7000, 65, "BUSY");
	whole(f, "stranger", 6000, 50, "NI");
	seat(f, "technician", 1900, SEAT_PAUSED, "LUNCH");
	id = begin(f, "mate", 400);
	act(f, "mate", 200);
	assert_int_equal(call_end(f->desk.d, id, &err), 0); /* wraps up */
	(void)begin(f, "operator", 83);
	act(f, "supervisor", 0);
	console_seed_tickets(f);
	(void)console_seed_writes(
	    f, 12, "34600999111", "Nora \033[31mPeña", "Hola?");
	clock_fake_wall(CONSOLE_FIXTURE_NOW);
}

static void
start(struct console_fixture *f, const char *login)
{
	fill(f);
	console_fixture_start(f, login, &scr_board, 0);
}

static void
board__of_a_team__states_figures_and_what_waits(void **state)
{
	struct console_fixture *f = *state;

	start(f, "supervisor");
	console_fixture_keys(f, "G"); /* off the rows that have colours */
	golden_check(f->ui, "board", "team", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "board", "team", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "board", "team", LANG_EN, 80, 24, GOLDEN_MONO);
	golden_check(f->ui, "board", "team", LANG_EN, 80, 24, GOLDEN_PLAIN);
	golden_check(f->ui, "board", "team", LANG_ES, 40, 10, 0);
	golden_check(f->ui, "board", "team", LANG_EN, 40, 10, 0);
	golden_check(f->ui, "board", "team", LANG_EN, 110, 24, 0);
	/* Five of today in this team, one of them a sale. */
	assert_true(console_fixture_shows(f, "Calls 5"));
	assert_false(console_fixture_shows(f, "tranger"));
}

static void
board__as_time_passes__ages_tick(void **state)
{
	struct console_fixture *f = *state;

	start(f, "supervisor");
	assert_true(console_fixture_shows(f, "01:23"));
	clock_fake_wall(CONSOLE_FIXTURE_NOW + US_PER_SECOND);
	ui_notify(f->ui, NOTICE_TICK, 0);
	console_fixture_settle(f);
	assert_true(console_fixture_shows(f, "01:24"));
}

static void
board__somebody_else_acts__is_shown(void **state)
{
	struct console_fixture *f = *state;

	start(f, "supervisor");
	assert_true(console_fixture_shows(f, "PAUSED"));
	seat(f, "technician", 0, SEAT_READY, NULL);
	console_fixture_changed(f);
	assert_false(console_fixture_shows(f, "PAUSED"));
	assert_true(console_fixture_shows(f, "READY"));
}

static void
board__ordered__the_first_is_another(void **state)
{
	struct console_fixture *f = *state;

	start(f, "supervisor");
	assert_true(console_fixture_shows(f, "by state"));
	console_fixture_keys(f, "O");
	console_fixture_type(f, "by calls");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "by calls"));
	golden_check(f->ui, "board", "by-calls", LANG_EN, 80, 24, 0);
	console_fixture_keys(f, "Right");
	assert_true(console_fixture_shows(f, "by sales"));
	console_fixture_keys(f, "Left Left");
	assert_true(console_fixture_shows(f, "by time in the state"));
}

static void
board__enter__shows_the_calls_behind(void **state)
{
	struct console_fixture *f = *state;

	start(f, "supervisor");
	console_fixture_keys(f, "O");
	console_fixture_type(f, "by calls");
	console_fixture_keys(f, "Enter gg Enter");
	golden_check(f->ui, "board", "calls", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "board", "calls", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "board", "calls", LANG_EN, 40, 10, 0);
	console_fixture_keys(f, "Esc a");
	assert_true(console_fixture_shows(f, "Calls: 5. Sales: 1."));
	console_fixture_keys(f, "Esc f");
	assert_true(console_fixture_shows(f, "rounded to the nearest"));
}

/* What is behind it comes late: the order that is chosen by then stays. */
static void
board__opened_meanwhile__is_not_covered(void **state)
{
	struct console_fixture *f = *state;

	start(f, "supervisor");
	console_fixture_keys(f, "a O");
	console_fixture_type(f, "by calls");
	assert_true(console_fixture_shows(f, "by calls"));
	assert_false(console_fixture_shows(f, "Calls: 5. Sales: 1."));
	console_fixture_keys(f, "Enter");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_board);
	assert_true(console_fixture_shows(f, "by calls"));
}

static void
board__of_an_operator__is_the_own_row(void **state)
{
	struct console_fixture *f = *state;

	start(f, "operator");
	assert_true(console_fixture_shows(f, "Calls 3"));
	assert_true(console_fixture_shows(f, "TALKING"));
	assert_false(console_fixture_shows(f, "PAUSED"));
}

/* It was slowed down after a message that came in 12 minutes ago. */
static void
use_channel(struct console_fixture *f)
{
	static const char text[] = "[channel soporte]\nkind = whatsapp\n"
				   "phone_number_id = 106540352242922\n"
				   "[channel buzon]\nkind = mail\n";
	struct err err = ERR_INIT;

	conf_free(&f->conf);
	assert_int_equal(
	    conf_parse(text, strlen(text), "opdesk.conf", &f->conf, &err), 0);
	f->app.conf = f->conf;
	act(f, NULL, 0);
	assert_int_equal(channel_set_state(f->desk.d, "soporte", CHANNEL_PAUSED,
			     "slow", clock_wall_us() + US_PER_HOUR, &err),
	    0);
}

static void
board__limits__are_the_tenants(void **state)
{
	struct console_fixture *f = *state;
	struct err err = ERR_INIT;

	fill(f);
	use_channel(f);
	act(f, "admin", 0);
	assert_int_equal(
	    tenant_setting_set(f->desk.d, SETTING_BOARD_PAUSE, "120", &err), 0);
	assert_int_equal(
	    tenant_setting_set(f->desk.d, SETTING_BOARD_CHAT, "5", &err), 0);
	console_fixture_start(f, "supervisor", &scr_board, 0);
	console_fixture_keys(f, "G");
	/* The long pause is no news now, the chat waits too long. */
	golden_check(f->ui, "board", "limits", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "board", "limits", LANG_ES, 80, 24, 0);
	console_fixture_keys(f, "f G");
	assert_true(console_fixture_shows(f, "120 minutes"));
}

static void
board__what_waits__opens_its_rows(void **state)
{
	struct console_fixture *f = *state;

	start(f, "supervisor");
	console_fixture_keys(f, "w");
	golden_check(f->ui, "board", "chats", LANG_EN, 80, 24, 0);
	console_fixture_keys(f, "Esc t");
	golden_check(f->ui, "board", "late", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "board", "late", LANG_EN, 40, 10, 0);
	console_fixture_keys(f, "Esc e");
	assert_true(console_fixture_shows(f, "First replies of today"));
	assert_true(console_fixture_shows(f, "There are none"));
}

/* Whether one text stands above the other. */
static bool
is_above(struct console_fixture *f, const char *a, const char *b)
{
	struct str dump = STR_INIT;
	const char *x, *y;
	bool above;

	canvas_dump_text(f->grid, &dump);
	x = strstr(dump.s, a);
	y = strstr(dump.s, b);
	above = x != NULL && y != NULL && x < y;
	str_free(&dump);
	return above;
}

static void
board__reversed__turns_the_order_round(void **state)
{
	struct console_fixture *f = *state;

	start(f, "supervisor");
	assert_true(is_above(f, "technician", "admin"));
	console_fixture_keys(f, "r");
	assert_true(console_fixture_shows(f, "by state, reversed"));
	assert_true(is_above(f, "admin", "technician"));
	console_fixture_keys(f, "gg Enter");
	assert_false(console_fixture_shows(f, "Calls of technician"));
	console_fixture_keys(f, "Esc r");
	assert_true(is_above(f, "technician", "admin"));
}

static void
board__calls_of_nobody__are_a_list_too(void **state)
{
	const struct call_new in = {.direction = CALL_IN,
	    .number = "+34600777777",
	    .extension = "999",
	    .rings = true,
	    .reported = true};
	struct console_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t id;

	fill(f);
	act(f, NULL, 30);
	assert_int_equal(call_start(f->desk.d, &in, &id, NULL, &err), 0);
	clock_fake_wall(CONSOLE_FIXTURE_NOW);
	console_fixture_start(f, "admin", &scr_board, 0);
	assert_true(console_fixture_shows(f, "Nobody"));
	console_fixture_keys(f, "G Enter");
	assert_true(console_fixture_shows(f, "Calls of Nobody today"));
	assert_true(console_fixture_shows(f, "777")); /* masked */
	assert_false(console_fixture_shows(f, "+34600111222"));
}

/* ---- each figure ---- */

static const struct board_data *
board_of(struct console_fixture *f)
{
	const struct screen *s = ui_front(f->ui);

	assert_string_equal(s->ops->name, "board");
	return s->data;
}

static void
assert_value(
    struct console_fixture *f, enum board_figure figure, const char *wanted)
{
	char value[BOARD_VALUE_SIZE];
	enum role role;

	assert_true(
	    board__figure_value(board_of(f), figure, value, &role));
	assert_string_equal(value, wanted);
}

static const char *const pages[FIGURE_COUNT] = {
    [FIGURE_CALLS] = "Calls of all today",
    [FIGURE_SALES] = "Sales of all today",
    [FIGURE_RATE] = "Calls of all today",
    [FIGURE_TALK] = "Calls of all today that were answered",
    [FIGURE_WHATSAPP] = "WhatsApp channels",
    [FIGURE_CHATS] = "Chats that wait",
    [FIGURE_OLDEST] = "Chats that wait",
    [FIGURE_LATE] = "Tickets that are late",
    [FIGURE_AT_RISK] = "Tickets at risk",
    [FIGURE_REPLY] = "First replies of today",
    [FIGURE_AGENTS] = "Inventory agents",
    [FIGURE_BUSY] = "Operators: At a call",
    [FIGURE_READY] = "Operators: ready",
    [FIGURE_PAUSED] = "Operators: paused",
    [FIGURE_HOURS] = "Calls of all today",
    [FIGURE_OWN_STATE] = "What operator did today",
    [FIGURE_OWN_LASTS] = "What operator did today",
    [FIGURE_OWN_CALLS] = "Calls of operator today",
    [FIGURE_OWN_SALES] = "Sales of operator today",
    [FIGURE_OWN_RATE] = "Calls of operator today",
    [FIGURE_OWN_TALK] = "Calls of operator today that were answered",
    [FIGURE_OWN_LOAD] = "Open chats and tickets",
};

/* What Enter opened has lines; what ? opened begins with its formula. */
static void
check_figure(struct console_fixture *f, enum board_figure figure)
{
	struct str formula = STR_INIT;
	const char *label = board__figure_label(figure);
	char words[24];

	board__figure_formula(board_of(f), figure, &formula);
	console_fixture_keys(f, "Enter");
	if (!str_equal(ui_top(f->ui)->ops->name, "pager"))
		fail_msg("%s has no rows", label);
	if (!console_fixture_shows(f, pages[figure]) ||
	    console_fixture_shows(f, "There are none") ||
	    console_fixture_shows(f, "No calls today"))
		fail_msg("%s has rows of something else", label);
	console_fixture_keys(f, "Esc ?");
	str_format(words, sizeof(words), "%s", formula.s);
	if (formula.len < 20 || !console_fixture_shows(f, words))
		fail_msg("%s has no formula", label);
	console_fixture_keys(f, "Esc");
	str_free(&formula);
}

static void
answer_a_ticket(struct console_fixture *f)
{
	struct err err = ERR_INIT;
	int64_t ticket, id;

	ticket = console_seed_ticket(
	    f, 20, "Sin línea", 3, 3, "Lucía Peña", "operator");
	act(f, "operator", 0);
	assert_int_equal(ticket_comment(f->desk.d, ticket, COMMENT_REPLY,
			     "Ya va", &id, &err),
	    0);
}

/* Three agents: one of an hour ago, a silent one, one that waits. */
static void
use_agents(struct console_fixture *f)
{
	static const struct {
		const char *device_id;
		int64_t minutes_ago;
		bool accepts;
	} agents[] = {{"pc-almacen", 6 * 1440, true}, {"pc-ana", 60, true},
	    {"pc-visita", 20, false}};
	int64_t now = clock_wall_us(), id;
	struct err err = ERR_INIT;

	act(f, NULL, 0);
	for (size_t i = 0; i < 3; i++) {
		const struct agent_word w = {
		    .device_id = agents[i].device_id,
		    .program = "GLPI-Agent",
		    .program_version = "1.11",
		    .accepts = agents[i].accepts,
		    .report = i == 0 ? "{}" : NULL,
		    .report_size = i == 0 ? 2 : 0};

		clock_fake_wall(now - agents[i].minutes_ago * US_PER_MINUTE);
		assert_int_equal(agent_heard(f->desk.d, &w, &id, &err), 0);
	}
	clock_fake_wall(now);
}

static void
board__inventory__says_who_is_silent(void **state)
{
	struct console_fixture *f = *state;

	fill(f);
	use_agents(f);
	console_fixture_start(f, "supervisor", &scr_board, 0);
	while (board_of(f)->figure != FIGURE_AGENTS)
		console_fixture_keys(f, "Tab");
	assert_value(f, FIGURE_AGENTS, "1/2, 1 h");
	assert_true(console_fixture_shows(f, "1/2, 1 h"));
	console_fixture_keys(f, "Enter");
	golden_check(f->ui, "board", "agents", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "board", "agents", LANG_EN, 40, 10, 0);
	console_fixture_keys(f, "Esc ?");
	assert_true(console_fixture_shows(f, "3 days"));
}

static void
board__each_figure__has_its_rows_and_its_formula(void **state)
{
	struct console_fixture *f = *state;
	bool seen[FIGURE_COUNT] = {false};
	enum board_figure figure;

	fill(f);
	use_channel(f);
	seat(f, "stranger", 10, SEAT_READY, NULL);
	answer_a_ticket(f);
	use_agents(f);
	console_fixture_start(f, "admin", &scr_board, 0);
	console_fixture_keys(f, "O");
	console_fixture_type(f, "by sales");
	console_fixture_keys(f, "Enter gg"); /* of "operator", who has all */
	for (int i = 0; i <= FIGURE_COUNT; i++) {
		console_fixture_keys(f, "Tab");
		figure = board_of(f)->figure;
		if (figure == FIGURE_NONE)
			break;
		assert_false(seen[figure]);
		seen[figure] = true;
		check_figure(f, figure);
		assert_int_equal(board_of(f)->figure, figure);
	}
	for (int i = 0; i < FIGURE_COUNT; i++)
		if (!seen[i])
			fail_msg("Tab does not find %s",
			    board__figure_label((enum board_figure)i));
}

static void
board__a_figure__is_chosen_with_keys_and_mouse(void **state)
{
	struct console_fixture *f = *state;

	fill(f);
	use_channel(f);
	act(f, "supervisor", 0);
	console_fixture_start(f, "supervisor", &scr_board, 0);
	console_fixture_keys(f, "Tab Right Right Tab Tab");
	golden_check(f->ui, "board", "whatsapp", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "board", "whatsapp", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "board", "whatsapp", LANG_EN, 40, 10, 0);
	ui_resize(f->ui, 80, 24);
	console_fixture_keys(f, "Enter");
	golden_check(f->ui, "board", "channels", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "board", "channels", LANG_EN, 40, 10, 0);
	ui_resize(f->ui, 80, 24);
	console_fixture_keys(f, "Esc ?");
	golden_check(f->ui, "board", "formula", LANG_ES, 80, 24, 0);
	ui_resize(f->ui, 80, 24);
	console_fixture_keys(f, "Esc Esc");
	assert_true(board_of(f)->figure == FIGURE_NONE);
	/* Backwards: of the selected operator, whom the cursor follows. */
	console_fixture_keys(f, "S-Tab");
	assert_value(f, FIGURE_OWN_LOAD, "0/0");
	golden_check(f->ui, "board", "own", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "board", "own", LANG_EN, 40, 10, 0);
	ui_resize(f->ui, 80, 24);
	console_fixture_keys(f, "j");
	assert_true(board_of(f)->figure == FIGURE_OWN_LOAD);
	assert_value(f, FIGURE_OWN_LOAD, "0/7");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "Open chats and tickets"));
	console_fixture_keys(f, "Esc Esc Tab j");
	assert_true(board_of(f)->figure == FIGURE_NONE);
	assert_true(console_fixture_click(f, "Late"));
	assert_true(board_of(f)->figure == FIGURE_LATE);
	assert_true(console_fixture_click(f, "Late"));
	assert_true(console_fixture_shows(f, "Tickets that are late"));
}

/* ---- and how they move ---- */

static void
board__calls_and_work__move_every_figure(void **state)
{
	const struct call_close sale = {
	    .disposition = "SALE", .sale_cents = 4990};
	struct console_fixture *f = *state;
	char none[BOARD_VALUE_SIZE];
	struct err err = ERR_INIT;
	int64_t id;

	start(f, "supervisor");
	assert_value(f, FIGURE_CALLS, "5");
	assert_value(f, FIGURE_SALES, "1");
	assert_value(f, FIGURE_RATE, "20 %");
	assert_value(f, FIGURE_TALK, "11:05");
	assert_value(f, FIGURE_PAUSED, "1");
	assert_value(f, FIGURE_BUSY, "2");
	console_fixture_keys(f, "O");
	console_fixture_type(f, "by name");
	console_fixture_keys(f, "Enter G k");
	assert_value(f, FIGURE_OWN_STATE, "OFF");
	seat(f, "technician", 60, SEAT_READY, NULL); /* was paused */
	seat(f, "supervisor", 60, SEAT_READY, NULL);
	clock_fake_wall(CONSOLE_FIXTURE_NOW);
	console_fixture_changed(f);
	assert_value(f, FIGURE_PAUSED, "0");
	assert_value(f, FIGURE_READY, "2");
	assert_value(f, FIGURE_OWN_LASTS, "01:00");
	/* A call counts as soon as it begins. */
	id = begin(f, "supervisor", 50);
	clock_fake_wall(CONSOLE_FIXTURE_NOW);
	console_fixture_changed(f);
	assert_value(f, FIGURE_CALLS, "6");
	assert_value(f, FIGURE_RATE, "17 %");
	assert_value(f, FIGURE_READY, "1");
	assert_value(f, FIGURE_BUSY, "3");
	assert_value(f, FIGURE_OWN_STATE, "TALKING");
	assert_value(f, FIGURE_OWN_CALLS, "1");
	assert_value(f, FIGURE_OWN_RATE, "0 %");
	/* Its time when it ends, the sale when it is closed as one. */
	act(f, "supervisor", 20);
	assert_int_equal(call_end(f->desk.d, id, &err), 0);
	clock_fake_wall(CONSOLE_FIXTURE_NOW);
	console_fixture_changed(f);
	assert_value(f, FIGURE_TALK, "11:35");
	assert_value(f, FIGURE_SALES, "1");
	assert_value(f, FIGURE_OWN_STATE, "WRAP-UP");
	assert_value(f, FIGURE_OWN_TALK, "00:30");
	act(f, "supervisor", 10);
	assert_int_equal(call_close(f->desk.d, id, &sale, &err), 0);
	clock_fake_wall(CONSOLE_FIXTURE_NOW);
	console_fixture_changed(f);
	assert_value(f, FIGURE_SALES, "2");
	assert_value(f, FIGURE_RATE, "33 %");
	assert_value(f, FIGURE_BUSY, "2");
	assert_value(f, FIGURE_OWN_STATE, "READY");
	assert_value(f, FIGURE_OWN_SALES, "1");
	assert_value(f, FIGURE_OWN_RATE, "100 %");
	assert_true(console_fixture_shows(f, "Calls 6  Sales 2  Rate 33 %"));
	/* The chat gets its answer, a ticket its first reply. */
	assert_value(f, FIGURE_CHATS, "1");
	assert_value(f, FIGURE_OLDEST, "12 min");
	assert_false(board__figure_value(
	    board_of(f), FIGURE_REPLY, none, &(enum role){0}));
	id = console_seed_writes(f, 3, "34600999222", "Otra", "Sigue sin ir");
	answer_a_ticket(f);
	clock_fake_wall(CONSOLE_FIXTURE_NOW);
	console_fixture_changed(f);
	assert_value(f, FIGURE_CHATS, "2");
	assert_value(f, FIGURE_REPLY, "00:00"); /* on a Saturday */
	console_seed_claim(f, id, "supervisor");
	clock_fake_wall(CONSOLE_FIXTURE_NOW);
	console_fixture_changed(f);
	assert_value(f, FIGURE_OWN_LOAD, "1/0");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SCREEN_TEST(board__of_a_team__states_figures_and_what_waits),
	    SCREEN_TEST(board__as_time_passes__ages_tick),
	    SCREEN_TEST(board__somebody_else_acts__is_shown),
	    SCREEN_TEST(board__ordered__the_first_is_another),
	    SCREEN_TEST(board__enter__shows_the_calls_behind),
	    SCREEN_TEST(board__opened_meanwhile__is_not_covered),
	    SCREEN_TEST(board__of_an_operator__is_the_own_row),
	    SCREEN_TEST(board__limits__are_the_tenants),
	    SCREEN_TEST(board__what_waits__opens_its_rows),
	    SCREEN_TEST(board__reversed__turns_the_order_round),
	    SCREEN_TEST(board__calls_of_nobody__are_a_list_too),
	    SCREEN_TEST(board__inventory__says_who_is_silent),
	    SCREEN_TEST(board__each_figure__has_its_rows_and_its_formula),
	    SCREEN_TEST(board__a_figure__is_chosen_with_keys_and_mouse),
	    SCREEN_TEST(board__calls_and_work__move_every_figure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
