/* put_back - see put_back.h. */
#include "tests/lib/put_back.h"
#include "common/fsutil.h"
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>
#include <cmocka.h>

/* Without a sync: no power is lost here. */
static void
copy_file(const char *from, const char *to)
{
	struct str body = STR_INIT;
	struct err err = ERR_INIT;
	int fd;

	unlink(to);
	if (access(from, F_OK) != 0)
		return;
	fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || fs_read(from, (size_t)64 << 20, &body, &err) != 0 ||
	    fs_put(fd, body.s, body.len, &err) != 0)
		fail_msg("%s: %s", from, err.text);
	close(fd);
	str_free(&body);
}

void
put_back(const char *from, const char *to)
{
	static const char *const parts[] = {"", "-wal"};
	char source[512], target[512];

	snprintf(target, sizeof(target), "%s-shm", to);
	unlink(target);
	for (size_t i = 0; i < 2; i++) {
		snprintf(source, sizeof(source), "%s%s", from, parts[i]);
		snprintf(target, sizeof(target), "%s%s", to, parts[i]);
		copy_file(source, target);
	}
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st, (void)kind, (void)at;
	return remove(path);
}

void
remove_tree(const char *dir)
{
	(void)nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
