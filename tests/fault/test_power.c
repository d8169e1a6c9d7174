/*
 * The power goes while a desk is written to: at any moment what was
 * acknowledged is there, what was not is there whole or not at all, and the
 * file and the audit chain are sound.
 *
 * Real use cases are recorded once (tests/shim/tape.h) and played up to
 * POWER_STATES moments (tests/lib/power.h; POWER_SEED repeats a run), each
 * opened by the real engine.  The controls run beside: with synchronous=NORMAL
 * rows are lost, and where nothing is synced files are damaged, so the
 * simulator sees both.  Turned red by: synchronous=NORMAL in the engine, 164
 * of 200 states without an acknowledged row.
 *
 * SQLite only: what is recorded is what SQLite does to files.
 */
#include "common/digest.h"
#include "common/log.h"
#include "db/core/op.h"
#include "db/engine/keeper.h"
#include "db/records/audit.h"
#include "db/records/raw_events.h"
#include "db/records/tickets.h"
#include "tests/lib/power.h"
#include "tests/lib/talk_test.h"
#include "tests/lib/verify.h"
#include <inttypes.h>
#include <stdio.h>

#define STEPS    120 /* use cases recorded */
#define BATCH    8   /* events a commit */
#define STATES   4000
#define CONTROLS 100 /* states a control, of which some must be bad */

static uint64_t seed;

/* ---- what is recorded: step k leaves rows that begin with "P k " ---- */

enum step { STEP_SEND, STEP_TICKET, STEP_INGEST, STEP_KINDS };

static enum step
kind_of(int64_t k)
{
	return (enum step)(k % STEP_KINDS);
}

static void
send_one(struct desk *d, int64_t conversation_id, const char *body)
{
	struct message_new in = {.conversation_id = conversation_id,
	    .kind = MESSAGE_TEXT,
	    .body = body};
	struct err err = ERR_INIT;
	int64_t id;

	assert_ok(desk_act_as_operator(d, FIXTURE_TENANT, "operator", &err));
	assert_ok(message_send(d, &in, &id, &err));
}

static void
new_ticket(struct desk *d, const char *subject)
{
	struct ticket_new in = {.subject = subject, .description = "Router"};
	struct err err = ERR_INIT;
	int64_t id, number;

	assert_ok(desk_act_as_operator(d, FIXTURE_TENANT, "operator", &err));
	assert_ok(ticket_new(d, &in, &id, &number, &err));
}

/* As the daemon: raw events and what they say, one commit. */
static void
ingest(struct desk *d, int64_t tenant_id, int64_t k)
{
	struct err err = ERR_INIT;
	struct inbound_result r;
	char body[600], provider_id[48];
	int64_t id;

	desk_act_as_system(d, tenant_id);
	assert_ok(db_batch_begin(d, &err));
	for (int i = 0; i < BATCH; i++) {
		int n = snprintf(
		    body, sizeof(body), "P %" PRId64 " %d %0500d", k, i, i);
		struct inbound_message in = talk_message(provider_id, body, 0);

		snprintf(provider_id, sizeof(provider_id),
		    "wamid.%" PRId64 ".%d", k, i);
		assert_ok(raw_event_receive(
		    d, tenant_id, TALK_CHANNEL, body, (size_t)n, &id, &err));
		assert_ok(message_receive(d, &in, &r, &err));
	}
	assert_ok(db_batch_end(d, &err));
}

static void
set_synchronous(struct desk *d, const char *pragma)
{
	struct err err = ERR_INIT;
	struct stmt *st = NULL;

	assert_ok(db_query(d->db, &st, pragma, NO_BINDS, &err));
	assert_ok(stmt_step(st, &err));
	stmt_close(&st);
}

