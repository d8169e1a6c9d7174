/*
 * live_crowd - many who look at the figures of the day at once, each over a
 * connection of its own to GET /events.
 *
 * They come from several addresses of this machine, as one may have so many
 * connections only.  Blocking, with a limit; what fails ends the program.
 */
#ifndef TESTS_LIB_LIVE_CROWD_H
#define TESTS_LIB_LIVE_CROWD_H

#include "tests/lib/stage.h"
#include <stdint.h>

struct crowd {
	int count, epoll;
	struct looker *all; /* owned */
};

/* A code of the console exchanged for a session's cookie. */
void crowd_session(struct stage *s, const char *login, char session[65]);
/* Connect count of them and wait until each was told all figures. */
void crowd_open(struct crowd *c, int port, const char *session, int count);
/* Take in what comes until each was told this number of calls. */
void crowd_told(struct crowd *c, int64_t calls);
/* Take in what comes until as many events came to each of them. */
void crowd_even(struct crowd *c);
/* How many events came to the one who got fewest. */
int64_t crowd_fewest(const struct crowd *c);
void crowd_close(struct crowd *c);
/* A call of today that ended, in the stage's desk. */
void crowd_add_call(struct stage *s, const char *login);

#endif
