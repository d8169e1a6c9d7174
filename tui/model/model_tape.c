/* model_tape - see model_tape.h. */
#include "tui/model/model_tape.h"

#include "common/fsutil.h"
#include "common/wav.h"
#include "common/xalloc.h"
#include "db/records/calls.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* ---- what the desk says ---- */

struct look_args {
	struct tape_look look;
	tape_look_fn *fn;
	void *data;
};

static int
look_run(struct desk *d, void *data, struct err *err)
{
	struct tape_look *look = &((struct look_args *)data)->look;
	struct call_settings settings;
	struct call call = {0};
	int64_t all;
	int rc;

	if ((rc = call_settings_get(d, &settings, err)) != 0)
		return rc;
	look->mode = settings.record;
	if (fs_space(d->files_dir, &look->free_bytes, &all, NULL) != 0)
		look->free_bytes = -1;
	rc = call_current(d, 0, &call, err);
	if (rc != 0)
		return rc == OD_ENOTFOUND || rc == OD_EDENIED ? 0 : rc;
	look->has_call = true;
	look->call_id = call.id;
	look->state = call.state;
	look->consent = call.consent;
	call_clear(&call);
	return 0;
}

static void
look_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct look_args *a = data;

	(void)ui, (void)s;
	a->fn(a->data, &a->look, answer);
}

void
model_tape_look(struct model *m, tape_look_fn *fn, void *data)
{
	static const struct model_question q = {
	    .run = look_run, .done = look_done};
	struct look_args *a = xcalloc(1, sizeof(*a));

	a->fn = fn;
	a->data = data;
	model_ask(m, NULL, &q, a);
}

/* ---- the row, before a sample is written ---- */

struct begin_args {
	struct tape_begin b;
	tape_begin_fn *fn;
	void *data;
};

static int
begin_row(struct desk *d, struct tape_begin *b, struct err *err)
{
	struct recording_new in = {.call_id = b->call_id,
	    .rate = b->rate,
	    .channels = b->channels,
	    .device = b->device};
	struct call call = {0};
	int rc;

	if (b->consent != CONSENT_NOT_ASKED &&
	    (rc = call_consent_set(d, b->call_id, b->consent, err)) != 0)
		return rc;
	if ((rc = call_get(d, b->call_id, &call, err)) != 0)
		return rc;
	in.consent = call.consent;
	call_clear(&call);
	return recording_begin(d, &in, &b->id, b->name, err);
}

static int
begin_run(struct desk *d, void *data, struct err *err)
{
	static const struct recording_facts none = {
	    .reason = "not started", .peak = -1};
	struct tape_begin *b = &((struct begin_args *)data)->b;
	int rc;

	b->file = -1;
	if ((rc = begin_row(d, b, err)) != 0)
		return rc;
	rc = recording_open_part(d, b->name, &b->file, err);
	if (rc != 0)
		(void)recording_end(d, b->id, &none, RECORDING_FAILED, NULL);
	return rc;
}

static void
begin_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct begin_args *a = data;

	(void)ui, (void)s;
	a->fn(a->data, &a->b, answer);
}

void
model_tape_begin(
    struct model *m, const struct tape_begin *b, tape_begin_fn *fn, void *data)
{
	static const struct model_question q = {
	    .run = begin_run, .done = begin_done, .writes = true};
	struct begin_args *a = xcalloc(1, sizeof(*a));

	a->b = *b;
	a->b.file = -1;
	a->fn = fn;
	a->data = data;
	model_ask(m, NULL, &q, a);
}

/* ---- marks ---- */

struct mark_args {
	int64_t id, at_us, until_us;
	enum recording_mark_kind kind;
};

static int
mark_run(struct desk *d, void *data, struct err *err)
{
	const struct mark_args *a = data;

	return recording_mark(
	    d, a->id, a->kind, a->at_us, a->until_us, "", err);
}

static void
mark_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	(void)s, (void)data;
	if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
}

