/*
 * Unit tests of db/records/calls: the machine, a whole call, what an exchange
 * says twice or in another order, two consoles, a clock that is set back, and
 * sums that can be made again from the intervals after any walk.
 *
 * CALLS_SEED varies the walk.
 *
 * Turned red by: a hold whose interval is not closed, sums that take the hold
 * for talk, an end told twice that begins a second wrap-up, a start that
 * leaves the call before open, an interval that begins before the last one
 * ended, a disposition that is not asked for, more time given twice.
 */
#include "common/clock.h"
#include "common/str.h"
#include "db/core/op.h"
#include "db/records/call_int.h"
#include "db/records/callbacks.h"
#include "db/records/calls.h"
#include "db/records/call_settings.h"
#include "db/records/do_not_call.h"
#include "db/records/operator_states.h"
#include "tests/lib/desk_test.h"

#define NOW DESK_TEST_NOW
#define S   US_PER_SECOND

static const struct call_close as_sale = {
    .disposition = "SALE", .sale_cents = 4990, .notes = "Fibre"};
static const struct call_close as_other = {.disposition = "o"};

static int64_t
ask_int(struct desk_fixture *f, const char *sql)
{
	struct err err = ERR_INIT;
	int64_t n = -1;

	assert_ok(db_int(f->d->db, &n, sql, NO_BINDS, &err));
	return n;
}

static int64_t
begin(struct desk_fixture *f, const char *number)
{
	const struct call_new in = {.direction = CALL_IN, .number = number};
	struct err err = ERR_INIT;
	int64_t id;

	assert_ok(call_start(f->d, &in, &id, NULL, &err));
	return id;
}

static struct call
get(struct desk_fixture *f, int64_t id)
{
	struct err err = ERR_INIT;
	struct call c;

	assert_ok(call_get(f->d, id, &c, &err));
	call_clear(&c);
	return c;
}

static enum seat_state
seat(struct desk_fixture *f)
{
	struct err err = ERR_INIT;
	struct seat_now s;

	assert_ok(seat_get(f->d, 0, &s, &err));
	return s.state;
}

/* ---- pure ---- */

static void
call_next__goes__only_where_the_table_says(void **state)
{
	static const struct {
		enum call_state from;
		enum call_event event;
		enum call_step step;
		enum call_state to;
	} rows[] = {
	    {CALL_RINGING, CALL_ANSWERED, CALL_MOVES, CALL_TALKING},
	    {CALL_RINGING, CALL_HELD, CALL_NEVER, CALL_RINGING},
	    {CALL_RINGING, CALL_HUNG_UP, CALL_MOVES, CALL_WRAP_UP},
	    {CALL_TALKING, CALL_ANSWERED, CALL_STAYS, CALL_TALKING},
	    {CALL_TALKING, CALL_CLOSED, CALL_NEVER, CALL_TALKING},
	    {CALL_HOLD, CALL_RESUMED, CALL_MOVES, CALL_TALKING},
	    {CALL_WRAP_UP, CALL_HUNG_UP, CALL_STAYS, CALL_WRAP_UP},
	    {CALL_WRAP_UP, CALL_ANSWERED, CALL_NEVER, CALL_WRAP_UP},
	    {CALL_WRAP_UP, CALL_CLOSED, CALL_MOVES, CALL_ENDED},
	    {CALL_ENDED, CALL_REPLACED, CALL_STAYS, CALL_ENDED},
	    {CALL_TALKING, CALL_REPLACED, CALL_MOVES, CALL_ENDED},
	};
	enum call_state to;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(
		    call_next(rows[i].from, rows[i].event, true, &to),
		    rows[i].step);
		assert_int_equal(to, rows[i].to);
	}
	assert_int_equal(
	    call_next(CALL_TALKING, CALL_HUNG_UP, false, &to), CALL_MOVES);
	assert_int_equal(to, CALL_ENDED); /* nobody wraps it up */
}

