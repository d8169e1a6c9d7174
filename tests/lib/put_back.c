/* put_back - see put_back.h. */
#include "tests/lib/put_back.h"
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <unistd.h>
#include <cmocka.h>

#define PIECE ((size_t)16 << 20) /* copied by the kernel at once */

/* Without a sync: no power is lost here. */
static void
copy_file(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC), out;
	ssize_t n;

	unlink(to);
	if (in < 0 && errno == ENOENT)
		return;
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (in < 0 || out < 0)
		fail_msg("%s, %s: %s", from, to, strerror(errno));
	do
		n = sendfile(out, in, NULL, PIECE);
	while (n > 0);
	if (n < 0)
		fail_msg("%s: %s", to, strerror(errno));
	close(in);
	close(out);
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
