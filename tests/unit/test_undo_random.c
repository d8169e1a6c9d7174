/*
 * Operations that can be undone, in any order and by several people.  One that
 * was refused left the desk as it was; undo gives back the desk from before
 * and redo the one from after, over many steps as well; and an undo of
 * somebody who acted earlier is refused, or leaves what others did.
 *
 * UNDO_STEPS (150) and UNDO_SEED (1) set how many, and which.
 */
#include "common/clock.h"
#include "common/err.h"
#include "common/xalloc.h"
#include "tests/lib/desk_test.h"
#include "tests/lib/undo_table.h"

#define HISTORY 32

struct done {
	enum op_id id;
	const char *login;
	char *before, *after; /* the desk */
};

/* What was done and not taken back, the newest last. */
struct history {
	struct done rows[HISTORY];
	size_t count;
};

static uint64_t drawn;

static size_t
draw(size_t below)
{
	drawn = drawn * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(drawn >> 33) % below;
}

static int64_t
setting(const char *name, int64_t otherwise)
{
	const char *text = getenv(name);

	return text != NULL ? strtoll(text, NULL, 10) : otherwise;
}

static void
act_as(struct desk_fixture *f, const char *login)
{
	clock_fake_advance(1);
	desk_fixture_act(f, FIXTURE_TENANT, login);
}

/* The first row that differs is said. */
static void
expect(struct desk_fixture *f, const char *expected, const char *what)
{
	char *now = desk_fixture_dump(f);
	const char *a = now, *b = expected;

	while (*a != '\0' && *b != '\0') {
		size_t n = strcspn(a, "\n"), m = strcspn(b, "\n");

		if (n != m || memcmp(a, b, n) != 0)
			break;
		a += n + (a[n] == '\n');
		b += m + (b[m] == '\n');
	}
	if (*a != '\0' || *b != '\0')
		fail_msg("%s: '%.*s' and not '%.*s'", what,
		    (int)strcspn(a, "\n"), a, (int)strcspn(b, "\n"), b);
	free(now);
}

static void
forget(struct history *h)
{
	while (h->count > 0) {
		struct done *last = &h->rows[--h->count];

		free(last->before);
		free(last->after);
	}
}

/* Takes its texts. */
static void
remember(struct history *h, const struct done *row)
{
	if (h->count == HISTORY)
		forget(h);
	h->rows[h->count++] = *row;
}

static void
undo(struct desk_fixture *f, const struct done *last, const char *what)
{
	struct err err = ERR_INIT;
	char said[256];

	act_as(f, last->login);
	if (op_undo(f->d, said, &err) != 0)
		fail_msg("%s: %s", what, err.text);
	expect(f, last->before, what);
}

static void
redo(struct desk_fixture *f, const struct done *last, const char *what)
{
	struct err err = ERR_INIT;
	char said[256];

	act_as(f, last->login);
	if (op_redo(f->d, said, &err) != 0)
		fail_msg("%s: %s", what, err.text);
	expect(f, last->after, what);
}

/*
 * Back over all that the same person did at last, and forward again.  A merge
 * stays where something came later to the ticket that was merged, even if that
 * was taken back since: then ticket.unmerge takes it back.
 */
static void
unwind(struct desk_fixture *f, const struct history *h)
{
	const struct done *rows = h->rows;
	size_t from = h->count;

	while (from > 0 && rows[from - 1].login == rows[h->count - 1].login &&
	       rows[from - 1].id != OP_TICKET_MERGE)
		undo(f, &rows[--from], "undo of many");
	for (; from < h->count; from++)
		redo(f, &rows[from], "redo of many");
}

static bool
is_refusal(int rc)
{
	return rc == OD_ENOTFOUND || rc == OD_ECONFLICT || rc == OD_EUSAGE ||
	       rc == OD_EDENIED || rc == OD_EDATA;
}

/* Somebody else takes back what he did, if that is still possible. */
static void
undo_of_another(struct desk_fixture *f, const char *login)
{
	struct err err = ERR_INIT;
	char *before, said[256];
	int rc;

	act_as(f, login);
	before = desk_fixture_dump(f);
	rc = op_undo(f->d, said, &err);
	if (rc == 0) {
		clock_fake_advance(1);
		assert_ok(op_redo(f->d, said, &err));
	} else if (!is_refusal(rc)) {
		fail_msg("undo of %s: %d: %s", login, rc, err.text);
	}
	expect(f, before, "an undo of another");
	free(before);
}

static void
step(struct desk_fixture *f, struct history *h, const struct given *g,
    const struct undoable *u)
{
	const char *name = op_def(u->id)->name;
	struct err err = ERR_INIT;
	char *before, *after;
	int rc;

	act_as(f, u->login);
	before = desk_fixture_dump(f);
	rc = u->run(f->d, g, &err);
	if (rc != 0) {
		if (!is_refusal(rc))
			fail_msg("%s: %d: %s", name, rc, err.text);
		expect(f, before, name);
		free(before);
		return;
	}
	after = desk_fixture_dump(f);
	if (strcmp(before, after) == 0) {
		free(before);
		free(after);
		return;
	}
	remember(h, &(struct done){u->id, u->login, before, after});
	undo(f, &h->rows[h->count - 1], name);
	if (draw(2) == 0) {
		free(before);
		free(after);
		h->count--;
		return;
	}
	redo(f, &h->rows[h->count - 1], name);
}

static void
swap(int64_t *a, int64_t *b)
{
	int64_t kept = *a;

	*a = *b;
	*b = kept;
}

/* Each operation may meet any of the tickets and conversations. */
static void
shuffle(struct given *g)
{
	int64_t *tickets[] = {&g->ticket, &g->second, &g->merged, &g->trashed};

	for (size_t i = 4; i-- > 1;)
		swap(tickets[i], tickets[draw(i + 1)]);
	if (draw(2) == 0)
		swap(&g->talk, &g->closed);
}

static void
undo_and_redo__any_order_of_many__give_the_desk_back(void **state)
{
	static const char *const others[] = {
	    "operator", "supervisor", "admin", "mate"};
	int64_t steps = setting("UNDO_STEPS", 150);
	int64_t seed = setting("UNDO_SEED", 1);
	struct desk_fixture *f = *state;
	struct history h = {0};
	size_t done = 0;
	struct given g;

	drawn = (uint64_t)seed;
	clock_fake_wall(1000 * US_PER_DAY);
	undo_prepare(f, &g);
	for (int64_t i = 0; i < steps; i++) {
		const char *last = h.count > 0 ? h.rows[h.count - 1].after : "";

		shuffle(&g);
		step(f, &h, &g, &undoables[draw(undoable_count)]);
		done += h.count > 0 && h.rows[h.count - 1].after != last;
		if (draw(8) == 0 && h.count > 0)
			unwind(f, &h);
		if (draw(8) == 0)
			undo_of_another(f,
			    others[draw(sizeof(others) / sizeof(others[0]))]);
	}
	print_message(
	    "%zu of %lld steps were done and stayed; UNDO_SEED=%lld\n", done,
	    (long long)steps, (long long)seed);
	assert_true(done > (size_t)steps / 20);
	forget(&h);
	clock_fake_wall(0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(undo_and_redo__any_order_of_many__give_the_desk_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
