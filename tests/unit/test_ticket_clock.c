/*
 * Unit tests of db/core/ticket_clock: what the ticket does its clocks do, and
 * everything that they show follows from their intervals.
 *
 * Turned red by: a pause that goes on counting, an undo that leaves a gap, an
 * interval that is not closed.
 */
#include "db/core/ticket_clock.h"
#include "common/clock.h"
#include "db/records/calendars.h"
#include "db/records/tickets.h"
#include "tests/lib/desk_test.h"
#include <string.h>

static int64_t
at(const char *rfc3339)
{
	int64_t us = -1;

	assert_int_equal(clock_parse_rfc3339(rfc3339, &us), 0);
	return us;
}

static void
set_clock(const char *rfc3339)
{
	clock_fake_wall(at(rfc3339));
}

static int64_t
make(struct desk_fixture *f, int urgency)
{
	struct ticket_new in = {
	    .subject = "x", .urgency = urgency, .impact = urgency};
	struct err err = ERR_INIT;
	int64_t id, n;

	assert_ok(ticket_new(f->d, &in, &id, &n, &err));
	return id;
}

static void
set_state(struct desk_fixture *f, int64_t id, enum ticket_state state)
{
	struct err err = ERR_INIT;

	assert_ok(ticket_set_state(f->d, id, 0, state, "a part", 0, &err));
}

static void
say(struct desk_fixture *f, int64_t id)
{
	struct err err = ERR_INIT;
	int64_t comment;

	assert_ok(ticket_comment(f->d, id, COMMENT_REPLY, "x", &comment, &err));
}

static void
hear(struct desk_fixture *f, int64_t id)
{
	struct err err = ERR_INIT;
	struct op op;

	assert_ok(op_begin(f->d, &op, OP_TICKET_COMMENT, id, &err));
	assert_ok(db_exec(f->d->db,
	    "INSERT INTO ticket_comments(tenant_id, ticket_id, kind, author,"
	    " body, at_us, inbound, created_at, updated_at)"
	    " VALUES($1, $2, 0, 'C', 'x', $3, 1, $3, $3)",
	    BINDS(b_int(f->demo.id), b_int(id), b_int(op.now_us)), NULL, &err));
	assert_ok(ticket_clock_follow(f->d, &op, id, 0, &err));
	assert_ok(op_end(f->d, &op, 0, &err));
}

static int64_t
due_of(struct desk_fixture *f, int64_t id)
{
	struct err err = ERR_INIT;
	int64_t us;

	assert_ok(
	    db_int(f->d->db, &us, "SELECT due_us FROM tickets WHERE id = $1",
		BINDS(b_int(id)), &err));
	return us;
}

/* "first_response met 0:opened+ 30:..." in minutes since the start. */
static void
assert_clocks(
    struct desk_fixture *f, int64_t id, const char *start, const char *expected)
{
	struct ticket_clock *c = NULL;
	struct str got = STR_INIT;
	struct err err = ERR_INIT;
	size_t n;

	assert_ok(ticket_clocks_read(f->d, id, &c, &n, &err));
	for (size_t i = 0; i < n; i++) {
		str_addf(&got, "%s%s %s", i > 0 ? "; " : "",
		    clock_kind_names[c[i].kind], clock_state_names[c[i].state]);
		for (size_t k = 0; k < c[i].span_count; k++) {
			const struct clock_span *s = &c[i].spans[k];

			str_addf(&got, " %d%c%s",
			    (int)((s->from_us - at(start)) / US_PER_MINUTE),
			    s->counts ? '+' : '-',
			    clock_reason_names[s->reason]);
			if (k > 0)
				assert_int_equal(
				    s->from_us, c[i].spans[k - 1].to_us);
		}
		if (c[i].stopped_us == 0)
			assert_true(c[i].spans[c[i].span_count - 1].to_us ==
				    CALENDAR_NEVER);
	}
	ticket_clocks_free(&c, n);
	assert_string_equal(got.s, expected);
	str_free(&got);
}

