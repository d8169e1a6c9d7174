/* model - see model.h. */
#include "tui/model/model.h"
#include "common/clock.h"
#include "common/digest.h"
#include "common/loop.h"
#include "common/str.h"
#include "common/watch.h"
#include "common/work.h"
#include "common/xalloc.h"
#include "db/core/bell.h"
#include "db/engine/keeper.h"
#include "tui/model/model_int.h"
#include "tui/model/model_learn.h"
#include <stdlib.h>
#include <string.h>

#define BELL_POLL_MS 2000

struct seat { /* the worker thread's context */
	struct desk *desk;
};

struct model {
	struct ui *ui;
	struct work *work;
	struct seat seat;
	struct watch *bell;
	struct actor actor;
	bool readonly, outdated, moved, away;
	enum scope scope[OP_COUNT];
	bool listening; /* a look at the change token is under way */
	bool rang;      /* it rang again meanwhile */
	int64_t token;  /* the last one seen */
	void (*changed)(void *data);
	void (*ended)(void *data);
	void *changed_data;
	bool has_ended;
	struct learning *learning;
	void (*stopped)(void *data);
	void *stopped_data;
};

struct asked {
	struct work_job job;
	struct model *model;
	struct model_question q;
	void *args;
	uint64_t serial;          /* of the screen, 0: none */
	struct conflict conflict; /* owned */
};

/* ---- the worker ---- */

static int
seat_start(void *arg, void **context, struct err *err)
{
	(void)err;
	*context = arg;
	return 0;
}

/* Without a daemon the consoles look after the file in passing. */
static void
keep(struct seat *seat)
{
	if (!seat->desk->readonly)
		keeper_pass_by(seat->desk->db);
}

static void
seat_stop(void *context)
{
	struct seat *seat = context;

	keep(seat);
	desk_close(&seat->desk);
}

/* What the first thing that is saved will need; nobody waits for it here. */
static void
seat_rests(void *context)
{
	(void)context;
	digest_ready();
}

static const struct work_hooks hooks = {
    .start = seat_start, .stop = seat_stop, .batch_after = seat_rests};

/* ---- questions ---- */

static int
ask_run(struct work_job *job, void *context, struct err *err)
{
	struct asked *a = job->data;
	struct seat *seat = context;
	int rc = a->q.run(seat->desk, a->args, err);

	if (rc == OD_ECONFLICT) {
		a->conflict = seat->desk->conflict;
		seat->desk->conflict = (struct conflict){0};
	}
	return rc;
}

static void
ask_done(struct work_job *job, int rc, const struct err *err)
{
	struct asked *a = job->data;
	struct model *m = a->model;
	struct screen *s = a->serial != 0 ? ui_find(m->ui, a->serial) : NULL;
	struct model_answer answer = {rc, err, &a->conflict};

	if (a->q.done != NULL)
		a->q.done(m->ui, s, a->args, &answer);
	if (a->q.writes && rc == 0)
		m->changed(m->changed_data);
	if (a->q.free_args != NULL)
		a->q.free_args(a->args);
	else
		free(a->args);
	conflict_clear(&a->conflict);
	free(a);
}

void
model_ask(struct model *m, struct screen *s, const struct model_question *q,
    void *args)
{
	struct asked *a = xcalloc(1, sizeof(*a));

	a->model = m;
	a->q = *q;
	a->args = args;
	a->serial = s != NULL ? s->serial : 0;
	a->job = (struct work_job){.run = ask_run, .done = ask_done, .data = a};
	work_submit(m->work, &a->job);
}

void
model_read_part(struct desk *d, struct model_part *part)
{
	part->actor = d->actor;
	for (int i = 0; i < OP_COUNT; i++)
		part->scope[i] = op_scope(d, (enum op_id)i);
}

void
model_take_part(struct model *m, const struct model_part *part)
{
	m->actor = part->actor;
	memcpy(m->scope, part->scope, sizeof(m->scope));
}

/* ---- the bell ---- */

struct look {
	struct work_job job;
	struct model *model;
	int64_t token;
	int fd; /* to listen on from now; -1: none, or the same */
	bool outdated, moved, away, ended;
	struct model_part part; /* a role or team may be another one now */
};

