/* power - see power.h. */
#include "tests/lib/power.h"
#include "common/err.h"
#include "common/str.h"
#include "common/xalloc.h"
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTOR 512

struct image {
	unsigned char *p; /* owned */
	size_t n, room;
};

struct pending {    /* events since the last sync, by their place in the tape */
	size_t *at; /* owned */
	size_t count, room;
};

struct entry {            /* a name in a directory */
	const char *name; /* the tape's */
	int object;
};

struct names {
	struct entry *e; /* owned */
	size_t count, room;
};

struct object {
	bool is_dir;
	struct pending pending;
	struct image durable; /* of a file */
	struct names names;   /* of a directory */
};

struct disk {
	const struct tape *tape;
	enum power_break broken;
	struct object *objects; /* owned; by number */
	size_t at;              /* events played */
	int64_t marked;
	uint64_t random;
	/* of the state being made */
	unsigned keep, garbage; /* of 256 */
	bool in_order;
	struct image image;
	struct names names;
};

/* ---- chance: the same on every machine ---- */

static uint64_t
next_random(struct disk *d)
{
	uint64_t z = (d->random += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static bool
chance(struct disk *d, unsigned of_256)
{
	return (next_random(d) & 255) < of_256;
}

/* ---- images ---- */

static void
image_resize(struct image *i, size_t n)
{
	if (n > i->room) {
		i->room = n + n / 2;
		i->p = xrealloc(i->p, i->room);
	}
	if (n > i->n)
		memset(i->p + i->n, 0, n - i->n);
	i->n = n;
}

static void
image_write(struct image *i, size_t at, const void *p, size_t n)
{
	if (at + n > i->n)
		image_resize(i, at + n);
	memcpy(i->p + at, p, n);
}

static void
image_apply(struct image *i, const struct tape_event *e)
{
	if (e->kind == TAPE_WRITE)
		image_write(i, (size_t)e->at, e->data, e->n);
	else
		image_resize(i, (size_t)e->at);
}

/* Random bytes, or what a page that was never written may hold. */
static void
spoil(struct disk *d, unsigned char *p, size_t n)
{
	uint64_t r = chance(d, 128) ? 0 : next_random(d);

	memset(p, (int)(r & 255), n);
	for (size_t i = 0; r != 0 && i + sizeof(r) <= n; i += sizeof(r)) {
		r = next_random(d);
		memcpy(p + i, &r, sizeof(r));
	}
}

static void
write_sectors(struct disk *d, struct image *image, const struct tape_event *e)
{
	unsigned char bad[SECTOR];
	size_t at = (size_t)e->at, done = 0;

	while (done < e->n) {
		size_t n = SECTOR - (at + done) % SECTOR;

		if (n > e->n - done)
			n = e->n - done;
		if (chance(d, d->garbage)) {
			spoil(d, bad, n);
			image_write(image, at + done, bad, n);
		} else if (chance(d, d->keep)) {
			image_write(image, at + done, e->data + done, n);
		}
		done += n;
	}
}

static void
draw_image(struct disk *d, const struct object *o)
{
	image_resize(&d->image, 0);
	if (o->durable.n > 0)
		image_write(&d->image, 0, o->durable.p, o->durable.n);
	for (size_t i = 0; i < o->pending.count; i++) {
		const struct tape_event *e = &d->tape->events[o->pending.at[i]];

		if (e->kind == TAPE_WRITE)
			write_sectors(d, &d->image, e);
		else if (chance(d, d->keep))
			image_apply(&d->image, e);
	}
}

/* ---- names ---- */

static void
names_drop(struct names *n, const char *name)
{
	for (size_t i = 0; i < n->count; i++) {
		if (strcmp(n->e[i].name, name) != 0)
			continue;
		n->e[i] = n->e[--n->count];
		return;
	}
}

static void
names_put(struct names *n, const char *name, int object)
{
	names_drop(n, name);
	if (n->count == n->room) {
		n->room = n->room * 2 + 16;
		n->e = xreallocarray(n->e, n->room, sizeof(*n->e));
	}
	n->e[n->count++] = (struct entry){name, object};
}

static void
names_apply(struct names *n, const struct tape_event *e)
{
	if (e->kind == TAPE_MAKE) {
		names_put(n, e->name, e->object);
	} else {
		names_drop(n, e->name);
		if (e->kind == TAPE_RENAME)
			names_put(n, e->to, e->object);
	}
}

static void
draw_names(struct disk *d, const struct object *o)
{
	bool goes_on = true;

	d->names.count = 0;
	for (size_t i = 0; i < o->names.count; i++)
		names_put(&d->names, o->names.e[i].name, o->names.e[i].object);
	for (size_t i = 0; i < o->pending.count && goes_on; i++) {
		if (chance(d, d->keep))
			names_apply(
			    &d->names, &d->tape->events[o->pending.at[i]]);
		else
			goes_on = !d->in_order;
	}
}

/* ---- playing ---- */

static void
make_durable(struct disk *d, struct object *o)
{
	for (size_t i = 0; i < o->pending.count; i++) {
		const struct tape_event *e = &d->tape->events[o->pending.at[i]];

		if (o->is_dir)
			names_apply(&o->names, e);
		else
			image_apply(&o->durable, e);
	}
	o->pending.count = 0;
}

static bool
is_synced(const struct disk *d, const struct object *o)
{
	if (d->at < d->tape->start || d->broken == POWER_BREAK_NONE)
		return true;
	return d->broken == POWER_BREAK_DIR_SYNCS && !o->is_dir;
}

static void
play_to(struct disk *d, size_t cut)
{
	for (; d->at < cut; d->at++) {
		const struct tape_event *e = &d->tape->events[d->at];
		bool is_name = e->kind == TAPE_MAKE || e->kind == TAPE_RENAME ||
		               e->kind == TAPE_UNLINK;
		struct object *o;
		struct pending *p;

		if (e->kind == TAPE_MARK) {
			d->marked = e->at;
			continue;
		}
		o = &d->objects[is_name ? e->dir : e->object];
		if (e->kind == TAPE_SYNC) {
			if (is_synced(d, o))
				make_durable(d, o);
			continue;
		}
		p = &o->pending;
		if (p->count == p->room) {
			p->room = p->room * 2 + 64;
			p->at = xreallocarray(p->at, p->room, sizeof(*p->at));
		}
		p->at[p->count++] = d->at;
	}
}

/* ---- a state on the real disk ---- */

static void
put_file(const char *path, const struct image *i)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	size_t done = 0;

	if (fd < 0)
		BUG("%s: %s", path, strerror(errno));
	while (done < i->n) {
		ssize_t n = write(fd, i->p + done, i->n - done);

		if (n <= 0)
			BUG("%s: %s", path, strerror(errno));
		done += (size_t)n;
	}
	close(fd);
}

static void
put_dir(struct disk *d, const char *path, const struct object *o)
{
	struct entry *entries;
	size_t count;

	draw_names(d, o);
	count = d->names.count;
	entries = xcalloc(count + 1, sizeof(*entries));
	for (size_t i = 0; i < count; i++)
		entries[i] = d->names.e[i];
	for (size_t i = 0; i < count; i++) {
		const struct object *part = &d->objects[entries[i].object];
		struct str name = STR_INIT;

		str_addf(&name, "%s/%s", path, entries[i].name);
		if (!part->is_dir) {
			draw_image(d, part);
			put_file(name.s, &d->image);
		} else {
			if (mkdir(name.s, 0700) != 0)
				BUG("%s: %s", name.s, strerror(errno));
			put_dir(d, name.s, part);
		}
		str_free(&name);
	}
	free(entries);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	return ftw->level > 0 ? remove(path) : 0;
}

static void
empty(const char *dir)
{
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* How much of what is not safe gets there: all, nothing, or between. */
static void
draw_luck(struct disk *d)
{
	static const unsigned keeps[] = {0, 26, 128, 230, 256};
	static const unsigned garbages[] = {0, 0, 26, 128};

	d->keep = keeps[next_random(d) % 5];
	d->garbage = garbages[next_random(d) % 4];
	d->in_order = chance(d, 128);
}

static int
by_size(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return (x > y) - (x < y);
}

static void
free_disk(struct disk *d)
{
	for (int i = 0; i < d->tape->objects; i++) {
		free(d->objects[i].pending.at);
		free(d->objects[i].durable.p);
		free(d->objects[i].names.e);
	}
	free(d->objects);
	free(d->image.p);
	free(d->names.e);
}

static size_t *
draw_cuts(struct disk *d, const struct power_plan *plan)
{
	const struct tape *t = plan->tape;
	size_t *cuts = xcalloc((size_t)plan->states, sizeof(*cuts));
	size_t span = t->count - t->start + 1;

	for (int i = 0; i < plan->states; i++)
		cuts[i] =
		    plan->at_end ? t->count : t->start + next_random(d) % span;
	qsort(cuts, (size_t)plan->states, sizeof(*cuts), by_size);
	return cuts;
}

void
power_play(const struct power_plan *plan, const char *dir,
    void (*check)(const struct power_state *s, void *data), void *data)
{
	const struct tape *t = plan->tape;
	struct disk d = {
	    .tape = t, .broken = plan->broken, .random = plan->seed};
	size_t *cuts = draw_cuts(&d, plan);

	d.objects = xcalloc((size_t)t->objects, sizeof(*d.objects));
	for (int i = 0; i < t->objects; i++)
		d.objects[i].is_dir = t->is_dir[i];
	for (int i = 0; i < plan->states; i++) {
		struct power_state s = {.dir = dir, .cut = cuts[i]};

		play_to(&d, cuts[i]);
		s.marked = d.marked;
		draw_luck(&d);
		empty(dir);
		put_dir(&d, dir, &d.objects[0]);
		check(&s, data);
	}
	empty(dir);
	free_disk(&d);
	free(cuts);
}

void
power_scratch(char dir[64])
{
	str_copy(dir, 64, "/dev/shm/opdesk-test-XXXXXX");
	if (mkdtemp(dir) != NULL)
		return;
	str_copy(dir, 64, "/tmp/opdesk-test-XXXXXX");
	if (mkdtemp(dir) == NULL)
		BUG("no place for the states: %s", strerror(errno));
}

void
power_remove(const char *dir)
{
	empty(dir);
	rmdir(dir);
}

int
power_number(const char *name, int otherwise)
{
	const char *s = getenv(name);

	return s != NULL ? atoi(s) : otherwise;
}
