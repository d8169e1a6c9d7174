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
	/* Taken from the paths of a. */
	struct attach_file files[ATTACH_FILES_MAX];
	size_t file_count;
	ticket_action_fn *fn;
};

/* What was typed, in fresh memory; its texts are the action's. */
static struct ticket_given *
given_of(const struct ticket_action *a)
{
	struct ticket_given *given =
	    xcalloc(a->typed_count + 1, sizeof(given[0]));

	for (size_t i = 0; i < a->typed_count; i++)
		given[i] =
		    (struct ticket_given){a->typed[i].key, a->typed[i].value};
	return given;
}

static int
make(struct desk *d, struct ticket_action *a, struct err *err)
{
	struct ticket_given *given = given_of(a);
	struct ticket_new in = {.subject = a->subject,
	    .description = a->description,
	    .category = a->category,
	    .tags = a->tags,
	    .given = given,
	    .given_count = a->typed_count,
	    .urgency = a->urgency,
	    .impact = a->impact,
	    .priority = a->priority,
	    .priority_reason = a->reason,
	    .contact_id = a->contact_id,
	    .conversation_id = a->conversation_id};
	int rc = ticket_new(d, &in, &a->id, &a->number, err);

	free(given);
	return rc;
}

static int
edit(struct desk *d, struct ticket_action *a, struct err *err)
{
	struct ticket_given *given;
	struct change c[9];
	size_t n = 0;
	int rc;

	if (a->edit_subject)
		c[n++] = (struct change){"subject", b_text(a->subject)};
	if (a->edit_description)
		c[n++] = (struct change){"description", b_text(a->description)};
	if (a->edit_category)
		c[n++] = (struct change){"category", b_text(a->category)};
	if (a->edit_tags)
		c[n++] = (struct change){"tags", b_text(a->tags)};
	if (a->edit_contact)
		c[n++] = (struct change){"contact_id", b_ref(a->contact_id)};
	if (a->edit_levels) {
		c[n++] = (struct change){"urgency", b_int(a->urgency)};
		c[n++] = (struct change){"impact", b_int(a->impact)};
	}
	if (a->edit_levels && a->priority != 0) {
		c[n++] = (struct change){"priority", b_int(a->priority)};
		c[n++] = (struct change){"priority_reason", b_text(a->reason)};
	}
	if (n == 0 && a->typed_count == 0)
		return 0;
	given = given_of(a);
	rc = ticket_edit_form(
	    d, a->id, a->version, c, n, given, a->typed_count, err);
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
	    d, a->id, a->version, a->operator_id, team_id, a->reason, err);
}

/* Somebody else said something since the screen was read. */
static int
check_newer(struct desk *d, struct ticket_action *a, struct err *err)
{
	struct str missed = STR_INIT;
	int rc = ticket_guard_check(d, a->id, a->kind, &a->guard, &missed, err);

	if (rc == OD_ECONFLICT && missed.len > 0)
		a->missed = xstrdup(missed.s);
	str_free(&missed);
	return rc;
}

/*
 * Files that went stop being a draft with the words.  Which they were is kept
 * for when a reply is taken back.
 */
static int
files_went(struct desk *d, const struct ticket_action *a, int64_t comment_id,
    struct err *err)
{
	struct str paths = STR_INIT;
	int rc = 0;

	if (a->path_count == 0)
		return 0;
	for (size_t i = 0; i < a->path_count; i++)
		str_addf(&paths, "%s%s", i > 0 ? "\n" : "", a->paths[i]);
	if (a->kind == COMMENT_REPLY)
		rc = draft_save(d, RECORD_TICKET, a->id, DRAFT_SENT_FILES,
		    paths.s, 0, comment_id, err);
	str_free(&paths);
	return rc != 0 ? rc
	               : draft_save(d, RECORD_TICKET, a->id,
			     a->kind == COMMENT_NOTE ? DRAFT_NOTE_FILES
						     : DRAFT_REPLY_FILES,
			     "", 0, 0, err);
}

static int
comment(struct desk *d, struct ticket_action *a, struct err *err)
{
	/* The action is the first of its arguments. */
	const struct act_args *args = (const struct act_args *)a;
	int64_t id;
	int rc = ticket_comment_attach(d, a->id, a->kind, a->body, args->files,
	    args->file_count, &id, err);

	return rc != 0 ? rc : files_went(d, a, id, err);
}

/* Their bytes, before anything is locked. */
static int
take_files(struct desk *d, struct act_args *args, struct err *err)
{
	struct str path = STR_INIT;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < args->a.path_count; i++) {
		str_clear(&path);
		desk_user_path(&path, args->a.paths[i]);
		rc = attach_take_path(
		    d->files_dir, path.s, &args->files[args->file_count], err);
		args->file_count += rc == 0;
	}
	str_free(&path);
	return rc;
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
comment_run(struct desk *d, struct act_args *args, struct err *err)
{
	enum draft_slot slot =
	    args->a.kind == COMMENT_NOTE ? DRAFT_NOTE : DRAFT_REPLY;
	int rc;

	if ((rc = check_newer(d, &args->a, err)) != 0)
		return rc;
	if ((rc = take_files(d, args, err)) == 0)
		rc = written(d, &args->a, slot, comment, err);
	if (rc != 0)
		attach_drop(d->files_dir, args->files, args->file_count);
	return rc;
}

static int
act_run(struct desk *d, void *data, struct err *err)
{
	struct act_args *args = data;
	struct ticket_action *a = &args->a;

	switch (a->act) {
	case TICKET_ACT_NEW:
		return written(d, a, DRAFT_FORM, make, err);
	case TICKET_ACT_EDIT:
		return written(d, a, DRAFT_FORM, edit, err);
	case TICKET_ACT_FIELDS:
		return edit(d, a, err);
	case TICKET_ACT_STATE:
		return state(d, a, err);
	case TICKET_ACT_ASSIGN:
		return assign(d, a, err);
	case TICKET_ACT_DELETE:
		return ticket_delete(d, a->id, a->version, err);
	case TICKET_ACT_RESTORE:
		return ticket_restore(d, a->id, err);
	case TICKET_ACT_COMMENT:
		return comment_run(d, args, err);
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
			str_addf(out,
			    _("Ticket %lld is assigned; u takes it back"), n);
		else
			str_addf(out,
			    _("Ticket %lld has no owner now; u takes it back"),
			    n);
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
		else if (a->stays)
			str_addf(out,
			    _("The reply on ticket %lld stays in the desk;"
			      " u takes it back"),
			    n);
		else
			str_addf(out,
			    _("The reply on ticket %lld goes out in %d s;"
			      " u takes it back"),
			    n, (int)(REPLY_HOLD_US / US_PER_SECOND));
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
	free(args->a.missed);
	for (size_t i = 0; i < args->a.path_count; i++)
		free(args->a.paths[i]);
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
