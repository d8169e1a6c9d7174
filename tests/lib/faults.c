/* faults - see faults.h. */
#include "tests/lib/faults.h"
#include "common/clock.h"
#include "common/str.h"
#include "common/xalloc.h"
#include "tests/lib/preload.h"
#include "tests/shim/calls.h"
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <unistd.h>
#include <cmocka.h>

#define FAULTS   4 /* of a call */
#define FAILURES 8 /* told of one case */

static struct calls_board *board;
static char board_path[64];
static bool is_hang_up; /* of this round */

/* 0 ends a row; what interrupts comes once, the others may stay. */
static const struct kind {
	const char *name;
	int errors[FAULTS];
} kinds[CALL_KINDS] = {
    /* clang-format off */
	[CALL_OPEN]	= {"open", {EMFILE, ENFILE, ENOSPC}},
	[CALL_READ]	= {"read", {EIO, EINTR, CALL_SHORT}},
	[CALL_WRITE]	= {"write", {ENOSPC, EIO, CALL_SHORT}},
	[CALL_SYNC]	= {"fsync", {EIO, ENOSPC}},
	[CALL_RENAME]	= {"rename", {EIO, ENOSPC}},
	[CALL_TRUNCATE]	= {"ftruncate", {EIO, ENOSPC}},
	[CALL_MAP]	= {"mmap", {ENOMEM}},
	[CALL_SOCKET]	= {"socket", {EMFILE, ENOMEM}},
	[CALL_CONNECT]	= {"connect", {ECONNREFUSED, EAGAIN}},
	[CALL_ACCEPT]	= {"accept", {EMFILE, ENFILE, ECONNABORTED}},
	[CALL_WAIT]	= {"wait", {EINTR}},
	[CALL_LOCK]	= {"lock", {EINTR, ENOLCK}},
	[CALL_MKDIR]	= {"mkdir", {ENOSPC, EIO}},
	[CALL_UNLINK]	= {"unlink", {EIO, EACCES}},
	[CALL_LIST]	= {"readdir", {EIO, ENOMEM}},
	[CALL_FORK]	= {"fork", {EAGAIN}},
	[CALL_RECV]	= {"recv", {ECONNRESET, EINTR, CALL_SHORT, EAGAIN}},
	[CALL_SEND]	= {"send", {EPIPE, CALL_SHORT, EAGAIN, ECONNRESET}},
	[CALL_TAKE]	= {"read of a pipe", {EINTR, EAGAIN}},
	[CALL_GIVE]	= {"write to a pipe", {EINTR}},
	[CALL_KEYS]	= {"read of keys", {EIO, EINTR, EAGAIN}},
	[CALL_PAINT]	= {"write to the terminal", {EINTR, CALL_SHORT, EAGAIN, EIO}},
    /* clang-format on */
};