/* The keeper tends the file as in the daemon, and empties the log once. */
static void
write_steps(struct desk_fixture *f, int64_t conversation_id)
{
	struct keeper *keeper = NULL;
	struct err err = ERR_INIT;
	char text[64];

	assert_ok(keeper_become(f->uri, &keeper, &err));
	for (int64_t k = 1; k <= STEPS; k++) {
		snprintf(text, sizeof(text), "P %" PRId64 " x", k);
		switch (kind_of(k)) {
		case STEP_SEND:
			send_one(f->d, conversation_id, text);
			break;
		case STEP_TICKET:
			new_ticket(f->d, text);
			break;
		case STEP_INGEST:
		case STEP_KINDS:
			ingest(f->d, f->demo.id, k);
			break;
		}
		tape_mark(k);
		assert_ok(keeper_tend(keeper, k == STEPS / 3, &err));
	}
	keeper_free(&keeper);
}

static void
record(const char *pragma, struct tape *tape)
{
	struct desk_fixture f;
	int64_t conversation_id;

	clock_fake_wall(TALK_T0);
	desk_fixture_make(&f);
	conversation_id = talk_says(&f, "wamid.first", "Hola");
	desk_close(&f.d);
	tape_begin(f.tmp.dir);
	f.d = desk_fixture_open(&f);
	if (pragma != NULL)
		set_synchronous(f.d, pragma);
	write_steps(&f, conversation_id);
	tape_end(tape);
	desk_fixture_remove(&f);
	clock_fake_wall(0);
}

/* ---- what is checked ---- */

struct found { /* rows of one step */
	int messages, outbox, tickets, events;
};

struct verdict {
	int states, corrupt, lost, torn, broken_chains;
	char first[300]; /* what was wrong first, and where */
};

static void
note(struct verdict *v, const struct power_state *s, int *count,
    const char *what)
{
	++*count;
	if (v->first[0] == '\0')
		str_format(v->first, sizeof(v->first),
		    "state %d, cut %zu, marked %" PRId64 ": %s", v->states,
		    s->cut, s->marked, what);
}

/* The steps that rows of sql belong to, counted in the member of found. */
static int
count_rows(struct desk *d, const char *sql, struct found *found, size_t member,
    struct err *err)
{
	struct stmt *st = NULL;
	int rc = db_query(d->db, &st, sql, NO_BINDS, err);

	while (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		long k = strtol(stmt_text(st, 0) + 2, NULL, 10);

		if (k < 1 || k > STEPS)
			fail_msg("a row of step %ld", k);
		++*(int *)((char *)&found[k] + member);
		rc = 0;
	}
	stmt_close(&st);
	return rc;
}

static int
read_all(struct desk *d, struct found *found, struct err *err)
{
	static const struct {
		const char *sql;
		size_t member;
	} reads[] = {
	    {"SELECT body FROM messages WHERE body LIKE 'P %'",
		offsetof(struct found, messages)},
	    {"SELECT m.body FROM outbox o JOIN messages m"
	     " ON m.id = o.record_id AND m.tenant_id = o.tenant_id",
		offsetof(struct found, outbox)},
	    {"SELECT subject FROM tickets", offsetof(struct found, tickets)},
	    {"SELECT CAST(body AS TEXT) FROM raw_events",
		offsetof(struct found, events)},
	};
	int64_t orphans = 0;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(reads) / sizeof(reads[0]); i++)
		rc = count_rows(d, reads[i].sql, found, reads[i].member, err);
	if (rc == 0)
		rc = db_int(d->db, &orphans,
		    "SELECT count(*) FROM outbox WHERE record_id NOT IN"
		    " (SELECT id FROM messages)",
		    NO_BINDS, err);
	if (rc == 0 && orphans > 0)
		rc = err_set(err, OD_EDATA, "promises without a message");
	return rc;
}

static bool
is_whole(int64_t k, const struct found *f)
{
	switch (kind_of(k)) {
	case STEP_SEND:
		return f->messages == 1 && f->outbox == 1;
	case STEP_TICKET:
		return f->tickets == 1;
	case STEP_INGEST:
	case STEP_KINDS:
		break;
	}
	return f->messages == BATCH && f->events == BATCH;
}

static bool
is_nothing(const struct found *f)
{
	return f->messages + f->outbox + f->tickets + f->events == 0;
}

static void
judge_rows(
    struct verdict *v, const struct power_state *s, const struct found *found)
{
	bool lost = false, torn = false;
	char what[64];

