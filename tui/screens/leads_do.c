/*
 * leads_do - what is done to a lead, from the list and from its card; see
 * leads_int.h.
 */
#include "tui/screens/leads_int.h"

#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/screens/dialogs.h"
#include "tui/screens/screens.h"
#include "tui/screens/staff_ask.h"
#include "tui/screens/when_ask.h"

#include <string.h>

/* What was typed before, for the arrow up. */
static struct w_line_history moments;

const struct lead *
leads__under(const struct screen *s)
{
	return s->ops == &scr_leads ? leads__list_row(s) : leads__card_shown(s);
}

bool
leads__owned(const struct screen *s, struct screen_owner *out)
{
	const struct lead *l = leads__under(s);

	if (l == NULL)
		return false;
	*out = (struct screen_owner){.kind = RECORD_LEAD,
	    .own = {l->operator_id, l->team_id, l->operator_team_id},
	    .name = leads__owner(l)};
	return true;
}

/* ---- the problem ---- */

static unsigned problem_said(struct ui *ui, struct screen *s,
    const struct screen_result *r, int64_t context);

static void
ask_problem(struct screen *s, const char *text)
{
	const struct prompt_args args = {.title = _("Change a lead"),
	    .label = _("What the customer needs"),
	    .text = text,
	    .max_bytes = LEAD_PROBLEM_MAX};

	prompt_push(s->ui, s, &args, problem_said, 0);
}

/* Refused or not: what stands now is to be seen; what was typed, too. */
static void
on_done(struct screen *s, const struct lead_action *a,
    const struct model_answer *answer)
{
	struct lead_action *wish = s->data;

	ui_mark(s->ui, s, REACT_REFRESH);
	if (answer->rc == 0 || a->deed != LEAD_DEED_PROBLEM ||
	    ui_top(s->ui) != s)
		return;
	*wish = (struct lead_action){
	    .deed = a->deed, .id = a->id, .version = a->version};
	if (answer->rc == OD_ECONFLICT && answer->conflict->version != 0)
		wish->version = answer->conflict->version;
	ask_problem(s, a->text);
}

static unsigned
problem_said(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct lead_action *wish = s->data;

	(void)ui, (void)context;
	if (!r->accepted)
		return REACT_NONE;
	wish->text = xstrdup(r->text);
	model_lead_act(model_of(s), s, wish, on_done);
	wish->text = NULL; /* taken */
	return REACT_HANDLED;
}

/* ---- its status ---- */

static unsigned
status_said(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t was)
{
	struct lead_action *wish = s->data;

	(void)ui;
	if (!r->accepted || r->id == was)
		return REACT_NONE;
	wish->status = (enum lead_status)(r->id - 1);
	model_lead_act(model_of(s), s, wish, on_done);
	return REACT_HANDLED;
}

static unsigned
ask_status(struct screen *s, enum lead_status now)
{
	struct chooser_item items[LEAD_STATUS_COUNT];
	const struct chooser_args args = {.title = _("Status"),
	    .items = items,
	    .count = LEAD_STATUS_COUNT,
	    .selected = now + 1};

	for (int i = 0; i < LEAD_STATUS_COUNT; i++)
		items[i] = (struct chooser_item){
		    i + 1, leads__status_word((enum lead_status)i), NULL, true};
	chooser_push(s->ui, s, &args, status_said, now + 1);
	return REACT_HANDLED;
}

/* ---- its next step ---- */

static unsigned
next_said(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct lead_action *wish = s->data;

	(void)ui, (void)context;
	if (!r->accepted)
		return REACT_NONE;
	wish->next_us = r->id;
	model_lead_act(model_of(s), s, wish, on_done);
	return REACT_HANDLED;
}

static void
ask_next(struct screen *s, const struct lead *l)
{
	char label[160], when[48];
	struct when_args args = {.title = _("Next step"),
	    .label = _("When is something to be done about it?"),
	    .examples = _("1h, tomorrow 9, monday 16:30"),
	    .empty = _("nothing is to be done about it"),
	    .history = &moments};

	if (l->next_us != LEAD_NEVER) {
		app_time(app_of(s->ui), when, sizeof(when), l->next_us);
		str_format(label, sizeof(label),
		    _("When is something to be done about it? Until now: %s"),
		    when);
		args.label = label;
	}
	when_push(s->ui, s, &args, next_said, 0);
}

