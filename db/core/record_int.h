/* record_int - private to the tables of records. */
#ifndef DB_CORE_RECORD_INT_H
#define DB_CORE_RECORD_INT_H

#include "db/core/record.h"

extern const char *const record__langs[];         /* "", "es", "en" */
extern const char *const record__ticket_states[]; /* "new"... */

/* Of RECORD_STATUS and all behind it. */
const struct record_def *record__desk_def(enum record_kind kind);
const struct record_def *record__calls_def(enum record_kind kind);

#endif
