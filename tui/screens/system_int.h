/*
 * system_int - what the files of the System screen share.
 *
 *	scr_system.c       the screen: lists, answers, drawing, movement
 *	system_commands.c  what people do about it
 *	system_approvals.c the same for what waits for a second person
 *	system_webhooks.c  who is told of events
 */
#ifndef TUI_SCREENS_SYSTEM_INT_H
#define TUI_SCREENS_SYSTEM_INT_H

#include "tui/model/model_system.h"
#include "tui/screens/system_text.h"
#include "tui/widgets/w_list.h"
#include "tui/widgets/w_text.h"

struct system_data {
	struct w_list lists[SYSTEM_TABS];
	struct w_text detail;
	enum system_tab tab;
	uint64_t asked, shown; /* turns */
	struct system_view view;
	int64_t minute; /* of the wall clock at the last tick, for ages */
	bool known;
	/* A filter that was typed, while who typed it shows who he is. */
	char filter[WEBHOOK_FILTER_MAX + 1];
	int64_t filter_version; /* of the webhook that it is for */
};

/* The selected row's place in the view's array; false: none. */
bool system__selected(
    const struct system_data *d, enum system_tab tab, size_t *at);
unsigned system__show_tab(struct screen *s, enum system_tab tab);

/* Commands of the approvals. */
unsigned system__approve(
    struct ui *ui, struct screen *s, const struct command *cmd);
unsigned system__refuse(
    struct ui *ui, struct screen *s, const struct command *cmd);

/* Commands of the webhooks, and all attempts of one in the pager. */
unsigned system__webhook(
    struct ui *ui, struct screen *s, const struct command *cmd);
unsigned system__webhook_filter(
    struct ui *ui, struct screen *s, const struct command *cmd);
void system_webhook_pager(struct screen *s, const struct webhook *w,
    const struct system_view *v);

#endif