static void
call_number_fold__makes_one__of_every_way_to_write_it(void **state)
{
	static const struct {
		const char *number, *country, *folded; /* NULL: none */
	} rows[] = {
	    {"+34 600 11 22 33", "", "34600112233"},
	    {"0034600112233", "", "34600112233"},
	    {"600 112 233", "34", "34600112233"},
	    {"34600112233", "34", "34600112233"},
	    {"(0170) 123-4567", "49", "491701234567"},
	    {"600112233", "", "600112233"},
	    {"112", "34", "112"},
	    {"+1.212.555.0100", "34", "12125550100"},
	    {"", "34", NULL},
	    {"+", "34", NULL},
	    {"anonymous", "34", NULL},
	    {"1234567890123456", "", NULL},
	    {"+34600112233;rm", "34", NULL},
	    {"6001+12233", "34", NULL},
	};
	char out[CALL_NUMBER_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool ok =
		    call_number_fold(rows[i].number, rows[i].country, out);

		assert_int_equal(ok, rows[i].folded != NULL);
		if (ok)
			assert_string_equal(out, rows[i].folded);
	}
}

/* ---- one call ---- */

static void
call__is_timed_and_closed__from_ring_to_disposition(void **state)
{
	struct desk_fixture *f = *state;
	const struct call_new in = {
	    .direction = CALL_IN, .number = "+34 600 111 222", .rings = true};
	int64_t contact = desk_fixture_contact(f, "Marta", "+34600111222");
	struct err err = ERR_INIT;
	struct call c;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(shift_clock(f->d, 0, CLOCK_IN, &err));
	assert_ok(call_start(f->d, &in, &id, NULL, &err));
	assert_int_equal(seat(f), SEAT_RINGING);
	clock_fake_advance(5 * S);
	assert_ok(call_answer(f->d, id, &err));
	assert_ok(call_answer(f->d, id, &err)); /* the key twice */
	clock_fake_advance(60 * S);
	assert_ok(call_hold(f->d, id, &err));
	assert_int_equal(seat(f), SEAT_HOLD);
	clock_fake_advance(20 * S);
	assert_ok(call_resume(f->d, id, &err));
	clock_fake_advance(40 * S);
	assert_ok(call_end(f->d, id, &err));
	assert_int_equal(seat(f), SEAT_WRAP_UP);
	c = get(f, id);
	assert_int_equal(c.contact_id, contact);
	assert_true(c.wrap_until_us == clock_wall_us() + 60 * S);
	assert_ok(call_extend(f->d, id, &err));
	assert_rc(call_extend(f->d, id, &err), OD_ECONFLICT);
	assert_true(get(f, id).wrap_until_us == clock_wall_us() + 90 * S);
	clock_fake_advance(10 * S);
	assert_rc(
	    call_close(f->d, id, &(struct call_close){0}, &err), OD_EDATA);
	assert_rc(
	    call_close(f->d, id,
		&(struct call_close){.disposition = "NA", .sale_cents = 1},
		&err),
	    OD_EDATA);
	assert_ok(call_close(f->d, id, &as_sale, &err));
	c = get(f, id);
	assert_int_equal(c.state, CALL_ENDED);
	assert_true(c.ring_us == 5 * S && c.talk_us == 100 * S &&
		    c.hold_us == 20 * S && c.wrap_us == 10 * S);
	assert_string_equal(c.disposition, "SALE");
	assert_string_equal(c.currency, "EUR");
	assert_int_equal(seat(f), SEAT_READY);
	assert_int_equal(ask_int(f, "SELECT count(*) FROM events"
				    " WHERE name LIKE 'call.%'"),
	    6);
}

static void
call__is_popped__by_number_and_unknown_ones_say_so(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct call_who w;
	int64_t contact;

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(call_settings_set(f->d, "country", "34", &err));
	contact = desk_fixture_contact(f, "Marta", "600 111 222");
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(call_who(f->d, "+34600111222", 0, &w, &err));
	assert_int_equal(w.contact_id, contact);
	assert_ok(call_who(f->d, "0034600111222", 0, &w, &err));
	assert_int_equal(w.contact_id, contact);
	assert_string_equal(w.contact_name, "Marta");
	assert_ok(call_who(f->d, "600999999", 0, &w, &err));
	assert_int_equal(w.contact_id, 0);
	assert_string_equal(w.number_folded, "34600999999");
	assert_rc(call_who(f->d, "nobody", 0, &w, &err), OD_EDATA);
}

