/*
 * model_views - saved views of the list of tickets, and how an operator left
 * that list.
 */
#ifndef TUI_MODEL_MODEL_VIEWS_H
#define TUI_MODEL_MODEL_VIEWS_H

#include "db/records/views.h"
#include "tui/model/model.h"

/* Settings: the columns that one's own list has, and "1" for the preview. */
#define SETTING_TICKET_COLUMNS "tickets.columns"
#define SETTING_TICKET_PREVIEW "tickets.preview"

struct view_choice {
	struct view *rows; /* owned; a callback may take them (set NULL) */
	size_t count;
	char columns[VIEW_COLUMNS];
	bool preview;
};
typedef void view_choice_fn(struct screen *s, struct view_choice *choice,
    const struct model_answer *answer);
/* Those at hand, see view_list; an error becomes a toast. */
void model_views(struct model *m, struct screen *s, view_choice_fn *fn);

enum view_whose { VIEW_FOR_ME, VIEW_FOR_TEAM, VIEW_FOR_ALL };

enum view_act { VIEW_ACT_NEW, VIEW_ACT_EDIT, VIEW_ACT_DELETE };

struct view_action {
	enum view_act act;
	int64_t id, version; /* 0 for a new one; filled in when it is made */
	/* VIEW_ACT_EDIT writes what it is told. */
	bool edit_name, edit_shown, edit_slot;
	char name[VIEW_NAME];
	char filter[VIEW_FILTER], ordering[VIEW_ORDERING]; /* edit_shown */
	char columns[VIEW_COLUMNS];
	int slot;
	enum view_whose whose; /* VIEW_ACT_NEW */
};
/* Only when it was done. */
typedef void view_action_fn(struct screen *s, const struct view_action *action);
/* action is copied; how it went is a toast.  fn may be NULL. */
void model_view_act(struct model *m, struct screen *s,
    const struct view_action *action, view_action_fn *fn);

/* One's own setting from now on; nothing is kept where nothing may be. */
void model_setting(struct model *m, const char *name, const char *value);

#endif
