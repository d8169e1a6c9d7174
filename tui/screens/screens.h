/* screens - every screen of the console that can be opened by itself. */
#ifndef TUI_SCREENS_SCREENS_H
#define TUI_SCREENS_SCREENS_H

#include "tui/screen.h"

extern const struct screen_ops scr_desk;	 /* my day */
extern const struct screen_ops scr_tickets;	 /* list of tickets */
extern const struct screen_ops scr_ticket;	 /* one ticket; id: ticket */
extern const struct screen_ops scr_inbox;	 /* conversations and thread */
extern const struct screen_ops scr_call;	 /* the call; between two */
extern const struct screen_ops scr_recordings; /* sound; id: a call, or 0 */
extern const struct screen_ops scr_leads;	 /* what customers could buy */
extern const struct screen_ops scr_lead;	 /* one of them; id: lead */
extern const struct screen_ops scr_board;	 /* who does what, what waits */
extern const struct screen_ops scr_guides;	 /* guides and sessions */
extern const struct screen_ops scr_guide_session; /* one; id: session */
extern const struct screen_ops scr_guide_edit; /* its text; id: knowledge */
extern const struct screen_ops scr_playbook;	 /* cards and prompts */
extern const struct screen_ops scr_system;	 /* daemon, channels, outbox */
extern const struct screen_ops scr_admin;	 /* what the tenant declares */

/* Go to the inbox and show this conversation; failures become a toast. */
void inbox_show(struct ui *ui, int64_t conversation_id);

/* Go to what waits for a second person. */
void system_show_approvals(struct ui *ui);

/* The rows of each screen's own commands. */
extern const struct command desk_commands[];
extern const size_t desk_commands_count;
extern const struct command tickets_commands[];
extern const size_t tickets_commands_count;
/* tickets_views.c and tickets_save.c */
extern const struct command tickets_view_commands[];
extern const size_t tickets_view_commands_count;
extern const struct command tickets_save_commands[];
extern const size_t tickets_save_commands_count;
extern const struct command ticket_commands[];
extern const size_t ticket_commands_count;
extern const struct command ticket_clock_commands[]; /* list and card */
extern const size_t ticket_clock_commands_count;
extern const struct command inbox_commands[];
extern const size_t inbox_commands_count;
extern const struct command call_commands[];
extern const size_t call_commands_count;
extern const struct command call_hint_commands[]; /* call_adviser.c */
extern const size_t call_hint_commands_count;
extern const struct command tape_commands[];
extern const size_t tape_commands_count;
extern const struct command recordings_commands[];
extern const size_t recordings_commands_count;
extern const struct command leads_commands[];
extern const size_t leads_commands_count;
extern const struct command lead_commands[]; /* leads_do.c: list and card */
extern const size_t lead_commands_count;
extern const struct command board_commands[];
extern const size_t board_commands_count;
extern const struct command guides_commands[];
extern const size_t guides_commands_count;
extern const struct command guides_write_commands[];
extern const size_t guides_write_commands_count;
extern const struct command playbook_commands[];
extern const size_t playbook_commands_count;
extern const struct command guide_edit_commands[];
extern const size_t guide_edit_commands_count;
extern const struct command session_commands[];
extern const size_t session_commands_count;
extern const struct command system_commands[];
extern const size_t system_commands_count;
extern const struct command admin_commands[];
extern const size_t admin_commands_count;

#endif