static void
call_start__refuses__a_second_call_and_a_stopped_number(void **state)
{
	struct desk_fixture *f = *state;
	struct call_new out = {.direction = CALL_OUT, .number = "+34600111222"};
	struct err err = ERR_INIT;
	int64_t id, stop;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(do_not_call_add(
	    f->d, "0034 600 111 222", "Asked for it", 0, &stop, &err));
	assert_rc(call_start(f->d, &out, &id, NULL, &err), OD_EDENIED);
	assert_non_null(strstr(err.text, "Asked for it (since 2026-"));
	assert_int_equal(ask_int(f, "SELECT count(*) FROM audit WHERE"
				    " operation = 'call.start'"
				    " AND result = 1"),
	    1);
	out.stop_override = "She asked by mail";
	assert_rc(call_start(f->d, &out, &id, NULL, &err), OD_EDENIED);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	out.stop_override = " ";
	assert_rc(call_start(f->d, &out, &id, NULL, &err), OD_EDATA);
	out.stop_override = "She asked by mail";
	assert_ok(call_start(f->d, &out, &id, NULL, &err));
	out = (struct call_new){.direction = CALL_OUT, .number = "600222333"};
	assert_rc(call_start(f->d, &out, &id, NULL, &err), OD_ECONFLICT);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(call_start(f->d, &out, &id, NULL, &err));
	assert_rc(call_end(f->d, id + 100, &err), OD_ENOTFOUND);
	/* For others only who may for the team. */
	out.operator_id = f->demo.mate;
	assert_rc(call_start(f->d, &out, &id, NULL, &err), OD_EDENIED);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(call_start(f->d, &out, &id, NULL, &err));
	assert_int_equal(get(f, id).operator_id, f->demo.mate);
}

static void
call_close__stops_and_promises__and_undo_takes_it_back(void **state)
{
	struct desk_fixture *f = *state;
	struct call_close back = {.disposition = "CALLBK"};
	struct do_not_call stop;
	struct err err = ERR_INIT;
	char sentence[256];
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	id = begin(f, "+34600111222");
	assert_rc(call_close(f->d, id, &as_other, &err), OD_ECONFLICT);
	assert_ok(call_end(f->d, id, &err));
	assert_ok(call_close(
	    f->d, id, &(struct call_close){.disposition = "dnc"}, &err));
	assert_int_equal(do_not_call_check(f->d, "600111222", &stop, &err), 0);
	assert_int_equal(
	    do_not_call_check(f->d, "+34600111222", &stop, &err), 1);
	assert_ok(op_undo(f->d, sentence, &err));
	assert_int_equal(
	    do_not_call_check(f->d, "+34600111222", &stop, &err), 0);
	assert_int_equal(get(f, id).state, CALL_ENDED);
	assert_string_equal(get(f, id).disposition, "");
	/* It is closed anew; a callback needs its moment. */
	assert_rc(call_close(f->d, id, &back, &err), OD_EDATA);
	back.callback_us = NOW + 3600 * S;
	assert_ok(call_close(f->d, id, &back, &err));
	assert_int_equal(ask_int(f, "SELECT count(*) FROM callbacks"
				    " WHERE deleted_at IS NULL"),
	    1);
	assert_ok(op_undo(f->d, sentence, &err));
	assert_int_equal(ask_int(f, "SELECT count(*) FROM callbacks"
				    " WHERE deleted_at IS NULL"),
	    0);
}

/*
 * Two daemons found the same one, and both come to tell it.  Red when what was
 * found is told without another look.
 */
