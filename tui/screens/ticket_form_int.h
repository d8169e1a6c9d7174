/* ticket_form_int - what the two files of the ticket's form share. */
#ifndef TUI_SCREENS_TICKET_FORM_INT_H
#define TUI_SCREENS_TICKET_FORM_INT_H

#include "tui/screen.h"
#include "tui/widgets/w_form.h"

enum text_field {
	TEXT_SUBJECT,
	TEXT_DESCRIPTION,
	TEXT_CATEGORY,
	TEXT_TAGS,
	TEXT_FIELDS
};

struct form {
	struct w_form form;
	int64_t ticket_id, version, number; /* 0: a new one */
	char *was[TEXT_FIELDS]; /* owned; as they were read, NULL: empty */
	int was_urgency, was_impact;
	bool sending;   /* the answer is not there yet */
	bool draft_due; /* it has not come yet */
	bool over;      /* saved or thrown away: nothing to keep */
	char *kept;     /* owned; the draft as the desk has it, NULL: none */
	int64_t kept_us; /* monotonic time of the last keeping */
};

extern const char *const ticket_form_texts[TEXT_FIELDS]; /* names */

bool ticket_form__changed(const struct form *d, enum text_field f);
bool ticket_form__levels_changed(const struct form *d);

/* ticket_form_draft.c */
/* Ask for what was begun; it comes into the fields. */
void ticket_form__draft_read(struct screen *s);
/* Keep what is not kept yet; now: without waiting for the pause. */
void ticket_form__draft_keep(struct screen *s, bool now);
/* It is thrown away. */
void ticket_form__draft_drop(struct screen *s);

#endif
