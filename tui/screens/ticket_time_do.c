/* ticket_time_do - see ticket_time_do.h. */
#include "tui/screens/ticket_time_do.h"

#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/calendars.h"
#include "tui/app.h"
#include "tui/model/model_ticket_card.h"
#include "tui/model/model_time.h"
#include "tui/screens/dialogs.h"
#include "tui/screens/ticket_do.h"

#include <stdlib.h>

#define NEW_ENTRY 0

static int64_t seen_version; /* of the entry that a prompt is about */

static int
check_span(const char *value, struct err *err)
{
	int64_t us;

	return promise_parse_span(value, &us, err);
}

static const struct ticket_time *
entry(const struct ticket_card *card, int64_t id)
{
	for (size_t i = 0; i < card->time_count; i++)
		if (card->times[i].id == id)
			return &card->times[i];
	return NULL;
}

static unsigned
typed(
    struct ui *ui, struct screen *s, const struct screen_result *r, int64_t id)
{
	const struct ticket_card *card = ticket_card_shown(s);
	const struct ticket_time *w = card != NULL ? entry(card, id) : NULL;
	struct time_action a = {.act = TIME_ACT_ADD};
	struct err err = ERR_INIT;

	if (!r->accepted || card == NULL)
		return REACT_NONE;
	if (id != NEW_ENTRY && w == NULL) {
		ui_toast(ui, TOAST_WARNING, "%s",
		    _("That time is gone meanwhile; Y shows what there is"));
		return REACT_BEEP | REACT_REDRAW;
	}
	if (promise_parse_span(r->text, &a.span_us, &err) != 0) {
		ui_toast_err(ui, &err);
		return REACT_BEEP;
	}
	a.ticket_id = card->t.id;
	if (id != NEW_ENTRY) {
		a.act = TIME_ACT_EDIT;
		a.id = id;
		a.version = seen_version;
	}
	model_time_act(model_of(s), s, &a);
	return REACT_HANDLED;
}

static unsigned
chosen(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	const struct ticket_card *card = ticket_card_shown(s);
	const struct ticket_time *w;
	struct prompt_args args = {.title = _("Time worked"),
	    .label = _("How much, like \"1h 20m\""),
	    .check = check_span};
	char span[32];

	(void)context;
	if (!r->accepted || card == NULL)
		return REACT_NONE;
	if ((w = entry(card, r->id)) != NULL) {
		if (w->to_us == 0) {
			ui_toast(ui, TOAST_INFO, "%s",
			    _("That clock runs; stop it first"));
			return REACT_BEEP | REACT_REDRAW;
		}
		promise_format_span(w->worked_us, span);
		args.label = _("How much it was; 0 deletes it");
		args.text = span;
		seen_version = w->version;
	}
	prompt_push(ui, s, &args, typed, r->id);
	return REACT_HANDLED;
}

unsigned
ticket_time_ask(struct screen *s)
{
	const struct ticket_card *card = ticket_card_shown(s);
	struct chooser_args args = {.title = _("Time worked")};
	struct chooser_item *items;
	char(*texts)[320];
	size_t n = 1;

	if (card == NULL)
		return REACT_BEEP;
	items = xcalloc(card->time_count + 1, sizeof(items[0]));
	texts = xcalloc(card->time_count + 1, sizeof(texts[0]));
	items[0] = (struct chooser_item){
	    NEW_ENTRY, _("Enter time worked"), NULL, true};
	for (size_t i = card->time_count; i-- > 0; n++) {
		const struct ticket_time *w = &card->times[i];
		char at[32], span[32];

		app_time(app_of(s->ui), at, sizeof(at), w->from_us);
		promise_format_span(w->worked_us, span);
		str_format(texts[n], sizeof(texts[n]), "%s  %s  %s", at,
		    w->to_us == 0 ? _("runs") : span, w->note);
		items[n] = (struct chooser_item){
		    w->id, texts[n], w->operator_name, false};
	}
	args.items = items;
	args.count = n;
	chooser_push(s->ui, s, &args, chosen, 0);
	free(items);
	free(texts);
	return REACT_HANDLED;
}