static void
callback__found_by_two_daemons__is_told_once(void **state)
{
	struct desk_fixture *f = *state;
	struct callback_new in = {
	    .number = "600333444", .due_us = NOW + 60 * S, .pool = true};
	struct desk *second = desk_fixture_open(f);
	struct change later = {"due_us", b_int(NOW + 600 * S)};
	struct err err = ERR_INIT;
	int64_t id, moved;
	bool told;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(callback_new(f->d, &in, &id, &err));
	assert_ok(callback_new(f->d, &in, &moved, &err));
	clock_fake_advance(61 * S);
	desk_act_as_system(second, f->demo.id);
	assert_ok(callback__remind_one(second, id, &told, &err));
	assert_true(told);
	assert_ok(callback_edit(f->d, moved, 0, &later, 1, &err));
	desk_act_as_system(f->d, f->demo.id);
	assert_ok(callback__remind_one(f->d, id, &told, &err));
	assert_false(told);
	/* Somebody moved this one meanwhile. */
	assert_ok(callback__remind_one(second, moved, &told, &err));
	assert_false(told);
	assert_int_equal(ask_int(f, "SELECT count(*) FROM events"
				    " WHERE name = 'callback.due'"),
	    1);
	desk_close(&second);
}

static void
callback__is_reminded_once__and_done_by_its_call(void **state)
{
	struct desk_fixture *f = *state;
	struct callback_new in = {
	    .number = "600333444", .due_us = NOW + 60 * S, .pool = true};
	struct call_new out = {.direction = CALL_OUT, .number = "600333444"};
	struct change later = {"due_us", b_int(NOW + 600 * S)};
	struct err err = ERR_INIT;
	struct callback b;
	int64_t call;
	int n;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(callback_new(f->d, &in, &out.callback_id, &err));
	assert_ok(callback_get(f->d, out.callback_id, &b, &err));
	assert_int_equal(b.operator_id, 0);
	assert_int_equal(b.team_id, f->demo.support);
	desk_act_as_system(f->d, f->demo.id);
	assert_ok(callback_remind(f->d, 10, &n, &err));
	assert_int_equal(n, 0);
	clock_fake_advance(61 * S);
	assert_ok(callback_remind(f->d, 10, &n, &err));
	assert_int_equal(n, 1);
	assert_ok(callback_remind(f->d, 10, &n, &err));
	assert_int_equal(n, 0);
	assert_int_equal(ask_int(f, "SELECT count(*) FROM events"
				    " WHERE name = 'callback.due'"),
	    1);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(callback_edit(f->d, out.callback_id, 0, &later, 1, &err));
	assert_ok(callback_get(f->d, out.callback_id, &b, &err));
	assert_true(b.reminded_us == 0); /* once more, then */
	assert_ok(call_start(f->d, &out, &call, NULL, &err));
	assert_ok(callback_get(f->d, out.callback_id, &b, &err));
	assert_int_equal(b.state, CALLBACK_DONE);
	assert_int_equal(b.done_call_id, call);
	assert_rc(callback_cancel(f->d, out.callback_id, &err), OD_ECONFLICT);
}

/* ---- what exchanges and clocks do ---- */

static void
call_report__changes_nothing__when_told_twice_or_late(void **state)
{
	struct desk_fixture *f = *state;
	struct call_new in = {.direction = CALL_IN,
	    .number = "+34600111222",
	    .extension = "201",
	    .provider = "http",
	    .provider_call = "pbx-1",
	    .rings = true,
	    .reported = true};
	struct err err = ERR_INIT;
	int64_t id, again_id, other;
	bool again;

	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_exec(f->d->db,
	    "UPDATE operators SET extension = '201' WHERE id = $1",
	    BINDS(b_int(f->demo.operators[ROLE_OPERATOR])), NULL, &err));
	assert_ok(db_commit(f->d->db, &err));
	desk_fixture_act(f, FIXTURE_TENANT, NULL);
	assert_ok(call_start(f->d, &in, &id, &again, &err));
	assert_false(again);
	assert_ok(call_start(f->d, &in, &again_id, &again, &err));
	assert_true(again && again_id == id);
	assert_ok(call_report(f->d, "pbx-1", CALL_ANSWERED, &id, &err));
	clock_fake_advance(30 * S);
	assert_ok(call_report(f->d, "pbx-1", CALL_HUNG_UP, &id, &err));
	assert_ok(call_report(f->d, "pbx-1", CALL_HUNG_UP, &id, &err));
	assert_ok(call_report(f->d, "pbx-1", CALL_ANSWERED, &id, &err));
	assert_int_equal(get(f, id).state, CALL_WRAP_UP);
	assert_int_equal(ask_int(f, "SELECT count(*) FROM events"
				    " WHERE name = 'call.ended'"),
	    1);
	/* The next one begins while he still writes notes. */
	in.provider_call = "pbx-2";
	assert_ok(call_start(f->d, &in, &other, NULL, &err));
	assert_int_equal(get(f, id).state, CALL_ENDED);
	assert_int_equal(get(f, id).disposition_id, 0);
	assert_true(get(f, id).talk_us == 30 * S);
	/* The end before the start. */
	assert_ok(call_report(f->d, "pbx-3", CALL_HUNG_UP, &id, &err));
	in.provider_call = "pbx-3";
	assert_ok(call_start(f->d, &in, &again_id, &again, &err));
	assert_true(again && again_id == id);
	assert_int_equal(get(f, id).state, CALL_ENDED);
	assert_string_equal(get(f, id).number_folded, "34600111222");
	assert_int_equal(get(f, other).state, CALL_RINGING);
	assert_rc(
	    call_report(f->d, "pbx-9", CALL_ANSWERED, &id, &err), OD_ENOTFOUND);
}

