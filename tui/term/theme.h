/*
 * theme - what things mean, and how each kind of terminal shows it.
 *
 * Screens name roles, never colours.  Every role differs from ROLE_NORMAL in
 * monochrome where its meaning matters, and no state is told by colour alone.
 * Const tables; any thread.
 */
#ifndef TUI_TERM_THEME_H
#define TUI_TERM_THEME_H

#include <stdint.h>

enum role {
	ROLE_NORMAL,
	ROLE_TITLE,        /* title bar */
	ROLE_HEADER,       /* column heads, section names */
	ROLE_SELECTED,     /* focused row of the focused pane */
	ROLE_SELECTED_DIM, /* selected row of a pane without focus */
	ROLE_MARKED,       /* marked rows */
	ROLE_UNREAD,       /* rows and counts that wait for a person */
	ROLE_MUTED,        /* dates, secondary text, empty hints */
	ROLE_STRONG,       /* names, numbers worth seeing */
	ROLE_LINK,         /* what Enter opens */
	ROLE_MATCH,        /* where a search matched */
	ROLE_OK,           /* delivered, healthy, met */
	ROLE_INFO,         /* neutral notice */
	ROLE_WARNING,      /* at risk, uncertain */
	ROLE_DANGER,       /* destructive, breached */
	ROLE_ERROR,        /* a sentence that says what failed */
	ROLE_INCOMING,     /* a customer's words */
	ROLE_OUTGOING,     /* our words */
	ROLE_NOTE,         /* internal note: text */
	ROLE_REPLY,        /* reply to the customer: text */
	ROLE_BORDER,       /* frames */
	ROLE_BORDER_FOCUS, /* frame of the focused pane */
	ROLE_NOTE_BORDER,  /* frame of a note being written */
	ROLE_REPLY_BORDER, /* frame of a reply being written */
	ROLE_KEY,          /* key names in hints */
	ROLE_HINT,         /* words beside key names */
	ROLE_STATUS,       /* status bar */
	ROLE_FIELD,        /* input field */
	ROLE_FIELD_FOCUS,  /* input field being edited */
	ROLE_RECORDING,    /* the recording light */
	ROLE_REHEARSAL,    /* the rehearsal badge */
	ROLE_BADGE,        /* counts and short labels */
	ROLE_COUNT
};

enum theme_depth { THEME_MONO, THEME_8, THEME_256, THEME_DEPTH_COUNT };

enum theme_attr {
	ATTR_BOLD = 1,
	ATTR_DIM = 2,
	ATTR_UNDERLINE = 4,
	ATTR_REVERSE = 8,
};

struct theme_style {
	int16_t fg, bg; /* colour number; -1: the terminal's own */
	uint16_t attrs; /* enum theme_attr */
};

/* Never NULL. */
const struct theme_style *theme_style(enum theme_depth depth, enum role role);
/* One letter a role, all different, '.' for ROLE_NORMAL: for dumps. */
char theme_letter(enum role role);
/* "selected", "note-border": for messages. */
const char *theme_role_name(enum role role);

#endif
