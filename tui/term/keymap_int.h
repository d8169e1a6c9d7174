/* keymap_int - private to the files of keymap. */
#ifndef TUI_TERM_KEYMAP_INT_H
#define TUI_TERM_KEYMAP_INT_H

#include "tui/term/keymap.h"

#define NAME_SIZE 48

struct binding {
	char context[NAME_SIZE];
	char command[NAME_SIZE];
	char keys[KEY_NAME_SIZE *
		  KEY_SEQUENCE_MAX]; /* as key_format_sequence writes it */
	struct key seq[KEY_SEQUENCE_MAX];
	size_t n;
	int line; /* of the operator's file; 0: not from there */
};

struct keymap {
	struct binding *rows; /* owned */
	size_t count, cap;
};

/* OD_EDATA for a bad key name. */
int keymap__fill(struct binding *b, const char *context, const char *keys,
    const char *command, struct err *err);
/* Whether it may stand beside the others: OD_EDATA, OD_ECONFLICT. */
int keymap__check(const struct keymap *km, const struct binding *b,
    struct err *err);
void keymap__append(struct keymap *km, const struct binding *b);
void keymap__drop(struct keymap *km, struct binding *b);

#endif