/* Turned red by: what is kept clean is looked for as it was sent. */
static void
call_report__finds_its_call__however_its_name_is_written(void **state)
{
	struct desk_fixture *f = *state;
	const struct call_new in = {.direction = CALL_IN,
	    .number = "+34600111222",
	    .provider_call = " pbx-7 ",
	    .reported = true};
	struct err err = ERR_INIT;
	int64_t id, ended;

	desk_fixture_act(f, FIXTURE_TENANT, NULL);
	assert_ok(call_start(f->d, &in, &id, NULL, &err));
	assert_ok(call_report(f->d, " pbx-7 ", CALL_HUNG_UP, &ended, &err));
	assert_true(ended == id);
	assert_int_equal(get(f, id).state, CALL_ENDED);
	assert_rc(
	    call_report(f->d, " ", CALL_HUNG_UP, &ended, &err), OD_ENOTFOUND);
	assert_int_equal(ask_int(f, "SELECT count(*) FROM calls"), 1);
}

/* Turned red by: sums of sales that are larger than a number can be. */
static void
call_close__takes_no_sale__that_cannot_be_added_up(void **state)
{
	struct call_close as = {
	    .disposition = "SALE", .sale_cents = CALL_SALE_CENTS_MAX + 1};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	id = begin(f, "600111222");
	assert_ok(call_end(f->d, id, &err));
	assert_rc(call_close(f->d, id, &as, &err), OD_EDATA);
	as.sale_cents = CALL_SALE_CENTS_MAX;
	assert_ok(call_close(f->d, id, &as, &err));
}

static void
call__is_one__for_two_consoles(void **state)
{
	struct desk_fixture *f = *state;
	struct desk *second = desk_fixture_open(f);
	const struct call_new in = {
	    .direction = CALL_IN, .number = "600111222"};
	struct err err = ERR_INIT;
	int64_t id, other;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(
	    desk_act_as_operator(second, FIXTURE_TENANT, "operator", &err));
	assert_ok(call_start(f->d, &in, &id, NULL, &err));
	assert_rc(call_start(second, &in, &other, NULL, &err), OD_ECONFLICT);
	assert_ok(call_hold(second, id, &err));
	assert_ok(call_end(f->d, id, &err));
	assert_ok(call_end(second, id, &err));
	assert_rc(call_resume(second, id, &err), OD_ECONFLICT);
	assert_ok(call_close(second, id, &as_sale, &err));
	assert_ok(call_close(f->d, id, &as_other, &err));
	assert_string_equal(get(f, id).disposition, "OTHER");
	desk_close(&second);
}

