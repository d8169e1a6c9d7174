/*
 * power - the power goes: from a recording (tests/shim/tape.h), what a disk
 * may hold afterwards, again and again at random moments.
 *
 * At a cut, all that came before the last sync of each file or directory is
 * there.  Of what came later, each 512-byte sector is there, is not, or is
 * garbage (only the bytes written in it: a disk finishes the sector that it
 * is at, and SQLite counts on that); each change of a directory is there or
 * is not, in order in one half of the states and each for itself in the other.
 * The syncing of a file does not keep its name.
 */
#ifndef TESTS_LIB_POWER_H
#define TESTS_LIB_POWER_H

#include "tests/shim/tape.h"

struct power_state {
	const char *dir; /* where the files are now; may be changed */
	int64_t marked;  /* the last mark before the cut; 0: none */
	size_t cut;      /* events before it */
};

/* What another program than ours would have done: the controls. */
enum power_break {
	POWER_BREAK_NONE,
	POWER_BREAK_SYNCS,     /* nothing is ever synced */
	POWER_BREAK_DIR_SYNCS, /* directories are not */
};

struct power_plan {
	const struct tape *tape; /* borrowed */
	enum power_break broken;
	uint64_t seed; /* the same one gives the same states */
	int states;
	bool at_end; /* every cut is after the last event */
};

/* Call check for each state, made in the directory dir, emptied before. */
void power_play(const struct power_plan *plan, const char *dir,
    void (*check)(const struct power_state *s, void *data), void *data);
/* Below /dev/shm when it is there, as these files are written often. */
void power_scratch(char dir[64]);
void power_remove(const char *dir);

/* The number in the environment variable, else otherwise. */
int power_number(const char *name, int otherwise);

#endif
