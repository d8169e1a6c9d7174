/*
 * screen - screens, their stack, and the way of a key through them.
 *
 * A screen is a const table of functions and an instance with private data.
 * Handlers describe effects (enum react) and never paint; draw gets a const
 * screen and may neither query nor allocate.  Confirmations, prompts and
 * choosers are screens that are pushed with a result callback: there is no
 * nested loop anywhere.  No pointer to a screen is kept across a turn: its
 * serial number is.  Loop thread only.
 *
 * Way of a key: while the top screen wants text, characters go to its input
 * at once and other keys are looked up in "edit", the screen's context and
 * "global"; else in the screen's context and "global".  A movement reaches
 * input with .nav set; a command is checked and run; what no table knows
 * reaches input with .nav NAV_NONE.  An unhandled NAV_BACK pops the screen
 * when another one is below.
 */
#ifndef TUI_SCREEN_H
#define TUI_SCREEN_H

#include "common/err.h"
#include "db/core/op.h"
#include "tui/command.h"
#include "tui/term/canvas.h"
#include "tui/term/term.h"
#include <stdbool.h>
#include <stdint.h>

struct app; /* the program's own; this module only hands it on */

enum react {
	REACT_NONE = 0,    /* not mine */
	REACT_HANDLED = 1, /* mine, nothing to show */
	REACT_REDRAW = 2,
	REACT_REFRESH = 4, /* ask the model again, then redraw */
	REACT_LAYOUT = 8,  /* sizes inside changed */
	REACT_POP = 16,    /* close me; no result (a refused one) */
	REACT_BEEP = 32,
	REACT_QUIT = 64, /* end the program */
	REACT_CUT = 128, /* the end of what was pasted did not fit */
};

struct input {
	struct key key;
	enum nav nav; /* NAV_NONE: a plain key */
};

enum notice {        /* what happened outside; id says to which record, or 0 */
	NOTICE_TICK, /* a second passed */
	NOTICE_DATA, /* the desk changed: ask the model again */
	NOTICE_ANSWER, /* the model's answer for this screen arrived */
	NOTICE_LANG,   /* language or zone changed */
	NOTICE_SHOWN,  /* it became the top screen (again) */
	NOTICE_HIDDEN, /* another one is on top, or the program ends: keep
	                  drafts now */
};

struct screen_result {
	bool accepted; /* false: the person gave up */
	int64_t id;    /* chosen id, or index of a choice */
	const char
	    *text; /* typed text; borrowed during the callback, or NULL */
};
/*
 * parent is the screen that pushed (NULL when none did); when that one is
 * gone the callback is not called.  Returns enum react bits for parent.
 */
typedef unsigned screen_result_fn(struct ui *ui, struct screen *parent,
    const struct screen_result *result, int64_t context);

struct screen;

struct screen_owner { /* whose the record is that commands are about */
	enum record_kind kind;
	struct op_owner own;
	const char *name; /* from outside; borrowed until the next turn */
};

struct screen_ops {
	const char *name;  /* context of its keys; "tickets" */
	const char *title; /* N_() */
	bool modal;        /* drawn over the one below */
	bool gate;         /* bars what is below it, see scr_gate.h */
	size_t data_size;  /* zeroed private memory made before open */

	/* args as given to ui_push; borrowed during the call. */
	int (*open)(struct screen *s, const void *args, struct err *err);
	void (*close)(struct screen *s); /* free what data holds */
	/* w, h: cells of its canvas.  Called before the first draw. */
	void (*layout)(struct screen *s, int w, int h);
	/* Ask the model; never draws.  Answered at once: mark a redraw. */
	void (*refresh)(struct screen *s);
	void (*draw)(const struct screen *s, struct canvas *c);
	unsigned (*input)(struct screen *s, const struct input *in);
	/* Text as it came: gate it before showing.  NULL: paste is refused. */
	unsigned (*paste)(struct screen *s, const char *text, size_t n);
	unsigned (*mouse)(
	    struct screen *s, int x, int y, enum term_button button);
	unsigned (*notify)(struct screen *s, enum notice what, int64_t id);
	/* enum command_need bits that are true now. */
	unsigned (*state)(const struct screen *s);
	const char *note; /* the command that leaves a note on its record */
	/* False: none, or not known yet. */
	bool (*owner)(const struct screen *s, struct screen_owner *out);
	/* A text field has the focus. */
	bool (*wants_text)(const struct screen *s);
	/* Command names for the bar, best first, separated by blanks. */
	const char *(*hints)(const struct screen *s);
	/* What a command would do now, for the bar; NULL: what it is called. */
	const char *(*label)(const struct screen *s, const struct command *cmd);
	/* Replaces title, appended to out; text from outside is fine. */
	void (*subtitle)(const struct screen *s, struct str *out);
	/* What help says before the keys, both appended: of what is under the
	 * cursor. */
	void (*about)(
	    const struct screen *s, struct str *title, struct str *text);
	/* Modal: wanted size of the inside, of w x h that there is; else
	 * 60 x 12. */
	void (*size)(const struct screen *s, int *w, int *h);
};

