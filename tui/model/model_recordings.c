/* model_recordings - see model_recordings.h. */
#include "tui/model/model_recordings.h"

#include "common/clock.h"
#include "common/str.h"
#include "common/xalloc.h"
#include "tui/audio/keep.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- the list ---- */

struct list_args {
	struct recordings list;
	enum recordings_view view;
	int64_t call_id;
	char *text; /* owned */
	recordings_fn *fn;
};

void
recordings_clear(struct recordings *r)
{
	free(r->rows);
	memset(r, 0, sizeof(*r));
}

static int
set_filter(struct desk *d, struct list_args *a, struct recording_filter *f,
    char words[201], struct err *err)
{
	static const char *const views[RECORDINGS_VIEWS] = {
	    [RECORDINGS_OF_TODAY] = "date:today"};
	char unused[201];
	struct err wrong = ERR_INIT;
	int rc = 0;

	*f = (struct recording_filter){.state = -1,
	    .call_id = a->call_id,
	    .deleted = a->view == RECORDINGS_TRASH};
	if (a->view == RECORDINGS_MINE)
		f->operator_id = d->actor.id;
	if (views[a->view] != NULL)
		rc = recording_where(d, views[a->view], f, unused, err);
	/* What is being typed may be wrong still: all are shown. */
	if (rc == 0 && recording_where(d, a->text, f, words, &wrong) != 0)
		str_copy(
		    a->list.wrong, sizeof(a->list.wrong), err_plain(&wrong));
	return rc;
}

static int
list_run(struct desk *d, void *data, struct err *err)
{
	const struct page page = {.limit = RECORDINGS_LOOK_AT};
	struct list_args *a = data;
	struct recordings *l = &a->list;
	struct recording_filter f;
	char words[201];
	int rc;

	if ((rc = set_filter(d, a, &f, words, err)) != 0 ||
	    (rc = recording_list(d, &f, &page, &l->rows, &l->count, err)) != 0)
		return rc;
	return recording_stats(d, &f, &l->stats, err);
}

static void
list_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct list_args *a = data;

	(void)ui;
	if (s != NULL)
		a->fn(s, &a->list, answer);
}

static void
list_free(void *data)
{
	struct list_args *a = data;

	recordings_clear(&a->list);
	free(a->text);
	free(a);
}

void
model_recordings(struct model *m, struct screen *s, uint64_t turn,
    enum recordings_view view, int64_t call_id, const char *text,
    recordings_fn *fn)
{
	static const struct model_question q = {
	    .run = list_run, .done = list_done, .free_args = list_free};
	struct list_args *a = xcalloc(1, sizeof(*a));

	a->list.turn = turn;
	a->view = view;
	a->call_id = call_id;
	a->text = xstrdup(text);
	a->fn = fn;
	model_ask(m, s, &q, a);
}

/* ---- one to be heard ---- */

struct sound_args {
	struct recording_sound sound;
	int64_t id;
	recording_sound_fn *fn;
};

void
recording_sound_clear(struct recording_sound *sound)
{
	if (sound->fd >= 0)
		close(sound->fd);
	free(sound->marks);
	memset(sound, 0, sizeof(*sound));
	sound->fd = -1;
}

static int
sound_run(struct desk *d, void *data, struct err *err)
{
	struct sound_args *a = data;
	struct recording_sound *s = &a->sound;
	int rc;

	if ((rc = recording_get(d, a->id, &s->recording, err)) != 0 ||
	    (rc = recording_marks(d, a->id, &s->marks, &s->mark_count, err)) !=
		0)
		return rc;
	return recording_open(d, a->id, &s->fd, err);
}

static void
sound_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct sound_args *a = data;

	(void)ui;
	if (s != NULL)
		a->fn(s, &a->sound, answer);
}

static void
sound_free(void *data)
{
	struct sound_args *a = data;

	recording_sound_clear(&a->sound);
	free(a);
}

void
model_recording_open(
    struct model *m, struct screen *s, int64_t id, recording_sound_fn *fn)
{
	static const struct model_question q = {.run = sound_run,
	    .done = sound_done,
	    .free_args = sound_free,
	    .writes = true};
	struct sound_args *a = xcalloc(1, sizeof(*a));

	a->sound.fd = -1;
	a->id = id;
	a->fn = fn;
	model_ask(m, s, &q, a);
}

/* ---- what is done to one ---- */

struct do_args {
	struct recording_action action;
	char given[1026]; /* a password */
	recording_action_fn *fn;
};

static int
export_one(struct desk *d, const struct recording_action *a, struct err *err)
{
	int fd, rc = recording_export(d, a->id, a->reason, &fd, err);

	if (rc != 0)
		return rc;
	rc = keep_copy(fd, a->path, err);
	close(fd);
	return rc;
}

static int
do_one(struct desk *d, const struct recording_action *a, struct err *err)
{
	switch (a->what) {
	case RECORDING_DO_EXPORT:
		return export_one(d, a, err);
	case RECORDING_DO_DELETE:
		return recording_delete(d, a->id, a->reason, err);
	case RECORDING_DO_RESTORE:
		return recording_restore(d, a->id, err);
	}
	return 0;
}

static int
do_run(struct desk *d, void *data, struct err *err)
{
	struct do_args *a = data;
	int rc;

	if (a->given[0] != '\0' && (rc = login_confirm(d, a->given, err)) != 0)
		return rc;
	rc = do_one(d, &a->action, err);
	if (rc == OD_EDENIED && d->wants_step_up) {
		a->action.wants_proof = true;
		(void)login_proof(d, &a->action.proof, NULL);
		str_copy(
		    a->action.login, sizeof(a->action.login), d->actor.login);
	}
	return rc;
}

static void
do_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct do_args *a = data;

	a->action.rc = answer->rc;
	a->action.sentence = answer->rc != 0 ? answer->err->text : "";
	if (s != NULL)
		a->fn(ui, s, &a->action);
}

static void
do_free(void *data)
{
	explicit_bzero(data, sizeof(struct do_args));
	free(data);
}

void
model_recording_do(struct model *m, struct screen *s,
    const struct recording_action *action, const char *given,
    recording_action_fn *fn)
{
	static const struct model_question q = {.run = do_run,
	    .done = do_done,
	    .free_args = do_free,
	    .writes = true};
	struct do_args *a = xcalloc(1, sizeof(*a));

	a->action = *action;
	a->action.wants_proof = false;
	a->fn = fn;
	/* One that is cut is as wrong, or as much too long. */
	str_copy(a->given, sizeof(a->given), given);
	model_ask(m, s, &q, a);
}

/* ---- whether they are what they were ---- */

struct verify_args {
	struct recording_verdict verdict;
	recording_verdict_fn *fn;
};

static int
verify_run(struct desk *d, void *data, struct err *err)
{
	struct verify_args *a = data;

	return recording_verify(d, false, NULL, NULL, &a->verdict, err);
}

static void
verify_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct verify_args *a = data;

	(void)ui;
	if (s != NULL)
		a->fn(s, &a->verdict, answer);
}

void
model_recordings_verify(
    struct model *m, struct screen *s, recording_verdict_fn *fn)
{
	static const struct model_question q = {
	    .run = verify_run, .done = verify_done};
	struct verify_args *a = xcalloc(1, sizeof(*a));

	a->fn = fn;
	model_ask(m, s, &q, a);
}
