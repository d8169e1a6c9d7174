/* model_ticket_act - changes of one ticket; see model_tickets.h. */
#include "tui/model/model_tickets.h"

#include "common/i18n.h"
#include "common/str.h"
#include "common/xalloc.h"
#include "db/core/op.h"
#include "db/records/seat.h"

#include <stdlib.h>

struct act_args {
	struct ticket_action a;
	ticket_action_fn *fn;
};

static int
make(struct desk *d, struct ticket_action *a, struct err *err)
{
	struct ticket_new in = {.subject = a->subject,
	    .description = a->description,
	    .category = a->category,
	    .tags = a->tags,
	    .urgency = a->urgency,
	    .impact = a->impact,
	    .contact_id = a->contact_id,
	    .conversation_id = a->conversation_id};

	return ticket_new(d, &in, &a->id, &a->number, err);
}

static int
edit(struct desk *d, struct ticket_action *a, struct err *err)
{
	struct change c[6];
	size_t n = 0;

	if (a->edit_subject)
		c[n++] = (struct change){"subject", b_text(a->subject)};
	if (a->edit_description)
		c[n++] = (struct change){"description", b_text(a->description)};
	if (a->edit_category)
		c[n++] = (struct change){"category", b_text(a->category)};
	if (a->edit_tags)
		c[n++] = (struct change){"tags", b_text(a->tags)};
	if (a->edit_levels) {
		c[n++] = (struct change){"urgency", b_int(a->urgency)};
		c[n++] = (struct change){"impact", b_int(a->impact)};
	}
	return n == 0 ? 0 : ticket_edit(d, a->id, a->version, c, n, err);
}

static int
fields(struct desk *d, const struct ticket_action *a, struct err *err)
{
	struct ticket_given *given =
	    xcalloc(a->typed_count, sizeof(given[0]));
	int rc;

	for (size_t i = 0; i < a->typed_count; i++)
		given[i] = (struct ticket_given){
		    a->typed[i].key, a->typed[i].value};
	rc = ticket_edit_form(
	    d, a->id, a->version, NULL, 0, given, a->typed_count, err);
	free(given);
	return rc;
}

static int
state(struct desk *d, const struct ticket_action *a, struct err *err)
{
	if (a->status_id != 0)
		return ticket_set_status(
		    d, a->id, a->version, a->status_id, a->reason, 0, err);
	return ticket_set_state(
	    d, a->id, a->version, a->state, a->reason, 0, err);
}

/* A person's ticket belongs to that person's team. */
static int
assign(struct desk *d, const struct ticket_action *a, struct err *err)
{
	int64_t team_id = a->team_id;
	struct operator o;
	int rc;

	if (a->operator_id != 0) {
		if ((rc = operator_get(d, a->operator_id, &o, err)) != 0)
			return rc;
		team_id = o.team_id;
	}
	return ticket_assign(
	    d, a->id, a->version, a->operator_id, team_id, "", err);
}

/* Somebody else said something since the screen was read. */
static int
check_newer(struct desk *d, const struct ticket_action *a, struct err *err)
{
	struct ticket_comment *rows;
	size_t count;
	int rc = ticket_comments(d, a->id, &rows, &count, err);

	if (rc != 0)
		return rc;
	for (size_t i = 0; i < count && rc == 0; i++)
		if (rows[i].id > a->seen_comment &&
		    rows[i].operator_id != d->actor.id)
			rc = err_set(err, OD_ECONFLICT,
			    "%s wrote on this ticket meanwhile; read it first",
			    rows[i].author);
	ticket_comments_free(&rows, count);
	return rc;
}

static int
comment(struct desk *d, struct ticket_action *a, struct err *err)
{
	int64_t id;

	return ticket_comment(d, a->id, a->kind, a->body, &id, err);
}

/* What was written is there and stops being a draft in one commit. */
static int
written(struct desk *d, struct ticket_action *a, enum draft_slot slot,
    int (*write)(struct desk *d, struct ticket_action *a, struct err *err),
    struct err *err)
{
	int64_t place = a->act == TICKET_ACT_NEW ? 0 : a->id;
	int rc;