static void
call__goes_on__when_the_clock_is_set_back(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct call c;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	id = begin(f, "600111222");
	clock_fake_advance(10 * S);
	assert_ok(call_hold(f->d, id, &err));
	clock_fake_advance(-3600 * S);
	assert_ok(call_resume(f->d, id, &err));
	assert_ok(call_end(f->d, id, &err));
	assert_ok(call_close(f->d, id, &as_other, &err));
	c = get(f, id);
	assert_true(c.talk_us == 10 * S && c.hold_us == 0 && c.wrap_us == 0);
	assert_true(c.wrapped_us >= c.ended_us && c.ended_us >= c.started_us);
	assert_int_equal(ask_int(f, "SELECT count(*) FROM call_intervals"
				    " WHERE ended_us < begun_us"),
	    0);
	assert_int_equal(ask_int(f, "SELECT count(*) FROM operator_states"
				    " WHERE ended_us < begun_us"),
	    0);
}

/* ---- operators ---- */

static void
seat__is_what_it_was__after_a_call(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_rc(seat_set(f->d, 0, SEAT_PAUSED, "", &err), OD_EDATA);
	assert_rc(seat_set(f->d, 0, SEAT_PAUSED, "nap", &err), OD_ENOTFOUND);
	assert_rc(seat_set(f->d, 0, SEAT_TALKING, "", &err), OD_EDATA);
	assert_ok(seat_set(f->d, 0, SEAT_PAUSED, "LUNCH", &err));
	clock_fake_advance(S);
	assert_ok(seat_set(f->d, 0, SEAT_PAUSED, "m", &err));
	assert_ok(seat_set(f->d, 0, SEAT_PAUSED, "MEETING", &err));
	assert_int_equal(ask_int(f, "SELECT count(*) FROM operator_states"), 2);
	id = begin(f, "600111222");
	assert_rc(seat_set(f->d, 0, SEAT_READY, NULL, &err), OD_ECONFLICT);
	assert_rc(shift_clock(f->d, 0, CLOCK_IN, &err), OD_ECONFLICT);
	assert_ok(call_end(f->d, id, &err));
	assert_ok(call_close(f->d, id, &as_other, &err));
	assert_int_equal(seat(f), SEAT_PAUSED);
	desk_fixture_act(f, FIXTURE_TENANT, "stranger");
	assert_rc(seat_set(f->d, f->demo.operators[ROLE_OPERATOR], SEAT_OFF,
		      NULL, &err),
	    OD_EDENIED);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(seat_set(
	    f->d, f->demo.operators[ROLE_OPERATOR], SEAT_OFF, NULL, &err));
}

static void
shift__never_runs_on__when_nobody_is_there(void **state)
{
	struct desk_fixture *f = *state;
	struct shift *rows;
	struct err err = ERR_INIT;
	int64_t since;
	size_t count;
	bool ask;
	int n;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_rc(shift_clock(f->d, 0, CLOCK_BREAK, &err), OD_ECONFLICT);
	assert_ok(shift_clock(f->d, 0, CLOCK_IN, &err));
	assert_ok(shift_clock(f->d, 0, CLOCK_IN, &err));
	clock_fake_advance(3600 * S);
	assert_ok(shift_clock(f->d, 0, CLOCK_BREAK, &err));
	assert_int_equal(seat(f), SEAT_PAUSED);
	clock_fake_advance(600 * S);
	assert_ok(shift_clock(f->d, 0, CLOCK_BACK, &err));
	assert_ok(shift_ask(f->d, &ask, &since, &err));
	assert_false(ask);
	clock_fake_advance(CALL_IDLE_US);
	assert_ok(shift_ask(f->d, &ask, &since, &err));
	assert_true(ask && since == NOW + 4200 * S);
	assert_ok(shift_seen(f->d, &err));
	assert_ok(shift_ask(f->d, &ask, &since, &err));
	assert_false(ask);
	clock_fake_advance(CALL_IDLE_US + 31 * US_PER_MINUTE);
	desk_act_as_system(f->d, f->demo.id);
	assert_ok(shift_expire(f->d, 10, &n, &err));
	assert_int_equal(n, 1);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_int_equal(seat(f), SEAT_OFF);
	assert_ok(
	    shift_list(f->d, 0, NOW, clock_wall_us(), &rows, &count, &err));
	assert_int_equal(count, 3);
	assert_int_equal(rows[2].ended_by, SHIFT_BY_QUESTION);
	assert_true(rows[2].ended_us == NOW + 4200 * S + CALL_IDLE_US);
	free(rows);
}

