/* figures - see figures.h. */
#include "tests/lib/figures.h"
#include "common/clock.h"
#include "common/str.h"
#include "common/xalloc.h"
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PAGE  4096
#define PAGES 1024

void
figure(const char *name, double value, int decimals, const char *unit)
{
	printf("%s: %.*f%s%s\n", name, decimals, value,
	    unit[0] != '\0' ? " " : "", unit);
	fflush(stdout);
}

static void
judge(const char *name, double value, double limit, int decimals,
    const char *unit, bool is_least)
{
	bool ok = is_least ? value >= limit : value <= limit;

	printf("%s: %.*f%s%s (%s %.*f: %s)\n", name, decimals, value,
	    unit[0] != '\0' ? " " : "", unit, is_least ? "at least" : "at most",
	    decimals, limit,
	    ok         ? "ok"
	    : is_least ? "under"
		       : "over");
	fflush(stdout);
}

void
figure_at_least(const char *name, double value, double limit, int decimals,
    const char *unit)
{
	judge(name, value, limit, decimals, unit, true);
}

void
figure_at_most(const char *name, double value, double limit, int decimals,
    const char *unit)
{
	judge(name, value, limit, decimals, unit, false);
}

void
figure_beside(const char *name, double value, const char *limit,
    double limit_value, int decimals, const char *unit)
{
	printf("%s: %.*f%s%s (beside %s %.*f)\n", name, decimals, value,
	    unit[0] != '\0' ? " " : "", unit, limit, decimals, limit_value);
	fflush(stdout);
}

int64_t
figure_setting(const char *name, int64_t fallback)
{
	const char *s = getenv(name);

	return s != NULL && s[0] != '\0' ? strtoll(s, NULL, 10) : fallback;
}

/* ---- samples ---- */

void
samples_add(struct samples *s, double value)
{
	if (s->count == s->room) {
		s->room = s->room * 2 + 1024;
		s->values =
		    xreallocarray(s->values, s->room, sizeof(*s->values));
	}
	s->values[s->count++] = value;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

double
samples_at(struct samples *s, double share)
{
	if (s->count == 0)
		return 0;
	qsort(s->values, s->count, sizeof(*s->values), by_value);
	return s->values[(size_t)((double)(s->count - 1) * share)];
}

void
samples_free(struct samples *s)
{
	free(s->values);
	memset(s, 0, sizeof(*s));
}

/* ---- the machine ---- */

void
figure_pin(pid_t pid, int core)
{
	char path[64];
	struct dirent *e;
	cpu_set_t set;
	DIR *d;

	CPU_ZERO(&set);
	for (size_t i = 0; i < CPU_SETSIZE; i++)
		if (core < 0 || i == (size_t)core)
			CPU_SET(i, &set);
	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	if ((d = opendir(path)) == NULL)
		return;
	while ((e = readdir(d)) != NULL)
		if (e->d_name[0] != '.')
			(void)sched_setaffinity(
			    atoi(e->d_name), sizeof(set), &set);
	closedir(d);
}

double
figure_rss_anon(pid_t pid)
{
	char path[64], line[256];
	double kib = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	if ((f = fopen(path, "re")) == NULL)
		return 0;
	while (fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, "RssAnon:", 8) == 0)
			kib = strtod(line + 8, NULL);
	fclose(f);
	return kib;
}

double
figure_cpu_us(pid_t pid)
{
	struct timespec t;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) != 0 ||
	    clock_gettime(clock, &t) != 0)
		return 0;
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

void
figure_disk(const char *dir, double seconds, struct disk_figures *out)
{
	char path[512], page[PAGE];
	struct samples took = {0};
	int64_t since, end;
	int fd;

	memset(out, 0, sizeof(*out));
	memset(page, 'o', sizeof(page));
	snprintf(path, sizeof(path), "%s/probe", dir);
	fd = open(path, O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	for (int i = 0; i < PAGES; i++)
		if (pwrite(fd, page, PAGE, (off_t)i * PAGE) != PAGE)
			goto out;
	(void)fsync(fd);
	since = clock_mono_us();
	end = since + (int64_t)(seconds * 1e6);
	for (int64_t now = since, then; now < end; now = then) {
		if (pwrite(fd, page, PAGE,
			(off_t)(took.count % PAGES) * PAGE) != PAGE ||
		    fdatasync(fd) != 0)
			goto out;
		then = clock_mono_us();
		samples_add(&took, (double)(then - now));
	}
	out->per_second =
	    (double)took.count * 1e6 / (double)(clock_mono_us() - since);
	out->p50_us = samples_at(&took, 0.5);
	out->p99_us = samples_at(&took, 0.99);
out:
	samples_free(&took);
	close(fd);
	unlink(path);
}
