/*
 * relay - the unix socket of [llm] daemon_socket: the consoles of a shared host
 * ask the model through the daemon, which alone has the key.
 *
 * Who asks is known by his Unix account and has to be an operator; the budget
 * of db/records/ai_budget.h is kept to, and tokens and times are noted.  What
 * the model says goes on at once, piece by piece; when a console goes away its
 * question is taken back.  Neither texts nor the key are logged.  Loop thread.
 */
#ifndef SYNCD_API_RELAY_H
#define SYNCD_API_RELAY_H

#include "syncd/daemon.h"

struct relay;

/* *out stays NULL when the configuration names no socket. */
int relay_start(struct daemon *d, struct relay **out, struct err *err);
/* The configuration was read again; the socket stays where it is. */
void relay_configure(struct relay *r);
/* Take back what is under way and close; daemon_settled when all is noted. */
void relay_stop(struct relay *r);
bool relay_is_idle(const struct relay *r);
/* Once it is stopped and idle; NULL is fine. */
void relay_free(struct relay **r);

#endif
