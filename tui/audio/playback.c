/* playback - see playback.h. */
#include "tui/audio/playback.h"
#include "common/clock.h"
#include "common/i18n.h"
#include "common/json.h"
#include "common/loop.h"
#include "common/str.h"
#include "common/xalloc.h"
#include "tui/audio/capture.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define BEGIN_MS   20000 /* until it says that it has begun */
#define LINE_MAX_N 32768 /* no report is longer */

struct playback {
	uv_loop_t *loop;
	uv_process_t process;
	uv_pipe_t control;
	int open;                /* handles that are not closed yet */
	bool is_gone, is_closed; /* the process; its end of the socket */
	bool is_free, has_ended; /* has_ended: it said so itself */
	struct loop_timer *limit;
	struct str in;
	struct playback_facts facts;
	playback_fn *fn; /* NULL once freed */
	void *data;
	char block[4096];
};

static void
tell(struct playback *p)
{
	if (p->fn != NULL)
		p->fn(p, p->data);
}

/* ---- what the player says ---- */

static void
hear_peaks(struct playback_facts *f, const struct json *doc)
{
	const struct json *row = json_first(json_get(doc, "peaks"));

	f->channels = 0;
	for (; row != NULL && f->channels < 2; row = json_next(row)) {
		const struct json *v = json_first(row);

		for (int i = 0; i < PLAYBACK_PEAKS && v != NULL; i++) {
			int64_t n = 0;

			(void)json_as_int64(v, &n);
			f->peaks[f->channels][i] =
			    n < 0 || n > CAPTURE_FULL_SCALE ? 0 : (int)n;
			v = json_next(v);
		}
		f->channels++;
	}
	(void)json_int64(doc, "duration_us", &f->duration_us);
	if (f->duration_us < 0)
		f->duration_us = 0;
}

static void
hear_failed(struct playback_facts *f, const struct json *doc)
{
	const char *text = json_string(doc, "text");
	int64_t status = 0;

	(void)json_int64(doc, "status", &status);
	f->code = status == 7 ? OD_EDATA : status == 6 ? OD_EUNAVAIL : OD_EIO;
	str_copy(f->text, sizeof(f->text), text != NULL ? text : "");
}

static void
hear(struct playback *p, const struct json *doc)
{
	const char *name = json_string(doc, "event");
	struct playback_facts *f = &p->facts;

	(void)json_int64(doc, "at_us", &f->at_us);
	if (str_equal(name, "peaks"))
		hear_peaks(f, doc);
	else if (str_equal(name, "failed"))
		hear_failed(f, doc);
	else if (str_equal(name, "started"))
		f->has_begun = true;
	else if (str_equal(name, "ended"))
		p->has_ended = true;
	if (f->has_begun)
		loop_timer_stop(p->limit);
	tell(p);
}

static void
hear_lines(struct playback *p)
{
	char *end;

	while ((end = memchr(p->in.s, '\n', p->in.len)) != NULL) {
		size_t n = (size_t)(end - p->in.s);
		struct json *doc = NULL;

		if (json_parse(p->in.s, n, &json_limits_api, &doc, NULL) == 0)
			hear(p, doc);
		json_free(&doc);
		if (p->is_free)
			return;
		str_remove(&p->in, 0, n + 1);
	}
	if (p->in.len > LINE_MAX_N)
		str_clear(&p->in);
}

/* ---- the process and its handles ---- */

static void
release(struct playback *p)
{
	if (!p->is_free || p->open > 0)
		return;
	str_free(&p->in);
	free(p);
}

static void
on_closed(uv_handle_t *h)
{
	struct playback *p = h->data;

	p->open--;
	release(p);
}

static void
close_one(void *handle)
{
	if (!uv_is_closing(handle))
		uv_close(handle, on_closed);
}

/* What it said last may still be in the socket when the process is gone. */
static void
end_when_both(struct playback *p)
{
	struct playback_facts *f = &p->facts;

	if (!p->is_gone || !p->is_closed || f->is_over)
		return;
	loop_timer_stop(p->limit);
	if (!p->has_ended && f->code == 0) {
		f->code = OD_EIO;
		str_copy(f->text, sizeof(f->text),
		    _("The player ended before its time; try once more"));
	}
	f->is_over = true;
	tell(p);
}

static void
on_exit_of(uv_process_t *process, int64_t status, int signum)
{
	struct playback *p = process->data;

	(void)status;
	(void)signum;
	p->is_gone = true;
	close_one(process);
	end_when_both(p);
}

static void
give_block(uv_handle_t *h, size_t suggested, uv_buf_t *buf)
{
	struct playback *p = h->data;

	(void)suggested;
	*buf = uv_buf_init(p->block, sizeof(p->block));
}

static void
on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *buf)
{
	struct playback *p = s->data;

	if (n > 0) {
		str_addn(&p->in, buf->base, (size_t)n);
		hear_lines(p);
		return;
	}
	if (n == 0)
		return;
	p->is_closed = true;
	close_one(s);
	end_when_both(p);
}