void
model_tape_mark(struct model *m, int64_t id, enum recording_mark_kind kind,
    int64_t at_us, int64_t until_us)
{
	static const struct model_question q = {
	    .run = mark_run, .done = mark_done, .writes = true};
	struct mark_args *a = xcalloc(1, sizeof(*a));

	*a = (struct mark_args){id, at_us, until_us, kind};
	model_ask(m, NULL, &q, a);
}

/* ---- the files of one that has ended ---- */

struct files_args {
	struct tape_files f;
	tape_files_fn *fn;
	void *data;
};

static int
files_run(struct desk *d, void *data, struct err *err)
{
	struct tape_files *f = &((struct files_args *)data)->f;
	struct str from = STR_INIT, to = STR_INIT;
	int rc = 0;

	recording_part_path(d, f->name, "", &from);
	recording_part_path(d, f->name, f->suffix, &to);
	f->from = open(from.s, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	f->to = open(
	    to.s, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (f->from < 0 || f->to < 0)
		rc = err_set(
		    err, OD_EIO, "The recording's file cannot be read: %m");
	if (rc != 0 && f->from >= 0)
		close(f->from);
	if (rc != 0 && f->to >= 0)
		close(f->to);
	if (rc != 0)
		f->from = f->to = -1;
	str_free(&from);
	str_free(&to);
	return rc;
}

static void
files_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct files_args *a = data;

	(void)ui, (void)s;
	a->fn(a->data, &a->f, answer);
}

void
model_tape_files(
    struct model *m, const struct tape_files *f, tape_files_fn *fn, void *data)
{
	static const struct model_question q = {
	    .run = files_run, .done = files_done};
	struct files_args *a = xcalloc(1, sizeof(*a));

	a->f = *f;
	a->f.from = a->f.to = -1;
	a->fn = fn;
	a->data = data;
	model_ask(m, NULL, &q, a);
}

/* ---- it is kept ---- */

struct end_args {
	struct tape_end e;
	tape_end_fn *fn;
	void *data;
};

/* Its recorder was killed: the head is put right.  False: there is no sound. */
static bool
put_right(struct desk *d, const struct tape_end *e)
{
	struct str path = STR_INIT;
	struct wav_info info;
	bool ok;
	int fd;

	recording_part_path(d, e->name, "", &path);
	fd = open(path.s, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	/* It was put right, and only its row could not be written. */
	ok = fd < 0 ? errno == ENOENT && e->is_again
	            : wav_repair(fd, (uint32_t)e->rate, (unsigned)e->channels,
			  &info, NULL) == 0;
	if (fd >= 0)
		close(fd);
	str_free(&path);
	return ok;
}

static int
end_run(struct desk *d, void *data, struct err *err)
{
	struct tape_end *e = &((struct end_args *)data)->e;
	struct recording_facts f = {.duration_us = e->duration_us,
	    .rate = e->rate,
	    .channels = e->channels,
	    .peak = e->peak,
	    .silent = e->silent,
	    .device = e->device,
	    .format = e->format,
	    .reason = e->reason};
	enum recording_state state = RECORDING_READY;
	int rc;

	if (e->duration_us < 0 && !e->failed)
		state =
		    put_right(d, e) ? RECORDING_RECOVERED : RECORDING_FAILED;
	if (e->failed)
		state = RECORDING_FAILED;
	if ((rc = recording_end(d, e->id, &f, state, err)) != 0)
		return rc;
	return recording_get(d, e->id, &e->row, err);
}

static void
end_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct end_args *a = data;

	(void)ui, (void)s;
	a->fn(a->data, &a->e, answer);
}

void
model_tape_end(
    struct model *m, const struct tape_end *e, tape_end_fn *fn, void *data)
{
	static const struct model_question q = {
	    .run = end_run, .done = end_done, .writes = true};
	struct end_args *a = xcalloc(1, sizeof(*a));

	a->e = *e;
	a->fn = fn;
	a->data = data;
	model_ask(m, NULL, &q, a);
}
