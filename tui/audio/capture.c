/* capture - see capture.h. */
#include "tui/audio/capture.h"
#include "common/i18n.h"
#include "common/json.h"
#include "common/loop.h"
#include "common/text.h"
#include "common/xalloc.h"
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BEGIN_MS   15000 /* until it says that it has begun */
#define END_MS     10000 /* after stop, until it is gone */
#define LINE_MAX_N 4096  /* no report is longer */

struct capture {
	uv_loop_t *loop;
	uv_process_t process;
	uv_pipe_t control;
	int open;                /* handles that are not closed yet */
	bool is_gone, is_closed; /* the process; its end of the socket */
	bool is_free;
	struct loop_timer *limit; /* of beginning and ending */
	struct loop_timer *pause; /* of a long pause */
	uint64_t ask_ms;
	struct str in;
	struct capture_facts facts;
	capture_fn *fn; /* NULL once freed */
	void *data;
	char block[4096];
};

void
capture_program(struct str *out)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	self[n > 0 ? n : 0] = '\0';
	slash = strrchr(self, '/');
	str_clear(out);
	str_addn(out, self, slash != NULL ? (size_t)(slash + 1 - self) : 0);
	str_add(out, "opdesk-recorder");
}

int
capture_decibels(int level)
{
	if (level < 1)
		return -96;
	return (int)lround(20 * log10((double)level / CAPTURE_FULL_SCALE));
}

static void
tell(struct capture *c, enum capture_kind kind, int64_t at_us, int64_t until_us)
{
	struct capture_event e = {kind, at_us, until_us};

	if (c->fn != NULL)
		c->fn(c, &e, c->data);
}

/* ---- what the recorder says ---- */

static int
int_of(const struct json *doc, const char *name)
{
	int64_t v = 0;

	(void)json_int64(doc, name, &v);
	return v < INT_MIN || v > INT_MAX ? 0 : (int)v;
}

static int64_t
int64_of(const struct json *doc, const char *name)
{
	int64_t v = 0;

	(void)json_int64(doc, name, &v);
	return v;
}

static void
text_of(char *out, size_t size, const struct json *doc, const char *name)
{
	const char *s = json_string(doc, name);

	str_copy(out, size, s != NULL ? s : "");
}

static void
pair_of(int out[2], const struct json *doc, const char *name)
{
	const struct json *v = json_first(json_get(doc, name));

	for (int i = 0; i < 2; i++, v = v != NULL ? json_next(v) : NULL) {
		int64_t n = 0;

		if (v != NULL)
			(void)json_as_int64(v, &n);
		out[i] = (int)n;
	}
}

static void
on_long_pause(void *data)
{
	struct capture *c = data;

	tell(c, CAPTURE_LONG_PAUSE, c->facts.paused_us, 0);
}

static void
hear_started(struct capture *c, const struct json *doc)
{
	struct capture_facts *f = &c->facts;

	text_of(f->device, sizeof(f->device), doc, "device");
	text_of(f->second, sizeof(f->second), doc, "second");
	f->rate = int_of(doc, "rate");
	f->channels = int_of(doc, "channels");
	if (f->state == CAPTURE_IS_STARTING) {
		f->state = CAPTURE_IS_RUNNING;
		loop_timer_stop(c->limit);
	}
}

static void
hear_ended(struct capture *c, const struct json *doc)
{
	struct capture_facts *f = &c->facts;

	text_of(f->reason, sizeof(f->reason), doc, "reason");
	f->duration_us = f->at_us = int64_of(doc, "duration_us");
	f->highest = int_of(doc, "peak");
	f->loudest = int_of(doc, "loudest");
	f->lost_frames = int64_of(doc, "lost_frames");
}

static void
hear_failed(struct capture *c, const struct json *doc)
{
	struct capture_facts *f = &c->facts;
	int status = int_of(doc, "status");

	f->code = status == 3   ? OD_ENOTFOUND
	          : status == 6 ? OD_EUNAVAIL
	          : status == 2 ? OD_EUSAGE
	                        : OD_EIO;
	text_of(f->text, sizeof(f->text), doc, "text");
}

/* Where the recording is paused or goes on is the recorder's to say. */
static void
hear_pause(struct capture *c, bool is_paused, int64_t at_us)
{
	struct capture_facts *f = &c->facts;

	if (f->state != CAPTURE_IS_RUNNING && f->state != CAPTURE_IS_PAUSED)
		return;
	f->state = is_paused ? CAPTURE_IS_PAUSED : CAPTURE_IS_RUNNING;
	f->paused_us = at_us;
	if (is_paused)
		loop_timer_start(c->pause, c->ask_ms, c->ask_ms);
	else
		loop_timer_stop(c->pause);
}

