/* recording_watch - see recording_watch.h. */
#include "syncd/work/recording_watch.h"
#include "common/clock.h"
#include "common/conf.h"
#include "common/fsutil.h"
#include "common/i18n.h"
#include "common/log.h"
#include "common/str.h"
#include "common/xalloc.h"
#include "db/records/calls.h"
#include "db/records/files.h"
#include "db/records/recordings.h"
#include "db/records/tenants.h"
#include "syncd/daemon.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOOK_US  (5 * US_PER_SECOND)
#define LATER_US (10 * US_PER_MINUTE) /* after trouble that is not a file's */
#define SETTLE_US                                                              \
	(3 * US_PER_SECOND)            /* since something was written into it  \
	                                */
#define UNSURE_US (30 * US_PER_SECOND) /* the same, of a file of others */
#define WAIT_US   US_PER_DAY           /* for its call, and the consent */
#define NAME_SIZE 256
#define MOVES     1000 /* names that are tried for a file that is moved */

struct recording_watch {
	struct daemon *daemon;
	struct work_job job;
	char *dir;       /* owned */
	int64_t next_us; /* monotonic */
	bool busy;
	/* the worker's while busy */
	int64_t tenant_id;
	char name[NAME_SIZE]; /* of the file that is taken in; "": none */
	char call[33];
	int64_t call_id;
	struct recording_file file; /* its copy, not yet a row's */
	bool is_known;              /* it was taken in before */
	int taken, refused;         /* of this round */
};

/* ---- moving ---- */

static void
path_of(const struct recording_watch *w, const char *below, const char *name,
    int copy, struct str *out)
{
	str_clear(out);
	str_addf(out, "%s/%s", w->dir, below);
	if (below[0] != '\0')
		str_addc(out, '/');
	str_add(out, name);
	if (copy > 0)
		str_addf(out, ".%d", copy);
}

/* Never over another one; to is where it is then. */
static int
move(const struct recording_watch *w, const char *name, const char *below,
    struct str *to, struct err *err)
{
	struct str from = STR_INIT, dir = STR_INIT;
	int rc, moved = -1;

	path_of(w, "", name, 0, &from);
	path_of(w, "", below, 0, &dir);
	if ((rc = fs_mkdir(dir.s, 0770, err)) == 0) {
		for (int i = 0; moved != 0 && i < MOVES; i++) {
			path_of(w, below, name, i, to);
			moved = renameat2(AT_FDCWD, from.s, AT_FDCWD, to->s,
			    RENAME_NOREPLACE);
			if (moved != 0 && errno != EEXIST)
				break;
		}
		if (moved != 0)
			rc = err_set(err, err_errno_code(errno),
			    "A recording cannot be moved to %s: %m", dir.s);
		else
			(void)fs_sync_dir(dir.s, NULL);
	}
	str_free(&from);
	str_free(&dir);
	return rc;
}

static int
refuse(struct recording_watch *w, const char *name, const char *why,
    struct err *err)
{
	struct str to = STR_INIT, text = STR_INIT;
	int rc = move(w, name, "refused", &to, err);

	if (rc == 0) {
		w->refused++;
		str_addf(&text, "%s\n", why);
		str_add(&to, ".txt");
		rc = fs_write_atomic(to.s, text.s, text.len, 0660, err);
	}
	str_free(&to);
	str_free(&text);
	return rc;
}

/* ---- which call ---- */

/* Without what says how it is written; an id may have dots of its own. */
static void
stem_of(const char *name, char out[NAME_SIZE])
{
	static const char *const ends[] = {
	    ".wav", ".flac", ".opus", ".ogg", ".mp3"};
	size_t n = strlen(name);

	str_copy(out, NAME_SIZE, name);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t m = strlen(ends[i]);

		if (n > m && strcasecmp(name + n - m, ends[i]) == 0) {
			out[n - m] = '\0';
			return;
		}
	}
}

static int
call_named(struct desk *d, const char *id, struct call *c, struct err *err)
{
	int rc = call_by_provider(d, id, c, err);

	return rc == OD_ENOTFOUND ? call_by_name(d, id, c, err) : rc;
}

/* OD_ENOTFOUND: none of that name. */
static int
find_call(struct desk *d, const char *name, struct call *c, struct err *err)
{
	char stem[NAME_SIZE];
	const char *dash, *line;
	int rc;

	stem_of(name, stem);
	if ((rc = call_named(d, stem, c, err)) != OD_ENOTFOUND)
		return rc;
	dash = strrchr(stem, '-');
	line = strrchr(stem, '_');
	if (line > dash || dash == NULL)
		dash = line;
	return dash != NULL && dash[1] != '\0' ? call_named(d, dash + 1, c, err)
	                                       : rc;
}

