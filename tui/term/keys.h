/*
 * keys - a key as a struct, and its name.
 *
 * Names: one character stands for itself ("j", "G", "é"), others are called
 * Enter Esc Tab S-Tab Space Backspace Delete Insert Up Down Left Right Home
 * End PageUp PageDown F1 to F12; C- and M- before a name mean Ctrl and Alt,
 * S- means Shift and goes with named keys only.  A sequence is written
 * without blanks ("gg"); named keys inside one stand in angle brackets
 * ("g<Enter>", "<C-w>j"); more than two bare characters are no sequence.
 * Pure functions; any thread.
 */
#ifndef TUI_TERM_KEYS_H
#define TUI_TERM_KEYS_H

#include "common/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum key_code {
	KC_NONE,
	KC_CHAR, /* cp says which */
	KC_ENTER,
	KC_ESC,
	KC_TAB,
	KC_BACKSPACE,
	KC_DELETE,
	KC_INSERT,
	KC_UP,
	KC_DOWN,
	KC_LEFT,
	KC_RIGHT,
	KC_HOME,
	KC_END,
	KC_PAGE_UP,
	KC_PAGE_DOWN,
	KC_F1,
	KC_F12 = KC_F1 + 11,
	KC_COUNT
};

enum key_mod {
	KM_CTRL = 1,
	KM_META = 2,
	KM_SHIFT = 4, /* named keys only: a shifted letter is its own cp */
};

struct key {
	uint32_t cp;        /* KC_CHAR only, else 0; lower case with KM_CTRL */
	enum key_code code; /* KC_NONE: no key */
	unsigned mods;      /* enum key_mod */
};

#define KEY_SEQUENCE_MAX 4
#define KEY_NAME_SIZE    32

struct key key_char(uint32_t cp);
struct key key_named(enum key_code code, unsigned mods);
bool key_equal(const struct key *a, const struct key *b);
/* A character that a text field takes: printable and without Ctrl or Alt. */
bool key_is_text(const struct key *k);

/* OD_EDATA with a sentence when s is no key's name. */
int key_parse(const char *s, struct key *out, struct err *err);
void key_format(const struct key *k, char out[KEY_NAME_SIZE]);
/* 1 to KEY_SEQUENCE_MAX keys; OD_EDATA. */
int key_parse_sequence(const char *s, struct key out[KEY_SEQUENCE_MAX],
    size_t *n, struct err *err);
void key_format_sequence(
    const struct key *keys, size_t n, char *out, size_t out_size);

#endif