static void
hear(struct capture *c, const struct json *doc)
{
	static const struct {
		const char *name;
		enum capture_kind kind;
	} events[] = {
	    {"started", CAPTURE_STARTED},
	    {"levels", CAPTURE_LEVELS},
	    {"paused", CAPTURE_PAUSED},
	    {"resumed", CAPTURE_RESUMED},
	    {"mark", CAPTURE_MARK},
	    {"clipping", CAPTURE_CLIPPING},
	    {"stalled", CAPTURE_STALLED},
	    {"flowing", CAPTURE_FLOWING},
	};
	const char *name = json_string(doc, "event");
	int64_t at_us = int64_of(doc, "at_us");

	if (str_equal(name, "ended"))
		hear_ended(c, doc);
	else if (str_equal(name, "failed"))
		hear_failed(c, doc);
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		if (!str_equal(name, events[i].name))
			continue;
		if (events[i].kind == CAPTURE_STARTED)
			hear_started(c, doc);
		if (events[i].kind == CAPTURE_LEVELS) {
			pair_of(c->facts.peak, doc, "peak");
			pair_of(c->facts.rms, doc, "rms");
			c->facts.at_us = at_us;
		}
		if (events[i].kind == CAPTURE_PAUSED ||
		    events[i].kind == CAPTURE_RESUMED)
			hear_pause(c, events[i].kind == CAPTURE_PAUSED, at_us);
		if (events[i].kind == CAPTURE_STALLED ||
		    events[i].kind == CAPTURE_FLOWING)
			c->facts.is_stalled = events[i].kind == CAPTURE_STALLED;
		tell(c, events[i].kind, at_us, int64_of(doc, "until_us"));
		return;
	}
}

static void
hear_lines(struct capture *c)
{
	char *end;

	while ((end = memchr(c->in.s, '\n', c->in.len)) != NULL) {
		size_t n = (size_t)(end - c->in.s);
		struct json *doc = NULL;

		if (json_parse(c->in.s, n, &json_limits_api, &doc, NULL) == 0)
			hear(c, doc);
		json_free(&doc);
		if (c->is_free)
			return;
		str_remove(&c->in, 0, n + 1);
	}
	if (c->in.len > LINE_MAX_N)
		str_clear(&c->in);
}

/* ---- the process and its handles ---- */

static void
release(struct capture *c)
{
	if (!c->is_free || c->open > 0)
		return;
	str_free(&c->in);
	free(c);
}

static void
on_closed(uv_handle_t *h)
{
	struct capture *c = h->data;

	c->open--;
	release(c);
}

static void
close_one(void *handle)
{
	if (!uv_is_closing(handle))
		uv_close(handle, on_closed);
}

/* What it said last may still be in the socket when the process is gone. */
static void
end_when_both(struct capture *c)
{
	if (!c->is_gone || !c->is_closed || c->facts.state == CAPTURE_IS_OVER)
		return;
	loop_timer_stop(c->limit);
	loop_timer_stop(c->pause);
	if (c->facts.reason[0] == '\0' && c->facts.code == 0) {
		c->facts.code = OD_EIO;
		str_copy(c->facts.text, sizeof(c->facts.text),
		    _("The recorder ended before its time; what it wrote is "
		      "kept"));
	}
	c->facts.state = CAPTURE_IS_OVER;
	tell(c, CAPTURE_ENDED, c->facts.at_us, 0);
}

static void
on_exit_of(uv_process_t *p, int64_t status, int signum)
{
	struct capture *c = p->data;

	(void)status;
	(void)signum;
	c->is_gone = true;
	close_one(p);
	end_when_both(c);
}

static void
give_block(uv_handle_t *h, size_t suggested, uv_buf_t *buf)
{
	struct capture *c = h->data;

	(void)suggested;
	*buf = uv_buf_init(c->block, sizeof(c->block));
}

static void
on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *buf)
{
	struct capture *c = s->data;

	if (n > 0) {
		str_addn(&c->in, buf->base, (size_t)n);
		hear_lines(c);
		return;
	}
	if (n == 0)
		return;
	c->is_closed = true;
	close_one(s);
	end_when_both(c);
}

void
capture_kill(struct capture *c)
{
	if (!c->is_gone)
		uv_process_kill(&c->process, SIGKILL);
}

static void
on_limit(void *data)
{
	struct capture *c = data;

	if (c->facts.state == CAPTURE_IS_STARTING && c->facts.code == 0) {
		c->facts.code = OD_EUNAVAIL;
		str_copy(c->facts.text, sizeof(c->facts.text),
		    _("The sound system does not answer; look whether its "
		      "server runs"));
	}
	capture_kill(c);
}

static void
add_number(char out[16], int n)
{
	str_format(out, 16, "%d", n);
}

