/*
 * ticket_field_input - a tenant's field of tickets as a field of a form: a
 * line, or a choice with nothing as its first one.
 */
#ifndef TUI_SCREENS_TICKET_FIELD_INPUT_H
#define TUI_SCREENS_TICKET_FIELD_INPUT_H

#include "db/records/ticket_form.h"
#include "tui/widgets/w_form.h"

/* v has to live as long as w, which borrows its names; name is borrowed. */
void ticket_field_declare(
    const struct ticket_value *v, const char *name, struct w_field *w);
bool ticket_field_is_choice(const struct ticket_value *v);
/*
 * What there is to choose, the first one nothing; the caller frees the array,
 * its texts are v's.  The lines of v's choices end where they stand after it.
 * NULL for what is no list of the tenant's.
 */
const char **ticket_field_choices(struct ticket_value *v);
/* The place of a stored value among them; 0 when it is none. */
int ticket_field_place(const struct ticket_value *v, const char *const *choices,
    const char *stored);
/* And back; borrowed. */
const char *ticket_field_stored(
    const struct ticket_value *v, const char *const *choices, int place);
/* The sentence of a value that does not fit its field any more. */
void ticket_field_tell_misfit(
    const struct ticket_value *v, struct w_form *f, const char *name);

#endif
