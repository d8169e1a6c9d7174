/*
 * admin_form_int - the form of a label, category, field, calendar, promise or
 * checklist: what it asks for, and how that is read and written.
 *
 *	admin_form.c        the screen: keys, saving, conflicts
 *	admin_form_parts.c  its parts
 */
#ifndef TUI_SCREENS_ADMIN_FORM_INT_H
#define TUI_SCREENS_ADMIN_FORM_INT_H

#include "tui/screens/admin_int.h"
#include "tui/widgets/w_form.h"

enum part {
	PART_NAME,
	PART_STATE,
	PART_CATEGORY,
	PART_TYPE,
	PART_CHOICES,
	PART_REQUIRED,
	PART_HELP,
	PART_ZONE,
	PART_DAY, /* Monday, and the six after it */
	PART_DEFAULT = PART_DAY + 7,
	PART_COMPANY,
	PART_PRIORITY,
	PART_FIRST,
	PART_NEXT,
	PART_RESOLUTION,
	PART_CALENDAR,
	PART_DATE,
	PART_HOURS,
	PART_ITEMS,
	PART_FOR,
	PART_VALUE, /* of a setting */
	PARTS
};

struct afford {             /* ids that a choice means, behind 0 */
	const char **texts; /* owned; borrows from the next */
	char **names;       /* owned */
	int64_t *ids;       /* owned */
	size_t count;
};

struct form {
	struct w_form form;
	struct w_field fields[W_FORM_FIELDS];
	enum part parts[W_FORM_FIELDS];
	char *was[W_FORM_FIELDS]; /* owned */
	int count;
	struct admin_act act, sent;
	struct afford categories, companies, calendars;
	char title[201]; /* what is changed */
	bool sending;
};

void admin_form__afford_all(struct form *d, const struct admin_view *v);
void admin_form__afford_free(struct form *d);
/* What there is to choose in a part, known when it runs; NULL: nothing. */
const struct afford *admin_form__afforded(const struct form *d, enum part part);
/* Those that its kind and verb ask for. */
void admin_form__add_parts(struct form *d);
/* The value of part i as it is stored; in fresh memory. */
char *admin_form__value(const struct form *d, int i);
void admin_form__set(struct form *d, int i, const char *value);
/* What the row says in that part; buf may hold it. */
const char *admin_form__row_says(const struct admin_view *v, size_t at,
    enum admin_kind kind, enum part part, char buf[32]);
/* Into the change that is sent. */
void admin_form__take(struct form *d);
/* The bit that says that a part is changed, see enum admin_part; or 0. */
unsigned admin_form__bit(enum part part);
/* How a part is written; "". */
const char *admin_form__hint(enum part part);

#endif