/* ---- whose it is ---- */

static unsigned
owner_said(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct lead_action *wish = s->data;

	(void)ui, (void)context;
	if (!r->accepted)
		return REACT_NONE;
	wish->operator_id = r->id > 0 ? r->id : 0;
	wish->team_id = r->id < 0 ? -r->id : 0;
	model_lead_act(model_of(s), s, wish, on_done);
	return REACT_HANDLED;
}

static void
on_staff(struct screen *s, const struct staff_list *staff)
{
	const struct lead_action *wish = s->data;
	char title[80];
	const struct staff_words words = {.title = title,
	    .team = _("the whole team"),
	    .nobody = _("Nobody"),
	    .means = _("whoever is free takes it")};

	str_format(title, sizeof(title), _("Give lead %lld to"),
	    (long long)wish->id);
	staff_choose(s, staff, &words, staff->context, owner_said, 0);
}

/* ---- whom it is with ---- */

static unsigned
contact_said(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct lead_action *wish = s->data;

	(void)ui, (void)context;
	if (!r->accepted)
		return REACT_NONE;
	wish->contact_id = r->id;
	model_lead_act(model_of(s), s, wish, on_done);
	return REACT_HANDLED;
}

static void
contact_title(const struct screen *s, char out[80])
{
	const struct lead_action *wish = s->data;

	str_format(
	    out, 80, _("Customer of lead %lld"), (long long)wish->id);
}

static void
on_found(struct screen *s, const struct contact *rows, size_t count,
    const struct model_answer *answer)
{
	char title[80];

	contact_title(s, title);
	contact_choose(s, rows, count, answer, title,
	    _("the lead has no customer"), contact_said);
}

static unsigned
name_said(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	(void)ui, (void)context;
	if (r->accepted)
		model_contacts_find(model_of(s), s, r->text, on_found);
	return REACT_REDRAW;
}

static void
ask_contact(struct screen *s)
{
	struct prompt_args args = {
	    .label = _("Name or number of the customer")};
	char title[80];

	contact_title(s, title);
	args.title = title;
	prompt_push(s->ui, s, &args, name_said, 0);
}

/* ---- commands ---- */

/* The lead that the command is about; NULL: not to be changed here. */
static const struct lead *
begin(struct screen *s, enum lead_deed deed)
{
	struct lead_action *wish = s->data;
	const struct lead *l = leads__under(s);

	if (l == NULL)
		return NULL;
	if ((deed == LEAD_DEED_RESTORE) != (l->deleted_at != 0)) {
		ui_toast(s->ui, TOAST_WARNING, "%s",
		    deed == LEAD_DEED_RESTORE
			? _("It is not in the trash; 4 shows what is there")
			: _("It is in the trash; o takes it out"));
		return NULL;
	}
	*wish = (struct lead_action){
	    .deed = deed, .id = l->id, .version = l->version};
	return l;
}

static unsigned
run_do(struct ui *ui, struct screen *s, const struct command *cmd)
{
	struct lead_action *wish = s->data;

	(void)ui;
	if (begin(s, (enum lead_deed)cmd->arg) == NULL)
		return REACT_BEEP;
	model_lead_act(model_of(s), s, wish, on_done);
	return REACT_HANDLED;
}

static unsigned
run_edit(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct lead *l = begin(s, LEAD_DEED_PROBLEM);

	(void)cmd;
	if (l == NULL)
		return REACT_BEEP;
	/* The line that is typed in would join them. */
	if (strchr(l->problem_statement, '\n') != NULL) {
		ui_toast(ui, TOAST_WARNING,
		    _("It has several lines: opdesk lead edit %lld --problem -"),
		    (long long)l->id);
		return REACT_BEEP;
	}
	ask_problem(s, l->problem_statement);
	return REACT_HANDLED;
}

