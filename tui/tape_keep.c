/* tape_keep - see tape_keep.h. */
#include "tui/tape_keep.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/audio/keep.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AGAIN_MS 3000 /* between two tries to write the row */

struct tape_keeping {
	struct tape_keeping *next;
	struct app *app; /* NULL: nobody waits for it any more */
	struct tape_end e;
	int64_t call_id;
	int code; /* what went wrong with the recorder, and its sentence */
	char text[ERR_TEXT_SIZE];
	struct keep *job;         /* the conversion, or NULL */
	struct loop_timer *again; /* the desk could not be written; or NULL */
	const char *format;
	int from, to;
};

static const struct conf_section *
section(const struct app *app)
{
	return conf_section(app->conf, CONF_RECORDER);
}

static void
forget(struct tape_keeping *k)
{
	struct tape_keeping **at;

	if (k->app == NULL)
		return;
	for (at = &k->app->tape.first; *at != k; at = &(*at)->next)
		continue;
	*at = k->next;
	tape_kept(k->app);
}

/* ---- the row, and what is said ---- */

static void
say_kept(struct tape_keeping *k, const struct recording *r)
{
	int s = (int)(r->duration_us / US_PER_SECOND);
	char kept[160];
	struct str line = STR_INIT;

	if (r->state == RECORDING_FAILED)
		str_copy(kept, sizeof(kept), _("Nothing was recorded"));
	else
		str_format(kept, sizeof(kept),
		    _("%02d:%02d of sound are kept, %lld kB"), s / 60, s % 60,
		    (long long)((r->bytes + 1023) / 1024));
	if (k->code != 0 && k->text[0] != '\0')
		str_addf(&line, "%s. %s", k->text, kept);
	else if (r->state != RECORDING_FAILED)
		str_addf(&line, "%s%s", kept,
		    r->silent ? _("; nothing is to be heard in it") : "");
	else
		str_add(&line, _("The recording was too short to be kept"));
	tape_say(k->app, k->call_id,
	    k->code != 0 || r->state == RECORDING_FAILED, line.s);
	str_free(&line);
}

static void end_row(struct tape_keeping *k);

static void
on_again(void *data)
{
	end_row(data);
}

/* A full disk, a server that is away: the sound is there, the row waits. */
static void
wait_for_desk(struct tape_keeping *k, const struct err *err)
{
	struct str line = STR_INIT;

	if (!k->e.is_again && k->code != OD_ECANCEL) {
		str_add(&line, k->text[0] != '\0' ? k->text : err->text);
		if (!k->e.failed)
			str_addf(&line, ". %s",
			    _("What was recorded is safe in its file, and is"
			      " entered as soon as the desk can be written"));
		tape_say(k->app, k->call_id, true, line.s);
		str_free(&line);
	}
	k->e.is_again = true;
	k->again = loop_timer_new(&k->app->loop, on_again, k);
	loop_timer_start(k->again, AGAIN_MS, 0);
}

static void
on_kept(void *data, const struct tape_end *e, const struct model_answer *answer)
{
	struct tape_keeping *k = data;

	if (k->app != NULL && !k->app->ending &&
	    (answer->rc == OD_EIO || answer->rc == OD_EUNAVAIL)) {
		wait_for_desk(k, answer->err);
		return;
	}
	if (k->app != NULL && k->code != OD_ECANCEL) {
		if (answer->rc == 0)
			say_kept(k, &e->row);
		else
			tape_say(k->app, k->call_id, true, answer->err->text);
	}
	forget(k);
	free(k);
}

static void
end_row(struct tape_keeping *k)
{
	loop_timer_free(&k->again);
	model_tape_end(k->app->model, &k->e, on_kept, k);
}

/* ---- in another format ---- */

static void
close_files(struct tape_keeping *k)
{
	if (k->from >= 0)
		close(k->from);
	if (k->to >= 0)
		close(k->to);
	k->from = k->to = -1;
}

