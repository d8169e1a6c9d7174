/*
 * tmp - a directory of its own for each test.
 */
#include "tests/lib/tmp.h"
#include "tests/lib/engine.h"
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

void
tmp_new(const char *name, char *dir, size_t size)
{
	const char *base = getenv("TMPDIR");
	int n = snprintf(dir, size, "%s/opdesk-%s-XXXXXX",
	    base != NULL && base[0] == '/' ? base : "/tmp", name);

	if (n < 0 || (size_t)n >= size || mkdtemp(dir) == NULL) {
		perror(dir);
		abort();
	}
}

void
tmp_make(struct tmp *t)
{
	tmp_new("test", t->dir, sizeof(t->dir));
}

const char *
tmp_path(struct tmp *t, const char *name)
{
	if (snprintf(t->path, sizeof(t->path), "%s/%s", t->dir, name) >=
	    (int)sizeof(t->path))
		abort();
	return t->path;
}

const char *
tmp_desk(struct tmp *t, const char *name)
{
	engine_uri(tmp_path(t, name), t->uri);
	return t->uri;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void
tmp_remove(struct tmp *t)
{
	engine_drop(t->dir);
	nftw(t->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
