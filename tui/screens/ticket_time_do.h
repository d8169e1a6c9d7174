/* ticket_time_do - time worked on a ticket, entered and corrected by hand. */
#ifndef TUI_SCREENS_TICKET_TIME_DO_H
#define TUI_SCREENS_TICKET_TIME_DO_H

#include "tui/screen.h"

/* On the ticket's card: which entry, then how much.  enum react bits. */
unsigned ticket_time_ask(struct screen *card);

#endif
