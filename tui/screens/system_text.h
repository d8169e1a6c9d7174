/*
 * system_text - the System screen's rows in words: cells, the selected row in
 * full, the daemon's line, counts.
 */
#ifndef TUI_SCREENS_SYSTEM_TEXT_H
#define TUI_SCREENS_SYSTEM_TEXT_H

#include "tui/model/model_system.h"
#include "tui/widgets/w_list.h"
#include "tui/widgets/w_text.h"

enum system_tab { TAB_CHANNELS, TAB_EVENTS, TAB_OUTBOX, TAB_APPROVALS, TAB_WEBHOOKS, SYSTEM_TABS };

/* Columns in the order of the screen's tables. */
void system_channel_cell(
    const struct channel_status *c, int column, struct w_cell *out);
void system_event_cell(
    const struct raw_event *e, int column, struct w_cell *out);
void system_outbox_cell(
    const struct outbox_item *i, int column, struct w_cell *out);
void system_approval_cell(
    const struct approval *a, int column, struct w_cell *out);

void system_webhook_cell(
    const struct webhook *w, int column, struct w_cell *out);

/* Appended to t. */
void system_channel_text(
    const struct ui *ui, const struct channel_status *c, struct w_text *t);
void system_event_text(
    const struct ui *ui, const struct raw_event *e, struct w_text *t);
void system_outbox_text(
    const struct ui *ui, const struct outbox_item *i, struct w_text *t);
void system_approval_text(
    const struct ui *ui, const struct approval *a, struct w_text *t);

/* Its last attempts, and what it is told of. */
void system_webhook_text(const struct ui *ui, const struct webhook *w,
    const struct system_view *v, struct w_text *t);

/* One row: alive or not, since when, where, which version. */
void system_daemon_draw(
    const struct ui *ui, struct canvas *c, int y, const struct system_view *v);
/* One row: how much failed, is uncertain, held, due, and since when. */
void system_counts_draw(struct canvas *c, int y, const struct system_view *v);

#endif
