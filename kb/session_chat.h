/*
 * session_chat - a customer walks a guide alone, in a chat: what he answers
 * moves the session on, and the next step goes out.  Who asks for a person, or
 * is not understood twice, gets one.  Acts as the tenant's bot, inside a batch.
 */
#ifndef KB_SESSION_CHAT_H
#define KB_SESSION_CHAT_H

#include "kb/session.h"

enum chat_answer { CHAT_YES, CHAT_NO, CHAT_PERSON, CHAT_STALE, CHAT_UNKNOWN };
/* What a message says at the present step.  Pure. */
enum chat_answer session_chat_read(
    const struct session *s, const char *body, const char *detail);

/* Whether one of the two below has anything to do; it only reads. */
int session_work_waits(
    struct desk *d, int64_t tenant_id, bool *waits, struct err *err);
/* Answers that wait in the tenant, at most limit; *count: how many it were. */
int session_chat_run(
    struct desk *d, int64_t tenant_id, int limit, int *count, struct err *err);
/*
 * With SETTING_GUIDE_ON_TICKET: new tickets whose words match a guide get
 * a session, and the customer its first step.
 */
int session_rule_run(
    struct desk *d, int64_t tenant_id, int *count, struct err *err);

#endif
