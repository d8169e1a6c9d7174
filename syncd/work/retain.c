/*
 * retain - see retain.h.
 *
 *	CLAIM      is it due, and nobody else's; which tenants there are
 *	REPORT     for each tenant: what would go
 *	EXPIRE     approvals that nobody decided
 *	CLEAR      a transaction's worth, again and again
 *	UNLINK     files whose rows are gone, FORGET their names
 *	DUE        after the last tenant: is the index to be written anew
 *	EXPUNGE    a step of that, again and again
 *	EMPTY      the database's log, CLEAN says that all is done
 *	COPIES     that upgrades left, and nobody needs any more
 *	SHRINK     the database's file, a step of that again and again
 *	LOOK       how the database works
 */
#include "syncd/work/retain.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/xalloc.h"
#include "db/engine/health.h"
#include "db/engine/migrate.h"
#include "db/records/approvals.h"
#include "db/records/purge.h"
#include "db/records/tenants.h"
#include "syncd/daemon.h"
#include <stdlib.h>
#include <string.h>

#define LOOK_US       (10 * US_PER_MINUTE)
#define PAUSE_MS      100 /* between two transactions */
#define FILES_AT_ONCE 200

enum phase {
	CLAIM,
	REPORT,
	EXPIRE,
	CLEAR,
	UNLINK,
	FORGET,
	DUE,
	EXPUNGE,
	EMPTY,
	CLEAN,
	COPIES,
	SHRINK,
	LOOK,
};

struct retain {
	struct daemon *daemon;
	struct loop_timer *pause;
	int64_t next_us;
	bool busy, stopped;
	enum phase phase;
	struct work_job job;
	/* The worker's while busy. */
	bool mine, first, more, again;
	int64_t *tenants; /* owned */
	size_t tenant_count, tenant;
	struct purge purge;
	struct purge_row report[PURGE_SWEEPS];
	char (*names)[65]; /* owned */
	size_t name_count;
	int expired;
	struct str copies;    /* owned */
	int64_t given, pages; /* the last step's, and all */
	struct health health;
};

/* ---- on the store's threads ---- */

static int
claim(struct retain *r, struct desk *d, struct err *err)
{
	struct tenant *rows = NULL;
	size_t n = 0;
	int rc;

	desk_act_as_system(d, 0);
	r->tenant_count = r->tenant = 0;
	if ((rc = purge_claim(d, &r->mine, &r->first, err)) != 0 || !r->mine ||
	    (rc = tenant_list(d, &rows, &n, err)) != 0)
		return rc;
	r->tenants = xreallocarray(r->tenants, n + 1, sizeof(r->tenants[0]));
	for (size_t i = 0; i < n; i++)
		r->tenants[i] = rows[i].id;
	r->tenant_count = n;
	free(rows);
	return 0;
}

/* The first transaction of a tenant begins it. */
static int
clear(struct retain *r, struct desk *d, struct err *err)
{
	int rc = r->again ? 0 : purge_begin(d, &r->purge, err);

	return rc != 0 ? rc : purge_step(d, &r->purge, &r->more, err);
}

static int
unlink_files(struct retain *r, struct desk *d, struct err *err)
{
	int rc;

	free(r->names);
	rc = purge_files(d, FILES_AT_ONCE, &r->names, &r->name_count, err);
	if (rc == 0)
		r->name_count = purge_unlink(
		    store_files_dir(r->daemon->store), r->names, r->name_count);
	return rc;
}

/* Once a day, with a statement for each kind: they would stay until then. */
static int
report(struct retain *r, struct desk *d, struct err *err)
{
	int64_t mark = db_statements_mark(d->db);
	int rc = purge_report(d, r->report, err);

	db_forget_statements(d->db, mark);
	return rc;
}

static int
run(struct work_job *job, void *context, struct err *err)
{
	struct retain *r = job->data;
	struct desk *d = store_desk(context);

	desk_act_as_system(
	    d, r->tenant < r->tenant_count ? r->tenants[r->tenant] : 0);
	switch (r->phase) {
	case CLAIM:
		return claim(r, d, err);
	case REPORT:
		return report(r, d, err);
	case EXPIRE:
		return approval_expire(d, &r->expired, err);
	case CLEAR:
		return clear(r, d, err);
	case UNLINK:
		return unlink_files(r, d, err);
	case FORGET:
		return purge_files_gone(
		    d, (const char(*)[65])r->names, r->name_count, err);
	case DUE:
		return purge_is_due(d, &r->more, err);
	case EXPUNGE:
		return purge_expunge(d, !r->again, &r->more, err);
	case EMPTY:
		return 0; /* the committer does it after this one's commit */
	case CLEAN:
		return purge_is_clean(d, err);
	case COPIES:
		return migrate_forget_copies(d->db, &r->copies, err);
	case SHRINK:
		return purge_give_back(d, &r->given, err);
	case LOOK:
		return db_health(d->db, &r->health, err);
	}
	return 0;
}

/* ---- on the loop ---- */

static void submit(struct retain *r, enum phase phase);

static void
say(const struct retain *r, const char *what, const struct purge_row *rows)
{
	struct str line = STR_INIT;

	for (int i = 0; i < PURGE_SWEEPS; i++) {
		if (rows[i].due > 0)
			str_addf(&line, ", %s: %lld", rows[i].name,
			    (long long)rows[i].due);
		if (rows[i].kept > 0)
			str_addf(&line, ", %s kept: %lld", rows[i].name,
			    (long long)rows[i].kept);
	}
	log_info("retention", "tenant %lld, %s%s",
	    (long long)r->tenants[r->tenant], what,
	    line.len > 0 ? line.s : ", nothing");
	str_free(&line);
}