/* Everything that is stored of the tenant's clocks, counted once more. */
static void
assert_recomputed(struct desk_fixture *f, int64_t id)
{
	struct calendar_set set = {0};
	struct ticket_clock *c = NULL;
	int64_t due = CALENDAR_NEVER, now = clock_wall_us();
	struct err err = ERR_INIT;
	size_t n;

	assert_ok(ticket_clocks_read(f->d, id, &c, &n, &err));
	for (size_t i = 0; i < n; i++) {
		bool open = c[i].stopped_us == 0;
		struct clock_figures got;

		assert_ok(ticket_clock_compute(f->d, &set, &c[i],
		    open ? now : c[i].stopped_us, &got, &err));
		assert_int_equal(c[i].due_us, got.due_us);
		if (open) {
			due = got.due_us < due ? got.due_us : due;
			assert_int_equal(c[i].spent_us, 0);
		} else {
			assert_int_equal(c[i].spent_us, got.spent_us);
			if (c[i].state != CLOCK_CANCELLED)
				assert_int_equal(c[i].state,
				    got.spent_us > c[i].target_us ? CLOCK_MISSED
								  : CLOCK_MET);
		}
	}
	assert_int_equal(due_of(f, id), due);
	ticket_clocks_free(&c, n);
	calendar_set_free(&set);
}

#define MONDAY "2026-11-23T10:00:00Z" /* 11 in Madrid */

static void
act(struct desk_fixture *f)
{
	struct err err = ERR_INIT;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_exec(f->d->db, "UPDATE tenants SET zone = 'Europe/Madrid'",
	    NO_BINDS, NULL, &err));
	assert_ok(db_commit(f->d->db, &err));
}

static void
ticket__a_day_of_it__is_counted_as_it_was(void **state)
{
	struct desk_fixture *f = *state;
	int64_t id;

	act(f);
	set_clock(MONDAY);
	id = make(f, 3);
	assert_clocks(f, id, MONDAY,
	    "first_response running 0+opened; resolution running 0+opened");
	assert_int_equal(due_of(f, id), at("2026-11-23T11:00:00Z"));
	set_clock("2026-11-23T10:30:00Z");
	say(f, id);
	assert_clocks(f, id, MONDAY,
	    "first_response met 0+opened; resolution running 0+opened");
	/* Eight hours, of which three are left after one o'clock on Tuesday. */
	assert_int_equal(due_of(f, id), at("2026-11-24T10:00:00Z"));
	set_clock("2026-11-23T11:00:00Z");
	hear(f, id);
	assert_int_equal(due_of(f, id), at("2026-11-23T12:00:00Z"));
	set_clock("2026-11-23T11:15:00Z");
	set_state(f, id, TICKET_WAITING);
	assert_clocks(f, id, MONDAY,
	    "first_response met 0+opened;"
	    " next_response paused 60+opened 75-waiting;"
	    " resolution paused 0+opened 75-waiting");
	assert_true(due_of(f, id) == CALENDAR_NEVER);
	set_clock("2026-11-23T12:00:00Z");
	set_state(f, id, TICKET_OPEN);
	assert_int_equal(due_of(f, id), at("2026-11-23T12:45:00Z"));
	set_clock("2026-11-23T16:00:00Z");
	say(f, id);
	set_clock("2026-11-23T16:30:00Z");
	set_state(f, id, TICKET_SOLVED);
	assert_clocks(f, id, MONDAY,
	    "first_response met 0+opened;"
	    " next_response missed 60+opened 75-waiting 120+resumed;"
	    " resolution met 0+opened 75-waiting 120+resumed");
	assert_true(due_of(f, id) == CALENDAR_NEVER);
	set_clock("2026-11-23T16:40:00Z");
	set_state(f, id, TICKET_OPEN);
	assert_clocks(f, id, MONDAY,
	    "first_response met 0+opened;"
	    " next_response missed 60+opened 75-waiting 120+resumed;"
	    " resolution running 0+opened 75-waiting 120+resumed"
	    " 390-stopped 400+reopened");
	assert_recomputed(f, id);
	clock_fake_wall(0);
}

static void
undo__of_every_move__is_as_if_it_had_not_been(void **state)
{
	struct desk_fixture *f = *state;
	static const enum ticket_state moves[] = {
	    TICKET_WAITING, TICKET_SOLVED, TICKET_CLOSED};
	static const char fresh[] =
	    "first_response running 0+opened; resolution running 0+opened";
	struct change urgent[] = {
	    {"priority", b_int(5)}, {"priority_reason", b_text("the boss")}};
	struct err err = ERR_INIT;
	char sentence[256];
	int64_t id, due;

	act(f);
	set_clock(MONDAY);
	id = make(f, 3);
	due = due_of(f, id);
	for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
		clock_fake_advance(US_PER_MINUTE);
		set_state(f, id, moves[i]);
		assert_true(due_of(f, id) == CALENDAR_NEVER);
		clock_fake_advance(US_PER_MINUTE);
		assert_ok(op_undo(f->d, sentence, &err));
		assert_clocks(f, id, MONDAY, fresh);
		assert_int_equal(due_of(f, id), due);
	}
	clock_fake_advance(US_PER_MINUTE);
	assert_ok(ticket_edit(f->d, id, 0, urgent, 2, &err));
	assert_int_equal(due_of(f, id), at("2026-11-23T10:15:00Z"));
	clock_fake_advance(US_PER_MINUTE);
	assert_ok(op_undo(f->d, sentence, &err));
	assert_clocks(f, id, MONDAY, fresh);
	assert_int_equal(due_of(f, id), due);
	clock_fake_advance(US_PER_MINUTE);
	say(f, id);
	clock_fake_advance(10 * US_PER_SECOND);
	assert_ok(op_undo(f->d, sentence, &err));
	assert_clocks(f, id, MONDAY, fresh);
	assert_ok(ticket_delete(f->d, id, 0, &err));
	clock_fake_advance(US_PER_MINUTE);
	assert_ok(op_undo(f->d, sentence, &err));
	assert_clocks(f, id, MONDAY, fresh);
	assert_int_equal(due_of(f, id), due);
	assert_recomputed(f, id);
	clock_fake_wall(0);
}

