/* capture - see capture.h. */
#include "tui/audio/capture.h"
#include "common/i18n.h"
#include "common/json.h"
#include "common/loop.h"
#include "common/str.h"
#include "common/text.h"
#include "common/xalloc.h"
#include "tui/audio/helper.h"
#include <limits.h>
#include <math.h>
#include <stdlib.h>

#define BEGIN_MS 15000 /* until it says that it has begun */
#define END_MS   10000 /* after stop, until it is gone */

struct capture {
	struct helper *helper;
	struct loop_timer *limit; /* of beginning and ending */
	struct loop_timer *pause; /* of a long pause */
	uint64_t ask_ms;
	struct capture_facts facts;
	capture_fn *fn;
	void *data;
};

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

/* What it tells may free it, so that comes last. */
static void
hear(const struct json *doc, void *data)
{
	struct capture *c = data;
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
over(void *data)
{
	struct capture *c = data;

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

/* ---- the process ---- */

void
capture_kill(struct capture *c)
{
	helper_kill(c->helper);
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
start(struct capture *c, uv_loop_t *loop, const struct capture_options *o,
    struct err *err)
{
	char rate[16], channels[16];
	const char *words[14] = {"--rate", rate, "--channels", channels,
	    "--lang", lang_code(i18n_lang())};
	const struct helper_options h = {.program = o->program,
	    .words = words,
	    .file = o->file,
	    .log_fd = o->log_fd,
	    .hear = hear,
	    .over = over,
	    .data = c};
	int n = 6;

	add_number(rate, o->rate);
	add_number(channels, o->channels);
	if (o->device[0] != '\0') {
		words[n++] = "--device";
		words[n++] = o->device;
	}
	if (o->second != NULL) {
		words[n++] = "--second";
		words[n++] = o->second;
	}
	if (o->log_fd >= 0) {
		words[n++] = "--log";
		words[n++] = "5";
	}
	return helper_start(loop, &h, &c->helper, err);
}

int
capture_start(uv_loop_t *loop, const struct capture_options *o, capture_fn *fn,
    void *data, struct capture **out, struct err *err)
{
	struct capture *c = xcalloc(1, sizeof(*c));
	int rc;

	*out = NULL;
	c->facts.duration_us = -1;
	c->ask_ms =
	    o->ask_ms > 0 ? (uint64_t)o->ask_ms : CAPTURE_PAUSE_ASK_S * 1000;
	c->fn = fn;
	c->data = data;
	if ((rc = start(c, loop, o, err)) != 0) {
		free(c);
		return rc;
	}
	c->limit = loop_timer_new(loop, on_limit, c);
	c->pause = loop_timer_new(loop, on_long_pause, c);
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
	helper_say(c->helper, "pause\n");
}

void
capture_resume(struct capture *c)
{
	helper_say(c->helper, "resume\n");
}

void
capture_mark(struct capture *c)
{
	helper_say(c->helper, "mark\n");
}

void
capture_levels(struct capture *c, int every_ms)
{
	char line[32];

	str_format(line, sizeof(line), "levels %d\n", every_ms);
	helper_say(c->helper, line);
}

void
capture_stop(struct capture *c)
{
	if (c->facts.state >= CAPTURE_IS_ENDING)
		return;
	c->facts.state = CAPTURE_IS_ENDING;
	helper_say(c->helper, "stop\n");
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
	loop_timer_free(&c->limit);
	loop_timer_free(&c->pause);
	/* Its end of the socket closes: the recorder closes its file. */
	helper_free(&c->helper);
	free(c);
}
