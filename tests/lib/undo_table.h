/*
 * undo_table - every undoable operation of the records, done once.
 *
 * With its row an operation is undone and done again
 * (unit/test_undo_records.c), so in any order (unit/test_undo_random.c), and
 * done without memory and in a program that is killed
 * (fault/test_memory_undoables.c).  What it writes has its rows in
 * desk_fixture_dump.
 */
#ifndef TESTS_LIB_UNDO_TABLE_H
#define TESTS_LIB_UNDO_TABLE_H

#include "db/core/op.h"
#include "tests/lib/desk_fixture.h"

/* Records to act upon, made before the first dump. */
struct given {
	int64_t team, company, division, contact, ticket, trashed;
	int64_t second, merged; /* tickets; merged into ticket */
	int64_t talk, closed;   /* conversations */
	int64_t label, category, unused, field;
	int64_t comment, link; /* of second */
	int64_t reply, view, macro;
	int64_t guide, guide_gone; /* as below; the first has a draft */
	int64_t hook, hook_gone;   /* as below */
	int64_t checklist, gone;   /* the latter is in the trash */
	int64_t check;             /* of second */
	int64_t walked, walked_version, session; /* of a guide; of ticket */
	int64_t pattern;                         /* a template */
	int64_t runs, worked;                    /* times of "mate" */
	int64_t calendar, spare_calendar; /* the first has a promise */
	int64_t call; /* of the supervisor, not closed yet */
	int64_t callback, stopped, disposition, pause;
	int64_t agent, agent_gone; /* to be looked at */
	int64_t lead, lead_gone; /* of the supervisor, the latter is in the trash */
};

struct undoable {
	enum op_id id;
	const char *login;
	int (*run)(struct desk *d, const struct given *g, struct err *err);
};
extern const struct undoable undoables[];
extern const size_t undoable_count;

/* Make what they act upon, as several people. */
void undo_prepare(struct desk_fixture *f, struct given *g);

#endif
