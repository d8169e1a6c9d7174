/*
 * ticket_merge_do - merging and linking from a ticket's card: what there is is
 * searched and chosen, then it is told what will happen, and asked.
 */
#ifndef TUI_SCREENS_TICKET_MERGE_DO_H
#define TUI_SCREENS_TICKET_MERGE_DO_H

#include "db/records/tickets.h"
#include "tui/model/model_ticket_card.h"
#include "tui/screen.h"

/* s is the card that shows t, which is read now and not kept. */
void ticket_merge_ask(struct screen *s, const struct ticket *t);
void ticket_unmerge_ask(
    struct ui *ui, struct screen *s, const struct ticket *t);
void ticket_link_ask(struct screen *s, const struct ticket *t);

/* Choose what of the ticket becomes a new one; card is read now. */
void ticket_split_ask(struct ui *ui, const struct ticket_card *card);

#endif
