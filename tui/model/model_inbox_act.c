/* model_inbox_act - see model_inbox_act.h. */
#include "tui/model/model_inbox_act.h"

#include "common/clock.h"
#include "common/str.h"
#include "common/xalloc.h"
#include "db/core/op.h"
#include "db/records/people.h"
#include "db/records/tickets.h"

#include <stdlib.h>
#include <string.h>

#define MISSED_MAX 20 /* messages looked at after a conflict */

struct act_args {
	struct inbox_act *a;
	inbox_act_fn *fn;
};

struct inbox_act *
inbox_act_new(enum inbox_verb verb, int64_t id)
{
	struct inbox_act *a = xcalloc(1, sizeof(*a));

	a->verb = verb;
	a->id = id;
	return a;
}

void
inbox_act_free(struct inbox_act **ap)
{
	struct inbox_act *a = *ap;

	if (a == NULL)
		return;
	message_list_free(&a->missed, a->missed_count);
	free(a->text);
	free(a->template_name);
	free(a->template_lang);
	for (size_t i = 0; i < INBOX_VALUES; i++)
		free(a->template_values[i]);
	FREE(ap);
}

/* ---- what was not on the screen ---- */

static void
keep_missed(struct inbox_act *a, struct message *rows, size_t count,
    int64_t operator_id)
{
	for (size_t i = 0; i < count; i++) {
		struct message *m = &rows[i];

		if (m->is_note || m->id <= a->seen_message ||
		    (!m->inbound && m->operator_id == operator_id)) {
			message_clear(m);
			continue;
		}
		a->missed = xreallocarray(
		    a->missed, a->missed_count + 1, sizeof(a->missed[0]));
		a->missed[a->missed_count++] = *m;
	}
	free(rows);
}

static int
look_again(struct desk *d, struct inbox_act *a)
{
	struct message *rows = NULL;
	size_t count = 0;
	int rc;

	if ((rc = conversation_get(d, a->id, &a->now, NULL)) != 0 ||
	    (rc = message_thread(
		 d, a->id, 0, 0, MISSED_MAX, &rows, &count, NULL)) != 0)
		return rc;
	keep_missed(a, rows, count, d->actor.id);
	a->may_insist =
	    a->now.state != CONVERSATION_CLOSED &&
	    (a->verb == INBOX_TEMPLATE ||
		conversation_window_left(&a->now, clock_wall_us()) > 0);
	return 0;
}

/* ---- verbs ---- */

static int
drop_draft(struct desk *d, const struct inbox_act *a, struct err *err)
{
	return draft_save(d, RECORD_CONVERSATION, a->id,
	    a->verb == INBOX_NOTE ? DRAFT_NOTE : DRAFT_REPLY, "", 0, 0, err);
}

static int
say(struct desk *d, struct inbox_act *a, struct err *err)
{
	struct message_new in = {.conversation_id = a->id,
	    .seen_version = a->seen_version,
	    .seen_message = a->seen_message,
	    .kind = MESSAGE_TEXT,
	    .body = a->text};

	switch (a->verb) {
	case INBOX_NOTE:
		return conversation_note(d, a->id, a->text, &a->made_id, err);
	case INBOX_TEMPLATE:
		in.kind = MESSAGE_TEMPLATE;
		in.body = NULL;
		in.template_name = a->template_name;
		in.template_lang = a->template_lang;
		in.template_values = (const char *const *)a->template_values;
		return message_send(d, &in, &a->made_id, err);
	default:
		return message_send(d, &in, &a->made_id, err);
	}
}

/* Said, and the draft of it is gone, or neither. */
static int
say_once(struct desk *d, struct inbox_act *a, struct err *err)
{
	int rc, end;

	if ((rc = db_batch_begin(d, err)) != 0)
		return rc;
	rc = say(d, a, err);
	if (rc == 0 && a->verb != INBOX_TEMPLATE)
		(void)drop_draft(d, a, NULL);
	end = db_batch_end(d, rc == 0 ? err : NULL);
	rc = rc != 0 ? rc : end;
	if (rc == OD_ECONFLICT && a->verb != INBOX_NOTE)
		(void)look_again(d, a);
	return rc;
}

/* Who has this number, or a new contact for it. */
static int
contact_of(struct desk *d, struct inbox_act *a, struct err *err)
{
	struct contact_new in = {.full_name = a->peer, .phone_number = a->peer};
	int rc;

	if (a->contact_id != 0)
		return 0;
	rc = contact_by_address(d, POINT_PHONE, a->peer, &a->contact_id, err);
	return rc != OD_ENOTFOUND ? rc
	                          : contact_new(d, &in, &a->contact_id, err);
}

static int
write_first(struct desk *d, struct inbox_act *a, struct err *err)
{
	int rc;

	if (a->id == 0 &&
	    ((rc = contact_of(d, a, err)) != 0 ||
		(rc = conversation_open(d, a->channel, a->channel_kind,
		     a->contact_id, a->peer, &a->id, err)) != 0))
		return rc;
	return say_once(d, a, err);
}

static int
act_run(struct desk *d, void *data, struct err *err)
{
	struct inbox_act *a = ((struct act_args *)data)->a;
	int64_t v = a->seen_version;

	switch (a->verb) {
	case INBOX_CLAIM:
		return conversation_claim(d, a->id, v, err);
	case INBOX_ASSIGN:
		return conversation_assign(d, a->id, v, a->operator_id,
		    a->team_id, a->text != NULL ? a->text : "", err);
	case INBOX_CLOSE:
		return conversation_close(d, a->id, v, err);
	case INBOX_REOPEN:
		return conversation_reopen(d, a->id, v, err);
	case INBOX_TICKET:
		return ticket_from_conversation(
		    d, a->id, NULL, &a->made_id, &a->number, err);
	case INBOX_RETRY:
		return message_retry(d, a->message, err);
	case INBOX_SEEN:
		return conversation_seen(d, a->id, a->receipt, err);
	case INBOX_NOTE:
	case INBOX_REPLY:
		return say_once(d, a, err);
	case INBOX_TEMPLATE:
		return write_first(d, a, err);
	}
	BUG("no such verb: %d", (int)a->verb);
}

static void
act_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct act_args *args = data;

	if (s != NULL && args->fn != NULL)
		args->fn(s, args->a, answer);
	else if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
}

static void
act_free(void *data)
{
	struct act_args *args = data;

	inbox_act_free(&args->a);
	free(args);
}

void
model_inbox_act(
    struct model *m, struct screen *s, struct inbox_act *act, inbox_act_fn *fn)
{
	static const struct model_question q = {.run = act_run,
	    .done = act_done,
	    .free_args = act_free,
	    .writes = true};
	struct act_args *args = xcalloc(1, sizeof(*args));

	args->a = act;
	args->fn = fn;
	model_ask(m, s, &q, args);
}