static void
rest(struct retain *r)
{
	r->busy = false;
	FREE(&r->names);
	r->name_count = 0;
	r->tenant = r->tenant_count = 0;
}

static void
on_pause_over(void *data)
{
	struct retain *r = data;

	submit(r, r->phase);
}

/* The same once more, when others had their turn. */
static void
go_on(struct retain *r)
{
	r->again = true;
	loop_timer_start(r->pause, PAUSE_MS, 0);
}

static void
say_copies(struct retain *r)
{
	if (r->copies.len > 0)
		log_info("retention",
		    "copies from before an upgrade are gone: %s", r->copies.s);
	str_clear(&r->copies);
}

static void
end_the_day(struct retain *r)
{
	log_info("retention", "done for today");
	rest(r);
}

/* On the first day nothing goes. */
static void
look_at_space(struct retain *r)
{
	r->pages = 0;
	if (r->first)
		end_the_day(r);
	else
		submit(r, COPIES);
}

static void
after_shrink(struct retain *r)
{
	r->pages += r->given;
	if (r->given > 0) {
		go_on(r);
		return;
	}
	if (r->pages > 0)
		log_info("retention", "pages given back to the disk: %lld",
		    (long long)r->pages);
	submit(r, LOOK);
}

static void
after_look(struct retain *r)
{
	const struct health *h = &r->health;

	if (health_is_poor(h))
		log_warn("retention",
		    "the database works poorly (tables full of dead rows: %lld,"
		    " measured too long ago: %lld, read from end to end: %lld;"
		    " slow statements: %lld); opdesk desk health says more",
		    (long long)h->dead.count, (long long)h->stale.count,
		    (long long)h->whole.count, (long long)h->slow);
	end_the_day(r);
}

static void
next_tenant(struct retain *r)
{
	r->tenant++;
	submit(r, r->tenant < r->tenant_count ? REPORT : DUE);
}

/* What is done for the desk as a whole, when every tenant had its turn. */
static void
after_tenants(struct retain *r)
{
	switch (r->phase) {
	case CLAIM:
	case REPORT:
	case EXPIRE:
	case CLEAR:
	case UNLINK:
	case FORGET:
		return;
	case DUE:
		if (r->more)
			submit(r, EXPUNGE);
		else
			look_at_space(r);
		return;
	case EXPUNGE:
		if (r->more) {
			go_on(r);
			return;
		}
		store_empty(r->daemon->store);
		submit(r, EMPTY);
		return;
	case EMPTY:
		submit(r, CLEAN);
		return;
	case CLEAN:
		look_at_space(r);
		return;
	case COPIES:
		say_copies(r);
		submit(r, SHRINK);
		return;
	case SHRINK:
		after_shrink(r);
		return;
	case LOOK:
		after_look(r);
		return;
	}
}

static void
after(struct retain *r)
{
	switch (r->phase) {
	case CLAIM:
		if (r->mine && r->tenant_count > 0)
			submit(r, REPORT);
		else
			rest(r);
		return;
	case REPORT:
		say(r, r->first ? "from tomorrow on would go" : "to go",
		    r->report);
		submit(r, EXPIRE);
		return;
	case EXPIRE:
		if (r->first)
			next_tenant(r);
		else
			submit(r, CLEAR);
		return;
	case CLEAR:
		if (r->more) {
			go_on(r);
			return;
		}
		if (r->purge.removed > 0)
			say(r, "gone", r->purge.rows);
		submit(r, UNLINK);
		return;
	case UNLINK:
		if (r->name_count > 0)
			submit(r, FORGET);
		else
			next_tenant(r);
		return;
	case FORGET:
		submit(r, UNLINK);
		return;
	case DUE:
	case EXPUNGE:
	case EMPTY:
	case CLEAN:
	case COPIES:
	case SHRINK:
	case LOOK:
		after_tenants(r);
		return;
	}
}

/* What failed is begun anew with the next day, or by hand. */
static void
done(struct work_job *job, int rc, const struct err *err)
{
	struct retain *r = job->data;

	if (rc != 0)
		log_error(
		    "retention", "clearing was broken off: %s", err_plain(err));
	if (rc != 0 || r->stopped)
		rest(r);
	else
		after(r);
}

static void
submit(struct retain *r, enum phase phase)
{
	r->again = r->again && r->phase == phase;
	r->phase = phase;
	r->job = (struct work_job){.run = run, .done = done, .data = r};
	if (phase == REPORT || phase == UNLINK || phase == DUE ||
	    phase == COPIES || phase == LOOK)
		store_read(r->daemon->store, &r->job);
	else
		store_write(r->daemon->store, &r->job);
}

void
retain_wake(struct retain *r)
{
	if (r->busy || r->stopped || clock_mono_us() < r->next_us)
		return;
	r->busy = true;
	r->next_us = clock_mono_us() + LOOK_US;
	submit(r, CLAIM);
}

void
retain_stop(struct retain *r)
{
	if (r == NULL)
		return;
	r->stopped = true;
	loop_timer_free(&r->pause);
}

struct retain *
retain_new(struct daemon *d)
{
	struct retain *r = xcalloc(1, sizeof(*r));

	r->daemon = d;
	str_init(&r->copies);
	r->pause = loop_timer_new(d->loop, on_pause_over, r);
	return r;
}

void
retain_free(struct retain **p)
{
	struct retain *r = *p;

	if (r == NULL)
		return;
	loop_timer_free(&r->pause);
	free(r->tenants);
	free(r->names);
	str_free(&r->copies);
	free(r);
	*p = NULL;
}
