/*
 * spool - see spool.h.
 *
 * A file is "opdesk-spool 1", a line "TENANT CHANNEL" for each target, an
 * empty line, and the body as it came.
 */
#include "syncd/work/spool.h"
#include "common/clock.h"
#include "common/digest.h"
#include "common/fsutil.h"
#include "common/log.h"
#include "common/xalloc.h"
#include "db/records/raw_events.h"
#include "syncd/daemon.h"
#include "syncd/work/ingest.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILES_MAX  20000
#define BYTES_MAX  (8u << 20) /* of a file that is read */
#define FIRST_LINE "opdesk-spool 1\n"
#define SUFFIX     ".event"

struct spool {
	struct daemon *daemon;
	struct str dir;
	size_t count;    /* files that wait */
	struct str path; /* of the file being taken in */
	char **names;    /* owned; of the last look, oldest first */
	size_t name_count, next;
	bool taking, stopped;
	/* the committer's while a file is taken in */
	struct work_job job;
	struct str text;
	struct spool_target targets[CHANNELS_MAX];
	size_t target_count, body_at;
};

static bool
is_event(const char *name)
{
	size_t n = strlen(name), k = strlen(SUFFIX);

	return name[0] != '.' && n > k && strcmp(name + n - k, SUFFIX) == 0;
}

static void
forget_names(struct spool *s)
{
	for (size_t i = 0; i < s->name_count; i++)
		free(s->names[i]);
	FREE(&s->names);
	s->name_count = s->next = 0;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names begin with the time, so that their order is that of arrival. */
static void
look(struct spool *s)
{
	const struct dirent *e;
	DIR *dir;

	forget_names(s);
	if ((dir = opendir(s->dir.s)) != NULL) {
		while ((e = readdir(dir)) != NULL) {
			if (!is_event(e->d_name))
				continue;
			s->names = xreallocarray(
			    s->names, s->name_count + 1, sizeof(*s->names));
			s->names[s->name_count++] = xstrdup(e->d_name);
		}
		closedir(dir);
	}
	if (s->name_count > 0)
		qsort(s->names, s->name_count, sizeof(*s->names), by_name);
	s->count = s->name_count;
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

	str_add(&text, FIRST_LINE);
	for (size_t i = 0; i < count; i++)
		str_addf(&text, "%lld %s\n", (long long)targets[i].tenant_id,
		    targets[i].channel);
	str_addc(&text, '\n');
	str_addn(&text, body, n);
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

/* "12 soporte"; false when it is anything else. */
static bool
parse_target(char *line, struct spool_target *t)
{
	char *space = strchr(line, ' ');

	if (space == NULL)
		return false;
	*space = '\0';
	return str_to_int64(line, 1, INT64_MAX, &t->tenant_id) &&
	       space[1] != '\0' &&
	       str_copy(t->channel, sizeof(t->channel), space + 1);
}

static bool
parse(struct spool *s)
{
	char *at = s->text.s, *end;

	s->target_count = 0;
	if (!str_starts(at, FIRST_LINE))
		return false;
	at += strlen(FIRST_LINE);
	while ((end = strchr(at, '\n')) != NULL) {
		*end = '\0';
		if (end == at) {
			s->body_at = (size_t)(end + 1 - s->text.s);
			return s->target_count > 0;
		}
		if (s->target_count == CHANNELS_MAX ||
		    !parse_target(at, &s->targets[s->target_count++]))
			return false;
		at = end + 1;
	}
	return false;
}

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
	struct desk *desk = store_desk(context);
	int64_t id;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < s->target_count; i++) {
		const struct spool_target *t = &s->targets[i];

		desk_act_as_system(desk, t->tenant_id);
		rc = raw_event_receive(desk, t->tenant_id, t->channel,
		    s->text.s + s->body_at, s->text.len - s->body_at, &id, err);
	}
	return rc;
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

	while (!s->stopped && s->next < s->name_count) {
		str_clear(&s->path);
		str_clear(&s->text);
		str_addf(&s->path, "%s/%s", s->dir.s, s->names[s->next++]);
		if (fs_read(s->path.s, BYTES_MAX, &s->text, &err) != 0) {
			set_aside(s, err_plain(&err));
			continue;
		}
		if (!parse(s)) {
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
	if (s->taking || s->stopped || s->count == 0 ||
	    !store_works(s->daemon->store))
		return;
	look(s);
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
	desk_beside(d->uri, ".spool", &s->dir);
	look(s);
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