	if ((rc = db_batch_begin(d, err)) != 0)
		return rc;
	if ((rc = write(d, a, err)) != 0) {
		/* What it leaves is at most the record of its refusal. */
		(void)db_batch_end(d, NULL);
		return rc;
	}
	rc = draft_save(d, RECORD_TICKET, place, slot, "", 0, 0, err);
	if (rc == 0)
		return db_batch_end(d, err);
	db_batch_cancel(d);
	return rc;
}

static int
act_run(struct desk *d, void *data, struct err *err)
{
	struct act_args *args = data;
	struct ticket_action *a = &args->a;
	int rc;

	switch (a->act) {
	case TICKET_ACT_NEW:
		return written(d, a, DRAFT_FORM, make, err);
	case TICKET_ACT_EDIT:
		return written(d, a, DRAFT_FORM, edit, err);
	case TICKET_ACT_FIELDS:
		return fields(d, a, err);
	case TICKET_ACT_STATE:
		return state(d, a, err);
	case TICKET_ACT_ASSIGN:
		return assign(d, a, err);
	case TICKET_ACT_DELETE:
		return ticket_delete(d, a->id, a->version, err);
	case TICKET_ACT_RESTORE:
		return ticket_restore(d, a->id, err);
	case TICKET_ACT_COMMENT:
		if (a->seen_comment >= 0 &&
		    (rc = check_newer(d, a, err)) != 0)
			return rc;
		return written(d, a,
		    a->kind == COMMENT_NOTE ? DRAFT_NOTE : DRAFT_REPLY,
		    comment, err);
	}
	BUG("no such action: %d", (int)a->act);
}

static void
add_sentence(struct str *out, const struct ticket_action *a)
{
	long long n = a->number;

	switch (a->act) {
	case TICKET_ACT_NEW:
		str_addf(out, _("Ticket %lld is made"), n);
		return;
	case TICKET_ACT_EDIT:
	case TICKET_ACT_FIELDS:
		str_addf(out, _("Ticket %lld is saved"), n);
		return;
	case TICKET_ACT_STATE:
		str_addf(out, _("Ticket %lld: %s"), n,
		    a->status[0] != '\0' ? a->status
		                         : _(ticket_state_names[a->state]));
		return;
	case TICKET_ACT_ASSIGN:
		if (a->operator_id != 0 || a->team_id != 0)
			str_addf(out, _("Ticket %lld is assigned"), n);
		else
			str_addf(out, _("Ticket %lld has no owner now"), n);
		return;
	case TICKET_ACT_DELETE:
		str_addf(
		    out, _("Ticket %lld is in the trash; u takes it back"), n);
		return;
	case TICKET_ACT_RESTORE:
		str_addf(out, _("Ticket %lld is out of the trash"), n);
		return;
	case TICKET_ACT_COMMENT:
		if (a->kind == COMMENT_NOTE)
			str_addf(out, _("The note on ticket %lld is kept"), n);
		else
			str_addf(out, _("The reply on ticket %lld is kept"), n);
		return;
	}
}

static void
act_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct act_args *args = data;
	struct str text = STR_INIT;
	bool deals =
	    answer->rc == OD_ECONFLICT && s != NULL && args->fn != NULL;

	if (answer->rc == 0) {
		add_sentence(&text, &args->a);
		ui_toast(ui, TOAST_OK, "%s", text.s);
		str_free(&text);
	} else if (!deals) {
		ui_toast_err(ui, answer->err);
	}
	if (s != NULL && args->fn != NULL)
		args->fn(s, &args->a, answer);
}

static void
act_free(void *data)
{
	struct act_args *args = data;

	free(args->a.description);
	free(args->a.body);
	free(args->a.typed);
	free(args);
}

void
model_ticket_act(struct model *m, struct screen *s,
    const struct ticket_action *action, ticket_action_fn *fn)
{
	static const struct model_question q = {.run = act_run,
	    .done = act_done,
	    .free_args = act_free,
	    .writes = true};
	struct act_args *args = xcalloc(1, sizeof(*args));

	args->a = *action;
	args->fn = fn;
	model_ask(m, s, &q, args);
}
