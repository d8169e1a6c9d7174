/*
 * Memory runs out in every operation that can be undone, and the program is
 * killed in each: see memory_use.h and tests/lib/undo_table.h.
 *
 * MEMORY_ROUNDS and MEMORY_SEED as in memory.h.
 */
#include "tests/lib/memory_use.h"
#include "tests/lib/undo_table.h"
#include <stdio.h>

#define WORKS_MAX 160

static struct given given;
static struct memory_work works[WORKS_MAX];
static char names[WORKS_MAX][64];

static void
prepare(struct desk_fixture *f)
{
	undo_prepare(f, &given);
}

static int
act(struct desk *d, const struct memory_work *w, struct err *err)
{
	return undoables[w - works].run(d, &given, err);
}

int
main(void)
{
	size_t n = 0;

	memory_desk_more = prepare;
	memory_desk_act = act;
	for (; n < undoable_count && n < WORKS_MAX; n++) {
		const struct undoable *u = &undoables[n];

		/* Two rows may be of one operation. */
		snprintf(names[n], sizeof(names[n]), "%s-%zu",
		    op_def(u->id)->name, n);
		works[n] =
		    (struct memory_work){.name = names[n], .login = u->login};
	}
	return memory_use_run(works, n);
}
