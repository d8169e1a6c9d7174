/* live_figures - what live.h tells, made from the desk. */
#ifndef SYNCD_WORK_LIVE_FIGURES_H
#define SYNCD_WORK_LIVE_FIGURES_H

#include "common/str.h"
#include "db/core/desk.h"

#define LIVE_RECORDINGS_MAX 10 /* the newest */

enum live_event {
	LIVE_METRICS,
	LIVE_TEAM,
	LIVE_HOURS,
	LIVE_RECORDINGS,
	LIVE_EVENT_COUNT
};
extern const char *const live_event_names[LIVE_EVENT_COUNT];

/*
 * As the acting operator; each of out is empty and gets JSON.  OD_EDENIED:
 * he may see none.
 */
int live_figures(
    struct desk *d, struct str out[LIVE_EVENT_COUNT], struct err *err);

#endif
