/*
 * dialogs - the small modal screens: confirm, prompt, choose, palette, help.
 *
 * Each is pushed with a result callback (see tui/screen.h).  Texts of ours
 * come translated; items and subject texts may come from outside, they are
 * gated when drawn.  All strings are copied.
 */
#ifndef TUI_SCREENS_DIALOGS_H
#define TUI_SCREENS_DIALOGS_H

#include "tui/widgets/w_line.h"
#include "tui/screen.h"

struct confirm_args {
	const char *title;    /* "Close the conversation" */
	const char *question; /* a sentence; may hold text from outside */
	const char *yes;      /* word of the action ("Close"); NULL: "Yes" */
	const char *type;     /* must be typed to accept, or NULL */
	bool danger;
	bool is_page; /* the question is long: as much room as there is */
};
/* Default is No.  y or the typed word accepts. */
void confirm_push(struct ui *ui, struct screen *parent,
    const struct confirm_args *args, screen_result_fn *done, int64_t context);

struct prompt_args {
	const char *title;
	const char *label;
	const char *text;               /* to begin with, or NULL */
	struct w_line_history *history; /* borrowed for ever, or NULL */
	size_t max_bytes;               /* more is refused; 0: W_LINE_MAX */
	bool secret;
	bool may_be_empty;
	int (*check)(const char *value, struct err *err); /* or NULL */
};
/* result.text is what was typed. */
void prompt_push(struct ui *ui, struct screen *parent,
    const struct prompt_args *args, screen_result_fn *done, int64_t context);

struct chooser_item {
	int64_t id;         /* given back as result.id */
	const char *text;   /* may come from outside */
	const char *detail; /* second column, or NULL */
	bool trusted;       /* text and detail are ours */
};
struct chooser_args {
	const char *title;
	const struct chooser_item *items; /* copied */
	/* Ours, one for each item: what else it is found by; or NULL. */
	const char *const *words; /* copied */
	size_t count;
	int64_t selected; /* id, or 0 */
};
/* Typing filters; result.id and result.text are the item's. */
void chooser_push(struct ui *ui, struct screen *parent,
    const struct chooser_args *args, screen_result_fn *done, int64_t context);

/* All commands by label and name, with a fuzzy filter. */
void palette_push(struct ui *ui);
/* All keys of the front screen, from the tables, searchable. */
void help_push(struct ui *ui);
/* A page of text with a title, scrolled and searched; text from outside. */
void pager_push(struct ui *ui, const char *title, const char *text, size_t n);

#endif
