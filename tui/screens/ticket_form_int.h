/*
 * ticket_form_int - what the files of the ticket's form share.
 *
 *	scr_ticket_form.c    the screen: keys, saving, conflicts
 *	ticket_form_slots.c  its fields, made from what the tenant declared
 *	ticket_form_draft.c  what was begun, kept as a draft
 */
#ifndef TUI_SCREENS_TICKET_FORM_INT_H
#define TUI_SCREENS_TICKET_FORM_INT_H

#include "db/records/ticket_form.h"
#include "tui/model/model_ticket_form.h"
#include "tui/screen.h"
#include "tui/widgets/w_form.h"

/* The ticket's own; behind them come the tenant's. */
enum slot_id {
	SLOT_SUBJECT,
	SLOT_DESCRIPTION,
	SLOT_CATEGORY,
	SLOT_TAGS,
	SLOT_URGENCY,
	SLOT_IMPACT,
	SLOT_PRIORITY, /* "": what urgency and impact give */
	SLOT_REASON,   /* of another one; shown only then */
	SLOT_OWN_COUNT
};

/* One thing that is filled in; its value is a text, as it is stored. */
struct form_slot {
	char name[80]; /* "subject", or "field." and the key */
	struct w_field w;
	struct ticket_value *value; /* of a tenant's field, else NULL */
	const char **choices;       /* owned; NULL: those of w */
	const char **stored;        /* owned; what they mean, as choices */
	char *was;                  /* owned; as it was read; NULL: "" */
	char *hidden;               /* owned; what it says while not shown */
	bool shown;
};

struct form {
	struct w_form form;
	struct w_field fields[2][W_FORM_FIELDS]; /* shown, and the next ones */
	int turn;                                /* which of them */
	struct form_slot *slots;                 /* owned */
	size_t slot_count;
	struct ticket_form_data data;       /* owned; what slots borrow */
	int64_t ticket_id, version, number; /* 0: a new one */
	char was_priority[2];   /* as stored, whatever it came from */
	char free_category[65]; /* a word that none of the categories is */
	bool sending;           /* the answer is not there yet */
	bool draft_due;         /* it has not come yet */
	bool over;              /* saved or thrown away: nothing to keep */
	char *kept;      /* owned; the draft as the desk has it, NULL: none */
	int64_t kept_us; /* monotonic time of the last keeping */
};

/* ---- ticket_form_slots.c ---- */

/* t NULL: a new one. */
void ticket_form__slots_init(struct form *d, const struct ticket *t);
void ticket_form__slots_free(struct form *d);
/* What the tenant declared came; it is taken out of data. */
void ticket_form__declared(struct form *d, struct ticket_form_data *data);
/* Show the fields that the category and the priority want; true: others. */
bool ticket_form__arrange(struct form *d);
/* By name, or SLOT number; NULL: there is none. */
struct form_slot *ticket_form__slot(const struct form *d, const char *name);
/* What it says now; borrowed until the next change. */
const char *ticket_form__value(const struct form *d, const struct form_slot *s);
void ticket_form__set(struct form *d, struct form_slot *s, const char *value);
/* As it is read from now on, and no change any more. */
void ticket_form__reset(struct form *d, struct form_slot *s, const char *value);
bool ticket_form__changed(const struct form *d, const struct form_slot *s);
/* Would it be saved: it is shown, or is the ticket's own? */
bool ticket_form__counts(const struct form *d, const struct form_slot *s);
/* What urgency and impact give now, and what is put instead; 0: nothing. */
int ticket_form__computed(const struct form *d);
int ticket_form__override(const struct form *d);

/* ---- ticket_form_draft.c ---- */

/* Ask for what was begun; it comes into the fields. */
void ticket_form__draft_read(struct screen *s);
/* Keep what is not kept yet; now: without waiting for the pause. */
void ticket_form__draft_keep(struct screen *s, bool now);
/* It is thrown away. */
void ticket_form__draft_drop(struct screen *s);

#endif
