/* ticket_do - see ticket_do.h. */
#include "tui/screens/ticket_do.h"

#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/model/model_ticket_form.h"
#include "tui/model/model_tickets.h"
#include "tui/screens/dialogs.h"
#include "tui/screens/staff_ask.h"
#include "tui/screens/ticket_words.h"

#include <stdlib.h>

static struct ticket_action
action_on(const struct screen *s, enum ticket_act act)
{
	const struct ticket_aim *aim = s->data;

	return (struct ticket_action){.act = act,
	    .id = aim->id,
	    .version = aim->version,
	    .number = aim->number};
}

/* ---- many ---- */

void
ticket_aim_clear(struct ticket_aim *aim)
{
	FREE(&aim->many);
	aim->many_count = 0;
}

static void
send_many(struct screen *s)
{
	struct ticket_aim *aim = s->data;

	aim->bulk.ids = aim->many;
	aim->bulk.count = aim->many_count;
	aim->bulk.tag = aim->bulk.reason = aim->bulk.note =
	    aim->word[0] ? aim->word : NULL;
	model_ticket_bulk(model_of(s), s, &aim->bulk);
	/* They leave the view; those of other deeds stay marked. */
	if (aim->bulk.act == BULK_DELETE || aim->bulk.act == BULK_RESTORE)
		ticket_list_unmark(s);
	ticket_aim_clear(aim);
}

static unsigned
many_done(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	(void)ui, (void)context;
	if (r->accepted)
		send_many(s);
	return REACT_HANDLED;
}

void
ticket_do_bulk(struct screen *s)
{
	const struct ticket_aim *aim = s->data;
	static const char *const deeds[] = {
	    [BULK_ASSIGN] = N_("Assign"),
	    [BULK_STATE] = N_("Status"),
	    [BULK_PRIORITY] = N_("Priority"),
	    [BULK_TAG] = N_("Tag"),
	    [BULK_UNTAG] = N_("Tag"),
	    [BULK_DELETE] = N_("To the trash"),
	    [BULK_RESTORE] = N_("Out of the trash"),
	    [BULK_SNOOZE] = N_("Snooze"),
	    [BULK_WAKE] = N_("Wake"),
	};
	struct confirm_args args = {
	    .title = _(deeds[aim->bulk.act]), .yes = _("Change")};
	char question[120];

	if (aim->many_count < TICKET_MANY_ASKED &&
	    aim->bulk.act != BULK_DELETE) {
		send_many(s);
		return;
	}
	str_format(question, sizeof(question),
	    _("%d tickets are changed at once; one undo takes it back."),
	    (int)aim->many_count);
	args.question = question;
	args.danger = aim->bulk.act == BULK_DELETE;
	confirm_push(s->ui, s, &args, many_done, 0);
}

static void
act(struct screen *s, const struct ticket_action *a)
{
	struct ticket_aim *aim = s->data;

	if (aim->many_count == 0 && (a->act == TICKET_ACT_STATE ||
					a->act == TICKET_ACT_ASSIGN)) {
		ticket_again_act(s, a);
		return;
	}
	if (aim->many_count == 0) {
		model_ticket_act(model_of(s), s, a, NULL);
		return;
	}
	aim->bulk = (struct ticket_bulk){
	    .act = a->act == TICKET_ACT_ASSIGN   ? BULK_ASSIGN
	           : a->act == TICKET_ACT_STATE  ? BULK_STATE
	           : a->act == TICKET_ACT_DELETE ? BULK_DELETE
	                                         : BULK_RESTORE,
	    .operator_id = a->operator_id,
	    .team_id = a->team_id,
	    .state = a->state};
	str_copy(aim->word, sizeof(aim->word), a->reason);
	ticket_do_bulk(s);
}

/* What a dialog is about: "Status of ticket 12", "Status of 5 tickets". */
static void
title_of(const struct screen *s, char *out, size_t size, const char *what)
{
	const struct ticket_aim *aim = s->data;

	if (aim->many_count > 0)
		str_format(
		    out, size, _("%s: %d tickets"), what, (int)aim->many_count);
	else
		str_format(out, size, _("%s: ticket %lld"), what,
		    (long long)aim->number);
}

