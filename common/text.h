/*
 * text - the one gate that every text from outside passes on its way to a
 * terminal, standard output, a title, a log, an export or a prompt.
 *
 * reliability: valid UTF-8 or U+FFFD; C0, C1 and DEL as visible symbols
 * (U+2400 block); bidi, zero-width, tag and other invisible characters are
 * removed, ZWJ stays only inside emoji; at most 4 combining marks a base.
 * Cannot fail; never returns more than 4 times the input plus a few bytes.
 */
#ifndef COMMON_TEXT_H
#define COMMON_TEXT_H

#include "common/str.h"
#include <stdbool.h>
#include <stddef.h>

enum text_kind {
	TEXT_LINE, /* one-line cell or name: line ends and tabs become a space */
	TEXT_BLOCK, /* wrapped text: LF stays, CRLF and CR become LF, TAB a space */
};

enum text_flags { /* what the gate met, for badges */
	TEXT_HAD_CONTROL = 1,	/* control characters were shown as symbols */
	TEXT_HAD_INVISIBLE = 2, /* bidi or zero-width characters were removed */
	TEXT_HAD_INVALID = 4,	/* bytes that are not UTF-8 */
	TEXT_MIXED_SCRIPT = 8,	/* one word mixes Latin with Greek or Cyrillic */
};

/* Append the safe form of s[0..n) to out; returns enum text_flags. */
unsigned text_safe(struct str *out, const char *s, size_t n,
    enum text_kind kind);
/* The safe form in fresh memory (caller frees); NULL s gives "". */
char *text_safe_dup(const char *s, enum text_kind kind);
/* The safe one-line form into a fixed buffer, cut between clusters. */
unsigned text_safe_buf(char *dst, size_t dst_size, const char *s);

/* Personal numbers for logs and lists: "34600111222" -> "34•••••1222". */
void text_mask_number(char *dst, size_t dst_size, const char *number);

#endif
