/*
 * ticket_contact - who has the trouble: the customer of a ticket, found by a
 * name or a number.
 */
#include "common/i18n.h"
#include "tui/app.h"
#include "tui/screens/dialogs.h"
#include "tui/screens/staff_ask.h"
#include "tui/screens/ticket_do.h"

static unsigned
contact_chosen(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	const struct ticket_aim *aim = s->data;
	const struct ticket_action a = {.act = TICKET_ACT_FIELDS,
	    .id = aim->id,
	    .version = aim->version,
	    .number = aim->number,
	    .edit_contact = true,
	    .contact_id = r->id};

	(void)ui, (void)context;
	if (!r->accepted)
		return REACT_NONE;
	model_ticket_act(model_of(s), s, &a, NULL);
	return REACT_HANDLED;
}

static void
on_found(struct screen *s, const struct contact *rows, size_t count,
    const struct model_answer *answer)
{
	const struct ticket_aim *aim = s->data;
	char title[80];

	str_format(title, sizeof(title), _("Customer of ticket %lld"),
	    (long long)aim->number);
	contact_choose(s, rows, count, answer, title,
	    _("the ticket has no customer"), contact_chosen);
}

static unsigned
name_typed(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	(void)ui, (void)context;
	if (r->accepted)
		model_contacts_find(model_of(s), s, r->text, on_found);
	return REACT_REDRAW;
}

void
ticket_contact_ask(struct screen *s)
{
	const struct ticket_aim *aim = s->data;
	struct prompt_args args = {
	    .label = _("Name or number of the customer")};
	char title[80];

	str_format(title, sizeof(title), _("Customer of ticket %lld"),
	    (long long)aim->number);
	args.title = title;
	prompt_push(s->ui, s, &args, name_typed, 0);
}