static unsigned
run_ask(struct ui *ui, struct screen *s, const struct command *cmd)
{
	enum lead_deed deed = (enum lead_deed)cmd->arg;
	const struct lead *l = begin(s, deed);

	(void)ui;
	if (l == NULL)
		return REACT_BEEP;
	if (deed == LEAD_DEED_STATUS)
		return ask_status(s, l->status);
	if (deed == LEAD_DEED_NEXT)
		ask_next(s, l);
	else if (deed == LEAD_DEED_CONTACT)
		ask_contact(s);
	else
		model_staff(model_of(s), s,
		    l->operator_id != 0 ? l->operator_id : -l->team_id,
		    on_staff);
	return REACT_HANDLED;
}

static unsigned
run_mine(struct ui *ui, struct screen *s, const struct command *cmd)
{
	struct lead_action *wish = s->data;

	(void)ui, (void)cmd;
	if (begin(s, LEAD_DEED_OWNER) == NULL)
		return REACT_BEEP;
	wish->operator_id = model_actor(model_of(s))->id;
	model_lead_act(model_of(s), s, wish, on_done);
	return REACT_HANDLED;
}

static unsigned
run_close(struct ui *ui, struct screen *s, const struct command *cmd)
{
	struct lead_action *wish = s->data;
	const struct lead *l = begin(s, LEAD_DEED_STATUS);

	(void)ui, (void)cmd;
	if (l == NULL || l->status == LEAD_CLOSED)
		return REACT_BEEP;
	wish->status = LEAD_CLOSED;
	model_lead_act(model_of(s), s, wish, on_done);
	return REACT_HANDLED;
}

/* clang-format off */
const struct command lead_commands[] = {
	{"lead.edit", N_("Change"), N_("Say anew what the customer needs."),
	    "leads:e lead:e", NULL, NEED_SELECTION | NEED_WRITABLE, "lead.edit", NAV_NONE, 0, run_edit},
	{"lead.next", N_("Next step"), N_("Say when something is to be done about the lead; nothing: never."),
	    "leads:w lead:w", NULL, NEED_SELECTION | NEED_WRITABLE, "lead.edit", NAV_NONE, LEAD_DEED_NEXT, run_ask},
	{"lead.assign", N_("Assign"), N_("Give the lead to a person or a team."),
	    "leads:a lead:a", NULL, NEED_SELECTION | NEED_WRITABLE, "lead.edit", NAV_NONE, LEAD_DEED_OWNER, run_ask},
	{"lead.mine", N_("Take it"), N_("Make the lead mine."),
	    "leads:m lead:m", NULL, NEED_SELECTION | NEED_WRITABLE, "lead.edit", NAV_NONE, 0, run_mine},
	{"lead.contact", N_("Customer"), N_("Say who could buy."),
	    "leads:i lead:i", NULL, NEED_SELECTION | NEED_WRITABLE, "lead.edit", NAV_NONE, LEAD_DEED_CONTACT, run_ask},
	{"lead.status", N_("Status"), N_("Qualified, needs an expert, or closed."),
	    "leads:s lead:s", NULL, NEED_SELECTION | NEED_WRITABLE, "lead.edit", NAV_NONE, LEAD_DEED_STATUS, run_ask},
	{"lead.close", N_("Close it"), N_("Close the lead; u takes it back."),
	    "leads:c lead:c", NULL, NEED_SELECTION | NEED_WRITABLE, "lead.close", NAV_NONE, 0, run_close},
	{"lead.delete", N_("To the trash"), N_("Move the lead to the trash; u takes it back."),
	    "leads:x lead:x", NULL, NEED_SELECTION | NEED_WRITABLE, "lead.delete", NAV_NONE, LEAD_DEED_DELETE, run_do},
	{"lead.restore", N_("Out of the trash"), N_("Take the lead out of the trash."),
	    "leads:o lead:o", NULL, NEED_SELECTION | NEED_WRITABLE, "lead.restore", NAV_NONE, LEAD_DEED_RESTORE, run_do},
};
/* clang-format on */
const size_t lead_commands_count =
    sizeof(lead_commands) / sizeof(lead_commands[0]);
