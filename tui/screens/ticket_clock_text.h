/*
 * ticket_clock_text - a ticket's promises in words: the rows of its card, and
 * every interval with its reason.
 */
#ifndef TUI_SCREENS_TICKET_CLOCK_TEXT_H
#define TUI_SCREENS_TICKET_CLOCK_TEXT_H

#include "tui/model/model_ticket_card.h"
#include "tui/screens/countdown.h"

/*
 * What one promise says: "!12 min (10:30)", "‖ 3 h 20 left", "met"; its role
 * as of countdown_role.
 */
enum role ticket_clock_text(const struct ui *ui, const struct clock_line *l,
    int64_t now_us, char out[80]);
/*
 * The two that a card shows: what is to be said next (or was), and the end;
 * NULL: there is none.
 */
void ticket_clock_pair(const struct ticket_card *card,
    const struct clock_line **answer, const struct clock_line **end);
/* Changes as soon as what the card says of its promises does. */
int64_t ticket_clock_beat(const struct ticket_card *card, int64_t now_us);

/* "a part, since 10:27, until 24/12 09:00": what a ticket waits for. */
void ticket_clock_waiting(
    const struct ui *ui, const struct ticket_card *card, struct str *out);
/* "until Monday 23/11 09:00 or until the customer says something". */
void ticket_clock_sleep(
    const struct ui *ui, const struct ticket *t, char out[120]);

/* Every promise with every interval and its reason, a line each. */
void ticket_clock_explain(
    const struct ui *ui, const struct ticket_explained *e, struct str *out);

#endif
