/*
 * keeper - the lock, the checkpoints and the merges of the search index.
 */
#include "db/engine/keeper.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/xalloc.h"
#include "db/core/db_int.h"
#include "db/engine/pg_keeper.h"
#include "db/engine/sqlite_int.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/*
 * The lock belongs to the process: a second flock of our own would wait for
 * the first.  So the ones we hold are counted here, under the mutex.
 */
struct held {
	char *path;             /* owned; of the desk, or its URI */
	int fd;                 /* -1 on a server */
	struct engine_conn *pg; /* owned; its session has the lock there */
	int uses;
	struct held *next;
};
static pthread_mutex_t held_mutex = PTHREAD_MUTEX_INITIALIZER;
static struct held *held_locks;

#define LOG_DUE_PAGES   1000        /* a checkpoint's worth */
#define LOG_ALARM_PAGES (64 << 8)   /* 64 MiB of pages of 4 KiB */
#define MERGE_DUE_PAGES 1000        /* written since the last merge */
#define MERGE_ON_PAGES  200         /* and when that had left something */
#define HOLD_TRIES      20          /* somebody may only be asking */
#define UPGRADE_NOTE    " upgrades" /* behind the number of the process */

struct keeper {
	char *uri;                /* owned; of a desk on a server, else NULL */
	struct engine_conn *own;  /* checkpoints; never waits */
	struct engine_conn *conn; /* NULL, or merges as any other writer */
	int probe_fd;             /* to see whether the turnstile is held */
	bool is_broken;           /* keeper_break */
	bool merge_goes_on;
	bool has_warned;
	int64_t seen_pages;    /* of the log, at the last look */
	int64_t written_pages; /* since the last merge */
	int64_t look_us;       /* monotonic; at a server, not before */
	struct keeper_figures figures;
};

static struct held *
find_held(const char *path)
{
	struct held *h = held_locks;

	while (h != NULL && strcmp(h->path, path) != 0)
		h = h->next;
	return h;
}

static int
refused(int fd, struct err *err)
{
	char pid[32] = "";
	ssize_t n = pread(fd, pid, sizeof(pid) - 1, 0);
	int64_t number = 0;

	if (n > 0)
		pid[strcspn(pid, " \n")] = '\0';
	str_to_int64(pid, 1, INT32_MAX, &number);
	return err_set(err, OD_EUNAVAIL,
	    "Another opdesk looks after this desk (process %d); stop it "
	    "first, or let it do this",
	    (int)number);
}

/* keeper_is_held takes the lock for a moment. */
static int
lock_soon(int fd)
{
	const struct timespec pause = {0, 1000000};
	int rc;

	for (int i = 0; i < HOLD_TRIES; i++) {
		if ((rc = flock(fd, LOCK_EX | LOCK_NB)) == 0)
			return 0;
		nanosleep(&pause, NULL);
	}
	return rc;
}

static bool
is_on_server(const char *uri)
{
	const char *location;
	const struct engine *engine = engine_for(uri, &location, NULL);

	return engine != NULL && !engine->is_file;
}

static void
remember(const char *path, int fd, struct engine_conn *pg)
{
	struct held *h = xcalloc(1, sizeof(*h));

	h->path = xstrdup(path);
	h->fd = fd;
	h->pg = pg;
	h->uses = 1;
	h->next = held_locks;
	held_locks = h;
}

/* Several daemons may share a desk on a server; a migration is alone. */
static int
hold_on_server(const char *uri, enum pg_keeper_how how, struct err *err)
{
	struct engine_conn *pg = NULL;
	struct held *h;
	int rc = 0;

	pthread_mutex_lock(&held_mutex);
	if ((h = find_held(uri)) != NULL)
		h->uses++;
	else if ((rc = pg__keeper_hold(uri, how, &pg, err)) == 0)
		remember(uri, -1, pg);
	pthread_mutex_unlock(&held_mutex);
	return rc;
}

