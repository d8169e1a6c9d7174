/*
 * oracle - a strict reader of what a program sends to a terminal.
 *
 * Text must be UTF-8 without controls and without characters that change how
 * others are shown; sequences must be of the kinds that the terminal's
 * description has; and nothing of the payload may stand inside of one.
 */
#ifndef TESTS_LIB_ORACLE_H
#define TESTS_LIB_ORACLE_H

#include <stdbool.h>
#include <stddef.h>

struct oracle {
	const char *marker; /* never inside of a sequence; NULL: none */
	bool is_whole;      /* no U+FFFD: nothing came past the gate */
	size_t sequences, characters; /* seen so far */
	char fault[256];              /* "" as long as all is well */
};

/*
 * Read a whole output.  False with what and where it is wrong in o->fault.
 * plain: not even sequences (a command line into a pipe).
 */
bool oracle_read(struct oracle *o, const char *s, size_t n, bool plain);

#endif
