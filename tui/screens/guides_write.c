/*
 * guides_write - from the list of guides to what is written: a guide changed
 * or begun, and the versions that there were.
 */
#include "tui/screens/guides_int.h"

#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/screens/dialogs.h"
#include "tui/screens/guide_edit_int.h"
#include "tui/screens/screens.h"

#include <stdlib.h>
#include <string.h>

static const struct guide_row *
selected(const struct guides *d)
{
	const struct guide_found *f = d->tab == 0 ? guides__selected(d) : NULL;

	return f != NULL ? &d->shelf.rows[f->at] : NULL;
}

static unsigned
run_edit(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct guide_row *row = selected(s->data);

	(void)cmd;
	return row != NULL ? ui_open(ui, &scr_guide_edit, row->id, NULL)
	                   : REACT_BEEP;
}

/* ---- a new one ---- */

static void
on_begun(struct screen *s, const struct guide_edit_action *action,
    const struct model_answer *answer)
{
	struct guides *d = s->data;

	if (answer->rc == 0) {
		d->begun = action->id;
		(void)ui_open(s->ui, &scr_guide_edit, action->id, NULL);
	} else if (answer->rc == OD_ECONFLICT) {
		ui_toast_err(s->ui, answer->err);
	}
}

static unsigned
run_new(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)ui, (void)cmd;
	guide_begin_ask(s, KNOWLEDGE_GUIDE, on_begun);
	return REACT_HANDLED;
}

/* ---- versions ---- */

static unsigned
run_versions(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct guide_row *row = selected(s->data);

	(void)ui, (void)cmd;
	if (row == NULL)
		return REACT_BEEP;
	guide_versions_show(s, row->id);
	return REACT_HANDLED;
}

/* clang-format off */
const struct command guides_write_commands[] = {
	{"guides.edit", N_("Change"), N_("Change the selected guide: a draft, until it is published."),
	    "guides:e", NULL, NEED_SELECTION | NEED_WRITABLE, "guide.edit", NAV_NONE, 0, run_edit},
	{"guides.new", N_("New guide"), N_("Begin a guide with a first text in both languages."),
	    "guides:N", NULL, NEED_WRITABLE, "guide.new", NAV_NONE, 0, run_new},
	{"guides.versions", N_("Versions"), N_("Look at the versions of the selected guide and what each changed."),
	    "guides:v", NULL, NEED_SELECTION, "guide.read", NAV_NONE, 0, run_versions},
};
/* clang-format on */
const size_t guides_write_commands_count =
    sizeof(guides_write_commands) / sizeof(guides_write_commands[0]);
