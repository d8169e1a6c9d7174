#include "common/watch.h"
#include "common/clock.h"
#include "tests/lib/tmp.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define NEVER_MS 3600000
#define WAIT_US  (60 * US_PER_SECOND)

struct scene {
	uv_loop_t loop;
	struct tmp tmp;
	char path[TMP_SIZE];
	struct watch *watch;
	int calls;
};

static void
on_touch(void *data)
{
	((struct scene *)data)->calls++;
}

static void
touch(const char *path)
{
	int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, "!", 1, 0), 1);
	close(fd);
}

static bool
is_called(struct scene *s, int64_t wait_us)
{
	int64_t until = clock_mono_us() + wait_us;

	while (s->calls == 0 && clock_mono_us() < until)
		uv_run(&s->loop, UV_RUN_NOWAIT);
	return s->calls > 0;
}

static void
open_scene(struct scene *s, bool exists, uint64_t poll_ms)
{
	memset(s, 0, sizeof(*s));
	tmp_make(&s->tmp);
	snprintf(s->path, sizeof(s->path), "%s", tmp_path(&s->tmp, "bell"));
	if (exists)
		touch(s->path);
	uv_loop_init(&s->loop);
	s->watch = watch_file(&s->loop, s->path, poll_ms, on_touch, s);
}

static void
close_scene(struct scene *s)
{
	watch_free(&s->watch);
	uv_run(&s->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&s->loop), 0);
	tmp_remove(&s->tmp);
}

static void
watch__touched__calls(void **state)
{
	struct scene s;

	(void)state;
	open_scene(&s, true, NEVER_MS);
	touch(s.path);
	assert_true(is_called(&s, WAIT_US));
	close_scene(&s);
}

/* The notice of a touch of the file comes after those of its neighbour. */
static void
watch__neighbour_touched__does_not_call(void **state)
{
	const char *other;
	struct scene s;

	(void)state;
	open_scene(&s, true, NEVER_MS);
	other = tmp_path(&s.tmp, "bell-wal");
	for (int i = 0; i < 10; i++)
		touch(other);
	touch(s.path);
	assert_true(is_called(&s, WAIT_US));
	uv_run(&s.loop, UV_RUN_NOWAIT);
	assert_int_equal(s.calls, 1);
	close_scene(&s);
}

static void
watch__made_later__is_watched_from_the_poll_on(void **state)
{
	struct scene s;

	(void)state;
	open_scene(&s, false, 1);
	assert_true(is_called(&s, WAIT_US)); /* the poll alone */
	touch(s.path);
	s.calls = 0;
	assert_true(is_called(&s, WAIT_US));
	close_scene(&s);
}

static void
watch__replaced__is_watched_again(void **state)
{
	const char *other;
	struct scene s;

	(void)state;
	open_scene(&s, true, NEVER_MS);
	other = tmp_path(&s.tmp, "bell.new");
	touch(other);
	assert_int_equal(rename(other, s.path), 0);
	assert_true(is_called(&s, WAIT_US));
	while (uv_run(&s.loop, UV_RUN_NOWAIT), s.calls > 0)
		s.calls = 0;
	touch(s.path);
	assert_true(is_called(&s, WAIT_US));
	close_scene(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(watch__touched__calls),
	    cmocka_unit_test(watch__neighbour_touched__does_not_call),
	    cmocka_unit_test(watch__made_later__is_watched_from_the_poll_on),
	    cmocka_unit_test(watch__replaced__is_watched_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