void
faults_begin(void)
{
	int fd;

	snprintf(board_path, sizeof(board_path), "/tmp/opdesk-calls-XXXXXX");
	if ((fd = mkostemp(board_path, O_CLOEXEC)) < 0 ||
	    ftruncate(fd, sizeof(*board)) != 0)
		abort();
	board = mmap(
	    NULL, sizeof(*board), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (board == MAP_FAILED || personality(ADDR_NO_RANDOMIZE) < 0)
		abort();
	preload_begin("calls", "OPDESK_CALLS", board_path);
}

void
faults_end(void)
{
	preload_end();
	munmap(board, sizeof(*board));
	unlink(board_path);
}

void
faults_fill(const char *end)
{
	atomic_store(&board->is_full, false);
	if (end == NULL)
		return;
	snprintf(board->full, sizeof(board->full), "%s", end);
	atomic_store(&board->is_full, true);
}

void
faults_hold(bool held)
{
	atomic_store(&board->is_held, held);
}

bool
faults_is_hang_up(void)
{
	return is_hang_up;
}

int
faults_failed_syncs(void)
{
	return atomic_load(&board->failed_syncs);
}

struct fault_round {
	const struct fault_case *c;
	struct call_site site;
	int error;
	bool for_good;
};

static void
disarm(void)
{
	atomic_store(&board->target, 0);
	atomic_store(&board->is_tracing, false);
}

static const char *
play(const struct fault_round *r)
{
	static char said[400];
	const char *wrong;
	bool is_lost, again;

	is_hang_up = r->error == EIO &&
	             (r->site.kind == CALL_KEYS || r->site.kind == CALL_PAINT);
	r->c->prepare(r->c->data);
	board->error = r->error;
	board->for_good = r->for_good;
	atomic_store(&board->hits, 0);
	atomic_store(&board->unsynced, 0);
	atomic_store(&board->synced_again, 0);
	atomic_store(&board->failed_syncs, 0);
	atomic_store(&board->target, r->site.way);
	r->c->run(r->c->data);
	disarm();
	is_lost = atomic_load(&board->unsynced) != 0;
	again = atomic_load(&board->synced_again) > 0;
	atomic_store(&board->unsynced, 0);
	wrong = r->c->check(r->c->data, is_lost);
	if (wrong != NULL || !again)
		return wrong;
	snprintf(said, sizeof(said), "an fsync that failed was tried again: %s",
	    board->path);
	return said;
}

static int64_t
setting(const char *name, int64_t otherwise)
{
	const char *text = getenv(name);
	int64_t n;

	return text != NULL && str_to_int64(text, 0, INT64_MAX, &n) ? n
	                                                            : otherwise;
}

struct tally {
	int rounds, wrong;
	int by_kind[CALL_KINDS];
	struct call_site *seen; /* sites of all cases so far; owned */
	int seen_count;
};

static const char *
error_name(int error)
{
	return error == CALL_SHORT ? "half of it" : strerrorname_np(error);
}

static void
play_and_tell(const struct fault_round *r, struct tally *t)
{
	const char *wrong = play(r);

	t->rounds++;
	t->by_kind[r->site.kind]++;
	if (wrong == NULL)
		return;
	if (t->wrong++ < FAILURES)
		print_error("%s: %s at %s %016llx%s: %s\n", r->c->name,
		    error_name(r->error), kinds[r->site.kind].name,
		    (unsigned long long)r->site.way,
		    r->for_good ? " from then on" : "", wrong);
}

/* Interruptions and halves that never end are no faults of a disk. */
static bool
may_stay(int error)
{
	return error != EINTR && error != CALL_SHORT && error != EAGAIN &&
	       error != ECONNABORTED && error != ENOLCK;
}

/* A site's faults, one by one as the rounds go. */
static void
play_site(const struct fault_case *c, const struct call_site *site,
    int64_t number, bool all, struct tally *t)
{
	const struct kind *k = &kinds[site->kind];
	struct fault_round r = {.c = c, .site = *site};
	int faults = 0;

	while (faults < FAULTS && k->errors[faults] != 0)
		faults++;
	for (int i = 0; i < (all ? faults : 1); i++) {
		r.error = k->errors[(number + i) % faults];
		r.for_good = may_stay(r.error) && number / faults % 2 == 1;
		play_and_tell(&r, t);
	}
}

/* Whether it is one of the first so many that were seen. */
static bool
is_seen(const struct tally *t, int first, uint64_t way)
{
	for (int i = 0; i < first; i++)
		if (t->seen[i].way == way)
			return true;
	return false;
}

static bool
is_one(const struct fault_case *c, int kind)
{
	bool talks = kind == CALL_SOCKET || kind == CALL_CONNECT ||
	             kind == CALL_ACCEPT || kind == CALL_RECV ||
	             kind == CALL_SEND || kind == CALL_TAKE ||
	             kind == CALL_GIVE;
	bool paints = kind == CALL_KEYS || kind == CALL_PAINT;

	switch (c->calls) {
	case FAULT_FILES:
		return !paints && kind < CALL_RECV;
	case FAULT_TALK:
		return talks || kind == CALL_WAIT;
	case FAULT_TERM:
		return paints || kind == CALL_WAIT;
	}
	return false;
}

/* The traced sites, or those of them that are new; owned. */
static struct call_site *
take_sites(const struct fault_case *c, struct tally *t, int *count)
{
	int n = atomic_load(&board->count), before = t->seen_count;
	struct call_site *sites = xcalloc((size_t)n + 1, sizeof(*sites));

	t->seen =
	    xreallocarray(t->seen, (size_t)(before + n) + 1, sizeof(*t->seen));
	*count = 0;
	for (int i = 0; i < n; i++) {
		bool is_new = !is_seen(t, t->seen_count, board->sites[i].way);

		if (is_new)
			t->seen[t->seen_count++] = board->sites[i];
		if (is_one(c, board->sites[i].kind) && (is_new || !c->only_new))
			sites[(*count)++] = board->sites[i];
	}
	return sites;
}

static void
play_case(
    const struct fault_case *c, int64_t seed, int64_t limit, struct tally *t)
{
	bool syncs = setting("FAULT_SYNCS", 1) != 0;
	struct call_site *sites;
	const char *wrong;
	int64_t stride = 1;
	int count, before = t->rounds, seen = t->seen_count;

	c->prepare(c->data);
	atomic_store(&board->count, 0);
	atomic_store(&board->is_tracing, true);
	c->run(c->data);
	disarm();
	if ((wrong = c->check(c->data, false)) != NULL) {
		print_error("%s: without a fault: %s\n", c->name, wrong);
		t->wrong++;
		return;
	}
	sites = take_sites(c, t, &count);
	if (c->is_known)
		count = 0;
	if (limit > 0 && count > limit)
		stride = (count + limit - 1) / limit;
	/* Those that mean a loss are never left out. */
	for (int64_t i = 0; i < count; i++)
		if (i % stride == seed % stride ||
		    (sites[i].kind == CALL_SYNC && syncs &&
			!is_seen(t, seen, sites[i].way)))
			play_site(
			    c, &sites[i], seed + i / stride, limit == 0, t);
	free(sites);
	print_message(
	    "%s: %d sites, %d rounds\n", c->name, count, t->rounds - before);
}

void
faults_play(const struct fault_case *cases, size_t count, int rounds)
{
	int64_t seed = setting("FAULT_SEED", 1);
	const char *only = getenv("FAULT_ONLY");
	struct tally t = {0};

	for (size_t i = 0; i < count; i++) {
		const struct fault_case *c = &cases[i];

		if (only == NULL || c->is_known || strcmp(only, c->name) == 0)
			play_case(c, seed,
			    setting("FAULT_ROUNDS",
				c->rounds > 0 ? c->rounds : rounds),
			    &t);
	}
	for (int i = 0; i < CALL_KINDS; i++)
		if (t.by_kind[i] > 0)
			print_message("%s %d, ", kinds[i].name, t.by_kind[i]);
	print_message("%d rounds, %d wrong; FAULT_SEED=%lld\n", t.rounds,
	    t.wrong, (long long)seed);
	free(t.seen);
	if (t.wrong > 0)
		fail_msg("%d rounds went wrong", t.wrong);
}