/* ---- assign ---- */

static unsigned
assign_noted(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct ticket_action a = action_on(s, TICKET_ACT_ASSIGN);
	const struct ticket_aim *aim = s->data;

	(void)ui, (void)context;
	if (!r->accepted)
		return REACT_NONE;
	a.operator_id = aim->chosen > 0 ? aim->chosen : 0;
	a.team_id = aim->chosen < 0 ? -aim->chosen : 0;
	str_copy(a.reason, sizeof(a.reason), r->text);
	act(s, &a);
	return REACT_HANDLED;
}

/* Ids in the chooser: people as they are, teams negative, 0 nobody. */
static unsigned
assign_chosen(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct ticket_aim *aim = s->data;
	struct prompt_args args = {
	    .label = _("Internal note for whoever gets it (may be empty)"),
	    .max_bytes = TICKET_WORD_MAX,
	    .may_be_empty = true};
	char title[80];

	(void)context;
	if (!r->accepted)
		return REACT_NONE;
	aim->chosen = r->id;
	title_of(s, title, sizeof(title), _("Assign"));
	args.title = title;
	prompt_push(ui, s, &args, assign_noted, 0);
	return REACT_HANDLED;
}

static void
on_staff(struct screen *s, const struct staff_list *staff)
{
	const struct ticket_aim *aim = s->data;
	char title[80];
	const struct staff_words words = {.title = title,
	    .team = _("the whole team"),
	    .nobody = _("Nobody"),
	    .means = _("whoever is free takes it")};

	if (aim->many_count > 0)
		title_of(s, title, sizeof(title), _("Assign"));
	else
		str_format(title, sizeof(title), _("Assign ticket %lld to"),
		    (long long)aim->number);
	staff_choose(s, staff, &words, staff->context, assign_chosen, 0);
}

static void
take(struct screen *s)
{
	struct ticket_action a = action_on(s, TICKET_ACT_ASSIGN);

	a.operator_id = model_actor(model_of(s))->id;
	act(s, &a);
}

/* ---- state ---- */

static void
set_status(struct screen *s, const char *reason)
{
	const struct ticket_aim *aim = s->data;
	struct ticket_action a = action_on(s, TICKET_ACT_STATE);

	a.state = aim->state;
	a.status_id = aim->status_id;
	str_copy(a.status, sizeof(a.status), aim->status);
	str_copy(a.reason, sizeof(a.reason), reason);
	act(s, &a);
}

static unsigned
reason_done(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	(void)ui, (void)context;
	if (!r->accepted)
		return REACT_NONE;
	set_status(s, r->text);
	return REACT_HANDLED;
}

/* Ids in the chooser: the label's, 0 for one of our own name, and the state. */
static unsigned
state_done(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct ticket_aim *aim = s->data;
	char title[80];
	struct prompt_args why = {.title = title,
	    .label = _("Waits for what? (may be empty)"),
	    .max_bytes = TICKET_WORD_MAX,
	    .may_be_empty = true};

	(void)context;
	if (!r->accepted)
		return REACT_NONE;
	aim->status_id = r->id / TICKET_STATE_COUNT;
	aim->state = (enum ticket_state)(r->id % TICKET_STATE_COUNT);
	str_copy(aim->status, sizeof(aim->status),
	    aim->status_id != 0 ? r->text : "");
	if (aim->state == TICKET_WAITING) {
		title_of(s, title, sizeof(title), _("Waiting"));
		prompt_push(ui, s, &why, reason_done, 0);
	} else {
		set_status(s, "");
	}
	return REACT_HANDLED;
}

