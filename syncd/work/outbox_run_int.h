/* outbox_run_int - private to outbox_run.c and outbox_states.c. */
#ifndef SYNCD_WORK_OUTBOX_RUN_INT_H
#define SYNCD_WORK_OUTBOX_RUN_INT_H

#include "common/i18n.h"
#include "common/work.h"
#include "db/records/outbox.h"
#include "syncd/channels/channel.h"
#include "syncd/work/clock_watch.h"
#include "syncd/work/outbox_lanes.h"
#include "syncd/work/outbox_run.h"

struct sending { /* one row on its way */
	struct outbox_run *run;
	struct outbox_item item;               /* owned */
	const struct channel_adapter *adapter; /* that built the request */
	enum lang lang;                        /* of sentences about it */
	struct channel_verdict verdict;
	struct work_job job;
	struct sending *next;        /* of all */
	struct sending *next_unkept; /* of those that were not kept */
};

struct outbox_run {
	struct daemon *daemon;
	struct loop_timer *timer;
	int64_t wake_us; /* monotonic; when the timer goes, 0: it does not */
	struct lanes lanes;
	size_t active;            /* rows between claim and recorded verdict */
	struct sending *sendings; /* all of these */
	struct sending *unkept;   /* verdicts to be recorded once more */
	bool claiming, again, stopped;
	bool is_unsure;                 /* of what the last claim brought */
	bool knows_states, asks_states; /* of the channels */
	int64_t states_told;            /* verdicts that said one, committed */
	/* the committer's while a claim runs, with lanes.rules */
	struct work_job claim_job;
	bool was_unsure;
	int64_t *mine; /* owned; the ids of all sendings */
	size_t mine_count;
	struct outbox_item *rows;
	size_t count;
	int64_t next_us;
	struct clock_watch watch;
};

/* Wake in wait_us, or sooner when that was asked for already. */
void outbox_run__arm(struct outbox_run *r, int64_t wait_us);

#endif
