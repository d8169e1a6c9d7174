/* model_system - see model_system.h. */
#include "tui/model/model_system.h"

#include "common/i18n.h"
#include "common/str.h"
#include "common/xalloc.h"
#include "db/engine/keeper.h"
#include "db/records/backup.h"
#include "db/records/messages.h"

#include <stdlib.h>
#include <string.h>

struct view_args {
	struct system_view v;
	uint64_t turn;
	system_view_fn *fn;
};

void
system_view_clear(struct system_view *v)
{
	free(v->channels);
	raw_event_list_free(&v->events, v->event_count);
	outbox_list_free(&v->items, v->item_count);
	approval_list_free(&v->approvals, v->approval_count);
	webhook_list_free(&v->webhooks, v->webhook_count);
	free(v->attempts);
	memset(v, 0, sizeof(*v));
}

/* The one that started last. */
static int
read_daemon(
    struct desk *d, struct daemon_row *newest, bool *known, struct err *err)
{
	struct daemon_row *rows;
	size_t count;
	int rc;

	*known = false;
	if ((rc = daemon_list(d, &rows, &count, err)) != 0)
		return rc;
	for (size_t i = 0; i < count; i++)
		if (!*known || rows[i].started_us > newest->started_us) {
			*newest = rows[i];
			*known = true;
		}
	free(rows);
	return 0;
}

static bool
is_alive(struct desk *d, const struct daemon_row *row, bool known)
{
	return known && row->stopped_us < row->started_us &&
	       keeper_serves(d->db);
}

bool
system_daemon_alive(struct desk *d)
{
	struct daemon_row row;
	bool known;

	return read_daemon(d, &row, &known, NULL) == 0 &&
	       is_alive(d, &row, known);
}

static int
read_events(struct desk *d, struct system_view *v, struct err *err)
{
	int rc;

	if ((rc = raw_event_count(d, v->event_states, err)) != 0)
		return rc;
	rc = raw_event_list(d, RAW_EVENT_FAILED, 0, SYSTEM_MOST, &v->events,
	    &v->event_count, err);
	/* A body may be a megabyte; it is asked for when it is opened. */
	for (size_t i = 0; rc == 0 && i < v->event_count; i++)
		FREE(&v->events[i].body);
	return rc;
}

/* What waits for a person comes before what goes by itself. */
static int
read_outbox(struct desk *d, struct system_view *v, struct err *err)
{
	static const enum outbox_state order[] = {OUTBOX_UNCERTAIN, OUTBOX_DEAD,
	    OUTBOX_HELD, OUTBOX_SENDING, OUTBOX_DUE};
	int rc = outbox_count(d, &v->outbox, err);

	for (size_t i = 0; rc == 0 && i < sizeof(order) / sizeof(order[0]);
	     i++) {
		struct outbox_item *rows;
		size_t n;

		rc = outbox_list(
		    d, (int)order[i], 0, SYSTEM_MOST, &rows, &n, err);
		if (rc != 0)
			break;
		v->items = xreallocarray(
		    v->items, v->item_count + n + 1, sizeof(rows[0]));
		if (n > 0)
			memcpy(v->items + v->item_count, rows,
			    n * sizeof(rows[0]));
		v->item_count += n;
		free(rows);
	}
	return rc;
}

#define DECIDED_MOST 50 /* that are shown */

/* What waits, and below it what was decided last. */
static int
read_approvals(struct desk *d, struct system_view *v, struct err *err)
{
	struct approval *rows = NULL;
	size_t n = 0;
	int rc = approval_list(d, APPROVAL_PROPOSED, 0, SYSTEM_MOST,
	    &v->approvals, &v->approval_count, err);

	if (rc == 0)
		rc = approval_list(d, -1, 0, DECIDED_MOST, &rows, &n, err);
	if (rc == 0)
		v->approvals = xreallocarray(
		    v->approvals, v->approval_count + n + 1, sizeof(rows[0]));
	for (size_t i = 0; rc == 0 && i < n; i++) {
		if (rows[i].state == APPROVAL_PROPOSED)
			continue;
		v->approvals[v->approval_count++] = rows[i];
		memset(&rows[i], 0, sizeof(rows[i]));
	}
	approval_list_free(&rows, n);
	/* Who may not look has none. */
	return rc == OD_EDENIED ? 0 : rc;
}

/* Who may not look has none. */
static int
read_webhooks(struct desk *d, struct system_view *v, struct err *err)
{
	int rc = webhook_list(d, false, &v->webhooks, &v->webhook_count, err);

	if (rc == 0 && v->webhook_count > 0)
		rc = webhook_attempts(
		    d, 0, 0, SYSTEM_MOST, &v->attempts, &v->attempt_count, err);
	return rc == OD_EDENIED ? 0 : rc;
}

static int
view_run(struct desk *d, void *data, struct err *err)
{
	struct view_args *a = data;
	struct system_view *v = &a->v;
	int64_t free_bytes, all_bytes;
	struct desk_origin origin;
	int rc;

	if ((rc = desk_origin(d, &origin, err)) != 0 ||
	    (rc = read_daemon(d, &v->daemon, &v->daemon_known, err)) != 0 ||
	    (rc = channel_status_list(
		 d, &v->channels, &v->channel_count, err)) != 0 ||
	    (rc = read_approvals(d, v, err)) != 0 ||
	    (rc = read_webhooks(d, v, err)) != 0)
		return rc;
	v->daemon_alive = is_alive(d, &v->daemon, v->daemon_known);
	v->restored = origin.restored_us != 0;
	if (fs_space(db_path(d->db), &free_bytes, &all_bytes, NULL) == 0)
		v->room = fs_room(free_bytes, all_bytes);
	if ((rc = read_events(d, v, err)) == 0)
		rc = read_outbox(d, v, err);
	if (rc == 0)
		rc = message_undelivered(d, &v->undelivered, err);
	v->closed_to_me = rc == OD_EDENIED;
	return v->closed_to_me ? 0 : rc;
}

