/* screens - every screen of the console that can be opened by itself. */
#ifndef TUI_SCREENS_SCREENS_H
#define TUI_SCREENS_SCREENS_H

#include "tui/screen.h"

extern const struct screen_ops scr_desk;	 /* my day */
extern const struct screen_ops scr_tickets;	 /* list of tickets */
extern const struct screen_ops scr_ticket;	 /* one ticket; id: ticket */
extern const struct screen_ops scr_inbox;	 /* conversations and thread */
extern const struct screen_ops scr_system;	 /* daemon, channels, outbox */

/* Go to the inbox and show this conversation; failures become a toast. */
void inbox_show(struct ui *ui, int64_t conversation_id);

/* Go to what waits for a second person. */
void system_show_approvals(struct ui *ui);

/* The rows of each screen's own commands. */
extern const struct command desk_commands[];
extern const size_t desk_commands_count;
extern const struct command tickets_commands[];
extern const size_t tickets_commands_count;
extern const struct command ticket_commands[];
extern const size_t ticket_commands_count;
extern const struct command inbox_commands[];
extern const size_t inbox_commands_count;
extern const struct command system_commands[];
extern const size_t system_commands_count;

#endif
