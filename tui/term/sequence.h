/*
 * sequence - where an escape sequence that curses has no name for ends.
 *
 * Terminals send keys that TERM does not tell of, and late answers to what an
 * earlier program asked.  Taken for typing, their letters would be commands.
 */
#ifndef TUI_TERM_SEQUENCE_H
#define TUI_TERM_SEQUENCE_H

#include <stdbool.h>
#include <stdint.h>

struct sequence { /* private */
	uint32_t kind, last;
	int seen, left;
};

/* c came right behind an Esc: whether more of a sequence may follow it. */
bool sequence_begins(struct sequence *q, uint32_t c);
/* The next character; true when it was the last one. */
bool sequence_ends(struct sequence *q, uint32_t c);

#endif
