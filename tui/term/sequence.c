/* sequence - see sequence.h. */
#include "tui/term/sequence.h"

#define STRING_MOST 4096 /* of a terminal's answer */

bool
sequence_begins(struct sequence *q, uint32_t c)
{
	*q = (struct sequence){.kind = c};
	return c == '[' || c == 'O' || c == ']' || c == 'P' || c == '_' ||
	       c == '^';
}

/* A number may stand before the one character of it. */
static bool
is_last_of_key(struct sequence *q, uint32_t c)
{
	if (q->left > 0)
		return --q->left == 0;
	if (q->kind == 'O')
		return c < '0' || c > '9';
	/* A mouse in three bytes; function keys of the Linux console. */
	if (q->seen == 1 && (c == 'M' || c == '[')) {
		q->left = c == 'M' ? 3 : 1;
		return false;
	}
	return c < ' ' || c > '?';
}

bool
sequence_ends(struct sequence *q, uint32_t c)
{
	uint32_t last = q->last;

	q->seen++;
	q->last = c;
	if (q->kind == '[' || q->kind == 'O')
		return is_last_of_key(q, c);
	return c == '\a' || (last == 27 && c == '\\') || q->seen > STRING_MOST;
}