static void
on_limit(void *data)
{
	struct playback *p = data;

	if (p->facts.code == 0) {
		p->facts.code = OD_EUNAVAIL;
		str_copy(p->facts.text, sizeof(p->facts.text),
		    _("The sound system does not answer; look whether its "
		      "server runs"));
	}
	if (!p->is_gone)
		uv_process_kill(&p->process, SIGKILL);
}

static int
spawn(struct playback *p, const char *program, int file, const char *device,
    struct err *err)
{
	struct str path = STR_INIT;
	char peaks[16];
	char *argv[12];
	int n = 0, rc;
	uv_stdio_container_t io[5] = {{.flags = UV_IGNORE},
	    {.flags = UV_IGNORE}, {.flags = UV_IGNORE},
	    {.flags = UV_INHERIT_FD, .data.fd = file},
	    {.flags = UV_CREATE_PIPE | UV_READABLE_PIPE | UV_WRITABLE_PIPE,
		.data.stream = (uv_stream_t *)&p->control}};
	uv_process_options_t o = {
	    .exit_cb = on_exit_of, .args = argv, .stdio = io, .stdio_count = 5};

	if (program != NULL)
		str_add(&path, program);
	else
		capture_program(&path);
	str_format(peaks, sizeof(peaks), "%d", PLAYBACK_PEAKS);
	argv[n++] = path.s;
	argv[n++] = (char *)"--play";
	argv[n++] = (char *)"--peaks";
	argv[n++] = peaks;
	argv[n++] = (char *)"--lang";
	argv[n++] = (char *)(uintptr_t)lang_code(i18n_lang());
	if (device[0] != '\0') {
		argv[n++] = (char *)"--device";
		argv[n++] = (char *)(uintptr_t)device;
	}
	argv[n] = NULL;
	o.file = path.s;
	rc = uv_spawn(p->loop, &p->process, &o);
	str_free(&path);
	if (rc == 0)
		return 0;
	return err_set(err, OD_EUNAVAIL,
	    "opdesk-recorder cannot be started (%s); install it beside opdesk",
	    uv_strerror(rc));
}

int
playback_start(uv_loop_t *loop, const char *program, int file,
    const char *device, playback_fn *fn, void *data, struct playback **out,
    struct err *err)
{
	struct playback *p = xcalloc(1, sizeof(*p));
	int rc;

	*out = NULL;
	p->loop = loop;
	p->facts.speed = 100;
	str_init(&p->in);
	p->process.data = p->control.data = p;
	uv_pipe_init(loop, &p->control, 0);
	p->limit = loop_timer_new(loop, on_limit, p);
	p->open = 2;
	/* Also after an error the process handle is the loop's to close. */
	if ((rc = spawn(p, program, file, device, err)) != 0) {
		playback_free(&p);
		return rc;
	}
	p->fn = fn;
	p->data = data;
	uv_read_start((uv_stream_t *)&p->control, give_block, on_read);
	loop_timer_start(p->limit, BEGIN_MS, 0);
	*out = p;
	return 0;
}

const struct playback_facts *
playback_facts(const struct playback *p)
{
	return &p->facts;
}

/* ---- what it is told ---- */

static void
say(struct playback *p, const char *line)
{
	uv_buf_t buf =
	    uv_buf_init((char *)(uintptr_t)line, (unsigned)strlen(line));

	/* A few bytes into an empty socket; one that is dead hears nothing. */
	if (!p->is_closed && !p->facts.is_over)
		(void)uv_try_write((uv_stream_t *)&p->control, &buf, 1);
}

void
playback_pause(struct playback *p, bool is_paused)
{
	p->facts.is_paused = is_paused;
	say(p, is_paused ? "pause\n" : "resume\n");
}

void
playback_seek(struct playback *p, int64_t at_us)
{
	struct playback_facts *f = &p->facts;
	char line[48];

	if (f->duration_us > 0 && at_us > f->duration_us)
		at_us = f->duration_us;
	f->at_us = at_us > 0 ? at_us : 0;
	str_format(line, sizeof(line), "seek %lld\n",
	    (long long)(f->at_us / US_PER_MS));
	say(p, line);
}

void
playback_speed(struct playback *p, int percent)
{
	char line[32];

	if (percent < PLAYBACK_SLOWEST)
		percent = PLAYBACK_SLOWEST;
	if (percent > PLAYBACK_FASTEST)
		percent = PLAYBACK_FASTEST;
	p->facts.speed = percent;
	str_format(line, sizeof(line), "speed %d\n", percent);
	say(p, line);
}

void
playback_free(struct playback **pp)
{
	struct playback *p = *pp;

	if (p == NULL)
		return;
	*pp = NULL;
	p->fn = NULL;
	p->is_free = true;
	loop_timer_free(&p->limit);
	/* Its end of the socket closes: the player falls silent. */
	close_one(&p->control);
	close_one(&p->process);
	release(p);
}