static void
come_back(void *data)
{
	struct desk_fixture *f = data;
	struct err err = ERR_INIT;

	assert_ok(db_exec(f->d->db,
	    "UPDATE shifts SET seen_us = $1 WHERE operator_id = $2"
	    " AND tenant_id = $3",
	    BINDS(b_int(clock_wall_us()),
		b_int(f->demo.operators[ROLE_SUPERVISOR]), b_int(f->demo.id)),
	    NULL, &err));
}

/* Turned red by: who was silent when they were counted is off, whatever. */
static void
shift_expire__leaves_alone__who_came_back_meanwhile(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int n;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(shift_clock(f->d, 0, CLOCK_IN, &err));
	clock_fake_advance(60 * S);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(shift_clock(f->d, 0, CLOCK_IN, &err));
	clock_fake_advance(CALL_IDLE_US + 31 * US_PER_MINUTE);
	desk_act_as_system(f->d, f->demo.id);
	db_call_before(f->d->db, 1, come_back, f);
	assert_ok(shift_expire(f->d, 10, &n, &err));
	assert_int_equal(n, 1);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_int_equal(seat(f), SEAT_OFF);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_int_equal(seat(f), SEAT_READY);
}

/* ---- any walk ---- */

static uint32_t
draw(uint32_t *seed, uint32_t n)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 8) % n;
}

static void
walk(struct desk_fixture *f, uint32_t *seed)
{
	static const char *const pauses[] = {"BREAK", "LUNCH", "TECH"};
	struct call_new in = {.direction = (enum call_direction)draw(seed, 2),
	    .number = "+34600111222",
	    .rings = draw(seed, 2) == 0,
	    .reported = draw(seed, 3) == 0};
	struct err err = ERR_INIT;
	int64_t id = 0, made;

	id = ask_int(f, "SELECT COALESCE(max(id), 0) FROM calls");
	switch (draw(seed, 11)) {
	case 0:
	case 1:
		(void)call_start(f->d, &in, &made, NULL, &err);
		break;
	case 2:
		(void)call_answer(f->d, id, &err);
		break;
	case 3:
		(void)call_hold(f->d, id, &err);
		break;
	case 4:
		(void)call_resume(f->d, id, &err);
		break;
	case 5:
		(void)call_end(f->d, id, &err);
		break;
	case 6:
	case 7:
		(void)call_close(
		    f->d, id, draw(seed, 2) == 0 ? &as_sale : &as_other, &err);
		break;
	case 8:
		(void)seat_set(
		    f->d, 0, SEAT_PAUSED, pauses[draw(seed, 3)], &err);
		break;
	case 9:
		(void)seat_set(f->d, 0,
		    draw(seed, 2) == 0 ? SEAT_READY : SEAT_OFF, NULL, &err);
		break;
	default:
		(void)shift_clock(f->d, 0, (enum clock_act)draw(seed, 4), &err);
		break;
	}
	/* Mostly forward, now and then the clock is set back. */
	clock_fake_advance(
	    ((int64_t)draw(seed, 120) - (draw(seed, 9) == 0 ? 200 : 0)) * S);
}

