/* outbox_run_int - private to outbox_run.c and outbox_states.c. */
#ifndef SYNCD_WORK_OUTBOX_RUN_INT_H
#define SYNCD_WORK_OUTBOX_RUN_INT_H

#include "common/i18n.h"
#include "common/work.h"
#include "db/records/outbox.h"
#include "db/records/webhooks.h"
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
	struct hook_sending *hook; /* owned; of a webhook's, else NULL */
	struct work_job job;
	struct sending *next;        /* of all */
	struct sending *next_unkept; /* of those that were not kept */
};

/* What a webhook's row has besides; see outbox_hooks.c. */
struct hook_sending {
	struct webhook_target target;
	struct err err; /* why there is no target; code 0: there is one */
	enum webhook_end end;
	int64_t began_us, took_us; /* monotonic */
	int status;
	bool was_tried;
	bool has_ended; /* the webhook was switched off by this */
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
	struct hook_sending **hooks; /* owned; one for each row, or NULL */
	size_t count;
	int64_t next_us;
	struct clock_watch watch;
};

/* ---- outbox_hooks.c: what is sent to webhooks ---- */

/* On the committer, after a claim: where r->rows go. */
void outbox_hooks__open(struct outbox_run *r, struct desk *desk);
/* Those that were not handed on to a sending. */
void outbox_hooks__drop(struct outbox_run *r);
void outbox_hooks__free(struct hook_sending **hook);
/* The lane of a row, made where there is none yet. */
struct lane *outbox_hooks__lane(struct outbox_run *r, const struct sending *s);
/* Send it, or know at once what becomes of it; then outbox_run__record. */
void outbox_hooks__send(struct sending *s);
/* On the committer, beside the verdict. */
int outbox_hooks__note(struct desk *desk, struct sending *s, struct err *err);

/* The verdict of a row is known; was_asked: by the provider. */
void outbox_run__record(struct sending *s, bool was_asked);
/*
 * It did not leave: for ever, or (OD_EUNAVAIL, OD_EIO) until there is memory or
 * a disk for it.
 */
void outbox_run__refuse(struct sending *s, const struct err *err);
/* Wake in wait_us, or sooner when that was asked for already. */
void outbox_run__arm(struct outbox_run *r, int64_t wait_us);

#endif
