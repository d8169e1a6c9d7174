/* playback - see playback.h. */
#include "tui/audio/playback.h"
#include "common/clock.h"
#include "common/i18n.h"
#include "common/json.h"
#include "common/loop.h"
#include "common/str.h"
#include "common/xalloc.h"
#include "tui/audio/capture.h"
#include "tui/audio/helper.h"
#include <stdlib.h>

#define BEGIN_MS 20000 /* until it says that it has begun */

struct playback {
	struct helper *helper;
	bool has_ended; /* it said so itself */
	struct loop_timer *limit;
	struct playback_facts facts;
	playback_fn *fn;
	void *data;
};

static void
tell(struct playback *p)
{
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

/* What it tells may free it, so that comes last. */
static void
hear(const struct json *doc, void *data)
{
	struct playback *p = data;
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
over(void *data)
{
	struct playback *p = data;
	struct playback_facts *f = &p->facts;

	loop_timer_stop(p->limit);
	if (!p->has_ended && f->code == 0) {
		f->code = OD_EIO;
		str_copy(f->text, sizeof(f->text),
		    _("The player ended before its time; try once more"));
	}
	f->is_over = true;
	tell(p);
}

/* ---- the process ---- */

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
	helper_kill(p->helper);
}

int
playback_start(uv_loop_t *loop, const char *program, int file,
    const char *device, playback_fn *fn, void *data, struct playback **out,
    struct err *err)
{
	struct playback *p = xcalloc(1, sizeof(*p));
	char peaks[16];
	const char *words[] = {"--play", "--peaks", peaks, "--lang",
	    lang_code(i18n_lang()), "--device", device, NULL};
	const struct helper_options h = {.program = program,
	    .words = words,
	    .file = file,
	    .log_fd = -1,
	    .hear = hear,
	    .over = over,
	    .data = p};
	int rc;

	*out = NULL;
	p->facts.speed = 100;
	p->fn = fn;
	p->data = data;
	str_format(peaks, sizeof(peaks), "%d", PLAYBACK_PEAKS);
	if (device[0] == '\0')
		words[5] = NULL;
	if ((rc = helper_start(loop, &h, &p->helper, err)) != 0) {
		free(p);
		return rc;
	}
	p->limit = loop_timer_new(loop, on_limit, p);
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

void
playback_pause(struct playback *p, bool is_paused)
{
	p->facts.is_paused = is_paused;
	helper_say(p->helper, is_paused ? "pause\n" : "resume\n");
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
	helper_say(p->helper, line);
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
	helper_say(p->helper, line);
}

void
playback_free(struct playback **pp)
{
	struct playback *p = *pp;

	if (p == NULL)
		return;
	*pp = NULL;
	loop_timer_free(&p->limit);
	/* Its end of the socket closes: the player falls silent. */
	helper_free(&p->helper);
	free(p);
}
