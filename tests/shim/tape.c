/* tape - see tape.h. */
#undef _FORTIFY_SOURCE /* these are the functions that it would replace */
#include "tests/shim/tape.h"
#include "common/err.h"
#include "common/xalloc.h"
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

struct object {
	dev_t dev;
	ino_t ino; /* of the youngest object with this number */
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static _Atomic bool is_on; /* the rest is guarded by mutex */
static char root[PATH_MAX];
static struct tape tape;
static struct object *objects;
static int64_t kill_at, changes; /* kill_at 0: recording */
static int64_t kill_stride = 1, writes;
static bool wrote;                          /* the last change was a write */
static _Atomic int64_t kill_at_send, sends; /* kill_at_send 0: never */

static void *
real(const char *name)
{
	void *f = dlsym(RTLD_NEXT, name);

	if (f == NULL)
		abort();
	return f;
}
/* The next definition of this function, called as this type. */
#define REAL(type, name) ((type)(intptr_t)real(name))

typedef int path_call(const char *path);
typedef int fd_call(int fd);

/* ---- objects ---- */

static int
object_of(const struct stat *st)
{
	for (int i = tape.objects - 1; i >= 0; i--)
		if (objects[i].ino == st->st_ino &&
		    objects[i].dev == st->st_dev)
			return i;
	return -1;
}

static int
object_of_fd(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 ? object_of(&st) : -1;
}

static int
object_of_path(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 ? object_of(&st) : -1;
}

static int
add_object(const struct stat *st)
{
	int i = tape.objects++;

	objects = xreallocarray(objects, (size_t)i + 1, sizeof(*objects));
	tape.is_dir =
	    xreallocarray(tape.is_dir, (size_t)i + 1, sizeof(*tape.is_dir));
	objects[i] = (struct object){st->st_dev, st->st_ino};
	tape.is_dir[i] = S_ISDIR(st->st_mode);
	return i;
}

/* The directory that path is in, as an object, and the name in it. */
static int
dir_of(const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	char dir[PATH_MAX];

	if (slash == NULL || slash == path)
		return -1;
	*name = slash + 1;
	snprintf(dir, sizeof(dir), "%.*s", (int)(slash - path), path);
	return object_of_path(dir);
}

/* ---- events ---- */

static struct tape_event *
add_event(enum tape_kind kind, int object)
{
	struct tape_event *e;

	if (tape.count == tape.room) {
		tape.room = tape.room * 2 + 1024;
		tape.events =
		    xreallocarray(tape.events, tape.room, sizeof(*tape.events));
	}
	e = &tape.events[tape.count++];
	*e = (struct tape_event){.kind = kind, .object = object};
	return e;
}

static void
add_name_event(
    enum tape_kind kind, int object, int dir, const char *name, const char *to)
{
	struct tape_event *e = add_event(kind, object);