static void
on_converted(int rc, void *data)
{
	struct tape_keeping *k = data;

	k->job = NULL;
	/* Its room may be what the row needs. */
	if (rc != 0 && ftruncate(k->to, 0) != 0)
		log_warn("recording", "what was converted of %s is left over",
		    k->e.name);
	close_files(k);
	if (rc == 0)
		k->e.format = strcmp(k->format, "flac") == 0 ? RECORDING_FLAC
		                                             : RECORDING_OPUS;
	end_row(k); /* as it is, where the conversion failed */
}

static void
on_files(
    void *data, const struct tape_files *f, const struct model_answer *answer)
{
	struct tape_keeping *k = data;
	struct err err = ERR_INIT;

	k->from = f->from;
	k->to = f->to;
	if (k->app == NULL) { /* left behind */
		close_files(k);
		free(k);
		return;
	}
	if (answer->rc == 0 && !k->app->ending &&
	    keep_begin(&k->app->loop, k->app->recorder.program, k->from, k->to,
		k->format, on_converted, k, &k->job, &err) == 0)
		return;
	close_files(k);
	end_row(k);
}

/* ---- what the recorder said ---- */

static void
take_facts(struct tape_keeping *k, const struct tape_begin *b,
    const struct capture_facts *f)
{
	const struct conf_section *s = section(k->app);
	struct tape_end *e = &k->e;

	e->id = b->id;
	memcpy(e->name, b->name, sizeof(e->name));
	e->duration_us = f->duration_us;
	e->rate = f->rate > 0 ? f->rate : b->rate;
	e->channels = f->channels > 0 ? f->channels : b->channels;
	e->peak = f->duration_us < 0 ? -1 : f->highest;
	e->silent = f->duration_us >= 0 && capture_decibels(f->loudest) <
	                                       (int)conf_int(s, "silence_db");
	str_copy(e->device, sizeof(e->device), f->device);
	str_copy(e->reason, sizeof(e->reason), f->text);
	e->failed =
	    f->device[0] == '\0' || f->duration_us == 0 ||
	    (f->duration_us > 0 &&
		f->duration_us < conf_int(s, "min_seconds") * US_PER_SECOND);
	if (e->failed && e->reason[0] == '\0')
		str_copy(e->reason, sizeof(e->reason), "short");
}

void
tape_keep(struct app *app, const struct tape_begin *b, int64_t call_id,
    const struct capture_facts *f)
{
	struct tape_keeping *k = xcalloc(1, sizeof(*k));
	struct tape_files files;

	k->app = app;
	k->call_id = call_id;
	k->code = f->code;
	k->from = k->to = -1;
	str_copy(k->text, sizeof(k->text), f->text);
	k->next = app->tape.first;
	app->tape.first = k;
	take_facts(k, b, f);
	k->format = conf_string(section(app), "keep_as");
	/* As it is: one whose head is wrong, and one that filled the disk. */
	if (k->e.failed || f->duration_us < 0 || app->ending ||
	    strcmp(f->reason, "disk") == 0 || strcmp(k->format, "wav") == 0) {
		end_row(k);
		return;
	}
	memcpy(files.name, k->e.name, sizeof(files.name));
	str_format(files.suffix, sizeof(files.suffix), ".%s", k->format);
	model_tape_files(app->model, &files, on_files, k);
}

void
tape_hurry_all(struct app *app)
{
	for (struct tape_keeping *k = app->tape.first; k != NULL; k = k->next) {
		if (k->again != NULL) {
			end_row(k);
			continue;
		}
		if (k->job == NULL)
			continue;
		keep_cancel(&k->job);
		close_files(k);
		end_row(k);
	}
}

void
tape_leave_all(struct app *app)
{
	struct tape_keeping *k;

	/* Each waits for the worker alone: its answer frees it. */
	while ((k = app->tape.first) != NULL) {
		app->tape.first = k->next;
		k->app = NULL;
	}
}