/* ---- one file ---- */

enum look { LOOK_LATER, LOOK_TAKE, LOOK_GONE };

static int64_t
age_of(const struct stat *st)
{
	return clock_wall_us() - ((int64_t)st->st_mtim.tv_sec * US_PER_SECOND +
				     st->st_mtim.tv_nsec / 1000);
}

/* Who has it open to write is known of one's own files alone. */
static bool
is_whole(int fd, int64_t age_us)
{
	if (fcntl(fd, F_SETLEASE, F_RDLCK) == 0) {
		fcntl(fd, F_SETLEASE, F_UNLCK);
		return age_us >= SETTLE_US;
	}
	return errno != EAGAIN && age_us >= UNSURE_US;
}

/* Its call, if it may be recorded; 0, or OD_ENOTFOUND or OD_ECONFLICT. */
static int
know_call(struct recording_watch *w, struct desk *d, const char *name,
    struct err *err)
{
	struct call c;
	int rc = find_call(d, name, &c, err);

	if (rc != 0)
		return rc;
	if (c.consent != CONSENT_YES && c.consent != CONSENT_ANNOUNCED)
		rc = err_set(err, OD_ECONFLICT,
		    "The call has no consent to a recording; note it with "
		    "\"opdesk call consent\" first");
	str_copy(w->call, sizeof(w->call), c.name);
	w->call_id = c.id;
	call_clear(&c);
	return rc;
}

static int
look_into(struct recording_watch *w, struct desk *d, const char *name, int fd,
    int64_t age_us, enum look *what, struct err *err)
{
	struct err why = ERR_INIT;
	int rc = recording_file_look_fd(fd, &w->file, &why);

	if (rc == 0) {
		rc = know_call(w, d, name, &why);
		if ((rc == OD_ENOTFOUND || rc == OD_ECONFLICT) &&
		    age_us < WAIT_US)
			return 0; /* it may still be told of, or noted */
	}
	if (rc == 0) {
		*what = LOOK_TAKE;
		return 0;
	}
	if (rc == OD_EIO)
		return 0; /* perhaps it can be read another time */
	if (rc != OD_EDATA && rc != OD_ELIMIT && rc != OD_ENOTFOUND &&
	    rc != OD_ECONFLICT)
		return err_set(err, rc, "%s", err_plain(&why));
	*what = LOOK_GONE;
	return refuse(w, name, err_plain(&why), err);
}

/* Its copy is durable when this is LOOK_TAKE. */
static int
look_at(struct recording_watch *w, struct desk *d, const char *name,
    enum look *what, struct err *err)
{
	struct str path = STR_INIT;
	struct stat st;
	int fd, rc = 0;

	*what = LOOK_LATER;
	path_of(w, "", name, 0, &path);
	fd = open(path.s, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	str_free(&path);
	if (fd < 0)
		return 0;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    is_whole(fd, age_of(&st)))
		rc = look_into(w, d, name, fd, age_of(&st), what, err);
	if (rc == 0 && *what == LOOK_TAKE)
		rc = recording_file_take_fd(d->files_dir, fd, &w->file, err);
	close(fd);
	if (rc == 0 && *what == LOOK_TAKE)
		rc = recording_file_known(
		    d, w->call_id, w->file.sha256, &w->is_known, err);
	return rc;
}

/* Hidden ones, and what others call unfinished, are nobody's yet. */
static bool
is_candidate(const char *name)
{
	static const char *const unfinished[] = {
	    ".tmp", ".part", ".partial", ".filepart", ".txt"};
	size_t n = strlen(name);

	if (name[0] == '.' || n >= NAME_SIZE - 8)
		return false;
	for (size_t i = 0; i < sizeof(unfinished) / sizeof(unfinished[0]);
	     i++) {
		size_t m = strlen(unfinished[i]);

		if (n > m && strcmp(name + n - m, unfinished[i]) == 0)
			return false;
	}
	return true;
}

static void
drop_copy(struct recording_watch *w, const struct desk *d)
{
	if (w->file.name[0] != '\0')
		file_discard(d->files_dir, w->file.name);
	w->file.name[0] = '\0';
}

