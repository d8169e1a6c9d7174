/*
 * screen_int - struct ui, shared by screen.c, screen_keys.c, screen_paint.c.
 */
#ifndef TUI_SCREEN_INT_H
#define TUI_SCREEN_INT_H

#include "tui/screen.h"

#define UI_DEPTH 24

struct ui {
	const struct ui_hooks *hooks;   /* borrowed */
	struct app *app;                /* borrowed */
	struct commands *commands;      /* owned */
	struct keymap *keymap;          /* owned */
	struct screen *stack[UI_DEPTH]; /* owned, lowest first */
	size_t count;
	uint64_t last_serial;
	int w, h; /* of the terminal */
	bool plain;
	bool dirty, quit, mouse_on;
	bool status_stale; /* ask for what the bars show */
	struct key pending[KEY_SEQUENCE_MAX]; /* begun sequence */
	size_t pending_count;
	char toast[ERR_TEXT_SIZE]; /* "" when none; safe text */
	enum toast toast_kind;
	int64_t toast_at_us; /* monotonic */
	uint64_t toast_input; /* inputs then */
	const char *banner;  /* N_(), in the row below the title; NULL: none */
	/* In that row where there is no banner, "" when none; safe text. */
	char question[192];
	const char *answer; /* the command that answers it; borrowed */
	int64_t input_us;    /* monotonic; the last key, paste or click */
	uint64_t inputs;     /* how many of them there were */
	char refusal[ERR_TEXT_SIZE];
	struct str status_left, status_right; /* as painted last */
};

/* Area of s in cells of the terminal; for modal ones with the frame. */
void ui__area(const struct ui *ui, const struct screen *s, int *x, int *y,
    int *w, int *h);
/* Tell s its size. */
void ui__layout(struct ui *ui, struct screen *s);
void ui__quit(struct ui *ui);
/* A second passed: toast and status bar. */
void ui__tick(struct ui *ui);
/* A key was pressed: a toast that was seen goes. */
void ui__toast_seen(struct ui *ui);
/* Is cmd one of base_commands? */
bool ui__is_base(const struct command *cmd);

#endif
