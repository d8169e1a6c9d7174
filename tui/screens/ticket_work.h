/*
 * ticket_work - what is to be done on a ticket and how long it took, on its
 * card: a row of the head, and the checks below the description.
 */
#ifndef TUI_SCREENS_TICKET_WORK_H
#define TUI_SCREENS_TICKET_WORK_H

#include "tui/model/model_ticket_card.h"
#include "tui/widgets/w_text.h"

/* There is something to tell in a row of the head. */
bool ticket_work_any(const struct ticket_card *card);
/* "Checks: 3/5" and so on, appended to out; short is without words. */
void ticket_work_line(const struct ticket_card *card, bool brief,
    struct str *out);
/* The checks, and guides that were walked, as blocks of the card's text. */
void ticket_work_fill(struct w_text *t, const struct ticket_card *card);

#endif
