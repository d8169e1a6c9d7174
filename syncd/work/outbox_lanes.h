/*
 * outbox_lanes - a pace for each channel, kept over reloads.
 *
 * A claim asks for one row of every lane that may send now.  Loop thread.
 */
#ifndef SYNCD_WORK_OUTBOX_LANES_H
#define SYNCD_WORK_OUTBOX_LANES_H

#include "db/records/outbox.h"
#include "syncd/channels/channel.h"
#include "syncd/work/pace.h"

struct lane {
	char id[65];
	struct pace pace;
	int per_second; /* kept by the claim, for all daemons of the desk */
};

struct lanes {
	struct lane **all; /* owned, each; a lane never moves */
	size_t count;
	struct outbox_rule *rules; /* owned; see lanes_choose */
};

/* Lanes for channels that are new in the set; the others' new rates. */
void lanes_update(struct lanes *l, const struct channel_set *set);
/* That of a webhook, which may have few requests under way; made if need be. */
struct lane *lanes_of_webhook(struct lanes *l, const char *id, int at_once);
struct lane *lanes_find(const struct lanes *l, const char *id); /* or NULL */
/*
 * What a claim may bring now: l->rules, which live until the next call.
 * *wait_us: when the first of them may go (0: when it is woken).
 * A claim is useful even when none may: it finds rows for webhooks that have
 * no lane yet, and rows whose channel is gone.
 */
void lanes_choose(struct lanes *l, int64_t now_us, int64_t *wait_us);
void lanes_free(struct lanes *l);

#endif