	e->dir = dir;
	e->name = xstrdup(name);
	e->to = to != NULL ? xstrdup(to) : NULL;
}

static void
add_write(int object, off_t at, const void *p, size_t n)
{
	struct tape_event *e = add_event(TAPE_WRITE, object);

	e->at = at;
	e->n = n;
	e->data = xcalloc(1, n + 1);
	memcpy(e->data, p, n);
}

/* Before each change; true when this is the process's last one. */
static bool
is_last(void)
{
	wrote = false;
	return kill_at > 0 && ++changes == kill_at;
}

/* A write: the first one after something else always counts. */
static bool
is_counted(void)
{
	return kill_at == 0 || !wrote || writes++ % kill_stride == 0;
}

static void
die(void)
{
	raise(SIGKILL);
	abort();
}

/* Locks when this call is one of ours to look at. */
static bool
enter(void)
{
	if (!is_on)
		return false;
	pthread_mutex_lock(&mutex);
	if (is_on)
		return true;
	pthread_mutex_unlock(&mutex);
	return false;
}

static void
leave(void)
{
	pthread_mutex_unlock(&mutex);
}

/* ---- the calls ---- */

static int
open_it(const char *call, const char *path, int flags, mode_t mode)
{
	int (*next)(const char *, int, ...) =
	    REAL(int (*)(const char *, int, ...), call);
	const char *name = NULL;
	struct stat st;
	bool is_new;
	int fd, dir;

	if ((flags & (O_CREAT | O_TRUNC)) == 0 || !enter())
		return next(path, flags, mode);
	dir = dir_of(path, &name);
	is_new = dir >= 0 && lstat(path, &st) != 0;
	if (is_new && (flags & O_CREAT) != 0 && is_last())
		die();
	fd = next(path, flags, mode);
	if (fd >= 0 && dir >= 0 && kill_at == 0) {
		if (is_new && fstat(fd, &st) == 0)
			add_name_event(
			    TAPE_MAKE, add_object(&st), dir, name, NULL);
		else if (!is_new && (flags & O_TRUNC) != 0)
			add_event(TAPE_RESIZE, object_of_fd(fd));
	} else if (fd >= 0 && is_new && fstat(fd, &st) == 0) {
		add_object(&st);
	}
	leave();
	return fd;
}

int
open(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = (flags & O_CREAT) != 0 ? va_arg(ap, mode_t) : 0;
	va_end(ap);
	return open_it("open", path, flags, mode);
}

int
open64(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = (flags & O_CREAT) != 0 ? va_arg(ap, mode_t) : 0;
	va_end(ap);
	return open_it("open64", path, flags, mode);
}

/* at < 0: where the descriptor stands. */
static ssize_t
write_it(int fd, const void *p, size_t n, off_t at)
{
	ssize_t (*next)(int, const void *, size_t) =
	    REAL(ssize_t(*)(int, const void *, size_t), "write");
	ssize_t (*next_at)(int, const void *, size_t, off_t) =
	    REAL(ssize_t(*)(int, const void *, size_t, off_t), "pwrite64");
	ssize_t done;
	int object;
	bool last;

	if (!enter())
		return at < 0 ? next(fd, p, n) : next_at(fd, p, n, at);
	object = object_of_fd(fd);
	last = object >= 0 && is_counted() && is_last();
	wrote = wrote || object >= 0;
	if (last)
		n /= 2;
	if (at < 0) {
		done = next(fd, p, n);
		at = done < 0 ? 0 : lseek(fd, 0, SEEK_CUR) - done;
	} else {
		done = next_at(fd, p, n, at);
	}
	if (last)
		die();
	if (object >= 0 && done > 0 && kill_at == 0)
		add_write(object, at, p, (size_t)done);
	leave();
	return done;
}

ssize_t
write(int fd, const void *p, size_t n)
{
	return write_it(fd, p, n, -1);
}

ssize_t
pwrite(int fd, const void *p, size_t n, off_t at)
{
	return write_it(fd, p, n, at);
}

ssize_t
pwrite64(int fd, const void *p, size_t n, off_t at)
{
	return write_it(fd, p, n, at);
}

static int
resize_it(int fd, off_t size)
{
	int (*next)(int, off_t) = REAL(int (*)(int, off_t), "ftruncate64");
	int object, rc;

	if (!enter())
		return next(fd, size);
	object = object_of_fd(fd);
	if (object >= 0 && is_last())
		die();
	rc = next(fd, size);
	if (object >= 0 && rc == 0 && kill_at == 0)
		add_event(TAPE_RESIZE, object)->at = size;
	leave();
	return rc;
}

int
ftruncate(int fd, off_t size)
{
	return resize_it(fd, size);
}

int
ftruncate64(int fd, off_t size)
{
	return resize_it(fd, size);
}

static int
sync_it(const char *call, int fd)
{
	fd_call *next = REAL(fd_call *, call);
	int object, rc;

	if (!enter())
		return next(fd);
	object = object_of_fd(fd);
	if (object >= 0 && is_last())
		die();
	/* Nothing is lost here, so that nothing has to be waited for. */
	rc = object >= 0 ? 0 : next(fd);
	if (object >= 0 && kill_at == 0)
		add_event(TAPE_SYNC, object);
	leave();
	return rc;
}

int
fsync(int fd)
{
	return sync_it("fsync", fd);
}

int
fdatasync(int fd)
{
	return sync_it("fdatasync", fd);
}

int
rename(const char *from, const char *to)
{
	int (*next)(const char *, const char *) =
	    REAL(int (*)(const char *, const char *), "rename");
	const char *name = NULL, *to_name = NULL;
	int object, dir, to_dir, rc;

	if (!enter())
		return next(from, to);
	object = object_of_path(from);
	dir = dir_of(from, &name);
	to_dir = dir_of(to, &to_name);
	if (object >= 0 && dir != to_dir && kill_at == 0)
		BUG("%s becomes %s: only within a directory", from, to);
	if (object >= 0 && is_last())
		die();
	rc = next(from, to);
	if (object >= 0 && rc == 0 && kill_at == 0)
		add_name_event(TAPE_RENAME, object, dir, name, to_name);
	leave();
	return rc;
}

/* As rename, of what has not moved to another directory while recording. */
int
renameat2(
    int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
	int (*next)(int, const char *, int, const char *, unsigned) =
	    REAL(int (*)(int, const char *, int, const char *, unsigned),
		"renameat2");
	int object, rc;

	if (!enter())
		return next(from_dir, from, to_dir, to, flags);
	object = object_of_path(from);
	if (object >= 0 && kill_at == 0)
		BUG("%s becomes %s by renameat2: not recorded", from, to);
	if (object >= 0 && is_last())
		die();
	rc = next(from_dir, from, to_dir, to, flags);
	leave();
	return rc;
}

ssize_t
send(int fd, const void *p, size_t n, int flags)
{
	ssize_t (*next)(int, const void *, size_t, int) =
	    REAL(ssize_t(*)(int, const void *, size_t, int), "send");

	if (kill_at_send > 0 && ++sends == kill_at_send)
		die();
	return next(fd, p, n, flags);
}

int
unlink(const char *path)
{
	path_call *next = REAL(path_call *, "unlink");
	const char *name = NULL;
	int object, dir, rc;

	if (!enter())
		return next(path);
	object = object_of_path(path);
	dir = dir_of(path, &name);
	if (object >= 0 && is_last())
		die();
	rc = next(path);
	if (object >= 0 && rc == 0 && kill_at == 0)
		add_name_event(TAPE_UNLINK, object, dir, name, NULL);
	leave();
	return rc;
}

int
mkdir(const char *path, mode_t mode)
{
	int (*next)(const char *, mode_t) =
	    REAL(int (*)(const char *, mode_t), "mkdir");
	const char *name = NULL;
	struct stat st;
	int dir, rc;

	if (!enter())
		return next(path, mode);
	dir = dir_of(path, &name);
	if (dir >= 0 && is_last())
		die();
	rc = next(path, mode);
	if (rc == 0 && dir >= 0 && lstat(path, &st) == 0) {
		int object = add_object(&st);

		if (kill_at == 0)
			add_name_event(TAPE_MAKE, object, dir, name, NULL);
	}
	leave();
	return rc;
}

/* ---- the tape ---- */

/* A file that is there already, as if it had just been made durable. */
static void
take_file(const char *path, int object)
{
	static unsigned char buf[65536];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	off_t at = 0;
	ssize_t n;

	if (fd < 0)
		BUG("%s cannot be read", path);
	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		add_write(object, at, buf, (size_t)n);
		at += n;
	}
	close(fd);
	add_event(TAPE_SYNC, object);
}

