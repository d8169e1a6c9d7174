/*
 * model_macro - macros at hand, what one would change, and running it.
 */
#ifndef TUI_MODEL_MODEL_MACRO_H
#define TUI_MODEL_MODEL_MACRO_H

#include "db/records/macros.h"
#include "tui/model/model.h"

/* rows may be copied, not kept; context comes back. */
typedef void macro_list_fn(
    struct screen *s, const struct macro *rows, size_t count, int64_t context);
/* Errors become a toast. */
void model_macro_list(
    struct model *m, struct screen *s, int64_t context, macro_list_fn *fn);

/* What a macro is to be run on, and what it would change on the first. */
struct macro_sight {
	struct macro_plan plan; /* owned */
	int64_t *ids;           /* owned */
	size_t count;           /* 1 or more */
};
void macro_sight_clear(struct macro_sight *sight);
/* sight may be taken (zeroed). */
typedef void macro_look_fn(struct screen *s, struct macro_sight *sight);
/*
 * The macro by id, or by its key when that is 0; ids are copied.  Why it cannot
 * be run becomes a toast; a key that no macro has is a bell.
 */
void model_macro_look(struct model *m, struct screen *s, int64_t id,
    const char *bound, const int64_t *ids, size_t count, macro_look_fn *fn);

/* As it was shown; how it went is a toast. */
void model_macro_run(struct model *m, const struct macro_sight *shown);

#endif
