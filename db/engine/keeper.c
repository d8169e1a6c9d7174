/*
 * keeper - the lock, the checkpoints and the merges of the search index.
 */
#include "db/engine/keeper.h"
#include "common/text.h"
#include "common/xalloc.h"
#include "db/core/db_int.h"
#include "db/engine/sqlite_int.h"
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * The lock belongs to the process: a second flock of our own would wait for
 * the first.  So the ones we hold are counted here, under the mutex.
 */
struct held {
	char *path; /* owned; of the desk */
	int fd;
	int uses;
	struct held *next;
};
static pthread_mutex_t held_mutex = PTHREAD_MUTEX_INITIALIZER;
static struct held *held_locks;

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
	char pid[16] = "";
	ssize_t n = pread(fd, pid, sizeof(pid) - 1, 0);
	int64_t number = 0;

	if (n > 0)
		pid[strcspn(pid, "\n")] = '\0';
	str_to_int64(pid, 1, INT32_MAX, &number);
	return err_set(err, OD_EUNAVAIL,
	    "Another opdesk looks after this desk (process %d); stop it "
	    "first, or let it do this.",
	    (int)number);
}

static int
hold(const char *path, struct err *err)
{
	struct held *h;
	char pid[16];
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
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		rc = refused(fd, err);
		close(fd);
		goto out;
	}
	n = snprintf(pid, sizeof(pid), "%d\n", (int)getpid());
	/* Only for the sentence of those who are refused. */
	if (ftruncate(fd, 0) != 0 || pwrite(fd, pid, (size_t)n, 0) != n)
		errno = 0;
	h = xcalloc(1, sizeof(*h));
	h->path = xstrdup(path);
	h->fd = fd;
	h->uses = 1;
	h->next = held_locks;
	held_locks = h;
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
		close(h->fd);
		free(h->path);
		free(h);
	}
	pthread_mutex_unlock(&held_mutex);
}

int
keeper_lock(const struct db *db, struct err *err)
{
	return hold(db_path(db), err);
}

void
keeper_unlock(const struct db *db)
{
	release(db_path(db));
}
