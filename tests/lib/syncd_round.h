/*
 * syncd_round - a daemon to which something happens, from its start to its
 * end, on a desk that is the same each time: for rounds of tests/lib/faults.h.
 *
 * It may end by itself, or not start at all.  One stage, one thread.
 */
#ifndef TESTS_LIB_SYNCD_ROUND_H
#define TESTS_LIB_SYNCD_ROUND_H

#include "tests/lib/stage_desk.h"

/*
 * From now on the stage's desk is put back as it is, with its anchors of the
 * audit trail; nobody has it open.
 */
void syncd_round_keep(struct stage *s);
/* Desk and anchors as they were kept; no spool and no files. */
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
/*
 * Number i of the customer's texts ("Aviso 0", ...), posted; the status, 0: the
 * daemon is gone, or deaf.
 */
int syncd_round_post(int i);
/*
 * Of count texts those that are taken come in, at the latest when the next
 * daemon, which runs, has emptied the spool; none is there twice.  NULL, or
 * what is wrong.
 */
const char *syncd_round_check_posts(const bool *taken, int count);
/* Path of a file of the stage's directory; kept until the next call. */
const char *syncd_round_path(const char *name);

#endif