static void
call__sums_are_those_of_the_intervals__after_any_walk(void **state)
{
	static const char *const wrong[] = {
	    /* a sum is not that of its intervals */
	    "SELECT count(*) FROM calls c WHERE c.ring_us <> (SELECT"
	    " COALESCE(SUM(ended_us - begun_us), 0) FROM call_intervals i"
	    " WHERE i.call_id = c.id AND i.state = 0) OR c.talk_us <> (SELECT"
	    " COALESCE(SUM(ended_us - begun_us), 0) FROM call_intervals i"
	    " WHERE i.call_id = c.id AND i.state = 1) OR c.hold_us <> (SELECT"
	    " COALESCE(SUM(ended_us - begun_us), 0) FROM call_intervals i"
	    " WHERE i.call_id = c.id AND i.state = 2) OR c.wrap_us <> (SELECT"
	    " COALESCE(SUM(ended_us - begun_us), 0) FROM call_intervals i"
	    " WHERE i.call_id = c.id AND i.state = 3)",
	    /* nor is all of it from the start to the end */
	    "SELECT count(*) FROM calls WHERE state = 4 AND wrapped_us -"
	    " started_us <> ring_us + talk_us + hold_us + wrap_us",
	    "SELECT count(*) FROM call_intervals WHERE ended_us < begun_us",
	    /* a gap, or two at once */
	    "SELECT count(*) FROM call_intervals a WHERE ended_us IS NOT NULL"
	    " AND NOT EXISTS (SELECT 1 FROM call_intervals b WHERE b.call_id ="
	    " a.call_id AND b.id > a.id AND b.begun_us = a.ended_us) AND"
	    " EXISTS (SELECT 1 FROM call_intervals b WHERE b.call_id ="
	    " a.call_id AND b.id > a.id)",
	    "SELECT count(*) FROM operator_states a WHERE ended_us IS NOT NULL"
	    " AND NOT EXISTS (SELECT 1 FROM operator_states b WHERE"
	    " b.operator_id = a.operator_id AND b.id > a.id"
	    " AND b.begun_us = a.ended_us)",
	    /* an operator's time on a call is not the call's */
	    "SELECT count(*) FROM calls c WHERE c.state = 4 AND c.wrapped_us -"
	    " c.started_us <> (SELECT COALESCE(SUM(s.ended_us - s.begun_us),"
	    " 0) FROM operator_states s WHERE s.call_id = c.id)",
	    "SELECT count(*) FROM operator_states s JOIN calls c"
	    " ON c.id = s.call_id WHERE s.ended_us IS NULL"
	    " AND s.state <> c.state + 2",
	    "SELECT count(*) FROM shifts WHERE ended_us < begun_us",
	};
	struct desk_fixture *f = *state;
	const char *given = getenv("CALLS_SEED");
	uint32_t seed = given != NULL ? (uint32_t)strtoul(given, NULL, 10) : 6;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	for (int i = 0; i < 400; i++)
		walk(f, &seed);
	assert_true(ask_int(f, "SELECT count(*) FROM calls") > 20);
	assert_true(ask_int(f, "SELECT count(*) FROM calls"
			       " WHERE disposition_id IS NOT NULL") > 5);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (ask_int(f, wrong[i]) != 0)
			fail_msg("%s", wrong[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(call_next__goes__only_where_the_table_says),
	    cmocka_unit_test(
		call_number_fold__makes_one__of_every_way_to_write_it),
	    DESK_TEST_AT_NOW(
		call__is_timed_and_closed__from_ring_to_disposition),
	    DESK_TEST_AT_NOW(
		call__is_popped__by_number_and_unknown_ones_say_so),
	    DESK_TEST_AT_NOW(
		call_start__refuses__a_second_call_and_a_stopped_number),
	    DESK_TEST_AT_NOW(
		call_close__stops_and_promises__and_undo_takes_it_back),
	    DESK_TEST_AT_NOW(callback__is_reminded_once__and_done_by_its_call),
	    DESK_TEST_AT_NOW(callback__found_by_two_daemons__is_told_once),
	    DESK_TEST_AT_NOW(
		call_report__changes_nothing__when_told_twice_or_late),
	    DESK_TEST_AT_NOW(
		call_report__finds_its_call__however_its_name_is_written),
	    DESK_TEST_AT_NOW(
		call_close__takes_no_sale__that_cannot_be_added_up),
	    DESK_TEST_AT_NOW(call__is_one__for_two_consoles),
	    DESK_TEST_AT_NOW(call__goes_on__when_the_clock_is_set_back),
	    DESK_TEST_AT_NOW(seat__is_what_it_was__after_a_call),
	    DESK_TEST_AT_NOW(shift__never_runs_on__when_nobody_is_there),
	    DESK_TEST_AT_NOW(
		shift_expire__leaves_alone__who_came_back_meanwhile),
	    DESK_TEST_AT_NOW(
		call__sums_are_those_of_the_intervals__after_any_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
