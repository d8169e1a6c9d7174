/*
 * command - everything a person can do in the console, as rows of tables.
 *
 * Keys, palette, help and hints all come from these rows.  A row names what
 * must be true (needs) and which operation it asks permission for; the
 * dispatcher in tui/screen.c refuses with the reason, so handlers do not
 * check again.  Loop thread only.
 */
#ifndef TUI_COMMAND_H
#define TUI_COMMAND_H

#include "common/str.h"
#include "tui/term/keymap.h"
#include <stdbool.h>
#include <stddef.h>

struct ui;
struct screen;

/* What a row may ask for.  Who knows it says so: screen_ops.state, ui_hooks. */
enum command_need {
	NEED_SELECTION = 1 << 0,    /* a row is selected */
	NEED_WRITABLE = 1 << 1,     /* desk is not read-only */
	NEED_CONVERSATION = 1 << 2, /* a conversation is open or selected */
	NEED_TICKET = 1 << 3,       /* a ticket is open or selected */
	NEED_CONTACT = 1 << 4,      /* a contact is open or selected */
	NEED_EQUIPMENT = 1 << 5,    /* a piece of equipment is selected */
	NEED_CALL = 1 << 6,         /* a call is going on */
	NEED_RECORDING = 1 << 7,    /* a recording is going on */
	NEED_DRAFT = 1 << 8,        /* there is text to send or save */
	NEED_GUIDE = 1 << 9,        /* a guide is being walked */
	/* What is typed can be kept: also while the desk cannot be written. */
	NEED_DRAFTS = 1 << 10,
	NEED_RECORD = NEED_CONVERSATION | NEED_TICKET,
	/* Never needed: rows are on their way, and then one is selected. */
	STATE_READING = 1 << 15,
};

/* Movement and editing: the widgets understand these instead of keys. */
enum nav {
	NAV_NONE,
	NAV_UP,
	NAV_DOWN,
	NAV_LEFT,
	NAV_RIGHT,
	NAV_TOP,
	NAV_BOTTOM,
	NAV_PAGE_UP,
	NAV_PAGE_DOWN,
	NAV_HOME,
	NAV_END,
	NAV_OPEN,      /* Enter */
	NAV_BACK,      /* Esc */
	NAV_NEXT,      /* Tab */
	NAV_PREV,      /* S-Tab */
	NAV_MARK,      /* Space */
	NAV_FILTER,    /* / */
	NAV_FIND_NEXT, /* next and previous match of a search */
	NAV_FIND_PREV,
	NAV_WORD_LEFT, /* from here on: editing */
	NAV_WORD_RIGHT,
	NAV_BACKSPACE,
	NAV_DELETE,
	NAV_DELETE_WORD, /* the word before the cursor */
	NAV_DELETE_LINE, /* all before the cursor */
	NAV_UNDO,
	NAV_REDO,
	NAV_ACCEPT, /* C-s: send, save */
};

struct command {
	const char *name;  /* "ticket.new"; unique */
	const char *label; /* N_(): a few words for palette and hints */
	const char *help;  /* N_(): one sentence */
	/*
	 * Default keys: "CONTEXT:KEYS" separated by blanks, for example
	 * "tickets:n inbox:t"; NULL: palette only.
	 */
	const char *keys;
	/*
	 * Contexts in which it is offered, separated by blanks; NULL: in those
	 * of keys, or everywhere when there are no keys or one is global.
	 */
	const char *contexts;
	unsigned needs;        /* enum command_need bits */
	const char *operation; /* permission ("ticket.new"), or NULL */
	enum nav nav;          /* set: handed to the screen as movement */
	int arg;               /* for handlers that serve several rows */
	/* Returns enum react bits; NULL when nav is set. */
	unsigned (*run)(
	    struct ui *ui, struct screen *screen, const struct command *cmd);
};

/* The tables known so far. */
struct commands;

struct commands *commands_new(void);
void commands_free(struct commands **cs);
/* rows are borrowed for ever (const tables).  A doubled name is a BUG. */
void commands_add(struct commands *cs, const struct command *rows, size_t n);
const struct command *commands_get(
    const struct commands *cs, const char *name); /* NULL: no such command */
/* In the order of adding; NULL: no more. */
const struct command *commands_at(const struct commands *cs, size_t i);
/* Offered in this context (a screen's name)? */
bool command_fits(const struct command *cmd, const char *context);
/* Bind all default keys; OD_ECONFLICT, OD_EDATA as keymap_bind. */
int commands_bind(
    const struct commands *cs, struct keymap *km, struct err *err);
/* The same, then the operator's file, see keymap_load; text may be NULL. */
int commands_bind_all(const struct commands *cs, struct keymap *km,
    const char *text, size_t n, const char *name, struct err *err);
/* Why needs are not met by state: a translated sentence, NULL when they are. */
const char *command_refusal(unsigned needs, unsigned state);

/*
 * How well query fits a command's label (in the current language) or name:
 * 0 not at all, else higher is better.  Letters in order, folded; beginnings
 * of words count more.
 */
int fuzzy_score(const char *query, const char *text);

/* An operation that a command reaches without naming it. */
struct command_reach {
	const char *operation, *command;
};
extern const struct command_reach command_reaches[];
extern const size_t command_reach_count;

/* Movement and editing rows, help, palette, close, quit, redraw, mouse. */
extern const struct command base_commands[];
extern const size_t base_commands_count;

#endif