static int
hold(const char *path, bool to_upgrade, struct err *err)
{
	struct held *h;
	char pid[32];
	int fd, n, rc = 0;

	pthread_mutex_lock(&held_mutex);
	if ((h = find_held(path)) != NULL) {
		h->uses++;
		goto out;
	}
	if ((fd = sqlite__open_beside(path, ".keeper", err)) < 0) {
		rc = OD_EIO;
		goto out;
	}
	if (lock_soon(fd) != 0) {
		rc = refused(fd, err);
		close(fd);
		goto out;
	}
	n = snprintf(pid, sizeof(pid), "%d%s\n", (int)getpid(),
	    to_upgrade ? UPGRADE_NOTE : "");
	/* Only for those who are refused. */
	if (ftruncate(fd, 0) != 0 || pwrite(fd, pid, (size_t)n, 0) != n)
		errno = 0;
	remember(path, fd, NULL);
out:
	pthread_mutex_unlock(&held_mutex);
	return rc;
}

static void
release(const char *path)
{
	struct held **p = &held_locks, *h;

	pthread_mutex_lock(&held_mutex);
	while (*p != NULL && strcmp((*p)->path, path) != 0)
		p = &(*p)->next;
	h = *p;
	BUG_ON(h == NULL);
	if (--h->uses == 0) {
		*p = h->next;
		if (h->fd >= 0)
			close(h->fd);
		pg__keeper_leave(h->pg);
		free(h->path);
		free(h);
	}
	pthread_mutex_unlock(&held_mutex);
}

int
keeper_lock(const struct db *db, struct err *err)
{
	return db->engine->is_file
	           ? hold(db_path(db), false, err)
	           : hold_on_server(db_uri(db), PG_KEEPER_ALONE, err);
}

int
keeper_lock_upgrade(const struct db *db, struct err *err)
{
	return db->engine->is_file
	           ? hold(db_path(db), true, err)
	           : hold_on_server(db_uri(db), PG_KEEPER_UPGRADE, err);
}

void
keeper_unlock(const struct db *db)
{
	release(db_uri(db));
}

