/*
 * syncd_round - a daemon to which something happens, from its start to its
 * end, and what must be true afterwards: for rounds of tests/lib/faults.h.
 *
 * It may end by itself, or not start at all.  A desk in a file is the same at
 * each begin; on a server it grows, and texts tell the rounds apart.  One
 * stage, with its provider; one thread.
 */
#ifndef TESTS_LIB_SYNCD_ROUND_H
#define TESTS_LIB_SYNCD_ROUND_H

#include "tests/lib/faults.h"
#include "tests/lib/stage_desk.h"

/*
 * From now on the stage's desk is put back as it is, with its anchors of the
 * audit trail; nobody has it open.
 */
void syncd_round_keep(struct stage *s);
/*
 * Another round: desk and anchors as they were kept, no spool and no files;
 * the provider has seen nothing.
 */
void syncd_round_prepare(void);
/*
 * Start it; when it listens, call work; ask it to end.  The status of its end,
 * -1: it does not end.  It does not run any more.
 */
int syncd_round_run(void (*work)(void));
/*
 * NULL when that was an orderly end, or one with a sentence; else what was
 * wrong.
 */
const char *syncd_round_check_end(void);
/* what, its status and the end of its log; kept until the next call. */
const char *syncd_round_complain(const char *what);
/* What it logged in this round. */
bool syncd_round_has_logged(const char *text);
/* The next daemon, with nothing in its way: what waited is due at once. */
void syncd_round_start_next(void);
/* wrong, if it is not NULL; else NULL or what is wrong with its end. */
const char *syncd_round_stop_next(const char *wrong);

/*
 * A case of tests/lib/faults.h that is a daemon's life; the functions may be
 * NULL, the rest is as there.
 */
struct syncd_part {
	const char *name;
	void (*prepare)(void);      /* the round is prepared otherwise */
	void (*work)(void);         /* it listens */
	const char *(*check)(void); /* it ended well: what became of it */
	int rounds;
	bool only_new, is_known;
	enum fault_calls calls;
};
struct fault_case syncd_round_case(const struct syncd_part *part);

/* ---- what may be done with it meanwhile; numbers are this round's ---- */

/* A customer's text number i, posted; 0: the daemon is gone, or deaf. */
int syncd_round_post(int i);
/*
 * Of count texts those that are taken come in, at the latest when the next
 * daemon, which runs, has emptied the spool; none is there twice.  NULL, or
 * what is wrong.
 */
const char *syncd_round_check_posts(const bool *taken, int count);
/* An operator's text number i, promised from here. */
void syncd_round_send(int i);
/*
 * Of count texts each was taken by the provider once at most, and as often as
 * the desk says; the next daemon runs.
 */
const char *syncd_round_check_sends(int count);
/* A customer's picture; true: it was taken in. */
bool syncd_round_post_image(void);
/* It is there, with the bytes that its row tells; the next daemon runs. */
const char *syncd_round_check_image(void);
/* Wait for the daemon to have read, sent and done all, but not for ever. */
void syncd_round_settle(void);

/* Path of a file of the stage's directory; kept until the next call. */
const char *syncd_round_path(const char *name);

#endif
