/*
 * keymap - which key means which command, one table a context.
 *
 * A context is a screen's name, "edit" (a text field has the focus) or
 * "global".  Commands are names ("ticket.new"): the table that gives them
 * meaning is tui/command.h.  Bindings that hide each other are refused: the
 * same keys, or one the beginning of the other, in one context or between a
 * screen and "global".  The reserved keys h j k l gg G / : ? u C-k mean the
 * same everywhere and cannot be bound to anything else.  Loop thread only.
 */
#ifndef TUI_TERM_KEYMAP_H
#define TUI_TERM_KEYMAP_H

#include "common/err.h"
#include "tui/term/keys.h"

#define KEYMAP_GLOBAL "global"
#define KEYMAP_EDIT   "edit"

struct keymap;

struct keymap *keymap_new(void);
void keymap_free(struct keymap **km);

/* The command that a reserved key belongs to, or NULL. */
const char *keymap_reserved(const struct key *keys, size_t n);

/*
 * Bind keys ("gg", "C-k") in context; names are copied.  OD_EDATA for a bad
 * key name or a reserved key, OD_ECONFLICT for a clash: the sentence names
 * both commands.
 */
int keymap_bind(struct keymap *km, const char *context, const char *keys,
    const char *command, struct err *err);
/* Take a binding away; OD_ENOTFOUND. */
int keymap_unbind(
    struct keymap *km, const char *context, const char *keys, struct err *err);

/* What a file may name. */
struct keymap_names {
	/* The i-th command; NULL: no more. */
	const char *(*at)(size_t i, void *data);
	/* Whether that command is there in that context. */
	bool (*fits)(const char *command, const char *context, void *data);
	void *data;
};
/*
 * The operator's own file: "[CONTEXT]", and below it "COMMAND = KEYS KEYS",
 * which replaces the keys that the command has there; "none" takes them away,
 * but for reserved ones.  # and ; begin a comment line.  All or nothing: on an
 * error (OD_EDATA, OD_ECONFLICT, OD_ELIMIT) km is as before, and the sentence
 * begins with "NAME:LINE:".
 */
int keymap_load(struct keymap *km, const char *text, size_t n, const char *name,
    const struct keymap_names *names, struct err *err);

enum keymap_match {
	KEYMAP_NONE,
	KEYMAP_PREFIX, /* the beginning of a longer sequence */
	KEYMAP_FOUND,
};
/* *command is borrowed until the next change of km. */
enum keymap_match keymap_find(const struct keymap *km, const char *context,
    const struct key *keys, size_t n, const char **command);

/* The i-th binding of a command in context (any when NULL); false: no more. */
bool keymap_keys_of(const struct keymap *km, const char *context,
    const char *command, size_t i, char *out, size_t out_size);
/* All bindings in order of definition; false: no more. */
bool keymap_entry(const struct keymap *km, size_t i, const char **context,
    const char **keys, const char **command);

#endif
