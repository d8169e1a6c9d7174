/* spool - see spool.h. */
#include "syncd/work/spool.h"
#include "common/clock.h"
#include "common/digest.h"
#include "common/fsutil.h"
#include "common/log.h"
#include "common/xalloc.h"
#include "syncd/daemon.h"
#include "syncd/work/ingest.h"
#include <stdio.h>
#include <stdlib.h>

#define FILES_MAX 20000
#define SUFFIX    ".event"

_Static_assert(SPOOL_TARGETS_MAX >= CHANNELS_MAX, "one for each channel");

static struct log_brake unread; /* a sick disk, with each look */

struct spool {
	struct daemon *daemon;
	struct str dir;
	size_t count;             /* files that wait */
	bool is_unknown;          /* how many, since the last look */
	struct str path;          /* of the file being taken in */
	struct spool_names names; /* of the last look */
	size_t next;
	bool taking, stopped;
	/* the committer's while a file is taken in */
	struct work_job job;
	struct str text;
	struct spool_event event; /* borrows text */
};

static void
forget_names(struct spool *s)
{
	spool_files_free(&s->names);
	s->next = 0;
}

/* What cannot be looked at just now may hold events: the next look tells. */
static bool
look(struct spool *s)
{
	struct err err = ERR_INIT;

	forget_names(s);
	s->is_unknown = spool_files_list(s->dir.s, &s->names, &err) != 0;
	if (s->is_unknown)
		log_braked(&unread, LOG_ERROR, "spool", "%s", err_plain(&err));
	else
		s->count = s->names.count;
	return !s->is_unknown;
}

/* ---- keeping ---- */

int
spool_may_keep(const struct spool *s, struct err *err)
{
	if (s->count < FILES_MAX)
		return 0;
	return err_set(err, OD_ELIMIT,
	    "Too many events wait in files already: %s", s->dir.s);
}

void
spool_kept(struct spool *s)
{
	s->count++;
}

int
spool_keep(const struct spool *s, const struct spool_target *targets,
    size_t count, const void *body, size_t n, struct err *err)
{
	struct str text = STR_INIT, path = STR_INIT;
	char salt[17];
	int rc;

	spool_files_format(&text, targets, count, body, n);
	random_hex(salt, 16);
	str_addf(&path, "%s/%020lld-%s" SUFFIX, s->dir.s,
	    (long long)clock_wall_us(), salt);
	if ((rc = fs_mkdir(s->dir.s, 0700, err)) == 0)
		rc = fs_write_atomic(path.s, text.s, text.len, 0600, err);
	str_free(&text);
	str_free(&path);
	return rc;
}

/* ---- taking in ---- */

static void
set_aside(struct spool *s, const char *why)
{
	struct str bad = STR_INIT;

	str_addf(&bad, "%s.bad", s->path.s);
	log_error("spool", "a kept event is set aside as %s: %s", bad.s, why);
	if (rename(s->path.s, bad.s) == 0)
		s->count--;
	str_free(&bad);
}

static int
take_run(struct work_job *job, void *context, struct err *err)
{
	struct spool *s = job->data;

	return spool_files_take(store_desk(context), &s->event, err);
}

static void take_next(struct spool *s);

/* The file goes only now: a crash before this makes a duplicate, no loss. */
static void
take_done(struct work_job *job, int rc, const struct err *err)
{
	struct spool *s = job->data;

	s->taking = false;
	if (rc == OD_EUNAVAIL || rc == OD_EIO || rc == OD_ECANCEL ||
	    (rc != 0 && !store_works(s->daemon->store))) {
		forget_names(s); /* tried again with the next wake */
		return;
	}
	if (rc != 0) {
		set_aside(s, err_plain(err));
	} else {
		fs_remove(s->path.s);
		s->count--;
		if (s->count == 0)
			log_info("spool", "all kept events are in the desk");
	}
	if (!s->stopped)
		ingest_wake(s->daemon->ingest);
	take_next(s);
}

/* One at a time: the committer is not to be kept from what is new. */
static void
take_next(struct spool *s)
{
	struct err err = ERR_INIT;
	int rc;

	while (!s->stopped && s->next < s->names.count) {
		str_clear(&s->path);
		str_clear(&s->text);
		str_addf(
		    &s->path, "%s/%s", s->dir.s, s->names.names[s->next++]);
		rc = fs_read(s->path.s, SPOOL_BYTES_MAX, &s->text, &err);
		if (rc == OD_EIO || rc == OD_EUNAVAIL) { /* just now */
			log_braked(&unread, LOG_ERROR, "spool",
			    "a kept event waits: %s", err_plain(&err));
			continue;
		}
		if (rc != 0) {
			set_aside(s, err_plain(&err));
			continue;
		}
		if (!spool_files_parse(&s->text, &s->event)) {
			set_aside(s, "it is not what was written");
			continue;
		}
		s->taking = true;
		s->job = (struct work_job){
		    .run = take_run, .done = take_done, .data = s};
		store_write(s->daemon->store, &s->job);
		return;
	}
	forget_names(s);
}

void
spool_wake(struct spool *s)
{
	if (s->taking || s->stopped || (s->count == 0 && !s->is_unknown) ||
	    !store_works(s->daemon->store))
		return;
	if (look(s))
		take_next(s);
}

size_t
spool_count(const struct spool *s)
{
	return s->count;
}

struct spool *
spool_new(struct daemon *d)
{
	struct spool *s = xcalloc(1, sizeof(*s));

	s->daemon = d;
	str_init(&s->dir);
	str_init(&s->path);
	str_init(&s->text);
	spool_files_dir(d->uri, &s->dir);
	(void)look(s);
	if (s->count > 0)
		log_warn("spool", "%zu events wait to be taken in", s->count);
	forget_names(s);
	return s;
}

void
spool_stop(struct spool *s)
{
	s->stopped = true;
}

void
spool_free(struct spool **p)
{
	struct spool *s = *p;

	if (s == NULL)
		return;
	forget_names(s);
	str_free(&s->dir);
	str_free(&s->path);
	str_free(&s->text);
	FREE(p);
}
