/*
 * ticket_text - a ticket's card as blocks of text: description, then replies,
 * notes and changes as one timeline.
 */
#ifndef TUI_SCREENS_TICKET_TEXT_H
#define TUI_SCREENS_TICKET_TEXT_H

#include "tui/model/model_ticket_card.h"
#include "tui/widgets/w_text.h"

/*
 * Fills t anew; block ids above 0 are those of comments.  True when seconds
 * are counted in it: it is old a second later.
 */
bool ticket_text_fill(
    const struct ui *ui, struct w_text *t, const struct ticket_card *card);
/*
 * The block of what was said last, by us or by the customer; that of the
 * description when nothing was.
 */
int64_t ticket_text_newest(const struct ticket_card *card);

/*
 * The rows above the text in c: subject, status, people.  Returns how many
 * rows ticket_head_rows said.
 */
void ticket_head_draw(
    const struct ui *ui, struct canvas *c, const struct ticket_card *card);
int ticket_head_rows(const struct ticket_card *card, int w, int h);

#endif
