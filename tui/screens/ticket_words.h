/*
 * ticket_words - how tickets are told in words: states, priorities, times.
 */
#ifndef TUI_SCREENS_TICKET_WORDS_H
#define TUI_SCREENS_TICKET_WORDS_H

#include "db/records/tickets.h"
#include "tui/screen.h"

/* A letter and the word ("O open"), translated. */
const char *ticket_state_word(enum ticket_state state);
enum role ticket_state_role(enum ticket_state state);
/* "5 urgent"; what is out of range is shown as 3. */
const char *ticket_priority_word(int priority);
enum role ticket_priority_role(int priority);
/* "1 lowest" ... "5 highest", N_(), NULL-ended; for urgency and impact. */
extern const char *const ticket_levels[];

/*
 * What is shown of a stored value of a ticket's field in its history: the
 * name of a state or priority, a time in the operator's zone, else the text.
 */
void ticket_value_text(const struct ui *ui, const char *column,
    const char *value, struct str *out);
/* "Subject" for "subject", translated; the column's name when unknown. */
const char *ticket_field_label(const char *column);

#endif