struct screen {
	const struct screen_ops *ops;
	struct ui *ui;
	void *data;      /* ops->data_size bytes, owned */
	int64_t id;      /* subject (a ticket's id), 0: none */
	uint64_t serial; /* never used twice */
	int w, h;        /* of its canvas, as in the last layout */
	/* private to screen.c */
	uint64_t parent;
	screen_result_fn *done;
	int64_t done_context;
	bool stale;      /* refresh is due */
	uint64_t opened; /* ui->inputs when it was pushed */
};

/* Below 60 x 15 cells of terminal a screen shows one pane. */
static inline bool
screen_is_small(const struct screen *s)
{
	return s->w < 60 || s->h < 13;
}

/*
 * The notices of a screen that shows ages: news are asked for, and a tick
 * draws when the minute is another one.  *minute is the caller's to keep.
 */
unsigned screen_notify_ages(enum notice what, int64_t *minute);
/* Of one that shows what the model says and no ages: a screen's notify. */
unsigned screen_notify_news(struct screen *s, enum notice what, int64_t id);

struct ui_hooks { /* each may be NULL */
	/* May this operator do the operation?  NULL hook: yes. */
	bool (*may)(struct app *app, const char *operation);
	/* ... with this one, if the operation is about such records? */
	bool (*may_with)(struct app *app, const char *operation,
	    const struct screen_owner *owner);
	/* enum command_need bits that are true wherever one is. */
	unsigned (*state)(struct app *app);
	/* Left and right end of the title bar, appended. */
	void (*status)(struct app *app, struct str *left, struct str *right);
	/* Ask for what status tells: see ui_status_changed. */
	void (*refresh)(struct app *app);
	/* Something was asked that is not answered yet. */
	bool (*waiting)(struct app *app);
	bool (*rehearsal)(struct app *app); /* badge in the title bar */
	void (*quit)(struct app *app);      /* the last screen was left */
	void (*bell)(struct app *app);
	void (*notice)(struct app *app, enum term_notice notice);
	void (*mouse)(struct app *app, bool on);
	void (*suspend)(struct app *app);
	void (*redraw_all)(struct app *app);
	void (*tick)(struct app *app); /* a second passed */
	/* The screen on top, or its subject, changed. */
	void (*moved)(struct app *app);
};

/* hooks and app are borrowed; base_commands are added. */
struct ui *ui_new(const struct ui_hooks *hooks, struct app *app);
/* Closes every screen, top first. */
void ui_free(struct ui **ui);
struct app *ui_app(const struct ui *ui);
struct commands *ui_commands(struct ui *ui);
struct keymap *ui_keymap(struct ui *ui);
/*
 * After all tables were added: bind default keys, then the operator's file
 * (text may be NULL).  Errors as keymap_load.
 */
int ui_bind_keys(struct ui *ui, const char *text, size_t n, const char *name,
    struct err *err);

/*
 * Put a screen on top.  A screen with the same ops and id that is on the
 * stack already is raised instead (modal ones never are).  Returns 0, or
 * open's code with its sentence; then nothing was pushed.
 */
int ui_push(struct ui *ui, const struct screen_ops *ops, int64_t id,
    const void *args, struct err *err);
/* The same with a result; parent may be NULL. */
int ui_push_for(struct ui *ui, struct screen *parent,
    const struct screen_ops *ops, int64_t id, const void *args,
    screen_result_fn *done, int64_t context, struct err *err);
/* Push and show a failure as a toast; for command handlers. */
unsigned ui_open(
    struct ui *ui, const struct screen_ops *ops, int64_t id, const void *args);
