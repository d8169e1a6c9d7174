/* memory_desk - see memory_desk.h. */
#include "tests/lib/memory_desk.h"
#include "common/fsutil.h"
#include "common/log.h"
#include "common/xalloc.h"
#include "db/core/catalogue.h"
#include "db/core/op.h"
#include "db/engine/keeper.h"
#include "db/records/jobs.h"
#include "db/records/login.h"
#include "db/records/people.h"
#include "db/records/raw_events.h"
#include "db/records/staff.h"
#include "db/records/tickets.h"
#include "tests/lib/memory.h"
#include "tests/lib/put_back.h"
#include "tests/lib/verify.h"
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define DUMP_MAX    ((size_t)8 << 20)
#define WORKS_MAX   160
#define PATIENCE_US (60 * US_PER_SECOND)

struct memory_seed memory_seed;
void (*memory_desk_more)(struct desk_fixture *f);
int (*memory_desk_act)(
    struct desk *d, const struct memory_work *w, struct err *err);
static char pristine[ENGINE_URI_SIZE];
static struct str numbers; /* of a server's pristine desk */
static struct catalogue tables;

/* ---- what is on the desk ---- */

static int64_t
make_failed(struct desk_fixture *f, int64_t conversation)
{
	struct err err = ERR_INIT;
	struct outbox_item *rows;
	int64_t id = talk_send(f, conversation, "Esto no llega"), next;
	size_t count;

	talk_system(f);
	assert_ok(outbox_claim(
	    f->d, "seed", 60, 9, 9, NULL, &rows, &count, &next, &err));
	for (size_t i = 0; i < count; i++)
		if (rows[i].record_id == id)
			assert_ok(outbox_dead(f->d, rows[i].id, 131026,
			    "nobody there", "{}", &err));
	outbox_list_free(&rows, count);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	return id;
}

static void
make_people(struct desk_fixture *f)
{
	struct company_new company = {.name = "Peña e hijos", .notes = "a"};
	struct contact_new contact = {.full_name = "Lucía Peña",
	    .phone_number = "+34 600 222 333",
	    .email = "lucia@example.com"};
	struct memory_seed *s = &memory_seed;
	struct err err = ERR_INIT;

	assert_ok(company_new(f->d, &company, &s->company, &err));
	company.name = "Nadie SL";
	assert_ok(company_new(f->d, &company, &s->empty_company, &err));
	assert_ok(
	    division_new(f->d, s->company, "Ventas", "", &s->division, &err));
	contact.division_id = s->division;
	assert_ok(contact_new(f->d, &contact, &s->contact, &err));
}

static void
make_talk(struct desk_fixture *f)
{
	struct inbound_message in = talk_message("wamid.b", "Adiós", 0);
	struct memory_seed *s = &memory_seed;
	struct err err = ERR_INIT;
	struct inbound_result r;

	s->conversation = talk_says(f, "wamid.a", "La impresora no imprime");
	in.number = "34600999888";
	talk_system(f);
	assert_ok(message_receive(f->d, &in, &r, &err));
	s->closed = r.conversation_id;
	in.provider_id = "wamid.e";
	in.number = "34600777666";
	assert_ok(message_receive(f->d, &in, &r, &err));
	s->unowned = r.conversation_id;
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(conversation_close(f->d, s->closed, 0, &err));
	s->failed = make_failed(f, s->conversation);
	s->sent = talk_send(f, s->conversation, "Buenos días");
}

/* With a text that needs pages of its own. */
static int64_t
make_ticket(struct desk_fixture *f)
{
	struct ticket_new in = {.subject = "No imprime"};
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	int64_t id, number;

	while (text.len < 9000)
		str_add(&text, "La impresora no imprime. ");
	in.description = text.s;
	assert_ok(ticket_new(f->d, &in, &id, &number, &err));
	str_free(&text);
	return id;
}

