/*
 * alloc - see alloc.h.  Built without sanitizers: it runs before they do.
 */
#undef _FORTIFY_SOURCE
#include "tests/shim/alloc.h"
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FRAMES    32
#define OWN       3 /* of them are ours */
#define KNOWN_MAX 65536

/* Before the real ones are found: the finding itself asks for memory. */
static _Alignas(16) char first_bytes[16384];
static size_t first_used;

static void *(*real_malloc)(size_t);
static void *(*real_calloc)(size_t, size_t);
static void *(*real_realloc)(void *, size_t);
static void (*real_free)(void *);
static int (*real_posix_memalign)(void **, size_t, size_t);
static void *(*real_aligned_alloc)(size_t, size_t);
static bool is_looking;

static atomic_bool is_counting, is_for_good, has_failed, kills;
static atomic_llong asked, fail_at;
static atomic_size_t large; /* 0: none is */
static atomic_size_t until; /* 0: for good is for good */

/* Of a trace; guarded by mutex. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static bool is_tracing;
static uint64_t known[KNOWN_MAX];
static int64_t *sites;
static size_t site_count, site_room;
static _Thread_local bool is_inside __attribute__((tls_model("initial-exec")));

static void
look_up(void)
{
	is_looking = true;
	/* ISO C knows no conversion from an object's pointer to a function's.
	 */
	*(void **)&real_malloc = dlsym(RTLD_NEXT, "malloc");
	*(void **)&real_calloc = dlsym(RTLD_NEXT, "calloc");
	*(void **)&real_realloc = dlsym(RTLD_NEXT, "realloc");
	*(void **)&real_free = dlsym(RTLD_NEXT, "free");
	*(void **)&real_posix_memalign = dlsym(RTLD_NEXT, "posix_memalign");
	*(void **)&real_aligned_alloc = dlsym(RTLD_NEXT, "aligned_alloc");
	is_looking = false;
}

static bool
is_first(const void *p)
{
	return (const char *)p >= first_bytes &&
	       (const char *)p < first_bytes + sizeof(first_bytes);
}

static void *
take_first(size_t size)
{
	void *p = first_bytes + first_used;

	first_used += (size + 15) & ~(size_t)15;
	if (first_used > sizeof(first_bytes))
		_exit(99);
	return p;
}

static uint64_t
hash_way(void)
{
	void *frames[FRAMES];
	uint64_t h = 14695981039346656037u;
	int n = backtrace(frames, FRAMES);

	for (int i = OWN; i < n; i++)
		h = (h ^ (uint64_t)(uintptr_t)frames[i]) * 1099511628211u;
	return h | 1;
}

static void
note_way(int64_t n)
{
	uint64_t h = hash_way();
	size_t at = (size_t)(h >> 20) % KNOWN_MAX;

	pthread_mutex_lock(&mutex);
	while (known[at] != 0 && known[at] != h)
		at = (at + 1) % KNOWN_MAX;
	if (known[at] == 0 && site_count < site_room &&
	    site_count < KNOWN_MAX / 2) {
		known[at] = h;
		sites[site_count++] = n;
	}
	pthread_mutex_unlock(&mutex);
}

/* Others run, and are refused as well, before anybody has done something. */
static bool
refuse(void)
{
	if (atomic_load(&until) > 0)
		sched_yield();
	atomic_store(&has_failed, true);
	errno = ENOMEM;
	return true;
}

static bool
refuses(size_t size)
{
	size_t limit = atomic_load(&large);
	int64_t n, at;

	if (!atomic_load(&is_counting) || is_inside)
		return false;
	n = atomic_fetch_add(&asked, 1) + 1;
	if (is_tracing) {
		is_inside = true;
		note_way(n);
		is_inside = false;
	}
	if (limit != 0)
		return size >= limit && refuse();
	at = atomic_load(&fail_at);
	if (at == 0 || n < at || (n > at && !atomic_load(&is_for_good)))
		return false;
	if (atomic_load(&kills))
		raise(SIGKILL);
	return refuse();
}

static bool
is_ready(void)
{
	if (real_aligned_alloc == NULL && !is_looking)
		look_up();
	return !is_looking;
}

void *
malloc(size_t size)
{
	if (!is_ready())
		return take_first(size);
	return refuses(size) ? NULL : real_malloc(size);
}

void *
calloc(size_t count, size_t size)
{
	if (!is_ready())
		return take_first(count * size); /* zeros */
	return refuses(count * size) ? NULL : real_calloc(count, size);
}

void *
realloc(void *p, size_t size)
{
	void *moved;

	if (!is_ready() || is_first(p)) {
		moved = is_ready() ? real_malloc(size) : take_first(size);
		if (p != NULL && moved != NULL)
			memcpy(moved, p, size);
		return moved;
	}
	return refuses(size) ? NULL : real_realloc(p, size);
}

void *
reallocarray(void *p, size_t count, size_t size)
{
	size_t n;

	if (__builtin_mul_overflow(count, size, &n)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(p, n);
}

/* Whoever gives so much back has memory again. */
static void
note_freed(void *p)
{
	size_t enough = atomic_load(&until);

	if (enough > 0 && atomic_load(&has_failed) &&
	    malloc_usable_size(p) >= enough)
		atomic_store(&is_counting, false);
}

void
free(void *p)
{
	if (p == NULL || is_first(p) || !is_ready())
		return;
	note_freed(p);
	real_free(p);
}

int
posix_memalign(void **p, size_t align, size_t size)
{
	if (!is_ready())
		return ENOMEM;
	return refuses(size) ? ENOMEM : real_posix_memalign(p, align, size);
}

void *
aligned_alloc(size_t align, size_t size)
{
	if (!is_ready())
		return NULL;
	return refuses(size) ? NULL : real_aligned_alloc(align, size);
}

int
fsync(int fd)
{
	return fcntl(fd, F_GETFD) < 0 ? -1 : 0;
}

int
fdatasync(int fd)
{
	return fsync(fd);
}

/* The counting last: other threads ask meanwhile. */
static void
begin(int64_t n, bool for_good, size_t back)
{
	atomic_store(&asked, 0);
	atomic_store(&has_failed, false);
	atomic_store(&is_for_good, for_good);
	atomic_store(&fail_at, n);
	atomic_store(&large, 0);
	atomic_store(&until, back);
	atomic_store(&is_counting, true);
}

void
alloc_fail_at(int64_t n, bool for_good)
{
	begin(n, for_good, 0);
}

void
alloc_fail_until(int64_t n, size_t size)
{
	begin(n, true, size);
}

void
alloc_kill_at(int64_t n)
{
	atomic_store(&kills, true);
	begin(n, false, 0);
}

void
alloc_fail_large(size_t size)
{
	alloc_fail_at(0, false);
	atomic_store(&large, size);
}

int64_t
alloc_stop(void)
{
	atomic_store(&is_counting, false);
	return atomic_load(&asked);
}

bool
alloc_has_failed(void)
{
	return atomic_load(&has_failed);
}

void
alloc_trace(int64_t *list, size_t room)
{
	void *frame[1];

	backtrace(frame, 1); /* the first one loads a library */
	memset(known, 0, sizeof(known));
	sites = list;
	site_room = room;
	site_count = 0;
	is_tracing = true;
	alloc_fail_at(0, false);
}

size_t
alloc_trace_end(int64_t *requests)
{
	*requests = alloc_stop();
	is_tracing = false;
	return site_count;
}