static int
look_run(struct work_job *job, void *context, struct err *err)
{
	struct look *l = job->data;
	struct seat *seat = context;
	int rc;

	keep(seat);
	(void)op_check_writer(seat->desk, NULL);
	l->outdated = seat->desk->outdated;
	l->moved = seat->desk->moved;
	l->ended = !seat->desk->wants_login &&
	           op_check_actor(seat->desk, NULL) == OD_EDENIED;
	model_read_part(seat->desk, &l->part);
	rc = db_change_token(seat->desk->db, &l->token, err);
	l->fd = db_bell_fd(seat->desk->db);
	l->away = db_is_away(seat->desk->db);
	return rc;
}

static void on_bell(void *data);

static void
look_done(struct work_job *job, int rc, const struct err *err)
{
	struct look *l = job->data;
	struct model *m = l->model;

	(void)err;
	m->listening = false;
	/* What is deaf would say that it can be read, for ever. */
	if (rc == 0 || l->fd >= 0)
		watch_socket(m->bell, l->fd);
	m->outdated = m->outdated || l->outdated;
	m->moved = l->moved;
	model_take_part(m, &l->part);
	if ((rc == 0 && l->token != m->token) || l->away != m->away) {
		m->token = rc == 0 ? l->token : m->token;
		m->away = l->away;
		m->changed(m->changed_data);
	}
	if (l->ended && !m->has_ended && m->ended != NULL) {
		m->has_ended = true;
		m->ended(m->changed_data);
	}
	free(l);
	if (m->rang && m->bell != NULL)
		on_bell(m);
}

static void
on_bell(void *data)
{
	struct model *m = data;
	struct look *l;

	m->rang = m->listening;
	if (m->listening)
		return;
	m->listening = true;
	l = xcalloc(1, sizeof(*l));
	l->model = m;
	l->fd = -1;
	l->job =
	    (struct work_job){.run = look_run, .done = look_done, .data = l};
	work_submit(m->work, &l->job);
}

/* ---- life ---- */

static void
note_rights(struct model *m, struct desk *d)
{
	struct model_part part;

	model_read_part(d, &part);
	model_take_part(m, &part);
	m->readonly = d->readonly || db_is_readonly(d->db);
}

struct model *
model_new(const struct model_options *o, struct err *err)
{
	struct model *m = xcalloc(1, sizeof(*m));
	struct str path = STR_INIT;

	m->ui = o->ui;
	m->changed = o->changed;
	m->ended = o->ended;
	m->changed_data = o->data;
	note_rights(m, o->desk);
	/* What nobody asked for yet has not changed. */
	(void)db_change_token(o->desk->db, &m->token, NULL);
	m->seat.desk = o->desk;
	if (work_start(o->loop, &hooks, &m->seat, &m->work, err) != 0) {
		desk_close(&m->seat.desk);
		free(m);
		return NULL;
	}
	bell_path(o->uri, &path);
	m->bell = watch_file(o->loop, path.s, BELL_POLL_MS, on_bell, m);
	str_free(&path);
	on_bell(m);
	return m;
}

static void
on_stopped(void *data)
{
	struct model *m = data;

	m->stopped(m->stopped_data);
	free(m);
}

void
model_stop(struct model *m, void (*stopped)(void *data), void *data)
{
	m->stopped = stopped;
	m->stopped_data = data;
	watch_free(&m->bell);
	model__learn_finish(m);
	work_stop(m->work, false, on_stopped, m);
}

const struct actor *
model_actor(const struct model *m)
{
	return &m->actor;
}

bool
model_is_readonly(const struct model *m)
{
	return m->readonly;
}

bool
model_is_outdated(const struct model *m)
{
	return m->outdated;
}

bool
model_is_moved(const struct model *m)
{
	return m->moved;
}

bool
model_is_away(const struct model *m)
{
	return m->away;
}

bool
model_may(const struct model *m, const char *operation)
{
	enum op_id id = op_by_name(operation);

	BUG_ON(id == OP_COUNT);
	return m->scope[id] != SCOPE_NONE;
}

bool
model_may_with(const struct model *m, const char *operation,
    enum record_kind kind, const struct op_owner *own)
{
	enum op_id id = op_by_name(operation);

	BUG_ON(id == OP_COUNT);
	return op_def(id)->kind != kind ||
	       op_reaches(op_def(id), m->scope[id], &m->actor, own);
}

bool
model_is_learning(const struct model *m)
{
	return m->learning != NULL;
}

struct learning **
model__learning(struct model *m)
{
	return &m->learning;
}

size_t
model_pending(const struct model *m)
{
	return work_pending(m->work);
}

void
model_delay_answers(struct model *m, int ms)
{
	work_delay_answers(m->work, ms);
}