/* *mine: this process has it. */
static bool
is_held_by(const char *uri, bool *mine)
{
	const struct engine *engine;
	const char *location;
	struct str path = STR_INIT;
	bool is_held = false;
	int fd;

	*mine = false;
	if (is_on_server(uri)) {
		pthread_mutex_lock(&held_mutex);
		*mine = find_held(uri) != NULL;
		pthread_mutex_unlock(&held_mutex);
		return *mine || pg__keeper_is_held(uri);
	}
	engine = engine_for(uri, &location, NULL);
	if (engine == NULL || sqlite__resolve(location, &path, NULL) != 0)
		goto out;
	pthread_mutex_lock(&held_mutex);
	*mine = is_held = find_held(path.s) != NULL;
	pthread_mutex_unlock(&held_mutex);
	if (is_held)
		goto out;
	str_add(&path, ".keeper");
	fd = open(path.s, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		goto out;
	is_held = flock(fd, LOCK_SH | LOCK_NB) != 0;
	close(fd);
out:
	str_free(&path);
	return is_held;
}

bool
keeper_is_held(const char *uri)
{
	bool mine;

	return is_held_by(uri, &mine);
}

bool
keeper_is_elsewhere(const char *uri)
{
	bool mine;

	return is_held_by(uri, &mine) && !mine;
}

bool
keeper_serves(const struct db *db)
{
	return db->engine->is_file ? keeper_is_elsewhere(db_uri(db))
	                           : pg__keeper_is_seen(db->conn);
}

/* What was noted by one that is gone says nothing. */
bool
keeper_upgrades(const struct db *db)
{
	struct str path = STR_INIT;
	char note[32] = "";
	bool does = false;
	int fd;

	if (!db->engine->is_file)
		return pg__keeper_upgrades(db->conn);
	str_addf(&path, "%s.keeper", db_path(db));
	fd = open(path.s, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	str_free(&path);
	if (fd < 0)
		return false;
	if (pread(fd, note, sizeof(note) - 1, 0) > 0)
		does = strstr(note, UPGRADE_NOTE) != NULL &&
		       keeper_is_held(db_uri(db));
	close(fd);
	return does;
}

int
keeper_become(const char *uri, struct keeper **out, struct err *err)
{
	struct keeper *k = NULL;
	const char *location;
	int rc;

	*out = NULL;
	if (engine_for(uri, &location, err) == NULL)
		return OD_EUSAGE;
	k = xcalloc(1, sizeof(*k));
	k->probe_fd = -1;
	if (is_on_server(uri)) {
		if ((rc = hold_on_server(uri, PG_KEEPER_SHARED, err)) != 0)
			goto fail;
		k->uri = xstrdup(uri);
		*out = k;
		return 0;
	}
	if ((rc = sqlite__connect(
		 location, DB_OPEN, CONNECT_NO_WAIT, &k->own, err)) != 0 ||
	    (rc = sqlite__may_write(k->own, err)) != 0)
		goto fail;
	k->probe_fd = sqlite__open_beside(k->own->path, ".turn", err);
	if (k->probe_fd < 0) {
		rc = OD_EIO;
		goto fail;
	}
	if ((rc = hold(k->own->path, false, err)) != 0)
		goto fail;
	sqlite__shrink(k->own);
	*out = k;
	return 0;
fail:
	sqlite__close(k->own);
	if (k->probe_fd >= 0)
		close(k->probe_fd);
	free(k);
	return rc;
}

void
keeper_free(struct keeper **p)
{
	struct keeper *k = p != NULL ? *p : NULL;

	if (k == NULL)
		return;
	*p = NULL;
	release(k->uri != NULL ? k->uri : k->own->path);
	sqlite__close(k->own);
	sqlite__close(k->conn);
	if (k->probe_fd >= 0)
		close(k->probe_fd);
	free(k->uri);
	free(k);
}

/* Whether anybody holds it: seen from outside, not from what we believe. */
static bool
turnstile_is_held(const struct keeper *k)
{
	if (flock(k->probe_fd, LOCK_EX | LOCK_NB) != 0)
		return true;
	flock(k->probe_fd, LOCK_UN);
	return false;
}

static int
put_off(struct keeper *k, bool force, struct err *err)
{
	k->figures.put_off++;
	return force ? sqlite__fail(k->own, SQLITE_BUSY, err) : 0;
}

static int
checkpoint(struct keeper *k, bool force, struct err *err)
{
	bool done = false;
	int rc;

	if (!k->is_broken && !sqlite__turn_take(k->own))
		return put_off(k, force, err);
	if (!turnstile_is_held(k))
		k->figures.checkpoints_without_turnstile++;
	rc = sqlite__checkpoint(k->own, force, &done, err);
	sqlite__turn_leave(k->own);
	if (rc != 0)
		return rc;
	if (!done)
		return put_off(k, force, err);
	k->figures.checkpoints++;
	return 0;
}

bool
keeper_merge_is_due(const struct keeper *k, bool is_quiet)
{
	if (k->written_pages >= MERGE_DUE_PAGES)
		return true;
	return k->merge_goes_on &&
	       (is_quiet || k->written_pages >= MERGE_ON_PAGES);
}

void
keeper_merged(struct keeper *k, bool goes_on)
{
	k->merge_goes_on = goes_on;
	k->figures.merges++;
	k->written_pages = 0;
}

/* One step, in a transaction of its own. */
static int
merge(struct keeper *k, struct err *err)
{
	bool has, goes_on = false;
	int rc = 0;

	if (k->conn == NULL)
		rc = sqlite__connect(k->own->path, DB_OPEN, 0, &k->conn, err);
	if (rc == 0)
		rc = engine_sqlite.has_table(k->conn, "search", &has, err);
	if (rc != 0 || !has)
		return rc;
	rc = engine_sqlite.begin(k->conn, true, err);
	if (rc == OD_EUNAVAIL)
		return put_off(k, false, err);
	if (rc != 0)
		return rc;
	if ((rc = engine_search_sqlite.merge(k->conn, &goes_on, err)) != 0) {
		engine_sqlite.rollback(k->conn);
		return rc;
	}
	if ((rc = engine_sqlite.commit(k->conn, err)) == 0)
		keeper_merged(k, goes_on);
	return rc;
}

static void
watch_log(struct keeper *k, int64_t pages)
{
	/* A log that was started anew counts from its beginning. */
	k->written_pages +=
	    pages >= k->seen_pages ? pages - k->seen_pages : pages;
	k->seen_pages = pages;
	if (pages < LOG_ALARM_PAGES) {
		k->has_warned = false;
		return;
	}
	if (!k->has_warned)
		log_warn("keeper",
		    "the log has %lld pages: some program reads without end",
		    (long long)pages);
	k->has_warned = true;
}

/* The server looks after itself, but the lock must outlive it. */
static int
keep_lock(struct keeper *k, struct err *err)
{
	int64_t now_us = clock_mono_us();
	struct held *held;
	int rc;

	if (now_us < k->look_us)
		return 0;
	k->look_us = now_us + US_PER_SECOND;
	pthread_mutex_lock(&held_mutex);
	held = find_held(k->uri);
	BUG_ON(held == NULL); /* a keeper holds its desk until it is freed */
	rc = pg__keeper_again(held->pg, err);
	pthread_mutex_unlock(&held_mutex);
	return rc == OD_EUNAVAIL ? 0 : rc; /* others say that it is away */
}

int
keeper_checkpoint(struct keeper *k, bool force, struct err *err)
{
	int64_t pages, waiting;

	if (k->uri != NULL)
		return keep_lock(k, err);
	sqlite__log_frames(k->own, &pages, &waiting);
	watch_log(k, pages);
	if (!force && waiting < LOG_DUE_PAGES)
		return 0;
	return checkpoint(k, force, err);
}

int
keeper_tend(struct keeper *k, bool force, struct err *err)
{
	int64_t before = k->figures.put_off;
	int rc = keeper_checkpoint(k, force, err);

	/* Who was in the checkpoint's way is in the merge's way too. */
	if (rc == 0 && k->figures.put_off == before &&
	    keeper_merge_is_due(k, true))
		rc = merge(k, err);
	return rc;
}

bool
keeper_is_broken(const struct keeper *k)
{
	return k->uri == NULL &&
	       (k->own->poisoned != 0 ||
		   (k->conn != NULL && k->conn->poisoned != 0));
}

void
keeper_break(struct keeper *k)
{
	k->is_broken = true;
}

void
keeper_figures(struct keeper *k, struct keeper_figures *out)
{
	int64_t waiting;

	if (k->uri == NULL)
		sqlite__log_frames(k->own, &k->figures.log_pages, &waiting);
	*out = k->figures;
}

bool
keeper_is_due(const struct db *db)
{
	struct str log = STR_INIT;
	struct stat st;
	bool due;

	if (!db->engine->is_file)
		return false;
	str_addf(&log, "%s-wal", db_path(db));
	due = stat(log.s, &st) == 0 && st.st_size >= LOG_DUE_PAGES * 4096LL;
	str_free(&log);
	return due;
}

/*
 * Only for the moment: a daemon that starts must find the place free.
 */
void
keeper_pass_by(const struct db *db)
{
	struct keeper *keeper = NULL;
	struct err err = ERR_INIT;
	int rc;

	if (!keeper_is_due(db) ||
	    keeper_become(db_path(db), &keeper, NULL) != 0)
		return;
	rc = keeper_tend(keeper, true, &err);
	if (rc != 0 && rc != OD_EUNAVAIL) /* somebody else is at work */
		log_warn("keeper", "%s", err_plain(&err));
	keeper_free(&keeper);
}
