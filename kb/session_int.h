/* session_int - private to the files of kb/session.h. */
#ifndef KB_SESSION_INT_H
#define KB_SESSION_INT_H

#include "kb/guide_walk.h"
#include "kb/session.h"

/* The values of a session, for guide_fill; strict: nothing stands in. */
struct guide_values session__values(const struct session *s);
/* What the desk knows of contact, company, ticket and operator. */
int session__know(struct desk *d, struct session *s, struct err *err);
/*
 * session_report of how it is about to end: with the answer that is not in the
 * path yet (NULL: none) and notes (NULL: none).
 */
void session__report(const struct session *s, enum guide_session_state state,
    const struct session_answer *last, const char *notes, struct str *out);

#endif