static void
take_dir(const char *path, int dir)
{
	const struct dirent *e;
	char part[PATH_MAX];
	struct stat st;
	int object;
	DIR *d = opendir(path);

	if (d == NULL)
		BUG("%s cannot be read", path);
	while ((e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		snprintf(part, sizeof(part), "%s/%s", path, e->d_name);
		if (lstat(part, &st) != 0)
			BUG("%s cannot be looked at", part);
		object = add_object(&st);
		add_name_event(TAPE_MAKE, object, dir, e->d_name, NULL);
		if (S_ISDIR(st.st_mode))
			take_dir(part, object);
		else
			take_file(part, object);
	}
	closedir(d);
	add_event(TAPE_SYNC, dir);
}

static void
begin(const char *dir, int64_t n)
{
	struct stat st;

	if (is_on || realpath(dir, root) == NULL || stat(root, &st) != 0)
		BUG("no recording of %s", dir);
	tape = (struct tape){0};
	objects = NULL;
	kill_at = n;
	changes = 0;
	take_dir(root, add_object(&st));
	tape.start = tape.count;
	is_on = true;
}

void
tape_begin(const char *dir)
{
	begin(dir, 0);
}

void
tape_kill_at(const char *dir, int64_t n)
{
	begin(dir, n);
}

void
tape_kill_stride(int stride)
{
	kill_stride = stride;
}

int64_t
tape_changes(void)
{
	return changes;
}

void
tape_kill_at_send(int64_t n)
{
	sends = 0;
	kill_at_send = n;
}

int64_t
tape_sends(void)
{
	return sends;
}

void
tape_mark(int64_t number)
{
	if (!enter())
		return;
	add_event(TAPE_MARK, -1)->at = number;
	leave();
}

void
tape_end(struct tape *out)
{
	pthread_mutex_lock(&mutex);
	is_on = false;
	*out = tape;
	tape = (struct tape){0};
	free(objects);
	objects = NULL;
	pthread_mutex_unlock(&mutex);
}

void
tape_free(struct tape *t)
{
	for (size_t i = 0; i < t->count; i++) {
		free(t->events[i].name);
		free(t->events[i].to);
		free(t->events[i].data);
	}
	free(t->events);
	free(t->is_dir);
	*t = (struct tape){0};
}