/*
 * Close s; result (NULL: given up) goes to who pushed it.  Inside a handler
 * of s return at once after this, with REACT_HANDLED.
 */
void ui_finish(
    struct ui *ui, struct screen *s, const struct screen_result *result);
/* Close all above the lowest screen and replace that one: a change of view. */
int ui_switch(struct ui *ui, const struct screen_ops *ops, int64_t id,
    const void *args, struct err *err);

struct screen *ui_top(const struct ui *ui); /* NULL: empty */
/* From the top (0) down; NULL: no more. */
struct screen *ui_screen(const struct ui *ui, size_t depth);
struct screen *ui_find(const struct ui *ui, uint64_t serial);
/* The topmost screen that is not modal. */
struct screen *ui_front(const struct ui *ui);

void ui_key(struct ui *ui, const struct key *key);
/* cut: the terminal had more of it than text. */
void ui_paste(struct ui *ui, const char *text, size_t n, bool cut);
void ui_mouse(struct ui *ui, int x, int y, enum term_button button);
void ui_resize(struct ui *ui, int w, int h);
/* To every screen on the stack. */
void ui_notify(struct ui *ui, enum notice what, int64_t id);
/* Run a command by name as if chosen in the palette; OD_ENOTFOUND. */
int ui_run(struct ui *ui, const char *name, struct err *err);
/* Why cmd cannot run now (translated, borrowed until the next call), NULL. */
const char *ui_refusal(struct ui *ui, const struct command *cmd);
/* Only whether what s is about is somebody else's; name: of the command. */
const char *ui_refusal_owner(
    struct ui *ui, const struct screen *s, const char *name);

/* Effects asked for from outside a handler. */
void ui_mark(struct ui *ui, struct screen *s, unsigned react);
/* Something is to be drawn, or asked for. */
bool ui_is_dirty(const struct ui *ui);
bool ui_wants_frame(const struct ui *ui); /* is to be drawn */
bool ui_is_stale(const struct ui *ui);    /* is to be asked for */
bool ui_is_waiting(const struct ui *ui);  /* was asked for: hooks.waiting */
bool ui_wants_quit(const struct ui *ui);
/* Since the last key, paste or click. */
int64_t ui_idle_us(const struct ui *ui);
/* A gate is on top: no more than its own is shown and done. */
bool ui_is_gated(const struct ui *ui);
/* Somebody sits here: a key came within the last 10 minutes. */
bool ui_is_attended(const struct ui *ui);
/* The bars show old figures: hooks.refresh comes with the next refresh. */
void ui_status_changed(struct ui *ui);
/* Let what is stale ask the model. */
void ui_refresh(struct ui *ui);
/* Draw the stack on grid as it is known; no frame is then wanted. */
void ui_draw(struct ui *ui, struct canvas_grid *grid);
/* Both. */
void ui_paint(struct ui *ui, struct canvas_grid *grid);

enum toast { TOAST_INFO, TOAST_OK, TOAST_WARNING, TOAST_ERROR };
/*
 * One translated sentence in the bottom row until the next key after 2 s, or
 * 10 s.  Values from outside are gated here.
 */
void ui_toast(struct ui *ui, enum toast kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void ui_toast_err(struct ui *ui, const struct err *err);
/*
 * N_(): a sentence that stays below the title, and why nothing can be written;
 * NULL: none.
 */
void ui_set_banner(struct ui *ui, const char *sentence);
/*
 * What waits for an answer, in the same row, with the key of the command that
 * gives it: nobody who types is interrupted.  question may hold text from
 * outside, it is copied; NULL: none any more.  command is borrowed for ever.
 */
void ui_set_question(struct ui *ui, const char *question, const char *command);
void ui_bell(struct ui *ui);
void ui_notice(struct ui *ui, enum term_notice notice);
/* Hand on to the hooks of the same name. */
void ui_redraw_all(struct ui *ui);
bool ui_mouse_toggle(struct ui *ui); /* true: opdesk has it now */
void ui_suspend(struct ui *ui);
/*
 * Keys of a command in the front screen's context ("n"), "" when none.  While
 * a text is typed those that are no characters come first.
 */
void ui_keys_of(
    const struct ui *ui, const char *command, char *out, size_t out_size);
/* Would these keys write their characters into a text now? */
bool ui_types(const struct ui *ui, const char *keys);

#endif
