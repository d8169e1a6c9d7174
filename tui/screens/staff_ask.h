/*
 * staff_ask - whose something is to be: people, teams, or nobody; and whom it
 * is with: contacts that were found, or nobody.
 */
#ifndef TUI_SCREENS_STAFF_ASK_H
#define TUI_SCREENS_STAFF_ASK_H

#include "tui/model/model_contacts.h"
#include "tui/model/model_tickets.h"
#include "tui/screen.h"

/* Translated; copied. */
struct staff_words {
	const char *title;
	const char *team;           /* what stands behind a team's name */
	const char *nobody, *means; /* the last row; means may be NULL */
	int64_t nobody_id;
};
/*
 * The result's id is an operator's, a team's below 0, or nobody_id; selected
 * is one of them.  Nothing where another screen was opened over s meanwhile.
 */
void staff_choose(struct screen *s, const struct staff_list *staff,
    const struct staff_words *words, int64_t selected, screen_result_fn *done,
    int64_t context);

/*
 * What was found, as contacts_found_fn has it; the result's id is a contact's
 * or 0, for which the row "Nobody" stands, with what that means behind it.
 */
void contact_choose(struct screen *s, const struct contact *rows, size_t count,
    const struct model_answer *answer, const char *title, const char *nobody,
    screen_result_fn *done);

#endif
