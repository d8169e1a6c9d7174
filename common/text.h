/*
 * text - the one gate that every text from outside passes on its way to a
 * terminal, standard output, a title, a log, an export or a prompt.
 *
 * What comes out is valid UTF-8, with U+FFFD for every byte that was not;
 * C0 and DEL are shown as their symbols (U+2400 block), C1 as the symbol of
 * ESC and a letter; bidi, zero-width, tag and other invisible characters are
 * removed, ZWJ and U+FE0F stay inside emoji only; a base keeps at most 4
 * combining marks, and a mark at the start of a line sits on a dotted circle.
 * A safe text passes unchanged.  Cannot fail; what comes out has at most 4
 * times the bytes plus 4.  Thread-safe.
 */
#ifndef COMMON_TEXT_H
#define COMMON_TEXT_H

#include "common/str.h"
#include <stdbool.h>
#include <stddef.h>

enum text_kind {
	/* One-line cell or name: each line end and TAB becomes a space. */
	TEXT_LINE,
	/* Wrapped text: CRLF, CR, U+2028/9 become LF, TAB a space. */
	TEXT_BLOCK
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

/*
 * Personal numbers for logs and lists: "34600111222" -> "34•••••1222".  Below
 * 8 digits only the last 2 are shown, below 5 none; what is no letter or
 * digit is dropped, but for a + at the start.
 */
void text_mask_number(char *dst, size_t dst_size, const char *number);

#endif