static void
choose_state_of_many(struct ui *ui, struct screen *s)
{
	static const enum ticket_state states[] = {
	    TICKET_OPEN, TICKET_WAITING, TICKET_SOLVED, TICKET_CLOSED};
	struct chooser_item items[4];
	struct chooser_args args = {.items = items, .count = 4};
	char title[80];

	for (size_t k = 0; k < 4; k++)
		items[k] = (struct chooser_item){
		    states[k], ticket_state_word(states[k]), NULL, true};
	title_of(s, title, sizeof(title), _("Status"));
	args.title = title;
	chooser_push(ui, s, &args, state_done, 0);
}

/* Is it called as we call the state, in either language? */
static bool
is_ours(const struct ticket_status *label)
{
	const char *name = ticket_state_names[label->state];

	return label->is_default &&
	    (str_equal(label->name, tr(LANG_ES, name)) ||
		str_equal(label->name, tr(LANG_EN, name)));
}

static void
on_labels(struct screen *s, struct ticket_form_data *f)
{
	const struct ticket_aim *aim = s->data;
	struct chooser_args args = {.title = NULL};
	struct chooser_item *items;
	char title[80];

	if (ui_top(s->ui) != s)
		return; /* something else was opened meanwhile */
	items = xcalloc(f->label_count, sizeof(items[0]));
	args.items = items;
	for (size_t i = 0; i < f->label_count; i++) {
		const struct ticket_status *l = &f->labels[i];
		bool ours = is_ours(l);

		if (l->state == TICKET_NEW || l->state == TICKET_MERGED)
			continue;
		items[args.count] = (struct chooser_item){
		    (ours ? 0 : l->id) * TICKET_STATE_COUNT + l->state,
		    ours ? ticket_state_word(l->state) : l->name,
		    ours ? NULL : ticket_state_word(l->state), ours};
		if (l->state == aim->state &&
		    (l->id == aim->status_id ||
			(aim->status_id == 0 && l->is_default)))
			args.selected = items[args.count].id;
		args.count++;
	}
	str_format(title, sizeof(title), _("Status of ticket %lld"),
	    (long long)aim->number);
	args.title = title;
	chooser_push(s->ui, s, &args, state_done, 0);
	free(items);
}

/* ---- trash ---- */

static unsigned
delete_done(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct ticket_action a = action_on(s, TICKET_ACT_DELETE);

	(void)ui, (void)context;
	if (!r->accepted)
		return REACT_NONE;
	act(s, &a);
	return REACT_HANDLED;
}

static void
ask_delete(struct ui *ui, struct screen *s, const struct ticket *t)
{
	struct confirm_args args = {.title = _("Move to the trash"),
	    .yes = _("To the trash"),
	    .danger = true};
	struct str question = STR_INIT;

	str_addf(&question, _("Ticket %lld, \"%s\", goes to the trash."),
	    (long long)t->number, t->subject);
	args.question = question.s;
	confirm_push(ui, s, &args, delete_done, 0);
	str_free(&question);
}

/* ---- tags and priority ---- */

static unsigned
tag_done(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct ticket_aim *aim = s->data;
	bool off = r->accepted && r->text[0] == '-';

	(void)ui, (void)context;
	if (!r->accepted)
		return REACT_NONE;
	aim->bulk = (struct ticket_bulk){.act = off ? BULK_UNTAG : BULK_TAG};
	str_copy(aim->word, sizeof(aim->word), r->text + off);
	ticket_do_bulk(s);
	return REACT_HANDLED;
}

static unsigned
why_done(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct ticket_aim *aim = s->data;

	(void)ui;
	if (!r->accepted)
		return REACT_NONE;
	aim->bulk = (struct ticket_bulk){
	    .act = BULK_PRIORITY, .priority = (int)context};
	str_copy(aim->word, sizeof(aim->word), r->text);
	ticket_do_bulk(s);
	return REACT_HANDLED;
}

static unsigned
priority_done(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct prompt_args why = {.title = _("Priority"),
	    .label = _("Why is it this one?"),
	    .max_bytes = TICKET_WORD_MAX};

	(void)context;
	if (!r->accepted)
		return REACT_NONE;
	prompt_push(ui, s, &why, why_done, r->id);
	return REACT_HANDLED;
}