static void
view_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct view_args *a = data;

	(void)ui;
	if (s != NULL)
		a->fn(s, a->turn, &a->v, answer);
}

static void
view_free(void *data)
{
	struct view_args *a = data;

	system_view_clear(&a->v);
	free(a);
}

void
model_system_view(
    struct model *m, struct screen *s, uint64_t turn, system_view_fn *fn)
{
	static const struct model_question q = {
	    .run = view_run, .done = view_done, .free_args = view_free};
	struct view_args *a = xcalloc(1, sizeof(*a));

	a->turn = turn;
	a->fn = fn;
	model_ask(m, s, &q, a);
}

/* ---- what people do ---- */

struct act_args {
	enum system_act act;
	char channel[65];
	int64_t id;
	bool daemon_alive;
};

static int
act_run(struct desk *d, void *data, struct err *err)
{
	const struct act_args *a = data;
	int64_t unused;

	switch (a->act) {
	case SYSTEM_TEST:
		return channel_ask_test(d, a->channel, err);
	case SYSTEM_TEMPLATES:
		return channel_ask_templates(d, a->channel, err);
	case SYSTEM_RESUME:
		return channel_resume(d, a->channel, err);
	case SYSTEM_READ_EVENT:
		return raw_event_replay(d, a->id, err);
	case SYSTEM_SEND_AGAIN:
		return outbox_replay(d, a->id, err);
	case SYSTEM_WAS_SENT:
		return outbox_resolve(d, a->id, true, err);
	case SYSTEM_NOT_SENT:
		return outbox_resolve(d, a->id, false, err);
	case SYSTEM_RELEASE_HELD:
		return outbox_release_held(d, err);
	case SYSTEM_HOOK_ON:
	case SYSTEM_HOOK_OFF:
		return webhook_switch(
		    d, a->id, 0, a->act == SYSTEM_HOOK_ON, err);
	case SYSTEM_HOOK_TEST:
		return webhook_test(d, a->id, err);
	case SYSTEM_HOOK_AGAIN:
		return webhook_replay(d, a->id, 0, 0, &unused, err);
	}
	BUG("no such action: %d", (int)a->act);
}

static const char *
sentence(enum system_act act)
{
	switch (act) {
	case SYSTEM_TEST:
		return _("The channel is being tested; the result comes here");
	case SYSTEM_TEMPLATES:
		return _("The templates are being fetched");
	case SYSTEM_RESUME:
		return _("The channel goes on");
	case SYSTEM_READ_EVENT:
		return _("The event is read once more");
	case SYSTEM_SEND_AGAIN:
	case SYSTEM_NOT_SENT:
		return _("The message is sent again");
	case SYSTEM_WAS_SENT:
		return _("The message counts as sent");
	case SYSTEM_RELEASE_HELD:
		return _("What was held goes out now");
	case SYSTEM_HOOK_ON:
		return _("The webhook is told of what happens from now on");
	case SYSTEM_HOOK_OFF:
		return _("The webhook is switched off");
	case SYSTEM_HOOK_TEST:
		return _("A test is sent; how it went comes here");
	case SYSTEM_HOOK_AGAIN:
		return _("What it did not take is sent again");
	}
	BUG("no such action: %d", (int)act);
}

static void
act_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	const struct act_args *a = data;

	(void)s;
	if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
	else if (!a->daemon_alive && a->act != SYSTEM_WAS_SENT &&
		 a->act != SYSTEM_HOOK_OFF)
		ui_toast(ui, TOAST_WARNING, "%s",
		    _("Noted; it happens as soon as the daemon runs"));
	else
		ui_toast(ui, TOAST_OK, "%s", sentence(a->act));
}

void
model_system_act(struct model *m, enum system_act act, const char *channel,
    int64_t id, bool daemon_alive)
{
	static const struct model_question q = {
	    .run = act_run, .done = act_done, .writes = true};
	struct act_args *a = xcalloc(1, sizeof(*a));

	a->act = act;
	str_copy(a->channel, sizeof(a->channel), channel);
	a->id = id;
	a->daemon_alive = daemon_alive;
	model_ask(m, NULL, &q, a);
}

/* ---- one body ---- */

struct body_args {
	int64_t id;
	struct raw_event e;
	system_body_fn *fn;
};

static int
body_run(struct desk *d, void *data, struct err *err)
{
	struct body_args *a = data;

	return raw_event_get(d, a->id, &a->e, err);
}

static void
body_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct body_args *a = data;

	if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
	else if (s != NULL && ui_top(ui) == s)
		a->fn(s, a->id, a->e.body, a->e.body_len);
}

static void
body_free(void *data)
{
	struct body_args *a = data;

	raw_event_clear(&a->e);
	free(a);
}

void
model_system_body(
    struct model *m, struct screen *s, int64_t id, system_body_fn *fn)
{
	static const struct model_question q = {
	    .run = body_run, .done = body_done, .free_args = body_free};
	struct body_args *a = xcalloc(1, sizeof(*a));

	a->id = id;
	a->fn = fn;
	model_ask(m, s, &q, a);
}