static int
spawn(struct capture *c, const struct capture_options *o, struct err *err)
{
	char rate[16], channels[16], log_fd[16];
	struct str path = STR_INIT;
	char *argv[16];
	int n = 0, rc;
	uv_stdio_container_t io[6] = {{.flags = UV_IGNORE},
	    {.flags = UV_IGNORE}, {.flags = UV_IGNORE},
	    {.flags = UV_INHERIT_FD, .data.fd = o->file},
	    {.flags = UV_CREATE_PIPE | UV_READABLE_PIPE | UV_WRITABLE_PIPE,
		.data.stream = (uv_stream_t *)&c->control},
	    {.flags = UV_INHERIT_FD, .data.fd = o->log_fd}};
	uv_process_options_t p = {.exit_cb = on_exit_of,
	    .args = argv,
	    .stdio = io,
	    .stdio_count = o->log_fd >= 0 ? 6 : 5};

	if (o->program != NULL)
		str_add(&path, o->program);
	else
		capture_program(&path);
	add_number(rate, o->rate);
	add_number(channels, o->channels);
	add_number(log_fd, 5);
	argv[n++] = path.s;
	argv[n++] = (char *)"--rate";
	argv[n++] = rate;
	argv[n++] = (char *)"--channels";
	argv[n++] = channels;
	argv[n++] = (char *)"--lang";
	argv[n++] = (char *)(uintptr_t)lang_code(i18n_lang());
	if (o->device[0] != '\0') {
		argv[n++] = (char *)"--device";
		argv[n++] = (char *)(uintptr_t)o->device;
	}
	if (o->second != NULL) {
		argv[n++] = (char *)"--second";
		argv[n++] = (char *)(uintptr_t)o->second;
	}
	if (o->log_fd >= 0) {
		argv[n++] = (char *)"--log";
		argv[n++] = log_fd;
	}
	argv[n] = NULL;
	p.file = path.s;
	rc = uv_spawn(c->loop, &c->process, &p);
	str_free(&path);
	if (rc == 0)
		return 0;
	return err_set(err, OD_EUNAVAIL,
	    "opdesk-recorder cannot be started (%s); install it beside opdesk",
	    uv_strerror(rc));
}

static void
say(struct capture *c, const char *line)
{
	uv_buf_t buf =
	    uv_buf_init((char *)(uintptr_t)line, (unsigned)strlen(line));

	/* A few bytes into an empty socket; a recorder that is dead hears
	 * nothing. */
	if (!c->is_closed)
		(void)uv_try_write((uv_stream_t *)&c->control, &buf, 1);
}

int
capture_start(uv_loop_t *loop, const struct capture_options *o, capture_fn *fn,
    void *data, struct capture **out, struct err *err)
{
	struct capture *c = xcalloc(1, sizeof(*c));
	int rc;

	*out = NULL;
	c->loop = loop;
	str_init(&c->in);
	c->facts.duration_us = -1;
	c->ask_ms =
	    o->ask_ms > 0 ? (uint64_t)o->ask_ms : CAPTURE_PAUSE_ASK_S * 1000;
	c->process.data = c->control.data = c;
	uv_pipe_init(loop, &c->control, 0);
	c->limit = loop_timer_new(loop, on_limit, c);
	c->pause = loop_timer_new(loop, on_long_pause, c);
	c->open = 2;
	rc = spawn(c, o, err);
	/* Also after an error the process handle is the loop's to close. */
	if (rc != 0) {
		close_one(&c->process);
		capture_free(&c);
		return rc;
	}
	c->fn = fn;
	c->data = data;
	uv_read_start((uv_stream_t *)&c->control, give_block, on_read);
	loop_timer_start(c->limit, BEGIN_MS, 0);
	if (o->levels_ms > 0)
		capture_levels(c, o->levels_ms);
	*out = c;
	return 0;
}

const struct capture_facts *
capture_facts(const struct capture *c)
{
	return &c->facts;
}

void
capture_pause(struct capture *c)
{
	say(c, "pause\n");
}

void
capture_resume(struct capture *c)
{
	say(c, "resume\n");
}

void
capture_mark(struct capture *c)
{
	say(c, "mark\n");
}

void
capture_levels(struct capture *c, int every_ms)
{
	char line[32];

	str_format(line, sizeof(line), "levels %d\n", every_ms);
	say(c, line);
}

void
capture_stop(struct capture *c)
{
	if (c->facts.state >= CAPTURE_IS_ENDING)
		return;
	c->facts.state = CAPTURE_IS_ENDING;
	say(c, "stop\n");
	loop_timer_stop(c->pause);
	loop_timer_start(c->limit, END_MS, 0);
}

void
capture_free(struct capture **cp)
{
	struct capture *c = *cp;

	if (c == NULL)
		return;
	*cp = NULL;
	c->fn = NULL;
	c->is_free = true;
	loop_timer_free(&c->limit);
	loop_timer_free(&c->pause);
	/* Its end of the socket closes: the recorder closes its file. */
	close_one(&c->control);
	close_one(&c->process);
	release(c);
}
