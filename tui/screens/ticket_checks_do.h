/*
 * ticket_checks_do - the checks of a ticket: a list on which Space ticks.
 */
#ifndef TUI_SCREENS_TICKET_CHECKS_DO_H
#define TUI_SCREENS_TICKET_CHECKS_DO_H

#include "tui/model/model_ticket_card.h"
#include "tui/screen.h"

/* card is read now and not kept. */
void ticket_checks_open(struct ui *ui, const struct ticket_card *card);

/* The rows of its own commands. */
extern const struct command checks_commands[];
extern const size_t checks_commands_count;

#endif