static void
choose_priority(struct ui *ui, struct screen *s)
{
	struct chooser_item items[5];
	struct chooser_args args = {.items = items, .count = 5, .selected = 3};
	char title[80];

	for (int i = 0; i < 5; i++)
		items[i] = (struct chooser_item){
		    5 - i, ticket_priority_word(5 - i), NULL, true};
	title_of(s, title, sizeof(title), _("Priority"));
	args.title = title;
	chooser_push(ui, s, &args, priority_done, 0);
}

void
ticket_do_many(struct ui *ui, struct screen *s, enum ticket_deed deed,
    const int64_t *ids, size_t count)
{
	struct ticket_aim *aim = s->data;
	struct ticket_action a = {.id = 0};
	struct prompt_args tag = {.title = _("Tag"),
	    .label = _("A tag, or -tag to take one off"),
	    .max_bytes = TICKET_WORD_MAX};

	if (count == 0 || count > TICKET_BULK_MAX) {
		ui_bell(ui);
		return;
	}
	ticket_aim_clear(aim);
	aim->many = xmemdup(ids, count * sizeof(ids[0]));
	aim->many_count = count;
	switch (deed) {
	case DEED_ASSIGN:
		model_staff(model_of(s), s, 0, on_staff);
		return;
	case DEED_TAKE:
		take(s);
		return;
	case DEED_STATE:
		choose_state_of_many(ui, s);
		return;
	case DEED_DELETE:
	case DEED_RESTORE:
		a.act = deed == DEED_DELETE ? TICKET_ACT_DELETE
		                            : TICKET_ACT_RESTORE;
		act(s, &a);
		return;
	case DEED_TAG:
		prompt_push(ui, s, &tag, tag_done, 0);
		return;
	case DEED_PRIORITY:
		choose_priority(ui, s);
		return;
	case DEED_FIELDS:
	case DEED_CONTACT:
		ui_bell(ui);
		return;
	}
}

bool
ticket_do_owner(const struct ticket *t, struct screen_owner *out)
{
	if (t == NULL)
		return false;
	*out = (struct screen_owner){RECORD_TICKET,
	    {t->operator_id, t->team_id, t->operator_team_id},
	    t->operator_id != 0 ? t->operator_name : t->team_name};
	return true;
}

void
ticket_do(struct ui *ui, struct screen *s, enum ticket_deed deed,
    const struct ticket *t)
{
	struct ticket_aim *aim = s->data;
	struct ticket_action a;

	if (deed == DEED_TAG || deed == DEED_PRIORITY) {
		ticket_do_many(ui, s, deed, &t->id, 1);
		return;
	}
	ticket_aim_clear(aim);
	*aim = (struct ticket_aim){.id = t->id,
	    .version = t->version,
	    .number = t->number,
	    .state = t->state,
	    .status_id = t->status_id};
	ticket_again_note(aim, t);
	if ((t->deleted_at != 0) != (deed == DEED_RESTORE)) {
		ui_toast(ui, TOAST_WARNING, "%s",
		    t->deleted_at != 0
			? _("The ticket is in the trash; o takes it out")
			: _("The ticket is not in the trash"));
		ui_bell(ui);
		return;
	}
	switch (deed) {
	case DEED_ASSIGN:
		model_staff(model_of(s), s, t->operator_id, on_staff);
		return;
	case DEED_TAKE:
		take(s);
		return;
	case DEED_STATE:
		model_ticket_form(
		    model_of(s), s, t->id, t->category, on_labels);
		return;
	case DEED_FIELDS:
		ticket_do_fields(ui, s, t);
		return;
	case DEED_CONTACT:
		ticket_contact_ask(s);
		return;
	case DEED_DELETE:
		ask_delete(ui, s, t);
		return;
	case DEED_RESTORE:
		a = action_on(s, TICKET_ACT_RESTORE);
		act(s, &a);
		return;
	case DEED_TAG:
	case DEED_PRIORITY:
		return;
	}
}
