/*
 * visitor - an HTTP client in a process of its own.
 *
 * What it asks for is no business of a server whose memory runs out, and it
 * still hears what was sent when that program has ended.  One at a time.
 * What cannot be done aborts.
 */
#ifndef TESTS_LIB_VISITOR_H
#define TESTS_LIB_VISITOR_H

#include "common/err.h"
#include <stdbool.h>
#include <stddef.h>

/* Once, before the first process that is to share it. */
void visitor_init(void);
/*
 * Start one that will say these bytes and listen to the end; before the caller
 * has a thread.  It ends by itself, at the latest with a silence of 20 s.
 */
void visitor_start(const char *bytes, size_t n);
/* Nothing listened before: let it go to this port of this machine. */
void visitor_go(int port);
bool visitor_is_done(void);
/* What it heard, without the lines "Date:"; a text. */
const char *visitor_heard(void);
/* From this text on it heard what is another each time. */
void visitor_forget(const char *from);
/*
 * 0: it heard what it ought to.  OD_EUNAVAIL: a part of that and then the end,
 * or that the server has trouble (5xx).  OD_EDATA: anything else.
 */
int visitor_judge(const char *ought, struct err *err);

#endif
