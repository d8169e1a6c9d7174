/*
 * call_lead - what the customer of a call could buy: one that is there already
 * is offered first, so that nobody makes it twice.
 */
#include "tui/screens/call_int.h"

#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/screens/dialogs.h"
#include "tui/screens/leads_int.h"
#include "tui/screens/screens.h"

#include <stdlib.h>

#define NEW_ONE 0 /* chooser */

/* The call is about it, if it was about none or another one. */
static unsigned
open_it(struct screen *s, const struct call *c, int64_t id)
{
	struct call_action about = {
	    .deed = CALL_DEED_ABOUT, .id = c->id, .lead_id = id};

	if (c->lead_id != id)
		call__send(s, &about);
	return ui_open(s->ui, &scr_lead, id, NULL);
}

static unsigned
chosen(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t call_id)
{
	const struct call *c = call_of(s);
	const struct command *make = commands_get(ui_commands(ui), "call.lead");

	if (!r->accepted || c == NULL || c->id != call_id)
		return REACT_NONE;
	return r->id == NEW_ONE ? call__run_ask(ui, s, make)
	                        : open_it(s, c, r->id);
}

static bool
is_among(const struct call_before *b, int64_t id)
{
	for (size_t i = 0; i < b->lead_count; i++)
		if (b->leads[i].id == id)
			return true;
	return false;
}

static void
choose(struct screen *s, const struct call *c)
{
	const struct call_before *b = &call_desk_of(s)->board.before;
	struct chooser_item *items = xcalloc(b->lead_count + 2, sizeof(*items));
	struct chooser_args args = {
	    .title = _("A lead of the call"), .items = items};
	char own[48];
	size_t n = 0;

	str_format(own, sizeof(own), _("Lead %lld"), (long long)c->lead_id);
	if (c->lead_id != 0 && !is_among(b, c->lead_id))
		items[n++] = (struct chooser_item){
		    c->lead_id, own, _("that of this call"), true};
	for (size_t i = 0; i < b->lead_count; i++) {
		const struct lead *l = &b->leads[i];

		items[n++] = (struct chooser_item){l->id, l->problem_statement,
		    l->id == c->lead_id ? _("that of this call")
					: leads__status_word(l->status),
		    false};
	}
	items[n++] = (struct chooser_item){
	    NEW_ONE, _("A new one"), _("what else could be bought"), true};
	args.count = n;
	args.selected = c->lead_id != 0 ? c->lead_id : items[0].id;
	chooser_push(s->ui, s, &args, chosen, c->id);
	free(items);
}

unsigned
call__run_lead(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct call *c = call_of(s);

	if (c == NULL || (c->lead_id == 0 &&
			     call_desk_of(s)->board.before.lead_count == 0))
		return call__run_ask(ui, s, cmd);
	choose(s, c);
	return REACT_HANDLED;
}