	for (int64_t k = 1; k <= STEPS && !lost && !torn; k++) {
		torn = !is_whole(k, &found[k]) && !is_nothing(&found[k]);
		lost = k <= s->marked && is_nothing(&found[k]);
		snprintf(what, sizeof(what), "step %" PRId64 " is %s", k,
		    torn ? "torn" : "lost");
	}
	if (torn)
		note(v, s, &v->torn, what);
	else if (lost)
		note(v, s, &v->lost, what);
}

static int
check_file(struct desk *d, struct err *err)
{
	char *text = NULL;
	int rc = db_text(d->db, &text, "PRAGMA integrity_check", NO_BINDS, err);

	if (rc == 0 && strcmp(text, "ok") != 0)
		rc = err_set(err, OD_EDATA, "%s", text);
	free(text);
	if (rc == 0)
		rc = verify_again(d->db, err);
	return rc;
}

static void
check_desk(const struct power_state *s, void *data)
{
	struct verdict *v = data;
	struct found found[STEPS + 1] = {{0, 0, 0, 0}};
	struct audit_verdict audit = {0};
	struct err err = ERR_INIT;
	struct desk_options o = {.uri = NULL};
	struct desk *d = NULL;
	char path[TMP_SIZE];
	int rc;

	snprintf(path, sizeof(path), "%s/desk.db", s->dir);
	o.uri = path;
	if ((rc = desk_open(&o, &d, &err)) == 0 &&
	    (rc = check_file(d, &err)) == 0 &&
	    (rc = desk_act_as_host(d, FIXTURE_TENANT, &err)) == 0 &&
	    (rc = read_all(d, found, &err)) == 0)
		rc = audit_verify(d, &audit, &err);
	desk_close(&d);
	if (rc != 0)
		note(v, s, &v->corrupt, err.text);
	else
		judge_rows(v, s, found);
	if (rc == 0 && audit.bad_seq != 0)
		note(v, s, &v->broken_chains, audit.reason);
	v->states++;
}

/* Of damaged files the engine says each one. */
static void
no_log(const char *line, void *data)
{
	(void)line;
	(void)data;
}

static struct verdict
play(const char *pragma, enum power_break broken, int states)
{
	struct verdict v = {.states = 0};
	struct tape tape;
	const struct power_plan plan = {&tape, broken, seed, states, false};
	char dir[64];

	record(pragma, &tape);
	power_scratch(dir);
	power_play(&plan, dir, check_desk, &v);
	power_remove(dir);
	print_message("%d states of %zu events: %d corrupt, %d lost, %d torn,"
		      " %d chains broken; %s\n",
	    v.states, tape.count - tape.start, v.corrupt, v.lost, v.torn,
	    v.broken_chains, v.first);
	tape_free(&tape);
	return v;
}

/* ---- the tests ---- */

static void
desk__power_goes__loses_nothing_acknowledged(void **state)
{
	struct verdict v =
	    play(NULL, POWER_BREAK_NONE, power_number("POWER_STATES", STATES));

	(void)state;
	if (v.corrupt + v.lost + v.torn + v.broken_chains > 0)
		fail_msg("seed %" PRIu64 ", %s", seed, v.first);
}

static void
control__synchronous_normal__loses_rows(void **state)
{
	struct verdict v =
	    play("PRAGMA synchronous=NORMAL", POWER_BREAK_NONE, CONTROLS);

	(void)state;
	assert_true(v.lost > 0);
	assert_int_equal(v.corrupt, 0);
	assert_int_equal(v.torn, 0);
}

static void
control__nothing_synced__damages_files(void **state)
{
	struct verdict v = play(NULL, POWER_BREAK_SYNCS, CONTROLS);

	(void)state;
	assert_true(v.corrupt > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(desk__power_goes__loses_nothing_acknowledged),
	    cmocka_unit_test(control__synchronous_normal__loses_rows),
	    cmocka_unit_test(control__nothing_synced__damages_files),
	};

	seed = (uint64_t)power_number("POWER_SEED", 0);
	while (seed == 0)
		seed = random_below(1 << 30);
	log_set_sink(no_log, NULL);
	print_message("POWER_SEED=%" PRIu64 "\n", seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