/* On the reader: the first file that can be taken in, copied. */
static int
look(struct work_job *job, void *context, struct err *err)
{
	struct recording_watch *w = job->data;
	struct desk *d = store_desk(context);
	struct tenant tenant;
	enum look what = LOOK_LATER;
	struct dirent *e;
	int rc;
	DIR *dir;

	w->name[0] = w->file.name[0] = '\0';
	if (d == NULL)
		return OD_EUNAVAIL;
	desk_act_as_system(d, 0);
	rc = tenant_by_slug(d,
	    conf_string(conf_section(w->daemon->conf, CONF_DESK), "tenant"),
	    &tenant, err);
	if (rc != 0)
		return rc;
	w->tenant_id = tenant.id;
	desk_act_as_system(d, tenant.id);
	if ((dir = opendir(w->dir)) == NULL)
		return err_set(err, err_errno_code(errno),
		    "The directory of recordings %s cannot be read: %m",
		    w->dir);
	while (rc == 0 && what != LOOK_TAKE && (e = readdir(dir)) != NULL)
		if (is_candidate(e->d_name)) {
			str_copy(w->name, sizeof(w->name), e->d_name);
			rc = look_at(w, d, e->d_name, &what, err);
		}
	closedir(dir);
	if (rc != 0 || what != LOOK_TAKE)
		w->name[0] = '\0';
	if (rc != 0)
		drop_copy(w, d);
	return rc;
}

/* On the committer. */
static int
keep(struct work_job *job, void *context, struct err *err)
{
	struct recording_watch *w = job->data;
	struct desk *d = store_desk(context);
	int64_t id;

	desk_act_as_system(d, w->tenant_id);
	return recording_file_keep(d, w->call, &w->file, &id, err);
}

/* On the reader again: out of the way. */
static int
put_aside(struct work_job *job, void *context, struct err *err)
{
	struct recording_watch *w = job->data;
	struct str to = STR_INIT;
	int rc;

	if (w->is_known && store_desk(context) != NULL)
		drop_copy(w, store_desk(context));
	rc = move(w, w->name, "done", &to, err);
	str_free(&to);
	return rc;
}

/* ---- one after the other ---- */

static void
rest(struct recording_watch *w, int rc, const struct err *err)
{
	if (rc != 0) {
		log_error(
		    "recordings", "the watched directory: %s", err_plain(err));
		w->next_us = clock_mono_us() + LATER_US;
	}
	if (w->taken + w->refused > 0)
		log_info("recordings",
		    "of the telephone system: taken in %d, refused %d",
		    w->taken, w->refused);
	w->taken = w->refused = 0;
	w->busy = false;
}

static void looked(struct work_job *job, int rc, const struct err *err);

static void
put(struct work_job *job, int rc, const struct err *err)
{
	struct recording_watch *w = job->data;

	if (rc != 0) {
		rest(w, rc, err);
		return;
	}
	w->taken++;
	w->job = (struct work_job){.run = look, .done = looked, .data = w};
	store_read(w->daemon->store, &w->job);
}

static void
begin_put(struct recording_watch *w)
{
	w->job = (struct work_job){.run = put_aside, .done = put, .data = w};
	store_read(w->daemon->store, &w->job);
}

static void
kept(struct work_job *job, int rc, const struct err *err)
{
	struct recording_watch *w = job->data;

	if (rc != 0) {
		/* Its call changed meanwhile, or the desk is busy: again. */
		file_discard(store_files_dir(w->daemon->store), w->file.name);
		rest(w, rc, err);
		return;
	}
	begin_put(w);
}

static void
looked(struct work_job *job, int rc, const struct err *err)
{
	struct recording_watch *w = job->data;

	if (rc != 0 || w->name[0] == '\0') {
		rest(w, rc, err);
		return;
	}
	if (w->is_known) {
		begin_put(w);
		return;
	}
	w->job = (struct work_job){.run = keep, .done = kept, .data = w};
	store_write(w->daemon->store, &w->job);
}

void
recording_watch_wake(struct recording_watch *w)
{
	int64_t now = clock_mono_us();

	if (w->busy || w->daemon->stopping || now < w->next_us)
		return;
	w->busy = true;
	w->next_us = now + LOOK_US;
	w->job = (struct work_job){.run = look, .done = looked, .data = w};
	store_read(w->daemon->store, &w->job);
}

struct recording_watch *
recording_watch_new(struct daemon *d)
{
	const char *dir =
	    conf_string(conf_section(d->conf, CONF_RECORDER), "watch");
	struct recording_watch *w;

	if (dir[0] == '\0')
		return NULL;
	w = xcalloc(1, sizeof(*w));
	w->daemon = d;
	w->dir = xstrdup(dir);
	return w;
}

void
recording_watch_free(struct recording_watch **wp)
{
	struct recording_watch *w = *wp;

	if (w == NULL)
		return;
	*wp = NULL;
	free(w->dir);
	free(w);
}