/* ---- a random life ---- */

#define LIVES 12 /* of each zone; CLOCK_SEED varies them */
#define MOVES 14

static unsigned seed;

static int
pick(int below)
{
	seed = seed * 1103515245U + 12345U;
	return (int)((seed >> 8) % (unsigned)below);
}

static void
move(struct desk_fixture *f, int64_t id)
{
	static const enum ticket_state states[] = {TICKET_OPEN, TICKET_WAITING,
	    TICKET_SOLVED, TICKET_OPEN, TICKET_CLOSED};
	const struct bind level = b_int(1 + pick(5));
	const struct change c[] = {{"urgency", level}, {"impact", level}};
	struct err err = ERR_INIT;
	struct ticket t;
	char sentence[256];

	assert_ok(ticket_get(f->d, id, &t, &err));
	if (t.deleted_at != 0) /* its restoring was undone */
		assert_ok(ticket_restore(f->d, id, &err));
	ticket_clear(&t);
	switch (pick(8)) {
	case 0:
		say(f, id);
		break;
	case 1:
		hear(f, id);
		break;
	case 2:
		assert_ok(ticket_edit(f->d, id, 0, c, 2, &err));
		break;
	case 3:
		(void)op_undo(f->d, sentence, &err);
		break;
	case 4:
		assert_ok(ticket_delete(f->d, id, 0, &err));
		clock_fake_advance(pick(600) * US_PER_MINUTE);
		assert_ok(ticket_restore(f->d, id, &err));
		break;
	default:
		set_state(f, id, states[pick(5)]);
	}
}

/* From before a change of the clocks to after it, one way and the other. */
static void
any_life__over_both_changes_of_the_clocks__can_be_counted_again(void **state)
{
	static const char *const zones[] = {
	    "Europe/Madrid", "America/Santiago", "Pacific/Auckland"};
	static const char *const starts[] = {"2026-03-27T08:00:00Z",
	    "2026-10-22T08:00:00Z", "2026-04-03T08:00:00Z",
	    "2026-09-04T08:00:00Z"};
	const char *given = getenv("CLOCK_SEED");
	struct desk_fixture *f = *state;

	seed = given != NULL ? (unsigned)strtoul(given, NULL, 10) : 7;
	for (int i = 0; i < LIVES * 3; i++) {
		struct calendar_in in = {.zone = zones[i % 3],
		    .week = i % 5 == 4 ? ""
		            : i % 2    ? "mon-sun 24h"
		                       : "mon-fri 9-14 15-18"};
		struct calendar_row cal;
		struct err err = ERR_INIT;
		int64_t id, ignored;

		act(f);
		clock_fake_wall(at(starts[pick(4)]));
		assert_ok(calendar_find(f->d, "", &cal, &err));
		assert_ok(calendar_edit(f->d, cal.id, &in, &ignored, &err));
		id = make(f, 1 + pick(5));
		for (int k = 0; k < MOVES; k++) {
			clock_fake_advance(pick(900) * US_PER_MINUTE);
			move(f, id);
			assert_recomputed(f, id);
		}
		(void)ticket_restore(f->d, id, NULL);
		set_state(f, id, TICKET_CLOSED);
		assert_recomputed(f, id);
		assert_true(due_of(f, id) == CALENDAR_NEVER);
	}
	clock_fake_wall(0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(
		any_life__over_both_changes_of_the_clocks__can_be_counted_again),
	    DESK_TEST(ticket__a_day_of_it__is_counted_as_it_was),
	    DESK_TEST(undo__of_every_move__is_as_if_it_had_not_been),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
