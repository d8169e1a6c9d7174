/*
 * dialler - a program of the user's own that makes the telephone ring.
 *
 * It is started by its path with a list of arguments; no shell reads them, and
 * the number is an argument of its own, of digits and at most a plus before
 * them.  It gets nothing on standard input, what it prints goes nowhere, and
 * it may live as long as it likes, longer than we do.  The number is never
 * logged and stands in no sentence.
 */
#ifndef COMMON_DIALLER_H
#define COMMON_DIALLER_H

#include "common/err.h"
#include <stdbool.h>
#include <uv.h>

struct dialler_settings {    /* borrowed */
	const char *program; /* absolute */
	/* Divided at blanks; "{number}" in a word becomes the number. */
	const char *arguments;
};

/* What is dialled of a number as people write it; false: nothing is. */
#define DIALLER_NUMBER_SIZE 34
bool dialler_number(const char *number, char out[DIALLER_NUMBER_SIZE]);

#define DIALLER_WORDS_MAX 32
/*
 * NULL when arguments can be given to a program, else N_() of what can: one
 * word of them has {number}, and there are less than DIALLER_WORDS_MAX.
 */
const char *dialler_check_arguments(const char *arguments);

/*
 * Whether programs may be started here at all.  conf: the configuration that
 * names them; desk: the database's file or URI.  OD_EDENIED with a sentence
 * where either is not this user's alone: what somebody else may write would
 * run as the user, and on a host that several share as all of them.
 */
int dialler_personal(const char *conf, const char *desk, struct err *err);

struct dialler;
/* fn(data, err): a program failed after dialler_ring, with a sentence. */
struct dialler *dialler_new(
    uv_loop_t *loop, void (*fn)(void *data, const struct err *err), void *data);
/* What runs goes on without us.  NULL in *d is free. */
void dialler_free(struct dialler **d);
/*
 * Starts the program.  OD_EUNAVAIL with a sentence when it cannot be started,
 * OD_EDATA when nothing of the number can be dialled.
 */
int dialler_ring(struct dialler *d, const struct dialler_settings *settings,
    const char *number, struct err *err);
/* How many programs run that it started. */
size_t dialler_running(const struct dialler *d);

#endif
