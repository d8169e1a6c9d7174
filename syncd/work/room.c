/* room - see room.h. */
#include "syncd/work/room.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/notify.h"
#include "common/xalloc.h"
#include "syncd/daemon.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOOK_US    (10 * US_PER_SECOND)
#define FULL_BYTES (1 << 20) /* less than this, and nothing fits */

struct room {
	struct daemon *daemon;
	struct str dir; /* the desk's, or its files' on a server */
	bool is_of_files;
	struct str ballast; /* its path */
	int64_t wanted;     /* its bytes, 0: none */
	int64_t next_us;
	bool looking, stopped;
	enum fs_room state;
	int64_t left;
	bool has_ballast;
	/* the reader's while a look is under way */
	struct work_job job;
	bool store_fails, was_given_up, was_made;
	int64_t free_bytes, all_bytes;
	bool found;
};

/* All of it is there, or nothing: a hole would be no ballast. */
static bool
make_ballast(struct room *r)
{
	int fd =
	    open(r->ballast.s, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int error;

	if (fd < 0)
		return false;
	error = posix_fallocate(fd, 0, (off_t)r->wanted);
	close(fd);
	if (error != 0)
		unlink(r->ballast.s);
	return error == 0;
}

static int
look_run(struct work_job *job, void *context, struct err *err)
{
	struct room *r = job->data;
	struct stat st;
	int rc;

	(void)context;
	r->was_given_up = r->was_made = false;
	r->found = lstat(r->ballast.s, &st) == 0;
	rc = fs_space(r->dir.s, &r->free_bytes, &r->all_bytes, err);
	if (rc != 0)
		return rc;
	if (r->found &&
	    (r->wanted == 0 || r->free_bytes < FULL_BYTES ||
		(r->store_fails && r->free_bytes < r->wanted / 2))) {
		r->was_given_up = unlink(r->ballast.s) == 0;
		r->found = false;
		rc = fs_space(r->dir.s, &r->free_bytes, &r->all_bytes, err);
	} else if (!r->found && r->wanted > 0 && !r->store_fails &&
		   fs_room(r->free_bytes - r->wanted, r->all_bytes) ==
		       FS_ROOM_PLENTY) {
		r->was_made = r->found = make_ballast(r);
	}
	return rc;
}

static void
tell(struct room *r, enum fs_room before)
{
	long long mib = (long long)(r->left >> 20);

	if (r->was_made)
		log_info("disk", "the ballast is there again");
	if (r->was_given_up && r->wanted > 0)
		log_warn("disk", "the disk is full: the ballast was given up");
	if (r->state == before)
		return;
	switch (r->state) {
	case FS_ROOM_PLENTY:
		log_info("disk", "there is room again: %lld MiB", mib);
		notify_status("%s", "");
		break;
	case FS_ROOM_LOW:
		log_warn("disk", "little room is left: %lld MiB", mib);
		notify_status("little room on the disk: %lld MiB", mib);
		break;
	case FS_ROOM_SCARCE:
		log_warn("disk",
		    "room is scarce, attachments are not fetched: %lld MiB",
		    mib);
		notify_status("room is scarce on the disk: %lld MiB", mib);
		break;
	case FS_ROOM_NONE:
		log_error("disk",
		    r->is_of_files
			? "no attachment is fetched until there is room: %lld"
			  " MiB"
			: "nothing more is taken in until there is room: %lld"
			  " MiB",
		    mib);
		notify_status("no room on the disk: %lld MiB", mib);
		break;
	}
}

static void
look_done(struct work_job *job, int rc, const struct err *err)
{
	struct room *r = job->data;
	enum fs_room before = r->state;

	(void)err;
	r->looking = false;
	if (rc != 0)
		return;
	r->left = r->free_bytes;
	r->has_ballast = r->found;
	r->state = fs_room(r->free_bytes, r->all_bytes);
	tell(r, before);
	/* Now the log can be brought into the desk. */
	if (r->was_given_up && !r->stopped)
		store_tend(r->daemon->store);
}

void
room_wake(struct room *r)
{
	bool fails = !store_works(r->daemon->store);

	if (r->looking || r->stopped || r->dir.len == 0 ||
	    (!fails && clock_mono_us() < r->next_us))
		return;
	r->looking = true;
	r->next_us = clock_mono_us() + LOOK_US;
	r->store_fails = fails;
	r->job =
	    (struct work_job){.run = look_run, .done = look_done, .data = r};
	store_read(r->daemon->store, &r->job);
}

enum fs_room
room_state(const struct room *r)
{
	return r->state;
}

bool
room_takes_in(const struct room *r)
{
	return r->state != FS_ROOM_NONE || r->is_of_files;
}

int64_t
room_left(const struct room *r)
{
	return r->left;
}

bool
room_has_ballast(const struct room *r)
{
	return r->has_ballast;
}

struct room *
room_new(struct daemon *d)
{
	struct room *r = xcalloc(1, sizeof(*r));
	const struct conf_section *s =
	    d->conf != NULL ? conf_section(d->conf, CONF_DAEMON) : NULL;
	const char *slash;

	r->daemon = d;
	r->left = -1;
	str_init(&r->ballast);
	str_init(&r->dir);
	r->is_of_files = strstr(d->uri, "://") != NULL;
	if (r->is_of_files) {
		str_add(&r->dir, store_files_dir(d->store));
	} else {
		desk_beside(d->uri, ".ballast", &r->ballast);
		slash = strrchr(r->ballast.s, '/');
		str_add(&r->dir, slash != NULL ? r->ballast.s : ".");
		if (slash != NULL)
			str_trunc(&r->dir, (size_t)(slash - r->ballast.s) + 1);
	}
	if (s != NULL && !r->is_of_files)
		r->wanted = conf_int(s, "ballast_mib") << 20;
	return r;
}

void
room_stop(struct room *r)
{
	r->stopped = true;
}

void
room_free(struct room **p)
{
	struct room *r = *p;

	if (r == NULL)
		return;
	str_free(&r->dir);
	str_free(&r->ballast);
	FREE(p);
}
