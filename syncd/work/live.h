/*
 * live - the figures of the day, told to whoever looks at them.
 *
 * Those who look are signed in to the page for phones (db/records/mobile.h);
 * each session has figures of its own, as far as its operator may see, and any
 * number of streams.  On connecting and after each change of the desk that
 * changes them they get whole ones, so that nothing is lost by who missed one:
 *
 *	metrics_update     {calls_today, sales_today, success_rate,
 *	                     total_talk_time}
 *	team_update        [{name, calls, sales, success_rate}]
 *	hours_update       [{hour, calls, sales}]
 *	recordings_update  [{contact_name, start_time, duration_seconds,
 *	                     file_size_bytes}]
 *
 * Who reads too slowly is cut off by the server.  Loop thread.
 */
#ifndef SYNCD_WORK_LIVE_H
#define SYNCD_WORK_LIVE_H

#include "syncd/http/server.h"

struct daemon;
struct live;

struct live *live_new(struct daemon *d);
/* The desk may have changed. */
void live_wake(struct live *l);
/* No more looks; streams end with the server. */
void live_stop(struct live *l);
void live_free(struct live **l); /* after the server and the store */

/* Answer with events, or 401 when that is no session; req is taken. */
void live_open(struct live *l, struct http_req *req, const char *session);
/* That session was signed out: its streams end. */
void live_end(struct live *l, const char *session);

#endif
