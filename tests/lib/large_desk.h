/*
 * large_desk - a stage with BENCH_TICKETS tickets and as many messages.
 *
 * It is kept below BENCH_DIR, since making it takes minutes; another number of
 * tickets or another schema makes another one.
 */
#ifndef TESTS_LIB_LARGE_DESK_H
#define TESTS_LIB_LARGE_DESK_H

#include "tests/lib/stage.h"

/* Filled when it is new, which is told as figures.  Ends the program if not. */
void large_desk_open(struct stage *s);
int64_t large_desk_tickets(void);

#endif
