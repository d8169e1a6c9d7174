/* staff_ask - see staff_ask.h. */
#include "tui/screens/staff_ask.h"

#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/screens/dialogs.h"

#include <stdlib.h>

void
staff_choose(struct screen *s, const struct staff_list *staff,
    const struct staff_words *words, int64_t selected, screen_result_fn *done,
    int64_t context)
{
	size_t n = staff->operator_count + staff->team_count + 1, at = 0;
	struct chooser_args args = {.title = words->title,
	    .count = n,
	    .selected = selected};
	struct chooser_item *items;

	if (ui_top(s->ui) != s)
		return; /* something else was opened meanwhile */
	items = xcalloc(n, sizeof(items[0]));
	args.items = items;
	for (size_t i = 0; i < staff->operator_count; i++)
		items[at++] = (struct chooser_item){staff->operators[i].id,
		    staff->operators[i].full_name,
		    staff->operators[i].team_name, false};
	for (size_t i = 0; i < staff->team_count; i++)
		items[at++] = (struct chooser_item){-staff->teams[i].id,
		    staff->teams[i].name, words->team, false};
	items[at] = (struct chooser_item){
	    words->nobody_id, words->nobody, words->means, true};
	chooser_push(s->ui, s, &args, done, context);
	free(items);
}

void
contact_choose(struct screen *s, const struct contact *rows, size_t count,
    const struct model_answer *answer, const char *title, const char *nobody,
    screen_result_fn *done)
{
	struct chooser_item items[CONTACTS_FOUND_MAX + 1];
	const struct chooser_args args = {
	    .title = title, .items = items, .count = count + 1};

	if (answer->rc != 0) {
		ui_toast_err(s->ui, answer->err);
		return;
	}
	if (ui_top(s->ui) != s)
		return; /* something else was opened meanwhile */
	if (count == 0) {
		ui_toast(s->ui, TOAST_INFO, "%s",
		    _("Nobody was found; \"opdesk contact new\" makes a"
		      " contact"));
		return;
	}
	for (size_t i = 0; i < count; i++)
		items[i] = (struct chooser_item){rows[i].id, rows[i].full_name,
		    rows[i].company_name[0] != '\0' ? rows[i].company_name
						    : rows[i].phone_number,
		    false};
	items[count] = (struct chooser_item){0, _("Nobody"), nobody, true};
	chooser_push(s->ui, s, &args, done, 0);
}
