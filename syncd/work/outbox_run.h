/*
 * outbox_run - sends what the desk has promised.
 *
 * Claims due rows (attempt counted and committed before anything leaves),
 * builds each request from its intent, sends it, and records the verdict, again
 * and again while the desk does not take it: so no more verdicts wait than
 * messages may be on their way.  Each channel has a pace: its messages a second
 * (together with other daemons), how many at once (from 2 up to 8 while all
 * goes well), a pause after trouble, and a breaker: after ten failures in a row
 * one probe a minute.
 */
#ifndef SYNCD_WORK_OUTBOX_RUN_H
#define SYNCD_WORK_OUTBOX_RUN_H

#include <stdbool.h>

struct daemon;
struct outbox_run;

struct outbox_run *outbox_run_new(struct daemon *d);
/* Something may be due: at start, after a bell, after a commit of ours. */
void outbox_run_wake(struct outbox_run *r);
/* The channels' states in the desk may have changed (somebody resumed one). */
void outbox_run_reload_states(struct outbox_run *r);
/*
 * No new claims.  Sends under way go on; each end of one calls
 * daemon_settled, and the runner is idle when the last verdict was recorded.
 */
void outbox_run_stop(struct outbox_run *r);
bool outbox_run_is_idle(const struct outbox_run *r);
void outbox_run_free(struct outbox_run **r);

#endif
