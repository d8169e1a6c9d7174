/* ticket_merge_do - see ticket_merge_do.h. */
#include "tui/screens/ticket_merge_do.h"

#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/model/model_ticket_merge.h"
#include "tui/screens/dialogs.h"
#include "tui/screens/ticket_do.h"
#include "tui/screens/ticket_words.h"

#include <stdlib.h>

enum { PICK_MERGE, PICK_LINK };

static void
aim_at(struct screen *s, const struct ticket *t)
{
	struct ticket_aim *aim = s->data;

	ticket_aim_clear(aim);
	*aim = (struct ticket_aim){
	    .id = t->id, .version = t->version, .number = t->number};
}

/* ---- what will happen ---- */

static unsigned
merge_done(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t target_id)
{
	const struct ticket_aim *aim = s->data;

	(void)ui;
	if (r->accepted)
		model_ticket_merge(
		    model_of(s), s, aim->id, aim->version, target_id, 0);
	return r->accepted ? REACT_HANDLED : REACT_NONE;
}

static void
add_count(struct str *out, const char *label, int count)
{
	if (count > 0)
		str_addf(out, "\n%s: %d", label, count);
}

static void
on_look(struct screen *s, const struct ticket_merge *plan, int64_t target_id)
{
	struct confirm_args args = {
	    .title = _("Merge tickets"), .yes = _("Merge them")};
	struct str q = STR_INIT;

	if (ui_top(s->ui) != s || s->ops->wants_text(s)) {
		ui_toast(s->ui, TOAST_INFO, "%s",
		    _("Not merged, as you went on; M asks again"));
		return;
	}
	str_addf(&q, _("Ticket %lld goes into %lld, \"%s\" (%s)."),
	    (long long)plan->source, (long long)plan->target, plan->subject,
	    ticket_state_word(plan->state));
	if (plan->contacts_differ)
		str_addf(&q, " %s", _("They are of different contacts."));
	add_count(&q, _("Comments"), plan->comments);
	add_count(&q, _("Conversations"), plan->conversations);
	add_count(&q, _("Links"), plan->links);
	add_count(&q, _("Checks"), plan->checks);
	add_count(&q, _("Times worked"), plan->times);
	if (plan->tags[0] != '\0')
		str_addf(&q, "\n%s: %s", _("Tags"), plan->tags);
	args.question = q.s;
	args.danger = plan->contacts_differ;
	confirm_push(s->ui, s, &args, merge_done, target_id);
	str_free(&q);
}

/* ---- which one ---- */

static unsigned
picked(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	const struct ticket_aim *aim = s->data;

	(void)ui;
	if (!r->accepted)
		return REACT_NONE;
	if (context == PICK_MERGE)
		model_ticket_merge_look(
		    model_of(s), s, aim->id, r->id, on_look);
	else
		model_ticket_link(model_of(s), s, aim->id, r->id);
	return REACT_HANDLED;
}

static void
on_pick(
    struct screen *s, const struct ticket *rows, size_t count, int64_t context)
{
	const struct ticket_aim *aim = s->data;
	struct chooser_args args = {.count = count};
	struct chooser_item *items;
	char(*texts)[240];
	char title[80];

	if (ui_top(s->ui) != s)
		return; /* something else was opened meanwhile */
	items = xcalloc(count + 1, sizeof(items[0]));
	texts = xcalloc(count + 1, sizeof(texts[0]));
	args.items = items;
	for (size_t i = 0; i < count; i++) {
		str_format(texts[i], sizeof(texts[i]), "%lld %s",
		    (long long)rows[i].number, rows[i].subject);
		items[i] = (struct chooser_item){
		    rows[i].id, texts[i], rows[i].contact_name, false};
	}
	str_format(title, sizeof(title),
	    context == PICK_MERGE ? _("Merge ticket %lld into")
				  : _("Link ticket %lld to"),
	    (long long)aim->number);
	args.title = title;
	if (count > 0)
		chooser_push(s->ui, s, &args, picked, context);
	else
		ui_toast(s->ui, TOAST_INFO, "%s",
		    _("There is no other active ticket"));
	free(items);
	free(texts);
}

void
ticket_merge_ask(struct screen *s, const struct ticket *t)
{
	aim_at(s, t);
	model_ticket_pick(
	    model_of(s), s, t->id, t->contact_id, PICK_MERGE, on_pick);
}

void
ticket_link_ask(struct screen *s, const struct ticket *t)
{
	aim_at(s, t);
	model_ticket_pick(
	    model_of(s), s, t->id, t->contact_id, PICK_LINK, on_pick);
}

/* ---- back ---- */

/* It stands nowhere else: over what was opened meanwhile, in the bar. */
static void
on_unmerge(struct screen *s, const struct ticket_unmerge *done)
{
	if (ui_top(s->ui) == s)
		pager_push(
		    s->ui, _("What stays"), done->told.s, done->told.len);
	else
		ui_toast(s->ui, TOAST_INFO, "%s: %s", _("What stays"),
		    done->told.s);
}

static unsigned
unmerge_done(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	const struct ticket_aim *aim = s->data;

	(void)ui, (void)context;
	if (r->accepted)
		model_ticket_unmerge(
		    model_of(s), s, aim->id, aim->version, on_unmerge);
	return r->accepted ? REACT_HANDLED : REACT_NONE;
}

void
ticket_unmerge_ask(struct ui *ui, struct screen *s, const struct ticket *t)
{
	struct confirm_args args = {
	    .title = _("Take the merge back"), .yes = _("Take back")};
	struct str q = STR_INIT;

	aim_at(s, t);
	if (t->state != TICKET_MERGED) {
		ui_toast(ui, TOAST_INFO, "%s", _("The ticket is not merged"));
		ui_bell(ui);
		return;
	}
	str_addf(&q,
	    _("Ticket %lld gets back what it had, but for what was changed"
	      " since."),
	    (long long)t->number);
	args.question = q.s;
	confirm_push(ui, s, &args, unmerge_done, 0);
	str_free(&q);
}