static void
make_seed(void)
{
	struct memory_seed *s = &memory_seed;
	struct desk_fixture *f = &s->f;
	struct err err = ERR_INIT;
	struct op op;

	desk_fixture_make(f);
	make_people(f);
	make_talk(f);
	s->ticket = make_ticket(f);
	s->trashed = desk_fixture_ticket(f, "Ya no");
	assert_ok(ticket_delete(f->d, s->trashed, 0, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(token_new(
	    f->d, "ficha", "ticket.*", 0, s->token_text, &s->token, &err));
	assert_ok(operator_set_password(
	    f->d, f->demo.mate, "cuatro palabras al azar", &err));
	talk_system(f);
	assert_ok(raw_event_receive(f->d, f->demo.id, TALK_CHANNEL,
	    "{\"object\":1}", 12, &s->raw_event, &err));
	assert_ok(op_begin(f->d, &op, OP_JOB_NEW, 0, &err));
	assert_ok(op_end(f->d, &op,
	    job_queue(f->d, &op, JOB_TEMPLATES, 0, "{}", s->job, &err), &err));
	if (memory_desk_more != NULL)
		memory_desk_more(f);
	desk_close(&f->d);
}

/* ---- a round ---- */

/* What stands beside the desk while the works run; NULL: nothing. */
static const struct memory_side *side;

struct round {
	const struct memory_work *w;
	struct str seen;
	bool is_unsure; /* it said that nobody knows whether it was saved */
};

static void
open_as(const struct memory_work *w)
{
	memory_seed.f.d = desk_fixture_open(&memory_seed.f);
	if (w->login != NULL)
		desk_fixture_act(&memory_seed.f, FIXTURE_TENANT, w->login);
	else
		desk_act_as_system(memory_seed.f.d, memory_seed.f.demo.id);
}

static void
copy(const char *from, const char *to)
{
	if (engine_is_postgres())
		engine_put_back(from, to);
	else
		put_back(from, to);
}

void
memory_desk_put_back(void)
{
	copy(pristine, memory_seed.f.uri);
}

static int
run_work(struct round *r, struct err *err)
{
	struct desk *d = memory_seed.f.d;

	return r->w->run != NULL ? r->w->run(d, &r->seen, err)
	                         : memory_desk_act(d, r->w, err);
}

static void *
work_begin(const void *data)
{
	struct round *r = xcalloc(1, sizeof(*r));

	r->w = data;
	str_init(&r->seen);
	memory_desk_put_back();
	open_as(r->w);
	if (side != NULL)
		side->begin(r->w->login);
	return r;
}

static int
work_run(void *context, struct err *err)
{
	struct round *r = context;
	int rc = run_work(r, err);

	r->is_unsure = strstr(err->text, "look whether it is there") != NULL;
	return rc;
}

/* How many rows each table has. */
static void
add_counts(struct desk *d, struct str *out)
{
	struct err err = ERR_INIT;
	struct str sql = STR_INIT;
	int64_t n;

	for (size_t i = 0; i < tables.count; i++) {
		str_clear(&sql);
		catalogue_count(&tables.tables[i], &sql);
		assert_ok(db_int(d->db, &n, sql.s, NO_BINDS, &err));
		str_addf(
		    out, "%s %lld\n", tables.tables[i].name, (long long)n);
	}
	str_free(&sql);
}

/* n bytes at s, where 32 hex digits are drawn anew each time. */
static void
add_without_names(const char *s, size_t n, struct str *out)
{
	static const char hex[] = "0123456789abcdef";

	while (n > 0) {
		size_t run = strspn(s, hex);

		run = run < n ? run : n;
		if (run == 32)
			str_add(out, "(drawn)");
		else
			str_addn(out, s, run > 0 ? run : 1);
		run = run > 0 ? run : 1;
		s += run;
		n -= run;
	}
}

/* A sealed address and secret are others each time; the host stands beside. */
static void
add_without_seals(const char *rows, struct str *out)
{
	static const char hook[] = "webhook|";
	static const int sealed[] = {4, 9}; /* fields: desk_fixture.c */

	while (*rows != '\0') {
		size_t n = strcspn(rows, "\n"), at = 0, from = 0;
		int field = 0;

		for (int i = 0;
		     i < 2 && strncmp(rows, hook, sizeof(hook) - 1) == 0; i++) {
			while (at < n && field < sealed[i])
				field += rows[at++] == '|';
			add_without_names(rows + from, at - from, out);
			from = at += strcspn(rows + at, "|\n");
		}
		add_without_names(rows + from, n - from, out);
		rows += n;
		if (*rows == '\n')
			str_addc(out, *rows++);
	}
}

/* All rows; the same every time. */
static char *
describe(void)
{
	struct str out = STR_INIT;
	char *rows = desk_fixture_dump(&memory_seed.f);

	add_counts(memory_seed.f.d, &out);
	add_without_seals(rows, &out);
	free(rows);
	return str_take(&out);
}

/* The first line that differs is said. */
static void
check_same(const char *name, const char *now, const char *before)
{
	const char *a = now, *b = before;

	while (*a != '\0' && *b != '\0') {
		size_t n = strcspn(a, "\n"), m = strcspn(b, "\n");

		if (n != m || memcmp(a, b, n) != 0)
			break;
		a += n + (a[n] == '\n');
		b += m + (b[m] == '\n');
	}
	if (*a != '\0' || *b != '\0')
		fail_msg("%s: '%.*s' and not '%.*s'", name,
		    (int)strcspn(a, "\n"), a, (int)strcspn(b, "\n"), b);
}

/* As the first time, which is the one without a fault, said. */
static void
check_as_kept(const char *name, const char *now)
{
	struct str before = STR_INIT;
	struct err err = ERR_INIT;
	const char *path = tmp_path(&memory_seed.f.tmp, name);

	if (access(path, F_OK) != 0) {
		if (fs_write_atomic(path, now, strlen(now), 0600, &err) != 0)
			fail_msg("%s", err.text);
		return;
	}
	if (fs_read(path, DUMP_MAX, &before, &err) != 0)
		fail_msg("%s", err.text);
	check_same(name, now, before.s);
	str_free(&before);
}

static void
check_rows(const char *kept, const char *name)
{
	char path[80], *now = describe();

	snprintf(path, sizeof(path), "%s.%s", kept, name);
	check_as_kept(path, now);
	free(now);
}

static void
check_untouched(void)
{
	check_rows("untouched", "rows");
}

static bool
is_kept_as(const char *name, const char *rows)
{
	struct err err = ERR_INIT;
	struct str kept = STR_INIT;
	bool is_same;

	if (fs_read(
		tmp_path(&memory_seed.f.tmp, name), DUMP_MAX, &kept, &err) != 0)
		fail_msg("%s", err.text);
	is_same = strcmp(rows, kept.s) == 0;
	str_free(&kept);
	return is_same;
}

static bool
is_untouched(void)
{
	char *now = describe();
	bool is_same = is_kept_as("untouched.rows", now);

	free(now);
	return is_same;
}

/* The rows of the two are the same, as those of a lease, which is a time. */
static bool
is_done_or_untouched(const char *name)
{
	char path[80], *now = describe();
	bool is_same;

	snprintf(path, sizeof(path), "done.%s", name);
	is_same = is_kept_as("untouched.rows", now) && is_kept_as(path, now);
	free(now);
	return is_same;
}

/* What was changed, and what was read. */
static void
check_done(const struct round *r)
{
	char path[80];

	check_rows("done", r->w->name);
	snprintf(path, sizeof(path), "seen.%s", r->w->name);
	check_as_kept(path, r->seen.s);
}

static void
run_again(struct round *r)
{
	struct err err = ERR_INIT;

	if (engine_is_postgres())
		engine_number_again(memory_seed.f.uri, numbers.s);
	str_clear(&r->seen);
	assert_ok(run_work(r, &err));
	if (!r->w->is_loose)
		check_done(r);
	assert_ok(verify_again(memory_seed.f.d->db, &err));
}

/* A lost one is asked again, after a pause. */
static void
await_server(void)
{
	const struct timespec pause = {0, 10000000};
	int64_t until = clock_mono_us() + PATIENCE_US;
	struct err err = ERR_INIT;
	int64_t n;

	while (db_int(memory_seed.f.d->db, &n, "SELECT 1", NO_BINDS, &err) ==
		   OD_EUNAVAIL &&
	       clock_mono_us() < until)
		nanosleep(&pause, NULL);
}

static void
again_if_untouched(struct round *r)
{
	if (!r->w->is_loose)
		check_untouched();
	run_again(r);
}

/* It said that nobody knows: one of the two, all of it. */
static void
again_or_done(struct round *r)
{
	if (is_untouched())
		run_again(r);
	else
		check_rows("done", r->w->name);
}

static void
work_after(void *context, int rc)
{
	struct round *r = context;

	if (rc == 0 && !r->w->is_loose) {
		check_done(r);
	} else if (rc != 0) {
		assert_false(db_in_transaction(memory_seed.f.d->db));
		await_server();
		if (!r->is_unsure)
			again_if_untouched(r);
		else if (!is_done_or_untouched(r->w->name))
			again_or_done(r);
	}
	if (side != NULL)
		side->end();
	desk_close(&memory_seed.f.d);
	str_free(&r->seen);
	free(r);
}

/* The next program: all of it is there, and then it is not done again. */
static void
work_ended(const void *data)
{
	struct round r = {.w = data, .seen = STR_INIT};
	struct err err = ERR_INIT;

	if (engine_is_postgres())
		engine_await_alone(memory_seed.f.uri);
	open_as(r.w);
	if (side != NULL)
		side->begin(r.w->login);
	if (r.w->is_loose || !is_done_or_untouched(r.w->name)) {
		if (r.w->is_loose || is_untouched())
			run_again(&r);
		else
			check_rows("done", r.w->name);
	}
	assert_ok(verify_again(memory_seed.f.d->db, &err));
	if (side != NULL)
		side->end();
	desk_close(&memory_seed.f.d);
	str_free(&r.seen);
}

static void
lose(const char *line, void *data)
{
	(void)line;
	(void)data;
}

/* Without a log, which each round would copy and read from its start. */
static void
make_pristine(void)
{
	struct keeper *keeper = NULL;
	struct err err = ERR_INIT;
	char log[ENGINE_URI_SIZE + 8];

	engine_uri(tmp_path(&memory_seed.f.tmp, "pristine.db"), pristine);
	if (!engine_is_postgres()) {
		assert_ok(keeper_become(memory_seed.f.uri, &keeper, &err));
		assert_ok(keeper_checkpoint(keeper, true, &err));
		keeper_free(&keeper);
	}
	copy(memory_seed.f.uri, pristine);
	if (!engine_is_postgres()) {
		snprintf(log, sizeof(log), "%s-wal", pristine);
		assert_int_equal(unlink(log), 0);
	}
}

int
memory_desk_setup(void **state)
{
	struct memory_work none = {.login = "admin"};
	struct err err = ERR_INIT;

	(void)state;
	log_set_sink(lose, NULL);
	clock_fake_wall(TALK_T0);
	make_seed();
	make_pristine();
	str_init(&numbers);
	if (engine_is_postgres())
		engine_numbers(pristine, &numbers);
	open_as(&none);
	assert_ok(verify_again(memory_seed.f.d->db, &err));
	assert_ok(catalogue_read(memory_seed.f.d->db, &tables, &err));
	check_untouched();
	desk_close(&memory_seed.f.d);
	return 0;
}

int
memory_desk_teardown(void **state)
{
	(void)state;
	desk_fixture_remove(&memory_seed.f);
	str_free(&numbers);
	catalogue_free(&tables);
	clock_fake_wall(0);
	return 0;
}

/*
 * A round on a server, or with a model's threads, takes many times as long,
 * and most operations that can be undone are among the other works: without
 * MEMORY_ROUNDS only a part of them is played there, another one with each
 * MEMORY_SEED.
 */
static bool
is_played(size_t i)
{
	const char *seed = getenv("MEMORY_SEED");
	size_t shift = seed != NULL ? (size_t)strtoull(seed, NULL, 10) - 1 : 0;
	size_t of = side != NULL ? 6 : memory_desk_act != NULL ? 4 : 1;

	if (getenv("MEMORY_ROUNDS") != NULL)
		return true;
	if (engine_is_postgres())
		of = memory_desk_act != NULL ? 16 : 8;
	return (i + shift) % of == 0;
}

void
memory_works(const struct memory_work *works, size_t count)
{
	struct memory_case cases[WORKS_MAX];
	size_t n = 0;

	assert_true(count <= sizeof(cases) / sizeof(cases[0]));
	for (size_t i = 0; i < count; i++)
		if (is_played(i))
			cases[n++] = (struct memory_case){.name = works[i].name,
			    .begin = work_begin,
			    .run = work_run,
			    .after = work_after,
			    .ended = work_ended,
			    .data = &works[i]};
	memory_rounds(cases, n);
}

void
memory_works_beside(const struct memory_work *works, size_t count,
    const struct memory_side *beside)
{
	side = beside;
	memory_works(works, count);
	side = NULL;
}
