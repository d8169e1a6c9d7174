/*
 * faults - a system call of a real program fails, at every site of what it
 * does, one after the other (tests/shim/calls.h).
 *
 * The faults of a call are those that it can have: EIO, ENOSPC, EMFILE, EINTR
 * and the like, or half of what was asked for.
 */
#ifndef TESTS_LIB_FAULTS_H
#define TESTS_LIB_FAULTS_H

#include <stdbool.h>
#include <stddef.h>

/* Which of its calls fail. */
enum fault_calls {
	FAULT_FILES, /* all but those that come next */
	FAULT_TALK,  /* of sockets, pipes and events, and all waits */
	FAULT_TERM,  /* of the terminal, and all waits */
};

struct fault_case {
	const char *name;
	/* Begin anew: nothing of the last round is left. */
	void (*prepare)(const void *data);
	/* What the programs do; the fault is armed. */
	void (*run)(const void *data);
	/*
	 * No fault any more.  NULL: all is well; else why not (a literal or
	 * kept until the next call).  is_lost: the fsync of a file failed, so
	 * what was written to it must not count.
	 */
	const char *(*check)(const void *data, bool is_lost);
	const void *data;
	int rounds;    /* 0: as faults_play says */
	bool only_new; /* sites that no case before it has */
	bool is_known; /* its sites are played elsewhere: for only_new */
	enum fault_calls calls;
};

/* For a whole program: what it and the programs it starts need for this. */
void faults_begin(void);
void faults_end(void);
/*
 * Rounds of each case: FAULT_ROUNDS (0: every site, with each fault it can
 * have) limits them to every fsync (FAULT_SYNCS=0: not that) and a share of the
 * others, another one with each FAULT_SEED (1).  rounds: without FAULT_ROUNDS.
 * FAULT_ONLY names the one case to run.  Fails the test with all that went
 * wrong; an fsync that is tried again on the same file after it failed is wrong
 * in every case.
 */
void faults_play(const struct fault_case *cases, size_t count, int rounds);

/*
 * Besides the fault, there is no room for files whose path ends so, at once;
 * NULL: there is again.
 */
void faults_fill(const char *end);
/* Until it is let go again, no call fails, and none is a site. */
void faults_hold(bool held);
/* Whether this round's fault is the end of a terminal. */
bool faults_is_hang_up(void);
/* Syncs of files and directories that failed in this round so far. */
int faults_failed_syncs(void);

#endif
