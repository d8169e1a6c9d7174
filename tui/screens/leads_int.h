/*
 * leads_int - what the files of leads share.
 *
 *	scr_leads.c  the list: windows, views and its filter
 *	scr_lead.c   one of them, whole
 *	leads_do.c   what is done to one, from either of them
 *	leads_text.c words and lines of leads
 */
#ifndef TUI_SCREENS_LEADS_INT_H
#define TUI_SCREENS_LEADS_INT_H

#include "common/str.h"
#include "tui/app.h"
#include "tui/model/model_leads.h"

/* ---- leads_text.c ---- */

const char *leads__status_word(enum lead_status status);
/* The operator's or the team's name; "" when it is nobody's. */
const char *leads__owner(const struct lead *l);
/* Its next step is overdue. */
bool leads__is_late(const struct lead *l);
/* "22/11 09:00  needs an expert  Fibre for two", in one line. */
void leads__line(const struct app *app, const struct lead *l, struct str *out);

/* ---- of the screens: their data begins with a struct lead_action ---- */

/* The one under the cursor, or on the card; NULL: none. */
const struct lead *leads__list_row(const struct screen *s);
const struct lead *leads__card_shown(const struct screen *s);
/* Of either screen. */
const struct lead *leads__under(const struct screen *s);
bool leads__owned(const struct screen *s, struct screen_owner *out);

#endif
