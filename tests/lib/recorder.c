/* recorder - see recorder.h. */
#include "tests/lib/recorder.h"
#include "common/loop.h"
#include "tests/lib/stage.h"
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#define WAIT_SECONDS 90

static void
on_event(struct capture *c, const struct capture_event *e, void *data)
{
	struct recorder *r = data;

	r->count[e->kind]++;
	r->at_us[e->kind] = e->at_us;
	if (e->kind == CAPTURE_ENDED)
		r->facts = *capture_facts(c);
}

void
recorder_start(struct recorder *r, uv_loop_t *loop, const char *device,
    const char *second, int rate, int channels, const char *path)
{
	struct capture_options o = {.program = stage_program("opdesk-recorder"),
	    .device = device,
	    .second = second,
	    .rate = rate,
	    .channels = channels,
	    .log_fd = -1,
	    .levels_ms = 100};
	struct err err = ERR_INIT;

	memset(r, 0, sizeof(*r));
	str_copy(r->path, sizeof(r->path), path);
	r->file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(r->file >= 0);
	o.file = r->file;
	if (capture_start(loop, &o, on_event, r, &r->capture, &err) != 0)
		fail_msg("%s", err.text);
}

static void
give_up(void *data)
{
	*(bool *)data = true;
}

void
recorder_run(uv_loop_t *loop, int ms)
{
	bool is_over = false;
	struct loop_timer *t = loop_timer_new(loop, give_up, &is_over);

	loop_timer_start(t, (uint64_t)ms, 0);
	while (!is_over)
		uv_run(loop, UV_RUN_ONCE);
	loop_timer_free(&t);
}

void
recorder_wait(
    struct recorder *r, uv_loop_t *loop, enum capture_kind kind, int count)
{
	bool is_over = false;
	struct loop_timer *t = loop_timer_new(loop, give_up, &is_over);

	loop_timer_start(t, WAIT_SECONDS * 1000, 0);
	while (
	    r->count[kind] < count && r->count[CAPTURE_ENDED] == 0 && !is_over)
		uv_run(loop, UV_RUN_ONCE);
	loop_timer_free(&t);
	if (r->count[kind] < count)
		fail_msg("event %d did not come: %s", (int)kind,
		    capture_facts(r->capture)->text);
}

void
recorder_free(struct recorder *r)
{
	capture_free(&r->capture);
	if (r->file >= 0)
		close(r->file);
	r->file = -1;
}

pid_t
recorder_child(pid_t parent)
{
	DIR *dir = opendir("/proc");
	struct dirent *e;
	pid_t found = 0;

	assert_non_null(dir);
	while (found == 0 && (e = readdir(dir)) != NULL) {
		char path[300], line[300] = "", name[64] = "";
		int of = 0;
		FILE *f;

		snprintf(path, sizeof(path), "/proc/%s/stat", e->d_name);
		if (e->d_name[0] < '0' || e->d_name[0] > '9' ||
		    (f = fopen(path, "r")) == NULL)
			continue;
		if (fgets(line, sizeof(line), f) != NULL &&
		    sscanf(line, "%*d (%63[^)]) %*c %d", name, &of) == 2 &&
		    of == parent && strncmp(name, "opdesk-record", 13) == 0)
			found = (pid_t)atoi(e->d_name);
		fclose(f);
	}
	closedir(dir);
	return found;
}

int
recorder_lamp(struct pty *p)
{
	struct str screen = STR_INIT;
	const char *at;
	int m = 0, s = 0;

	pty_pump(p);
	pty_screen(p, &screen);
	at = strstr(screen.s, " REC ");
	if (at == NULL || sscanf(at + 5, "%d:%d", &m, &s) != 2)
		m = s = 0;
	str_free(&screen);
	return m * 60 + s;
}

static bool
has_lamp(struct pty *p, void *data)
{
	return recorder_lamp(p) >= *(const int *)data;
}

bool
recorder_lamp_wait(struct pty *p, int seconds)
{
	return pty_wait(p, has_lamp, &seconds, PTY_WAIT_MS);
}
