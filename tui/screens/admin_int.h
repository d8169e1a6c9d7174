/*
 * admin_int - what the files of the Setup screen share.
 *
 *	scr_admin.c    the screen: lists, answers, drawing, movement
 *	admin_cells.c  rows of its lists, and the selected one in full
 *	admin_do.c     what people do about it
 *	admin_form*.c  the form of a new or changed one
 */
#ifndef TUI_SCREENS_ADMIN_INT_H
#define TUI_SCREENS_ADMIN_INT_H

#include "tui/model/model_admin.h"
#include "tui/widgets/w_list.h"
#include "tui/widgets/w_text.h"

struct admin_data {
	struct w_list lists[ADMIN_KINDS];
	struct w_text detail;
	enum admin_kind kind;  /* whose list is shown */
	bool trash;            /* what was deleted is shown */
	uint64_t asked, shown; /* turns */
	struct admin_view view;
	bool known;
	struct admin_act sent; /* what a proof was asked for */
};

/* ---- scr_admin.c ---- */

/* The selected row's place in the view's array; false: none. */
bool admin__selected(const struct admin_data *d, size_t *at);
unsigned admin__show(struct screen *s, enum admin_kind kind, bool trash);

/* ---- admin_cells.c ---- */

size_t admin__rows(const struct admin_view *v, enum admin_kind kind);
/* The same row after each answer. */
int64_t admin__row_id(
    const struct admin_view *v, enum admin_kind kind, size_t at);
/* Its id and version as a change names them, and what it is called. */
void admin__aim(const struct admin_view *v, enum admin_kind kind, size_t at,
    struct admin_act *act);
extern const struct w_list_ops admin__lists[ADMIN_KINDS];
void admin__detail(const struct admin_view *v, enum admin_kind kind, size_t at,
    struct w_text *out);

/* ---- admin_do.c ---- */

/* Do it; what it says, and the proof that it asks for, go to s. */
void admin__send(struct screen *s, const struct admin_act *act);

/* ---- admin_form.c ---- */

/* at: the row to change; act->verb says what the form is for. */
void admin__form(struct ui *ui, const struct admin_view *v, size_t at,
    const struct admin_act *act);

#endif
